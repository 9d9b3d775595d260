"""The weekly list of unusual access and overrides, and the mark that somebody looked at a finding."""

import uuid
from datetime import date
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from referral.access_week import ReviewNote
from service.actions import access_review, signing_status
from service.actions.refusals import FieldProblem, Invalid
from service.permissions import Permission
from service.web.context import act, actor, parts, transaction
from service.web.forms import FormReader
from service.web.labels import choices

bp = Blueprint("audit_review", __name__)

_FIRST, _LAST = date(2000, 1, 10), date(2999, 12, 1)


@bp.get("/audit/review")
def show() -> ResponseReturnValue:
    """The list of the week that a day lies in; of this week when none is named."""
    day = _day_in(request.args.get("week", ""))
    with transaction() as session:
        found = access_review.show(session, day, act=act())
        signing = signing_status.signing(session, act=act(), provable=parts().provable)
    return render_template("audit/review.html", found=found, signing=signing, notes=choices(ReviewNote))


@bp.post("/audit/review")
def mark() -> ResponseReturnValue:
    """Write down that a finding was reviewed, and what came of it."""
    actor().must(Permission.READ_AUDIT)
    form = FormReader()
    day, key = form.day("week", needed=_("Name the week")), _key_in(form)
    note = form.member("note", ReviewNote, needed=_("Say what came of it"))
    form.done()
    week = _day_in(day.isoformat() if day else "")
    with transaction() as session:
        access_review.mark(session, key or uuid.UUID(int=0), week, note or ReviewNote.EXPECTED, act=act())
    flash(_("Reviewed. It is written in the trail."))
    return redirect(url_for("audit_review.show", week=week), code=HTTPStatus.SEE_OTHER)


def _key_in(form: FormReader) -> uuid.UUID | None:
    written = form.text("finding", most=40)
    try:
        return uuid.UUID(written)
    except ValueError:
        form.problems.append(
            FieldProblem("finding", _("names no finding"), found=written[:40], allowed="UUID")
        )
        return None


def _day_in(written: str) -> date | None:
    if not written:
        return None
    try:
        day = date.fromisoformat(written[:20])
    except ValueError:
        day = date.max
    if not _FIRST <= day <= _LAST:
        raise Invalid(FieldProblem("week", _("is no day"), found=written[:40], allowed="2026-10-12"))
    return day
