"""Receiving desks over the API: who holds how many, and handing all of one person on to a colleague."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from service.actions import handing_on
from service.schemas.plain import plain
from service.schemas.referrals import HandOnSchema
from service.web.api.reading import json_body
from service.web.context import act, reading, transaction

bp = Blueprint("api_desks", __name__)


@bp.get("/desks")
def index() -> ResponseReturnValue:
    """Everybody at the desk, or at every desk for those who coordinate."""
    with reading() as session:
        return {"desks": plain(handing_on.desks(session, act=act()))}


@bp.post("/desks/hand-on")
def hand_on() -> ResponseReturnValue:
    """Hand all of one person to another of the same team; answers how many."""
    wanted = HandOnSchema().load(json_body())
    with transaction() as session:
        return {"handed_on": handing_on.hand_on(session, wanted["from_id"], wanted["to_id"], act=act())}
