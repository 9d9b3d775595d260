"""The composition root: settings in, a complete program out. Nothing else wires parts together."""

import gc
import logging
import secrets
from datetime import timedelta
from functools import partial
from pathlib import Path

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from referral.notes import KeyKind
from referral.payloads import KEY_SIZE
from service.actions import pinned
from service.actions.signing_status import Provable
from service.actions.witnessing import Witness
from service.definitions import load_definitions
from service.keys import (
    NoKeys,
    load_keys,
    load_public_keys,
    load_wrapping_keys,
    own_public_keys,
    ready_wrapping_keys,
)
from service.notify.mail import read_mailer
from service.notify.places import names_of
from service.passwords import Passwords
from service.settings import Settings
from service.store.directory import wrapping_keys_used
from service.store.engine import open_sessions
from service.store.vault import Vault
from service.web import (
    addresses,
    blueprints,
    codes,
    errors,
    guard,
    labels,
    language,
    proving,
    readable,
    shell,
    sizes,
    squeezing,
    trail_words,
    words,
)
from service.web.context import Parts


def make_parts(settings: Settings) -> Parts:
    """Everything that views and commands are handed, from settings alone. Raises NoKeys, BadPlace and BadMail."""
    vault = Vault(partial(load_wrapping_keys, _wrapping_keys(settings)), secrets.token_bytes)
    sessions = open_sessions(settings.database_url, vault)
    return Parts(
        settings,
        load_definitions(settings.definitions_dir),
        Passwords(settings),
        sessions.write,
        sessions.read,
        sessions.engine.dispose,
        provable=Provable(own_public_keys(settings.audit_keys), names_of(settings.checkpoint_places)),
        witness=_witness(settings),
        mailer=read_mailer(settings.smtp_url, settings.mail_from),
    )


def _wrapping_keys(settings: Settings) -> Path:
    return settings.wrapping_keys or settings.data_dir / "wrapping-keys"


def _witness(settings: Settings) -> Witness | None:
    """With what others' checkpoints are cosigned; None where none are. Raises NoKeys."""
    if settings.witness_for is None or settings.witness_key is None:
        return None
    if not settings.witness_key.exists():
        made = "`handrail audit key --witness --new` makes one"
        raise NoKeys(f"HANDRAIL_WITNESS_FOR is set, and there is no key at {settings.witness_key}: {made}")
    keys = load_keys(settings.witness_key, KeyKind.WITNESS)
    return Witness(keys, load_public_keys(settings.witness_for, KeyKind.LOG))


def make_checked_parts(settings: Settings) -> Parts:
    """The same for a program that will run over what is stored; leaves no connection open: none survives a fork.

    Raises UsedDefinitionsAltered when a definition changed after its use, NoKeys when clients' keys cannot be opened.
    """
    parts = make_parts(settings)
    try:
        with parts.open_read() as session:
            pinned.must_stand(session, parts.definitions)
            used = wrapping_keys_used(session)
        ready_wrapping_keys(_wrapping_keys(settings), used, lambda: secrets.token_bytes(KEY_SIZE))
    finally:
        parts.close()
    return parts


def settled(app: Flask) -> Flask:
    """The program before its first request: what it was made of stays, and is not searched for garbage with theirs."""
    gc.collect()
    gc.freeze()
    return app


def create_app(parts: Parts) -> Flask:
    """The web program over these parts."""
    settings = parts.settings
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=settings.most_body_bytes,
        MAX_FORM_MEMORY_SIZE=settings.most_body_bytes,
        SESSION_COOKIE_NAME="__Host-handrail" if settings.secure_cookies else "handrail",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.longest_hours),
        WTF_CSRF_TIME_LIMIT=None,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(hours=1),
        BABEL_TRANSLATION_DIRECTORIES="translations",
    )
    app.extensions["handrail"] = parts
    guard.init_app(app)
    sizes.init_app(app)
    squeezing.init_app(app)
    proving.init_app(app)
    readable.init_app(app)
    csrf = CSRFProtect(app)
    language.init_app(app)
    words.init_app(app)
    labels.init_app(app)
    codes.init_app(app)
    trail_words.init_app(app)
    shell.init_app(app)
    addresses.init_app(app)
    errors.init_app(app)
    blueprints.init_app(app, csrf)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    return app
