"""The door for people and programs: who knocks, on which device, and what they are told of the time between.

A browser keeps, signed, for whom it was let in and when; nothing else knows it by this. It opens nothing: it tells
somebody who was here before from somebody who guesses elsewhere.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import current_app, flash, g, request
from flask_babel import gettext as _
from flask_babel import ngettext
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from service.actions import knocking, organisations
from service.actions.knocking import Answer, Device, Knock
from service.actions.refusals import Suspended
from service.actions.sign_ins import SignInRefused
from service.permissions import Actor
from service.web.context import parts, reading, transaction
from service.web.guard import is_api
from service.web.language import in_language
from service.web.words import moment_words

KEPT_FOR = timedelta(days=180)
MOST_PEOPLE = 8
"""So many people one device is known by: the last ones."""
MARK = 16
"""Letters of the password's digest that a device keeps."""


def admit(email: str, password: str, secret: str) -> Actor:
    """Let in whoever has this e-mail and password, under a fresh secret.

    Raises SignInRefused, also where tries must wait, and Suspended where all is right but their organisation is.
    """
    with reading() as store:
        found = knocking.knocks(store, email, password, passwords=parts().passwords, now=parts().clock())
    answers = set()
    for knock in found:
        answer = _answer(knock, secret)
        if answer is Answer.IN:
            return knock.actor
        answers.add(answer)
    raise Suspended if Answer.SHUT in answers else SignInRefused


def _answer(knock: Knock, secret: str) -> Answer:
    with transaction(knock.actor) as store:
        device = _device(knock.actor.id, knock.password)
        act = parts().act(knock.actor)
        return knocking.answer(store, knock, secret, device, act=act)


def tell_of_elsewhere(actor: Actor) -> None:
    """What was tried with the account on other devices, since this one was last used: shown with the next page."""
    with parts().open_read(actor.organisation_id) as store, store.begin():
        act = parts().act(actor)
        device = _device(actor.id, knocking.password_mark(store, actor.organisation_id, actor.id))
        told = knocking.meanwhile(store, device, act=act)
        g.organisation = organisations.show(store, act=act)
    in_language(actor.language)
    if told is not None and told.last_wrong is not None:
        flash(_wrong_words(told.wrong, moment_words(told.last_wrong)))
    if told is not None and told.came_in is not None:
        flash(
            _(
                "Somebody signed in to your account on a new device, the last time %(moment)s. "
                "If that was not you, change your password now and tell your supervisor.",
                moment=moment_words(told.came_in),
            )
        )


def _wrong_words(count: int, moment: str) -> str:
    return ngettext(
        "Somebody typed a wrong password for your account elsewhere, %(moment)s. "
        "If that was not you, tell your supervisor.",
        "Somebody typed a wrong password for your account elsewhere, %(num)s times, the last time %(moment)s. "
        "If that was not you, tell your supervisor.",
        count,
        moment=moment,
    )


def remembered(response: Response, actor: Actor) -> Response:
    """The answer, with which the device keeps that this person was let in now."""
    with parts().open_read(actor.organisation_id) as store, store.begin():
        mark = knocking.password_mark(store, actor.organisation_id, actor.id)[:MARK]
    others = {key: value for key, value in _kept().items() if key != actor.id.hex}
    known = {**dict(list(others.items())[1 - MOST_PEOPLE :]), actor.id.hex: [mark, _seconds()]}
    response.set_cookie(
        _cookie(),
        _signer().dumps(known),
        max_age=KEPT_FOR,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


def _device(person: UUID, password: str) -> Device:
    """What the browser shows of this person. A program over the API shows nothing."""
    mark, seconds = _kept().get(person.hex, ("", 0))
    if is_api() or mark != password[:MARK] or _seconds() - seconds > KEPT_FOR.total_seconds():
        return Device()
    return Device(datetime.fromtimestamp(seconds, UTC))


def _kept() -> Mapping[str, Any]:
    """What is not signed by this program counts for nothing."""
    try:
        found: Mapping[str, Any] = _signer().loads(request.cookies.get(_cookie(), ""))
    except BadSignature:
        return {}
    return found


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="handrail-device")


def _cookie() -> str:
    return str(current_app.config["SESSION_COOKIE_NAME"]) + "-device"


def _seconds() -> int:
    """The next whole second: what happened now lies before it."""
    return int(parts().clock().timestamp()) + 1
