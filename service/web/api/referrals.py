"""Referrals over the API: the queue, one of them, what would be sent, and every step."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from service.actions import outcomes, queue, referral_views, referrals
from service.schemas.referrals import (
    SendSchema,
    WantedSchema,
    preview_json,
    queue_json,
    referral_json,
    said_with,
    view_json,
)
from service.web.api.reading import json_body
from service.web.context import act, transaction
from service.web.steps import STEPS

bp = Blueprint("api_referrals", __name__)


@bp.get("/referrals")
def index() -> ResponseReturnValue:
    """One page of the queue: ?view=, ?urgency=, ?owner=, and ?cursor= for the page after."""
    wanted = WantedSchema().load(request.args.to_dict())
    with transaction() as session:
        page = queue.show(session, wanted, act=act())
    return queue_json(page)


@bp.get("/referrals/<uuid:referral_id>")
def show(referral_id: uuid.UUID) -> ResponseReturnValue:
    """One referral as one's own side sees it."""
    with transaction() as session:
        view = referral_views.show(session, referral_id, act=act())
    return view_json(view)


@bp.get("/referrals/<uuid:referral_id>/preview")
def preview(referral_id: uuid.UUID) -> ResponseReturnValue:
    """What a draft would send, and the teams that could receive it, best first."""
    with transaction() as session:
        found = referral_views.preview(session, referral_id, act=act())
    return preview_json(found)


@bp.post("/referrals/<uuid:referral_id>/send")
def send(referral_id: uuid.UUID) -> ResponseReturnValue:
    """Send a draft to a team of its pathway."""
    command = SendSchema().load(json_body())
    with transaction() as session:
        referral = referrals.send(session, referral_id, command, act=act())
    return referral_json(referral)


@bp.post("/referrals/<uuid:referral_id>/read-outcome")
def read_outcome(referral_id: uuid.UUID) -> ResponseReturnValue:
    """Read what became of a referral."""
    with transaction() as session:
        referral = outcomes.read(session, referral_id, act=act())
    return referral_json(referral)


@bp.post(f"/referrals/<uuid:referral_id>/<any({', '.join(map(repr, STEPS))}):name>")
def take(referral_id: uuid.UUID, name: str) -> ResponseReturnValue:
    """Take one step: the last word of the address says which."""
    step = STEPS[name]
    said = said_with(step, _body())
    with transaction() as session:
        referral = referrals.take(session, referral_id, step, said, act=act())
    return referral_json(referral)


def _body() -> Mapping[str, Any]:
    """The body of a step; one that needs nothing may come without."""
    return json_body() if request.get_data() else {}
