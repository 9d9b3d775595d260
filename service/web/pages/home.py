"""Where each role begins its day."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from service.permissions import Role
from service.web.context import actor

bp = Blueprint("home", __name__)

STARTS = {
    Role.COUNSELOR: "clients.index",
    Role.REFERRAL_STAFF: "queue.show",
    Role.CLINICIAN: "queue.show",
    Role.COORDINATOR: "board.show",
    Role.SUPERVISOR: "board.show",
    Role.ON_CALL: "on_call.show",
    Role.AUDITOR: "audit.show",
    Role.ADMINISTRATOR: "programmes.index",
}


@bp.get("/")
def show() -> ResponseReturnValue:
    """The first page of the day."""
    return redirect(url_for(STARTS[actor().role]))
