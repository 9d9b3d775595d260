"""Bringing in a roster over the API."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from service.actions import roster_import
from service.actions.roster_import import Preview
from service.schemas.enrolling import RosterSchema, SeenRosterSchema, preview_json
from service.web.api.reading import json_body
from service.web.context import act, reading, transaction

bp = Blueprint("api_roster", __name__)


@bp.post("/roster/preview")
def look() -> ResponseReturnValue:
    """What the roster would change; 422 names everything that is wrong with it."""
    seen = _seen(RosterSchema().load(json_body())["text"])
    with transaction() as session:
        roster_import.note_look(session, seen, act=act())
    roster_import.refuse_problems(seen, act())
    return preview_json(seen)


@bp.post("/roster")
def bring_in() -> ResponseReturnValue:
    """Do what the preview of this version said; 409 where records changed since."""
    command = SeenRosterSchema().load(json_body())
    seen = _seen(command["text"])
    with transaction() as session:
        plan = roster_import.bring_in(session, seen, command["version"], act=act())
    return dict(plan.counts)


def _seen(text: str) -> Preview:
    with reading() as session:
        return roster_import.look(session, text.encode("utf-8", "replace"), act=act())
