"""Finding a client, and the page of one."""

import uuid
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from referral.consent import ConsentStatus, Giver, Purpose
from service.actions import client_card, clients, consents
from service.permissions import Permission
from service.web.context import act, transaction
from service.web.courses import stage_words
from service.web.forms import FormReader, problems_kept
from service.web.pages.sign_ins import here_only

bp = Blueprint("clients", __name__)


@bp.get("/clients")
def index() -> ResponseReturnValue:
    """The first clients by name, and the search."""
    return _found("")


@bp.post("/clients/search")
def search() -> ResponseReturnValue:
    """Clients that match; sent as a form so that no name stands in an address."""
    return _found(request.form.get("query", "")[:100])


def _found(query: str) -> str:
    with transaction() as session:
        found = clients.find(session, query, act=act())
    return render_template("clients/index.html", found=found, query=query)


@bp.get("/clients/<uuid:client_id>")
def show(client_id: uuid.UUID) -> ResponseReturnValue:
    """One client at a glance."""
    with transaction() as session:
        card = client_card.show(session, client_id, act=act())
    return render_template("clients/show.html", card=card, stage_words=stage_words)


@bp.get("/clients/<uuid:client_id>/consent")
def consent(client_id: uuid.UUID) -> ResponseReturnValue:
    """The form for an answer about consent; the page that asked for it is gone back to."""
    return _consent_form(client_id, {})


@bp.post("/clients/<uuid:client_id>/consent")
def record_consent(client_id: uuid.UUID) -> ResponseReturnValue:
    """Write an answer about consent down."""
    problems: dict[str, str] = {}
    with problems_kept(problems), transaction() as session:
        consents.record(session, client_id, _consent_command(), act=act())
    if problems:
        return _consent_form(client_id, problems), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("The answer is written down."))
    return redirect(_asked_from(client_id), code=HTTPStatus.SEE_OTHER)


def _consent_command() -> consents.RecordConsent:
    form = FormReader()
    purpose = form.member("purpose", Purpose, needed=_("Say what was asked"))
    status = form.member("status", ConsentStatus, needed=_("Say what was answered"))
    who = form.text("who", needed=_("Say who answered"))
    until = form.day("valid_until")
    pathway = form.text("pathway") or None
    guardian = _guardian(form, who)
    form.done()
    giver = Giver.CLIENT if guardian is None else Giver.GUARDIAN
    return consents.RecordConsent(
        purpose or Purpose.SCREENING, status or ConsentStatus.REFUSED, giver, pathway, guardian, until
    )


def _guardian(form: FormReader, who: str) -> uuid.UUID | None:
    if who in {"", "client"}:
        return None
    try:
        return uuid.UUID(who)
    except ValueError:
        form.member("who", Giver, needed=_("Say who answered"))
        return None


def _asked_from(client_id: uuid.UUID) -> str:
    return here_only(request.values.get("next") or url_for("clients.show", client_id=client_id))


def _consent_form(client_id: uuid.UUID, problems: dict[str, str]) -> str:
    with transaction() as session:
        client = clients.show(session, client_id, act=act(), for_=Permission.RECORD_CONSENT)
    pathways = act().definitions.pathways.all()
    return render_template(
        "clients/consent.html",
        client=client,
        pathways=pathways,
        problems=problems,
        given=request.values,
        back=_asked_from(client_id),
    )
