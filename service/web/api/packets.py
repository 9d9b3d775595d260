"""Packets between organisations over the API: what came, taking in, declining, sending; and which are taken."""

import uuid
from dataclasses import replace
from http import HTTPStatus

from flask import Blueprint
from flask.typing import ResponseReturnValue

from service.actions import consents, crossing, opening_up, packet_views, taking_in
from service.actions.crossing import SendAcross
from service.schemas.packets import (
    DeclinePacketSchema,
    IntakeSchema,
    SendAcrossSchema,
    SharingSchema,
    TakeInSchema,
    came_json,
    crossing_json,
)
from service.schemas.plain import plain
from service.web.api.reading import json_body
from service.web.context import act, reading, transaction

bp = Blueprint("api_packets", __name__)


@bp.get("/packets")
def index() -> ResponseReturnValue:
    """What waits, the most pressing first, and what was dealt with."""
    with transaction() as session:
        waiting, settled = packet_views.index(session, act=act())
    return {"waiting": plain(waiting), "settled": plain(settled)}


@bp.get("/packets/<uuid:packet_id>")
def show(packet_id: uuid.UUID) -> ResponseReturnValue:
    """One packet that came."""
    with transaction() as session:
        found = packet_views.show(session, packet_id, act=act())
    return came_json(found)


@bp.get("/packets/<uuid:packet_id>/proof")
def proof(packet_id: uuid.UUID) -> ResponseReturnValue:
    """The very text that came, and the receipt that proves it."""
    with transaction() as session:
        packet, receipt = packet_views.proof(session, packet_id, act=act())
    return {"packet": packet.decode("utf-8"), "receipt": receipt}


@bp.post("/packets/<uuid:packet_id>/take-in")
def take_in(packet_id: uuid.UUID) -> ResponseReturnValue:
    """Make it a referral of one's own; answers which."""
    command = TakeInSchema().load(json_body())
    with transaction() as session:
        referral_id = taking_in.take_in(session, packet_id, command, act=act())
    return {"id": str(packet_id), "referral_id": str(referral_id)}, HTTPStatus.CREATED


@bp.post("/packets/<uuid:packet_id>/decline")
def decline(packet_id: uuid.UUID) -> ResponseReturnValue:
    """Decline it; what it held is forgotten here."""
    command = DeclinePacketSchema().load(json_body())
    with transaction() as session:
        taking_in.decline(session, packet_id, command, act=act())
    return {"id": str(packet_id)}


@bp.get("/referrals/<uuid:referral_id>/across/<uuid:organisation_id>")
def preview(referral_id: uuid.UUID, organisation_id: uuid.UUID) -> ResponseReturnValue:
    """Every word of a draft that would go to this organisation, and what consent says."""
    with transaction() as session:
        found = crossing.preview(session, referral_id, organisation_id, act=act())
    return crossing_json(found)


@bp.post("/referrals/<uuid:referral_id>/across/<uuid:organisation_id>")
def send(referral_id: uuid.UUID, organisation_id: uuid.UUID) -> ResponseReturnValue:
    """Send a draft there."""
    choice, hands_over = SendAcrossSchema().load(json_body())
    command = SendAcross(organisation_id, choice, hands_over)
    with transaction() as session:
        crossing.send(session, referral_id, command, act=act())
    return {"id": str(referral_id), "organisation_id": str(organisation_id)}


@bp.post("/referrals/<uuid:referral_id>/across/<uuid:organisation_id>/consent")
def agree(referral_id: uuid.UUID, organisation_id: uuid.UUID) -> ResponseReturnValue:
    """Write down what was answered about sharing with this organisation."""
    answer = SharingSchema().load(json_body())
    with transaction() as session:
        found = crossing.preview(session, referral_id, organisation_id, act=act())
        command = replace(answer, pathway=found.packet.pathway, shared_with=organisation_id)
        consents.record(session, found.client.id, command, act=act())
    return {"client_id": str(found.client.id)}, HTTPStatus.CREATED


@bp.get("/intake")
def intake() -> ResponseReturnValue:
    """The pathways that could be taken of others, and which are."""
    with reading() as session:
        return {"pathways": plain(opening_up.doors(session, act=act()))}


@bp.put("/intake")
def set_intake() -> ResponseReturnValue:
    """Say of one pathway which team takes referrals of others; null: none does."""
    wanted = IntakeSchema().load(json_body())
    with transaction() as session:
        opening_up.open_or_shut(session, wanted["pathway"], wanted["team_id"], act=act())
        return {"pathways": plain(opening_up.doors(session, act=act()))}
