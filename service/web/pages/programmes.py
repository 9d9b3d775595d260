"""Which programmes run here, for their administrator; what another version moves is shown before one confirms."""

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from instruments.answers import Answers
from instruments.model import Instrument, Text
from service.actions import programmes
from service.actions.programmes import Move
from service.permissions import Permission
from service.web.context import act, actor, reading, transaction
from service.web.forms import FormReader, problems_kept

bp = Blueprint("programmes", __name__)


@bp.get("/programmes")
def index() -> ResponseReturnValue:
    """What runs here, what it could move to, and what could be started."""
    actor().must(Permission.RUN_PROGRAMMES)
    with reading() as session:
        running = programmes.in_force(session, act=act())
        others = programmes.not_in_force(session, act=act())
    return render_template("programmes/index.html", running=running, others=others)


@bp.post("/programmes/<programme_id>/start")
def start(programme_id: str) -> ResponseReturnValue:
    """Put a programme in force."""
    with transaction() as session:
        programmes.start(session, programme_id, request.form.get("version") or None, act=act())
    return redirect(url_for("programmes.index"), code=HTTPStatus.SEE_OTHER)


@bp.post("/programmes/<programme_id>/end")
def end(programme_id: str) -> ResponseReturnValue:
    """End a programme."""
    with transaction() as session:
        programmes.end(session, programme_id, request.form.get("was", ""), act=act())
    return redirect(url_for("programmes.index"), code=HTTPStatus.SEE_OTHER)


@bp.get("/programmes/<programme_id>/move")
def ask(programme_id: str) -> ResponseReturnValue:
    """What would move, and the form that confirms it."""
    return _difference(programme_id, {})


@bp.post("/programmes/<programme_id>/move")
def move(programme_id: str) -> ResponseReturnValue:
    """Move the programme."""
    problems: dict[str, str] = {}
    with problems_kept(problems), transaction() as session:
        programmes.move(session, programme_id, _command(), act=act())
    if problems:
        return _difference(programme_id, problems), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for("programmes.index"), code=HTTPStatus.SEE_OTHER)


def _command() -> Move:
    form = FormReader()
    reason = form.text("reason")
    form.done()
    return Move(request.form.get("to", ""), request.form.get("was", ""), "lowers" in request.form, reason)


def _difference(programme_id: str, problems: dict[str, str]) -> str:
    with reading() as session:
        running = programmes.one_in_force(session, programme_id, act=act())
        to = request.values.get("to") or running.programme.version
        found = programmes.difference(session, programme_id, to, act=act())
    pathways = {each.id: each for each in act().definitions.pathways.all()}
    return render_template(
        "programmes/move.html",
        running=running,
        found=found,
        pathways=pathways,
        problems=problems,
        given=request.form,
        spelled=_spelled,
    )


def _spelled(instrument: Instrument, witness: Answers) -> list[tuple[str, Text | None]]:
    """Answers that show something, question by question: its number, and the answer's words; None is declined."""
    shown: list[tuple[str, Text | None]] = []
    for item in instrument.items:
        labels = {option.value: option.label for option in item.options}
        if item.id in witness.values:
            shown.append((item.number or item.id, labels[witness.values[item.id]]))
        elif item.id in witness.refused:
            shown.append((item.number or item.id, None))
    return shown
