"""The auditor's desk over the API: events of the trail that fit."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from service.actions import audit_desk, audit_trail
from service.schemas.audit import DeskSchema
from service.web.asked import place_asked
from service.web.context import act, reading, transaction
from service.web.trail_asked import TrailReader

bp = Blueprint("api_audit", __name__)


@bp.get("/audit/events")
def events() -> ResponseReturnValue:
    """The newest events that fit, fifty at a time; `older` is what to ask for with `before`."""
    before, filters = place_asked(), TrailReader(request.args).filters()
    with transaction() as session:
        audit_trail.note_look(session, act=act())
    with reading() as session:
        desk = audit_desk.find(session, filters, act=act(), before=before)
    return DeskSchema().dump(desk)
