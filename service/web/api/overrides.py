"""Decisions made otherwise than the rules, over the API: make one, list them, mark one as looked at."""

import uuid
from http import HTTPStatus

from flask import Blueprint
from flask.typing import ResponseReturnValue

from service.actions import override_review, overriding
from service.schemas.overrides import OverrideSchema, ReviewSchema
from service.schemas.plain import plain
from service.web.api.reading import json_body
from service.web.context import act, transaction

bp = Blueprint("api_overrides", __name__)


@bp.post("/needs/<uuid:need_id>/override")
def create(need_id: uuid.UUID) -> ResponseReturnValue:
    """Decide otherwise about a need; answers the change."""
    command = OverrideSchema().load(json_body())
    with transaction() as session:
        override_id = overriding.override(session, need_id, command, act=act())
    return {"id": str(override_id), "need_id": str(need_id)}, HTTPStatus.CREATED


@bp.get("/overrides")
def index() -> ResponseReturnValue:
    """What waits to be looked at, what was looked at last, and the counts by rule and direction."""
    with transaction() as session:
        found = override_review.show(session, act=act())
    counts = [
        {"rule": one.rule, **{str(way): count for way, count in one.counts.items()}} for one in found.counts
    ]
    return {
        "waiting": plain(found.waiting),
        "reviewed": plain(found.reviewed),
        "counts": counts,
        "more": found.more,
    }


@bp.post("/overrides/<uuid:override_id>/review")
def review(override_id: uuid.UUID) -> ResponseReturnValue:
    """Mark a change as looked at, with a note."""
    note = ReviewSchema().load(json_body())["note"]
    with transaction() as session:
        override_review.review(session, override_id, note, act=act())
    return {"id": str(override_id)}
