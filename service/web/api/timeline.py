"""Timelines and the state of the audit trail over the API."""

import uuid

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from service.actions import audit_trail, timeline
from service.schemas.timeline import StatusSchema, TimelineSchema
from service.web.asked import place_asked
from service.web.context import act, reading, transaction

bp = Blueprint("api_timeline", __name__)


@bp.get("/clients/<uuid:client_id>/timeline")
def of_client(client_id: uuid.UUID) -> ResponseReturnValue:
    """A client's timeline, newest first; `before` goes on to older events, `all=1` shows answers and looks too."""
    everything = request.args.get("all") == "1"
    with transaction() as session:
        found = timeline.show(session, client_id, act=act(), before=place_asked(), everything=everything)
    return TimelineSchema().dump(found)


@bp.get("/referrals/<uuid:referral_id>/timeline")
def of_referral(referral_id: uuid.UUID) -> ResponseReturnValue:
    """Everything that happened to one referral, newest first."""
    with transaction() as session:
        found = timeline.of_referral(session, referral_id, act=act())
    return TimelineSchema().dump(found)


@bp.get("/audit/status")
def status() -> ResponseReturnValue:
    """How long the organisation's trail is, its head, and whether it is whole."""
    with transaction() as session:
        audit_trail.note_look(session, act=act())
    with reading() as session:
        found = audit_trail.status(session, act=act())
    return StatusSchema().dump(found)
