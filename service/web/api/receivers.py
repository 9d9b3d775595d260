"""The directory of receivers over the API."""

import uuid

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from service.actions import directory, stating, withdrawing
from service.schemas.plain import plain
from service.schemas.receivers import (
    NameSchema,
    SoughtSchema,
    StatementSchema,
    WithdrawSchema,
    entry_json,
)
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
        left, lines = withdrawing.left_there(session, found, act=act())
    return entry_json(found) | {"left_open": left, "open": plain(lines)}


@bp.put("/receivers/<uuid:receiver_id>")
def keep(receiver_id: uuid.UUID) -> ResponseReturnValue:
    """State all that a receiver offers."""
    command = StatementSchema().load(json_body())
    with transaction() as session:
        found = stating.keep(session, receiver_id, command, act=act())
    return entry_json(found)


@bp.put("/receivers/<uuid:receiver_id>/name")
def rename(receiver_id: uuid.UUID) -> ResponseReturnValue:
    """Call a receiver otherwise."""
    name = NameSchema().load(json_body())["name"]
    with transaction() as session:
        withdrawing.rename(session, receiver_id, name, act=act())
        return entry_json(directory.show(session, receiver_id, act=act()))


@bp.post("/receivers/<uuid:receiver_id>/withdraw")
def withdraw(receiver_id: uuid.UUID) -> ResponseReturnValue:
    """Offer a receiver to nobody any more; answers what is open there still."""
    reason = WithdrawSchema().load(json_body())["reason"]
    with transaction() as session:
        withdrawing.withdraw(session, receiver_id, reason, act=act())
        entry = directory.show(session, receiver_id, act=act())
        left, lines = withdrawing.left_there(session, entry, act=act())
    return entry_json(entry) | {"left_open": left, "open": plain(lines)}


@bp.post("/receivers/<uuid:receiver_id>/bring-back")
def bring_back(receiver_id: uuid.UUID) -> ResponseReturnValue:
    """Offer it again."""
    with transaction() as session:
        withdrawing.bring_back(session, receiver_id, act=act())
        return entry_json(directory.show(session, receiver_id, act=act()))
