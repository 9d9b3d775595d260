"""The directory of receivers over the API."""

import uuid

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from service.actions import directory, stating
from service.schemas.receivers import SoughtSchema, StatementSchema, entry_json
from service.web.api.reading import json_body
from service.web.context import act, reading, transaction

bp = Blueprint("api_receivers", __name__)


@bp.get("/receivers")
def index() -> ResponseReturnValue:
    """Teams and offices by name: ?words=, ?pathway=, ?language= narrow them."""
    sought = SoughtSchema().load(request.args.to_dict())
    with reading() as session:
        found = directory.index(session, sought, act=act())
    return {"receivers": [entry_json(each) for each in found]}


@bp.get("/receivers/<uuid:receiver_id>")
def show(receiver_id: uuid.UUID) -> ResponseReturnValue:
    """One receiver."""
    with reading() as session:
        found = directory.show(session, receiver_id, act=act())
    return entry_json(found)


@bp.put("/receivers/<uuid:receiver_id>")
def keep(receiver_id: uuid.UUID) -> ResponseReturnValue:
    """State all that a receiver offers."""
    command = StatementSchema().load(json_body())
    with transaction() as session:
        found = stating.keep(session, receiver_id, command, act=act())
    return entry_json(found)
