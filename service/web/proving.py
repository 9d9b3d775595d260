"""What leaves Handrail, or changes a consent, is answered when a signed checkpoint covers it, or soon after.

The table names those addresses. Nothing is held back: the act is done before anybody waits, and where no proof comes
within three seconds the answer says that it follows.
"""

from http import HTTPStatus

from flask import Flask, flash, g, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from service.actions.awaiting import Proving, until_signed
from service.web.context import parts
from service.web.guard import is_api

AWAITED = frozenset(
    {
        "referrals.send",
        "api_referrals.send",
        "crossing.send",
        "crossing.agree",
        "links.send",
        "links.resend",
        "referrals.letter",
        "receive.letter",
        "access.paper",
        "audit.export",
        "clients.record_consent",
        "api_clients.record_consent",
    }
)
"""A release, a letter, an export, a change of consent."""

HEADER = "Handrail-Proof"


def prove(response: Response) -> Response:
    """The answer once its events are signed; with a word about it where the proof is to follow."""
    actor = g.get("actor")
    if request.endpoint not in AWAITED or actor is None or response.status_code >= HTTPStatus.BAD_REQUEST:
        return response
    here = parts()
    found = until_signed(here.open_read, actor.organisation_id, now=here.clock(), pause=here.pause)
    response.headers[HEADER] = str(found)
    if found is Proving.TO_FOLLOW and not is_api():
        flash(_("It is done. The signed proof of it is to follow."))
    return response


def init_app(app: Flask) -> None:
    """Wait behind every view that the table names."""
    app.after_request(prove)
