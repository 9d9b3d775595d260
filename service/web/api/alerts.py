"""Alerts over the API: those that live, one of them, and answering it."""

import uuid

from flask import Blueprint
from flask.typing import ResponseReturnValue

from service.actions import alert_answers, alert_facts, looking
from service.schemas.alerts import EndAlertSchema, alert_json, live_json
from service.schemas.plain import plain
from service.web.api.reading import json_body
from service.web.context import act, transaction

bp = Blueprint("api_alerts", __name__)


@bp.get("/alerts")
def index() -> ResponseReturnValue:
    """Every alert that nobody has ended, unacknowledged first."""
    with transaction() as session:
        found = looking.live_alerts(session, act=act())
    return live_json(found)


@bp.get("/alerts/<uuid:alert_id>")
def show(alert_id: uuid.UUID) -> ResponseReturnValue:
    """What to do, who is told and when, and why."""
    with transaction() as session:
        view = alert_facts.show(session, alert_id, act=act())
    return alert_json(view)


@bp.post("/alerts/<uuid:alert_id>/acknowledge")
def acknowledge(alert_id: uuid.UUID) -> ResponseReturnValue:
    """Say "I am with them". Takes no body."""
    with transaction() as session:
        known = alert_answers.acknowledge(session, alert_id, act=act())
    return {"id": str(alert_id), "acknowledged": plain(known)}


@bp.post("/alerts/<uuid:alert_id>/close")
def close(alert_id: uuid.UUID) -> ResponseReturnValue:
    """End the alert with what was done."""
    command = EndAlertSchema().load(json_body())
    with transaction() as session:
        alert_answers.end(session, alert_id, command, act=act())
    return {"id": str(alert_id), "closed": True}
