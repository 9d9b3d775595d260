"""Calls to make, each logged in one press; whom to screen again; and those lost so far, with what was tried."""

import uuid
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from referral.model import AttemptResult, Channel
from service.actions import attempts, calling, outreach
from service.actions.attempts import LogAttempt
from service.web.context import act, transaction
from service.web.forms import FormReader
from service.web.labels import choices
from service.web.pages.needs import RESULTS

bp = Blueprint("outreach", __name__)

UNREACHED = frozenset({AttemptResult.NO_ANSWER, AttemptResult.MESSAGE_LEFT, AttemptResult.WRONG_NUMBER})
"""After these somebody calls again."""


@bp.get("/calls")
def calls() -> ResponseReturnValue:
    """Whom to call today, and why."""
    with transaction() as session:
        found, every = outreach.calls(session, act=act())
        again_on = calling.again_on(session, act=act())
    return render_template(
        "outreach/calls.html", calls=found, every=every, again_on=again_on, results=choices(RESULTS)
    )


@bp.post("/calls/<uuid:need_id>")
def log(need_id: uuid.UUID) -> ResponseReturnValue:
    """Write a telephone call down; the person leaves the list, until the day of the next call if nobody was reached."""
    form = FormReader()
    result = form.member("result", AttemptResult)
    again = form.day("next_call_on") if result in UNREACHED else None
    form.done()
    with transaction() as session:
        attempts.log_attempt(session, need_id, LogAttempt(Channel.PHONE, result, "", again), act=act())
    flash(_("The attempt is written down."))
    return redirect(url_for("outreach.calls"), code=HTTPStatus.SEE_OTHER)


@bp.get("/rescreens")
def rescreens() -> ResponseReturnValue:
    """Whom the rules asked to be screened again."""
    after = request.args.get("after") or None
    with transaction() as session:
        page = outreach.to_screen_again(session, after, act=act())
    return render_template("outreach/rescreens.html", page=page, after=after)


@bp.get("/lost")
def lost() -> ResponseReturnValue:
    """Those lost so far, newest first."""
    after = request.args.get("after") or None
    with transaction() as session:
        found, on = outreach.lost(session, after, act=act())
    return render_template("outreach/lost.html", found=found, on=on, after=after)
