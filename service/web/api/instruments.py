"""The instruments in force over the API."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from service.permissions import Permission
from service.schemas.instruments import instrument_json
from service.web.context import act, actor

bp = Blueprint("api_instruments", __name__)


@bp.get("/instruments")
def index() -> ResponseReturnValue:
    """Every instrument that can be asked or scored here."""
    actor().must(Permission.READ_INSTRUMENTS)
    return {"instruments": [instrument_json(each) for each in act().definitions.instruments.instruments()]}
