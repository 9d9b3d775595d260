"""Referrals that came from other organisations: the list, one of them, taking in, declining; and which are taken."""

import uuid
from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from referral.model import DeclineReason
from referral.packet_news import Kindness
from service.actions import opening_up, packet_views, taking_in
from service.actions.taking_in import DeclinePacket, TakeIn
from service.web.context import act, reading, transaction
from service.web.forms import FormReader, as_id, problems_kept
from service.web.labels import choices

bp = Blueprint("packets", __name__)


@bp.get("/packets")
def index() -> ResponseReturnValue:
    """What waits, and what was dealt with."""
    with transaction() as session:
        waiting, settled = packet_views.index(session, act=act())
    return render_template("packets/index.html", waiting=waiting, settled=settled)


@bp.get("/packets/<uuid:packet_id>")
def show(packet_id: uuid.UUID) -> ResponseReturnValue:
    """One of them."""
    return _page(packet_id, {}, "")


@bp.post("/packets/<uuid:packet_id>/take-in")
def take_in(packet_id: uuid.UUID) -> ResponseReturnValue:
    """Make it a referral of one's own."""
    problems: dict[str, str] = {}
    made: list[uuid.UUID] = []
    with problems_kept(problems), transaction() as session:
        made.append(taking_in.take_in(session, packet_id, _taking(), act=act()))
    if not made:
        return _page(packet_id, problems, "take"), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Taken in. It is in the team's queue now, and the sender is told."))
    return redirect(url_for("packets.show", packet_id=packet_id), code=HTTPStatus.SEE_OTHER)


@bp.post("/packets/<uuid:packet_id>/decline")
def decline(packet_id: uuid.UUID) -> ResponseReturnValue:
    """Decline it."""
    problems: dict[str, str] = {}
    with problems_kept(problems), transaction() as session:
        taking_in.decline(session, packet_id, _declining(), act=act())
    if problems:
        return _page(packet_id, problems, "decline"), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Declined. The sender is told, and what they sent is forgotten here."))
    return redirect(url_for("packets.index"), code=HTTPStatus.SEE_OTHER)


@bp.get("/packets/<uuid:packet_id>/packet.json")
def contents(packet_id: uuid.UUID) -> ResponseReturnValue:
    """The very bytes that came."""
    with transaction() as session:
        packet, _receipt = packet_views.proof(session, packet_id, act=act())
    return _file(packet, "application/json", f"{packet_id}.json")


@bp.get("/packets/<uuid:packet_id>/receipt")
def receipt(packet_id: uuid.UUID) -> ResponseReturnValue:
    """The receipt that proves them."""
    with transaction() as session:
        _packet, text = packet_views.proof(session, packet_id, act=act())
    return _file(text.encode("utf-8"), "text/plain", f"{packet_id}.tlog-proof")


@bp.get("/intake")
def intake() -> ResponseReturnValue:
    """Which referrals of others this organisation takes."""
    return _intake({})


@bp.post("/intake")
def set_intake() -> ResponseReturnValue:
    """Say it of one pathway."""
    problems: dict[str, str] = {}
    with problems_kept(problems), transaction() as session:
        pathway, team_id = request.form.get("pathway", ""), as_id(request.form.get("team_id", ""))
        opening_up.open_or_shut(session, pathway, team_id, act=act())
    if problems:
        return _intake(problems), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Kept. Other organisations see it from now on."))
    return redirect(url_for("packets.intake"), code=HTTPStatus.SEE_OTHER)


def _file(body: bytes, kind: str, name: str) -> Response:
    kept_as = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, mimetype=kind, headers=kept_as)


def _taking() -> TakeIn:
    form = FormReader()
    number = form.text("local_id", most=40)
    form.done()
    return TakeIn(as_id(request.form.get("client_id", "")), number, as_id(request.form.get("site_id", "")))


def _declining() -> DeclinePacket:
    form = FormReader()
    reason = form.member("decline_reason", DeclineReason, needed=_("Choose a reason"))
    kindness = form.member("kindness", Kindness)
    form.done()
    return DeclinePacket(reason, kindness)


def _intake(problems: Mapping[str, str]) -> str:
    with reading() as session:
        doors = opening_up.doors(session, act=act())
    return render_template("packets/intake.html", doors=doors, problems=problems)


def _page(packet_id: uuid.UUID, problems: Mapping[str, str], form: str) -> str:
    with transaction() as session:
        found = packet_views.show(session, packet_id, act=act())
    return render_template(
        "packets/show.html",
        found=found,
        reasons=choices(found.reasons),
        kindnesses=choices(Kindness),
        problems=problems,
        given=request.form,
        form=form,
    )
