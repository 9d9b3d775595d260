"""How long records stay: what would go and what stays, for whoever keeps them; asking for an erasure; legal holds."""

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from referral.retention import EraseReason, HoldReason, LiftReason
from service.actions import clients, erasing, holding, keeping, old_screenings, retention
from service.actions.refusals import FieldProblem, Invalid
from service.permissions import Permission
from service.web.context import act, actor, transaction
from service.web.forms import FormReader, problems_kept
from service.web.labels import choices

bp = Blueprint("retention", __name__)


@bp.get("/retention")
def show() -> ResponseReturnValue:
    """What an erasure would take today, holds, and what was asked for: ids and counts, no names."""
    with transaction() as session:
        found = retention.preview(session, act=act())
        apart = old_screenings.count_due(session, act=act())
    reasons = {"hold": choices(HoldReason), "lift": choices(LiftReason)}
    return render_template("retention/show.html", found=found, apart=apart, reasons=reasons)


@bp.post("/retention/holds")
def hold() -> ResponseReturnValue:
    """Set a legal hold on one client, or without an id on the whole organisation."""
    client_id = _client_named()
    with transaction() as session:
        holding.hold(session, client_id, FormReader().member("reason", HoldReason), act=act())
    return _back(client_id)


@bp.post("/retention/holds/<uuid:hold_id>/lift")
def lift(hold_id: UUID) -> ResponseReturnValue:
    """Lift a legal hold."""
    client_id = _client_named()
    with transaction() as session:
        holding.lift(session, hold_id, FormReader().member("reason", LiftReason), act=act())
    return _back(client_id)


@bp.post("/retention/erasures/<uuid:erasure_id>/approve")
def approve(erasure_id: UUID) -> ResponseReturnValue:
    """Agree to an erasure."""
    with transaction() as session:
        erasing.approve(session, erasure_id, act=act())
    return _back(None)


@bp.get("/clients/<uuid:client_id>/erasure")
def ask(client_id: UUID) -> ResponseReturnValue:
    """The form that asks for an erasure, or sets a hold, with what it means."""
    return _asking(client_id, {})


@bp.post("/clients/<uuid:client_id>/erasure")
def send(client_id: UUID) -> ResponseReturnValue:
    """Ask for an erasure."""
    problems: dict[str, str] = {}
    with problems_kept(problems), transaction() as session:
        erasing.ask(session, client_id, FormReader().member("reason", EraseReason), act=act())
    if problems:
        return _asking(client_id, problems), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for("retention.ask", client_id=client_id), code=HTTPStatus.SEE_OTHER)


def _asking(client_id: UUID, problems: dict[str, str]) -> str:
    with transaction() as session:
        client = clients.show(session, client_id, act=act(), for_=Permission.ASK_ERASURE)
        stands = keeping.standing(session, client_id, act=act())
    reasons = {"erase": choices(EraseReason), "hold": choices(HoldReason), "lift": choices(LiftReason)}
    shown = {"client": client, "stands": stands, "reasons": reasons, "problems": problems}
    return render_template("retention/ask.html", **shown)


def _client_named() -> UUID | None:
    words = request.form.get("client_id", "").strip()
    try:
        return UUID(words) if words else None
    except ValueError:
        raise Invalid(FieldProblem("client_id", _("Give the id of a record"), found=words[:40])) from None


def _back(client_id: UUID | None) -> ResponseReturnValue:
    """To where whoever did it began: the page of all, or that of the one record."""
    if actor().may(Permission.KEEP_RECORDS):
        return redirect(url_for("retention.show"), code=HTTPStatus.SEE_OTHER)
    back = url_for("retention.ask", client_id=client_id) if client_id else url_for("clients.index")
    return redirect(back, code=HTTPStatus.SEE_OTHER)
