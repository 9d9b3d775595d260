"""Deciding otherwise than the rules about one need, and the list of such decisions for those who look again."""

import uuid
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from referral.model import Urgency
from referral.overriding import OverrideReason
from service.actions import override_review, overriding
from service.actions.overriding import Override
from service.permissions import Permission
from service.web.context import act, actor, transaction
from service.web.forms import FormReader, problems_kept
from service.web.labels import choices
from service.web.words import said

bp = Blueprint("overrides", __name__)


@bp.get("/needs/<uuid:need_id>/override")
def edit(need_id: uuid.UUID) -> ResponseReturnValue:
    """What stands and what the rules decided, with the form to decide otherwise."""
    return _form(need_id, {})


@bp.post("/needs/<uuid:need_id>/override")
def save(need_id: uuid.UUID) -> ResponseReturnValue:
    """Decide otherwise, with a reason."""
    problems: dict[str, str] = {}
    with problems_kept(problems), transaction() as session:
        overriding.override(session, need_id, _wanted(), act=act())
    if problems:
        return _form(need_id, problems), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Changed. What was decided before stays visible, and somebody looks at it again."))
    # A clinician of the receiving side works with referrals, not with needs.
    there = "needs.show" if actor().may(Permission.SEND_REFERRAL) else "overrides.edit"
    return redirect(url_for(there, need_id=need_id), code=HTTPStatus.SEE_OTHER)


@bp.get("/overrides")
def index() -> ResponseReturnValue:
    """What people decided otherwise, and what nobody has looked at yet."""
    return _list("", "")


@bp.post("/overrides/<uuid:override_id>/review")
def review(override_id: uuid.UUID) -> ResponseReturnValue:
    """Write down that it was looked at again."""
    problems: dict[str, str] = {}
    with problems_kept(problems), transaction() as session:
        override_review.review(session, override_id, request.form.get("note", ""), act=act())
    if problems:
        return _list(str(override_id), problems["note"]), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Looked at. It is written in the trail."))
    return redirect(url_for("overrides.index"), code=HTTPStatus.SEE_OTHER)


def _wanted() -> Override:
    form = FormReader()
    urgency, reason = form.member("urgency", Urgency), form.member("reason", OverrideReason)
    form.done()
    return Override(urgency, form.text("pathway", most=60) or None, reason, request.form.get("words", ""))


def _form(need_id: uuid.UUID, problems: dict[str, str]) -> str:
    with transaction() as session:
        found = overriding.form(session, need_id, act=act())
    return render_template(
        "overrides/edit.html",
        found=found,
        problems=problems,
        given=request.form,
        ways=[(name, said(words)) for name, words in found.pathways],
        reasons=choices(OverrideReason),
    )


def _list(wrong: str, words: str) -> str:
    with transaction() as session:
        found = override_review.show(session, act=act())
    return render_template(
        "overrides/index.html", found=found, wrong=wrong, words=words, given=request.form.get("note", "")
    )
