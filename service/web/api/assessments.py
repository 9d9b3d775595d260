"""Safety assessments over the API: what is due, and what was concluded."""

import uuid
from http import HTTPStatus

from flask import Blueprint
from flask.typing import ResponseReturnValue

from service.actions import assessment_facts, assessments
from service.schemas.assessments import RecordSchema, dues_json, recorded_json
from service.web.api.reading import json_body
from service.web.context import act, transaction

bp = Blueprint("api_assessments", __name__)


@bp.get("/safety-assessments")
def index() -> ResponseReturnValue:
    """Every assessment that waits in one's reach, the earliest due first."""
    with transaction() as session:
        found = assessment_facts.due(session, act=act())
    return dues_json(found)


@bp.post("/safety-assessments/<uuid:screening_id>")
def record(screening_id: uuid.UUID) -> ResponseReturnValue:
    """What the assessment after this screening concluded."""
    command = RecordSchema().load(json_body())
    with transaction() as session:
        recorded = assessments.record(session, screening_id, command, act=act())
    return recorded_json(recorded), HTTPStatus.CREATED


@bp.post("/needs/<uuid:need_id>/safety-assessment")
def record_for_need(need_id: uuid.UUID) -> ResponseReturnValue:
    """What the assessment concluded for a need that a person opened without a screening."""
    command = RecordSchema().load(json_body())
    with transaction() as session:
        recorded = assessments.record_for_need(session, need_id, command, act=act())
    return recorded_json(recorded), HTTPStatus.CREATED
