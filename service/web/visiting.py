"""Visits of receivers without an account: their own secret in the browser's cookie, apart from every sign-in."""

from http import HTTPStatus
from typing import cast

from flask import g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from service.actions import visits
from service.actions.visits import Visitor
from service.web.context import parts, reading, transaction
from service.web.language import settle_language

VISIT = "visit"


def admit() -> Response | None:
    """Let a request through with a live visit; everybody else, signed in or not, is led to the door of links."""
    secret = session.get(VISIT)
    visitor = None if secret is None else _resume(str(secret))
    if visitor is None:
        session.pop(VISIT, None)
        again = HTTPStatus.FOUND if request.method == "GET" else HTTPStatus.SEE_OTHER
        return redirect(url_for("receive.door"), code=again)
    g.actor, g.visitor = visitor.actor, visitor
    settle_language()
    with transaction() as store:
        visits.touch(store, visitor, act=parts().act(visitor.actor))
    return None


def visitor() -> Visitor:
    """Who is in; `admit` has let nobody else through."""
    return cast("Visitor", g.visitor)


def _resume(secret: str) -> Visitor | None:
    with reading() as store:
        return visits.resume(store, secret, now=parts().clock())
