"""Clients over the API."""

import uuid
from http import HTTPStatus

from flask import Blueprint
from flask.typing import ResponseReturnValue

from service.actions import caseload, client_card, clients, consents
from service.schemas.clients import (
    FoundSchema,
    OpenRecordSchema,
    RecordConsentSchema,
    SearchSchema,
    card_json,
)
from service.web.api.reading import json_body
from service.web.context import act, transaction

bp = Blueprint("api_clients", __name__)


@bp.post("/clients/search")
def search() -> ResponseReturnValue:
    """Clients in reach that match; the words come in the body, so that no name stands in a log."""
    wanted = SearchSchema().load(json_body())
    with transaction() as session:
        found = clients.find(session, wanted["query"], act=act())
    return FoundSchema().dump(found)


@bp.get("/clients/<uuid:client_id>")
def show(client_id: uuid.UUID) -> ResponseReturnValue:
    """One client at a glance: consent with its reasons, open needs, earlier screens."""
    with transaction() as session:
        card = client_card.show(session, client_id, act=act())
    return card_json(card)


@bp.post("/clients/<uuid:client_id>/reasons")
def open_record(client_id: uuid.UUID) -> ResponseReturnValue:
    """Open the record of somebody outside one's caseload for the rest of the day."""
    command = OpenRecordSchema().load(json_body())
    with transaction() as session:
        needed = caseload.open_record(session, client_id, command, act=act())
    return {"needed": needed}, HTTPStatus.CREATED if needed else HTTPStatus.OK


@bp.post("/clients/<uuid:client_id>/consents")
def record_consent(client_id: uuid.UUID) -> ResponseReturnValue:
    """Write an answer about consent down."""
    command = RecordConsentSchema().load(json_body())
    with transaction() as session:
        consent_id = consents.record(session, client_id, command, act=act())
    return {"id": str(consent_id)}, HTTPStatus.CREATED
