"""On call: the alerts that wait for somebody, answered in one tap, who is on duty, and the roster behind it."""

import uuid
from datetime import time
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.actions import alert_answers, alerts, rosters
from service.actions.refusals import Conflict
from service.actions.rosters import NewShift
from service.web.context import act, transaction
from service.web.forms import FormReader, as_id, problems_kept
from service.web.words import day_names

bp = Blueprint("on_call", __name__)


@bp.get("/on-call")
def show() -> ResponseReturnValue:
    """Alerts that nobody has ended, and nothing else."""
    return _show("on_call/show.html", refresh=False)


@bp.get("/on-call/alerts")
def live() -> ResponseReturnValue:
    """The list alone, drawn again while it is watched."""
    return _show("on_call/live.html", refresh=True)


@bp.post("/on-call/alerts/<uuid:alert_id>")
def acknowledge(alert_id: uuid.UUID) -> ResponseReturnValue:
    """Say "I am going": the next call is stopped, and the steps of the alert are shown."""
    try:
        with transaction() as session:
            alert_answers.acknowledge(session, alert_id, act=act())
    except Conflict as first:
        flash(str(first))
    return redirect(url_for("alerts.show", alert_id=alert_id), code=HTTPStatus.SEE_OTHER)


@bp.get("/on-call/roster")
def roster() -> ResponseReturnValue:
    """Who is on call when, and the hours without anybody."""
    return _roster({})


@bp.post("/on-call/roster")
def add() -> ResponseReturnValue:
    """Put a shift on the roster."""
    problems: dict[str, str] = {}
    with problems_kept(problems), transaction() as session:
        rosters.add(session, _new_shift(), act=act())
    if problems:
        return _roster(problems), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("The shift is on the roster."))
    return redirect(url_for("on_call.roster"), code=HTTPStatus.SEE_OTHER)


@bp.post("/on-call/roster/<uuid:shift_id>/withdraw")
def withdraw(shift_id: uuid.UUID) -> ResponseReturnValue:
    """Take a shift off the roster."""
    with transaction() as session:
        rosters.withdraw(session, shift_id, act=act())
    flash(_("The shift is off the roster."))
    return redirect(url_for("on_call.roster"), code=HTTPStatus.SEE_OTHER)


def _show(template: str, *, refresh: bool) -> str:
    with transaction() as session:
        found, duty = alerts.on_call(session, act=act(), refresh=refresh), rosters.duty(session, act=act())
    return render_template(template, found=found, duty=duty)


def _roster(problems: dict[str, str]) -> str:
    with transaction() as session:
        found = rosters.show(session, act=act())
    return render_template(
        "on_call/roster.html",
        roster=found,
        problems=problems,
        given=request.form if problems else {},
        chosen=request.form.getlist("days"),
        day_names=day_names(),
    )


def _new_shift() -> NewShift:
    form = FormReader()
    days = frozenset(int(each) for each in request.form.getlist("days") if each in set("0123456"))
    first, last = form.day("first"), form.day("last")
    form.done()
    person = as_id(request.form.get("user_id", ""))
    return NewShift(person, days, _clock("starts"), _clock("ends"), first, last)


def _clock(name: str) -> time | None:
    try:
        return time.fromisoformat(request.form.get(name, ""))
    except ValueError:
        return None
