"""Screenings over the API: start, answer, submit, read."""

import uuid
from http import HTTPStatus

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from service.actions import looking, results, screenings
from service.actions.forms import Progress
from service.kinds import ScreeningStatus
from service.schemas.screenings import (
    EndSchema,
    GiveAnswersSchema,
    StartScreeningSchema,
    progress_json,
    result_json,
    trace_json,
)
from service.web.api.reading import json_body
from service.web.context import act, transaction

bp = Blueprint("api_screenings", __name__)


@bp.post("/screenings")
def start() -> ResponseReturnValue:
    """Begin a screening; the same Idempotency-Key gives the same screening again."""
    command = StartScreeningSchema().load(json_body())
    key = request.headers.get("Idempotency-Key", "")[:64] or None
    with transaction() as session:
        screening_id = screenings.start(session, screenings.keyed(command, key), act=act())
        progress = screenings.progress(session, screening_id, act=act())
    return progress_json(progress), HTTPStatus.CREATED


@bp.get("/screenings/<uuid:screening_id>")
def show(screening_id: uuid.UUID) -> ResponseReturnValue:
    """Where a screening stands."""
    with transaction() as session:
        progress = looking.screening(session, screening_id, act=act())
    return progress_json(progress)


@bp.put("/screenings/<uuid:screening_id>/answers")
def answer(screening_id: uuid.UUID) -> ResponseReturnValue:
    """Save answers to one instrument, all of them or none."""
    commands = GiveAnswersSchema().load(json_body())
    with transaction() as session:
        progress = screenings.answer_all(session, screening_id, commands, act=act())
    return progress_json(progress)


@bp.post("/screenings/<uuid:screening_id>/submit")
def submit(screening_id: uuid.UUID) -> ResponseReturnValue:
    """End a screening, score, route. Again gives the same result; nothing is done twice."""
    wanted = EndSchema().load(json_body())
    status = ScreeningStatus.STOPPED if wanted["stopped"] else ScreeningStatus.SUBMITTED
    with transaction() as session:
        _ended: Progress = screenings.end(session, screening_id, status, act=act())
        result = results.show(session, screening_id, act=act())
    return result_json(result)


@bp.get("/screenings/<uuid:screening_id>/result")
def result(screening_id: uuid.UUID) -> ResponseReturnValue:
    """What a screening says."""
    with transaction() as session:
        found = results.show(session, screening_id, act=act())
    return result_json(found)


@bp.get("/screenings/<uuid:screening_id>/trace")
def trace(screening_id: uuid.UUID) -> ResponseReturnValue:
    """Every rule that was tried, and why others were passed over."""
    with transaction() as session:
        found = results.show(session, screening_id, act=act())
    return {"rules": found.rules, "verdicts": trace_json(found)}
