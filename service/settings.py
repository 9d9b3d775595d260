"""Settings: one frozen value, complete or refused at start. Nothing else reads the environment."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from referral.notes import NAME

MOST_LINK_DAYS = 90
_ADDRESS = re.compile(
    r"(https://[A-Za-z0-9.-]+|http://(localhost|127\.0\.0\.1))(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?"
)
UNNAMED = "handrail.invalid"
"""The deployment's name in checkpoints where it was given none."""


OWN_LOG = "/dev/log"
"""Where programs of this machine log, unless HANDRAIL_SYSLOG_SOCKET names another socket."""


class BadSettings(Exception):
    """The program cannot start as it was set up; says which variable, what was found and what is allowed."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs between one running Handrail and another."""

    database_url: str
    data_dir: Path
    secret_key: str = field(repr=False)
    demo: bool = False
    secure_cookies: bool = True
    password_time_cost: int = 3
    password_memory_kib: int = 64 * 1024
    idle_minutes: int = 30
    longest_hours: int = 12
    most_body_bytes: int = 256 * 1024
    definitions_dir: Path | None = None
    """The organisation's own definitions, beside those that ship; None where only these are in force."""
    audit_name: str = UNNAMED
    """The deployment's name in every checkpoint; it stays for as long as the trails last."""
    audit_keys: Path | None = None
    """The file of keys that sign checkpoints; None where nothing signs."""
    checkpoint_places: str = ""
    """Where checkpoints are sent, as `service/notify/places.py` reads it."""
    witness_for: Path | None = None
    """The file of public keys of the logs that are witnessed here; None where none is."""
    witness_key: Path | None = None
    """The file of keys with which others' checkpoints are cosigned."""
    witness_keys: Path | None = None
    """The file of public keys of the witnesses that are trusted; None where none is."""
    wrapping_keys: Path | None = None
    """The file of keys that wrap clients' keys; None for `wrapping-keys` in the data folder."""
    link_days: int = 14
    """For how long a link is good that opens one referral to a receiver without an account."""
    smtp_url: str = field(default="", repr=False)
    """The server that takes e-mail, as `service/notify/mail.py` reads it; empty where none is sent."""
    mail_from: str = ""
    address: str = ""
    """Where people reach Handrail, for messages that the worker sends; empty where they name no address."""


def default_data_dir() -> Path:
    """Where files live unless told otherwise: `var` beside the code one runs from."""
    return Path.cwd() / "var"


def data_dir_in(environ: Mapping[str, str]) -> Path:
    """Where files live: HANDRAIL_DATA_DIR, or the default."""
    return Path(environ.get("HANDRAIL_DATA_DIR") or default_data_dir()).absolute()


def definitions_dir_in(environ: Mapping[str, str]) -> Path:
    """Where the organisation's own definitions live: HANDRAIL_DEFINITIONS_DIR, or `definitions` in the data folder."""
    named = environ.get("HANDRAIL_DEFINITIONS_DIR")
    return Path(named).absolute() if named else data_dir_in(environ) / "definitions"


def database_url_in(environ: Mapping[str, str]) -> str:
    """Where the database is: HANDRAIL_DATABASE_URL, or a SQLite file in the data folder. Raises BadSettings."""
    return _database("HANDRAIL_DATABASE_URL", environ) or f"sqlite:///{data_dir_in(environ) / 'handrail.db'}"


def owner_url_in(environ: Mapping[str, str]) -> str:
    """The same database as its owner reaches it: HANDRAIL_DATABASE_OWNER_URL, for migrations alone, else as above."""
    return _database("HANDRAIL_DATABASE_OWNER_URL", environ) or database_url_in(environ)


def _database(variable: str, environ: Mapping[str, str]) -> str:
    url = environ.get(variable, "")
    if url and not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        scheme = url.split(":", 1)[0]
        raise BadSettings(f"{variable} begins with {scheme!r}; allowed: sqlite:/// or postgresql+psycopg://")
    return url


def audit_name_in(environ: Mapping[str, str]) -> str:
    """The deployment's name in checkpoints: HANDRAIL_AUDIT_NAME. Raises BadSettings."""
    name = environ.get("HANDRAIL_AUDIT_NAME") or UNNAMED
    if not NAME.fullmatch(name):
        raise BadSettings(f"HANDRAIL_AUDIT_NAME is {name!r}; allowed: up to 120 letters, digits and ._:/-")
    return name


def audit_keys_in(environ: Mapping[str, str]) -> Path:
    """The file of keys that sign checkpoints: HANDRAIL_AUDIT_KEYS, or `audit-keys` in the data folder."""
    named = environ.get("HANDRAIL_AUDIT_KEYS")
    return Path(named).absolute() if named else data_dir_in(environ) / "audit-keys"


def checkpoint_places_in(environ: Mapping[str, str], *, demo: bool = False) -> str:
    """Where checkpoints are sent: HANDRAIL_CHECKPOINT_PLACES, or two places where this machine has a log of its own.

    The demo writes to nothing outside its own folder; there a second file stands for another place.
    """
    named = environ.get("HANDRAIL_CHECKPOINT_PLACES")
    if named:
        return named
    folder = data_dir_in(environ)
    file = f"file:{folder / 'checkpoints'}"
    if demo:
        return f"{file},file:{folder / 'elsewhere' / 'checkpoints'}"
    log = Path(environ.get("HANDRAIL_SYSLOG_SOCKET") or OWN_LOG)
    return f"{file},syslog:{log}" if log.is_socket() else file


def witness_key_in(environ: Mapping[str, str]) -> Path:
    """The file of keys that cosign others' checkpoints: HANDRAIL_WITNESS_KEY, or `witness-key` in the data folder."""
    return _file_in(environ, "HANDRAIL_WITNESS_KEY") or data_dir_in(environ) / "witness-key"


def wrapping_keys_in(environ: Mapping[str, str]) -> Path:
    """The file of keys that wrap clients' keys: HANDRAIL_WRAPPING_KEYS, or `wrapping-keys` in the data folder."""
    return _file_in(environ, "HANDRAIL_WRAPPING_KEYS") or data_dir_in(environ) / "wrapping-keys"


def _file_in(environ: Mapping[str, str], variable: str) -> Path | None:
    named = environ.get(variable)
    return Path(named).absolute() if named else None


def link_days_in(environ: Mapping[str, str]) -> int:
    """For how many days a link to a receiver without an account is good: HANDRAIL_LINK_DAYS. Raises BadSettings."""
    found = environ.get("HANDRAIL_LINK_DAYS") or "14"
    if not (found.isdecimal() and found.isascii() and 1 <= int(found) <= MOST_LINK_DAYS):
        raise BadSettings(f"HANDRAIL_LINK_DAYS is {found[:20]!r}; allowed: 1 to {MOST_LINK_DAYS}")
    return int(found)


def address_in(environ: Mapping[str, str]) -> str:
    """Where people reach Handrail: HANDRAIL_ADDRESS, without a slash at its end. Raises BadSettings."""
    found = (environ.get("HANDRAIL_ADDRESS") or "").rstrip("/")
    if found and not _ADDRESS.fullmatch(found):
        raise BadSettings(
            f"HANDRAIL_ADDRESS is {found[:40]!r}; allowed: https:// and a host, or http:// on this machine only"
        )
    return found


def load_settings(environ: Mapping[str, str] = os.environ, *, demo: bool = False) -> Settings:
    """Settings from HANDRAIL_* variables.

    The demo makes itself a secret key and keeps it in the data folder; anything else must be given one of at
    least 32 characters. Raises BadSettings.
    """
    data_dir, url = data_dir_in(environ), database_url_in(environ)
    key = _demo_key(data_dir) if demo else environ.get("HANDRAIL_SECRET_KEY", "")
    if len(key) < 32:  # noqa: PLR2004  256 bits as text
        message = f"HANDRAIL_SECRET_KEY has {len(key)} characters; at least 32 random ones are needed"
        raise BadSettings(message)
    return Settings(
        url,
        data_dir,
        key,
        demo=demo,
        secure_cookies=not demo,
        definitions_dir=definitions_dir_in(environ),
        audit_name=audit_name_in(environ),
        audit_keys=audit_keys_in(environ),
        checkpoint_places=checkpoint_places_in(environ, demo=demo),
        witness_for=_file_in(environ, "HANDRAIL_WITNESS_FOR"),
        witness_key=witness_key_in(environ),
        witness_keys=_file_in(environ, "HANDRAIL_WITNESS_KEYS"),
        wrapping_keys=wrapping_keys_in(environ),
        link_days=link_days_in(environ),
        smtp_url=environ.get("HANDRAIL_SMTP_URL", ""),
        mail_from=environ.get("HANDRAIL_MAIL_FROM", ""),
        address=address_in(environ),
    )


def _demo_key(data_dir: Path) -> str:
    data_dir.mkdir(parents=True, exist_ok=True)
    kept = data_dir / "demo-secret-key"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(48), encoding="ascii")
    return kept.read_text(encoding="ascii")
