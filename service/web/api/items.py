"""Single answers over the API: what waits for an answer, asking for them, a yes, sharing, saying why not."""

import uuid
from http import HTTPStatus

from flask import Blueprint
from flask.typing import ResponseReturnValue

from service.actions import items, items_view
from service.schemas.items import (
    AgreeItemsSchema,
    AskItemsSchema,
    DeclineItemsSchema,
    asked_json,
    items_json,
)
from service.web.api.reading import json_body
from service.web.context import act, transaction

bp = Blueprint("api_items", __name__)


@bp.get("/items-requests")
def index() -> ResponseReturnValue:
    """What waits for an answer of this side."""
    with transaction() as session:
        found = items_view.waiting(session, act=act())
    return asked_json(found)


@bp.get("/referrals/<uuid:referral_id>/items")
def show(referral_id: uuid.UUID) -> ResponseReturnValue:
    """How things stand with the single answers of a referral; never an answer."""
    with transaction() as session:
        found = items_view.show(session, referral_id, act=act())
    return items_json(found.items)


@bp.post("/referrals/<uuid:referral_id>/items/ask")
def ask(referral_id: uuid.UUID) -> ResponseReturnValue:
    """Ask for consent to share them."""
    reason = AskItemsSchema().load(json_body())["reason"]
    with transaction() as session:
        request_id = items.ask(session, referral_id, reason, act=act())
    return {"id": str(request_id)}, HTTPStatus.CREATED


@bp.post("/referrals/<uuid:referral_id>/items/agree")
def agree(referral_id: uuid.UUID) -> ResponseReturnValue:
    """Write down that somebody said yes."""
    command = AgreeItemsSchema().load(json_body())
    with transaction() as session:
        consent_id = items.agree(session, referral_id, command, act=act())
    return {"id": str(consent_id)}, HTTPStatus.CREATED


@bp.post("/referrals/<uuid:referral_id>/items/share")
def share(referral_id: uuid.UUID) -> ResponseReturnValue:
    """Share them, if consent permits it today."""
    with transaction() as session:
        items.share(session, referral_id, act=act())
    return {"referral_id": str(referral_id)}


@bp.post("/referrals/<uuid:referral_id>/items/decline")
def decline(referral_id: uuid.UUID) -> ResponseReturnValue:
    """Say why they are not shared."""
    reason = DeclineItemsSchema().load(json_body())["reason"]
    with transaction() as session:
        items.decline(session, referral_id, reason, act=act())
    return {"referral_id": str(referral_id)}
