"""Adding and changing clients and their guardians over the API."""

import uuid
from http import HTTPStatus

from flask import Blueprint
from flask.typing import ResponseReturnValue

from service.actions import enrolling, guardians
from service.schemas.enrolling import (
    ChangedClientSchema,
    GuardianDetailsSchema,
    NewClientSchema,
    alike_json,
    details_json,
)
from service.web.api.reading import json_body
from service.web.context import act, transaction

bp = Blueprint("api_enrolling", __name__)


@bp.post("/clients")
def add() -> ResponseReturnValue:
    """Add a client; unless the sender is sure, 200 with who may be the same person, and nobody is added."""
    details, sure = NewClientSchema().load(json_body())
    with transaction() as session:
        made = enrolling.add(session, details, sure=sure, act=act())
    if not isinstance(made, uuid.UUID):
        return alike_json(made)
    return {"id": str(made)}, HTTPStatus.CREATED


@bp.get("/clients/<uuid:client_id>/details")
def show(client_id: uuid.UUID) -> ResponseReturnValue:
    """What is kept about a client, with the version that a change names."""
    with transaction() as session:
        details = enrolling.editable(session, client_id, act=act())
    return details_json(details, enrolling.version_of(details))


@bp.put("/clients/<uuid:client_id>")
def keep(client_id: uuid.UUID) -> ResponseReturnValue:
    """Change what is kept: which fields that changed."""
    details, version = ChangedClientSchema().load(json_body())
    with transaction() as session:
        changed = enrolling.change(session, client_id, details, version, act=act())
    return {"fields": list(changed.fields), "reached": changed.reached, "open_needs": changed.open_needs}


@bp.post("/clients/<uuid:client_id>/guardians")
def add_guardian(client_id: uuid.UUID) -> ResponseReturnValue:
    """Add a guardian."""
    command = GuardianDetailsSchema().load(json_body())
    with transaction() as session:
        guardian_id = guardians.add(session, client_id, command, act=act())
    return {"id": str(guardian_id)}, HTTPStatus.CREATED


@bp.put("/clients/<uuid:client_id>/guardians/<uuid:guardian_id>")
def keep_guardian(client_id: uuid.UUID, guardian_id: uuid.UUID) -> ResponseReturnValue:
    """Change a guardian."""
    command = GuardianDetailsSchema().load(json_body())
    with transaction() as session:
        guardians.change(session, client_id, guardian_id, command, act=act())
    return {"id": str(guardian_id)}


@bp.delete("/clients/<uuid:client_id>/guardians/<uuid:guardian_id>")
def take_guardian_away(client_id: uuid.UUID, guardian_id: uuid.UUID) -> ResponseReturnValue:
    """They are no guardian any more, and what they answered about consent does not count."""
    with transaction() as session:
        guardians.take_away(session, client_id, guardian_id, act=act())
    return "", HTTPStatus.NO_CONTENT
