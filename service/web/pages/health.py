"""Whether the program is up, for machines."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from service.actions.health import is_ready
from service.web.context import reading

bp = Blueprint("health", __name__)


@bp.get("/health")
def live() -> ResponseReturnValue:
    """200 when the database answers."""
    with reading() as session:
        is_ready(session)
    return {"status": "ok"}
