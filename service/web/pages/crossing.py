"""Sending a referral to another organisation: what would leave, consent that names them, and sending it."""

import uuid
from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from referral.consent import ConsentStatus, Giver, Purpose
from referral.matching import ChoiceReason
from service.actions import consents, crossing
from service.actions.consents import RecordConsent
from service.actions.crossing import SendAcross
from service.actions.refusals import Conflict
from service.web.context import act, transaction
from service.web.forms import FormReader, as_id, problems_kept
from service.web.labels import choices
from service.web.pages.referrals import choice_in

bp = Blueprint("crossing", __name__)


@bp.get("/referrals/<uuid:referral_id>/across/<uuid:organisation_id>")
def show(referral_id: uuid.UUID, organisation_id: uuid.UUID) -> ResponseReturnValue:
    """What would go to this organisation; once it was sent, the way back in a browser leads to the referral."""
    try:
        return _page(referral_id, organisation_id, {})
    except Conflict:
        return redirect(url_for("referrals.show", referral_id=referral_id))


@bp.post("/referrals/<uuid:referral_id>/across/<uuid:organisation_id>")
def send(referral_id: uuid.UUID, organisation_id: uuid.UUID) -> ResponseReturnValue:
    """Send it there."""
    problems: dict[str, str] = {}
    with problems_kept(problems), transaction() as session:
        crossing.send(session, referral_id, _command(organisation_id), act=act())
    if problems:
        return _page(referral_id, organisation_id, problems), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Sent. You see here when they have taken it in."))
    return redirect(url_for("referrals.show", referral_id=referral_id), code=HTTPStatus.SEE_OTHER)


@bp.post("/referrals/<uuid:referral_id>/across/<uuid:organisation_id>/consent")
def agree(referral_id: uuid.UUID, organisation_id: uuid.UUID) -> ResponseReturnValue:
    """Write down what was answered about sharing with this organisation."""
    problems: dict[str, str] = {}
    with problems_kept(problems), transaction() as session:
        found = crossing.preview(session, referral_id, organisation_id, act=act())
        command = _answer(found.packet.pathway, organisation_id)
        consents.record(session, found.client.id, command, act=act())
    if problems:
        return _page(referral_id, organisation_id, problems, asked=True), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("The answer is written down."))
    where = url_for("crossing.show", referral_id=referral_id, organisation_id=organisation_id)
    return redirect(where, code=HTTPStatus.SEE_OTHER)


def _command(organisation_id: uuid.UUID) -> SendAcross:
    form = FormReader()
    choice = choice_in(form)
    form.done()
    return SendAcross(organisation_id, choice, "hands_over" in request.form)


def _answer(pathway: str, organisation_id: uuid.UUID) -> RecordConsent:
    form = FormReader()
    who = form.text("who", needed=_("Say who answered"))
    status = form.member("status", ConsentStatus, needed=_("Say what was answered"))
    until = form.day("valid_until")
    form.done()
    guardian = None if who == "client" else as_id(who)
    return RecordConsent(
        Purpose.SHARING,
        status or ConsentStatus.REFUSED,
        Giver.CLIENT if guardian is None else Giver.GUARDIAN,
        pathway,
        guardian,
        until,
        organisation_id,
        "items" in request.form,
    )


def _page(
    referral_id: uuid.UUID, organisation_id: uuid.UUID, problems: Mapping[str, str], *, asked: bool = False
) -> str:
    with transaction() as session:
        found = crossing.preview(session, referral_id, organisation_id, act=act())
    return render_template(
        "crossing/show.html",
        found=found,
        whys=choices(ChoiceReason),
        problems=problems,
        given=request.form,
        asked=asked,
    )
