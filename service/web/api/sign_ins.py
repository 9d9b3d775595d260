"""Signing in over the API: an e-mail and a password for a bearer token."""

import secrets
from http import HTTPStatus

from flask import Blueprint
from flask.typing import ResponseReturnValue

from service.actions import sign_ins
from service.schemas.sign_ins import SignInSchema
from service.web import door
from service.web.api.reading import json_body
from service.web.context import act, transaction
from service.web.guard import presented_secret

bp = Blueprint("api_sign_ins", __name__)


@bp.post("/sign-ins")
def create() -> ResponseReturnValue:
    """A bearer token for the rest of the API."""
    wanted = SignInSchema().load(json_body())
    secret = secrets.token_urlsafe(32)
    actor = door.admit(wanted["email"], wanted["password"], secret)
    return {"token": secret, "role": actor.role, "name": actor.name}, HTTPStatus.CREATED


@bp.delete("/sign-ins/current")
def end() -> ResponseReturnValue:
    """End this sign-in; its token opens nothing from now on."""
    with transaction() as session:
        sign_ins.end(session, presented_secret() or "", act=act())
    return "", HTTPStatus.NO_CONTENT
