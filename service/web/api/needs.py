"""Needs over the API: the board, one need, and everything that a person does about one."""

import uuid
from http import HTTPStatus

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from service.actions import attempts, board, closing, need_facts, needs, postponing
from service.schemas.needs import (
    AttemptSchema,
    CloseLoopSchema,
    CloseNeedSchema,
    FiltersSchema,
    OpenNeedSchema,
    PostponeSchema,
    ReassignSchema,
    RedirectSchema,
    ReopenSchema,
    SignOffSchema,
    board_json,
    need_json,
)
from service.schemas.plain import plain
from service.web.api.reading import json_body
from service.web.context import act, transaction

bp = Blueprint("api_needs", __name__)


@bp.get("/needs")
def index() -> ResponseReturnValue:
    """One page of the board: ?view=, ?pathway=, ?mine=true, and ?after= for the page behind."""
    filters = FiltersSchema().load(request.args.to_dict())
    with transaction() as session:
        page = board.show(session, filters, act=act())
    return board_json(page)


@bp.post("/needs")
def create() -> ResponseReturnValue:
    """Open a need by judgement, without a screening."""
    client_id, command = OpenNeedSchema().load(json_body())
    with transaction() as session:
        need_id = needs.open_by_judgement(session, client_id, command, act=act())
    return {"id": str(need_id)}, HTTPStatus.CREATED


@bp.get("/needs/<uuid:need_id>")
def show(need_id: uuid.UUID) -> ResponseReturnValue:
    """One need with everything around it."""
    with transaction() as session:
        view = need_facts.show(session, need_id, act=act())
    return need_json(view)


@bp.post("/needs/<uuid:need_id>/attempts")
def log_attempt(need_id: uuid.UUID) -> ResponseReturnValue:
    """Write down an attempt to reach the client or family."""
    command = AttemptSchema().load(json_body())
    with transaction() as session:
        attempt_id = attempts.log_attempt(session, need_id, command, act=act())
    return {"id": str(attempt_id)}, HTTPStatus.CREATED


@bp.post("/needs/<uuid:need_id>/reassign")
def reassign(need_id: uuid.UUID) -> ResponseReturnValue:
    """Hand the need to another person."""
    command = ReassignSchema().load(json_body())
    with transaction() as session:
        needs.reassign(session, need_id, command, act=act())
    return {"id": str(need_id), "owner_id": str(command.owner_id)}


@bp.post("/needs/<uuid:need_id>/postpone")
def postpone(need_id: uuid.UUID) -> ResponseReturnValue:
    """Put off what is due, with a reason."""
    command = PostponeSchema().load(json_body())
    with transaction() as session:
        postponing.postpone(session, need_id, command, act=act())
    return {"id": str(need_id), "until": plain(command.until)}


@bp.post("/needs/<uuid:need_id>/redirect")
def redirect(need_id: uuid.UUID) -> ResponseReturnValue:
    """Start the next attempt; answers the new draft."""
    command = RedirectSchema().load(json_body())
    with transaction() as session:
        referral_id = needs.redirect(session, need_id, command, act=act())
    return {"id": str(need_id), "referral_id": str(referral_id)}, HTTPStatus.CREATED


@bp.post("/needs/<uuid:need_id>/sign-off")
def sign_off(need_id: uuid.UUID) -> ResponseReturnValue:
    """A second person signs."""
    command = SignOffSchema().load(json_body())
    with transaction() as session:
        needs.sign_off(session, need_id, command, act=act())
    return {"id": str(need_id), "signed": str(command.reason)}


@bp.post("/needs/<uuid:need_id>/close")
def close(need_id: uuid.UUID) -> ResponseReturnValue:
    """Close a need with a reason."""
    command = CloseNeedSchema().load(json_body())
    with transaction() as session:
        closing.close(session, need_id, command, act=act())
    return {"id": str(need_id), "closed": True}


@bp.post("/needs/<uuid:need_id>/close-loop")
def close_loop(need_id: uuid.UUID) -> ResponseReturnValue:
    """Read an outcome and close the need with the reason that fits it."""
    command = CloseLoopSchema().load(json_body())
    with transaction() as session:
        closed = closing.close_the_loop(session, need_id, command, act=act())
    return {"id": str(need_id), "closed": closed}


@bp.post("/needs/<uuid:need_id>/reopen")
def reopen(need_id: uuid.UUID) -> ResponseReturnValue:
    """Open a closed need again; answers the new draft."""
    why = ReopenSchema().load(json_body())["note"]
    with transaction() as session:
        referral_id = needs.reopen(session, need_id, why, act=act())
    return {"id": str(need_id), "referral_id": str(referral_id)}, HTTPStatus.CREATED
