"""What is late and waits for the person who looks: each can be done, put off with a reason, or handed on."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from service.actions import postponing
from service.web.context import act, transaction

bp = Blueprint("late", __name__)


@bp.get("/late")
def show() -> ResponseReturnValue:
    """Needs past their deadline that this person owns or was told of."""
    with transaction() as session:
        found = postponing.late(session, act=act())
    return render_template("late/show.html", found=found)
