"""Crisis help, open to everybody: it works signed out, and without the record."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from service.web.context import parts

bp = Blueprint("help", __name__)


@bp.get("/crisis-help")
def crisis() -> ResponseReturnValue:
    """Whom to call, now."""
    return render_template("crisis_help.html", resources=parts().definitions.resources)
