"""The one loud page: stay with the person, who is told and when, what was done. One tap to say "I am with them"."""

import uuid
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from referral.model import Disposition
from service.actions import alert_answers, alert_facts
from service.actions.alert_answers import EndAlert
from service.actions.refusals import Conflict
from service.web.context import act, transaction
from service.web.forms import FormReader, problems_kept
from service.web.labels import choices
from service.web.words import duration_words, local, now

bp = Blueprint("alerts", __name__)

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)


@bp.get("/alerts/<uuid:alert_id>")
def show(alert_id: uuid.UUID) -> ResponseReturnValue:
    """What to do now, and everybody around it."""
    return _page(alert_id, {})


@bp.get("/alerts/<uuid:alert_id>/band")
def band(alert_id: uuid.UUID) -> ResponseReturnValue:
    """The band alone, redrawn while it is watched."""
    with transaction() as session:
        view = alert_facts.show(session, alert_id, act=act(), refresh=True)
    return render_template("alerts/band.html", alert=view, left=left)


@bp.post("/alerts/<uuid:alert_id>/acknowledge")
def acknowledge(alert_id: uuid.UUID) -> ResponseReturnValue:
    """Say "I am with them"; the second person is told who was first, on the same page."""
    try:
        with transaction() as session:
            alert_answers.acknowledge(session, alert_id, act=act())
    except Conflict as first:
        flash(str(first))
    else:
        flash(
            _(
                "You are with them. The next call is stopped; the alert goes on until what was done is written."
            )
        )
    return redirect(url_for("alerts.show", alert_id=alert_id), code=HTTPStatus.SEE_OTHER)


@bp.post("/alerts/<uuid:alert_id>/end")
def end(alert_id: uuid.UUID) -> ResponseReturnValue:
    """End the alert with what was done."""
    problems: dict[str, str] = {}
    with problems_kept(problems), transaction() as session:
        alert_answers.end(session, alert_id, _ending(), act=act())
    if problems:
        return _page(alert_id, problems), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("The alert has ended. The need stays open until it is closed."))
    return redirect(url_for("alerts.show", alert_id=alert_id), code=HTTPStatus.SEE_OTHER)


def _ending() -> EndAlert:
    form = FormReader()
    took_over, steps = form.text("took_over"), form.text("safety_steps")
    disposition, at = form.member("disposition", Disposition), form.moment("took_over_at")
    return EndAlert(took_over, steps, disposition, None if at is None else _just_now(at))


def _just_now(at: datetime) -> datetime:
    """Of the two moments that a clock shows when it is set back, the later one that has come already."""
    later = local(at).replace(fold=1).astimezone(UTC)
    return later if later <= now() else at


def _page(alert_id: uuid.UUID, problems: dict[str, str]) -> str:
    with transaction() as session:
        view = alert_facts.show(session, alert_id, act=act(), refresh=bool(problems))
    return render_template(
        "alerts/show.html",
        alert=view,
        left=left,
        problems=problems,
        given=request.form,
        dispositions=choices(Disposition),
        earliest=f"{local(view.raised_at):%Y-%m-%dT%H:%M}",
        latest=f"{local(now()):%Y-%m-%dT%H:%M}",
    )


def left(span: timedelta) -> str:
    """The time left with its seconds: "3 min 40 s"; from an hour on, as everywhere."""
    if abs(span) >= _HOUR:
        return duration_words(abs(span))
    minutes, seconds = divmod(int(abs(span).total_seconds()), 60)
    return _("%(minutes)s min %(seconds)s s", minutes=minutes, seconds=seconds)


@bp.app_template_filter("until")
def until(moment: object) -> timedelta:
    """How long until a moment, below zero when it has passed."""
    return moment - now()  # type: ignore[operator]  # templates pass moments
