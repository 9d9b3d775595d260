"""The brief safety assessment: a calm, structured page for the person who does it, and the list of those due."""

import uuid
from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from referral.model import Disposition
from service.access import Session
from service.actions import assessment_facts, assessments
from service.actions.assessment_facts import AssessmentView
from service.actions.assessments import Record, Recorded
from service.web.context import act, transaction
from service.web.forms import FormReader, problems_kept

bp = Blueprint("assessments", __name__)


@bp.get("/safety-assessments")
def index() -> ResponseReturnValue:
    """Assessments that wait, the earliest due first."""
    with transaction() as session:
        found = assessment_facts.due(session, act=act())
    return render_template("assessments/index.html", found=found)


@bp.get("/screenings/<uuid:screening_id>/safety-assessment")
def edit(screening_id: uuid.UUID) -> ResponseReturnValue:
    """The assessment after one screening: its form, or what was concluded."""
    return _page(_after(screening_id), {})


@bp.post("/screenings/<uuid:screening_id>/safety-assessment")
def record(screening_id: uuid.UUID) -> ResponseReturnValue:
    """Keep what the assessment after one screening concluded."""

    def keep(session: Session) -> Recorded:
        return assessments.record(session, screening_id, _command(), act=act())

    here = url_for("assessments.edit", screening_id=screening_id)
    return _record(keep, _after(screening_id), here)


@bp.get("/needs/<uuid:need_id>/safety-assessment")
def edit_for_need(need_id: uuid.UUID) -> ResponseReturnValue:
    """The assessment for one need without a screening."""
    return _page(_about(need_id), {})


@bp.post("/needs/<uuid:need_id>/safety-assessment")
def record_for_need(need_id: uuid.UUID) -> ResponseReturnValue:
    """Keep what the assessment for one need concluded."""

    def keep(session: Session) -> Recorded:
        return assessments.record_for_need(session, need_id, _command(), act=act())

    return _record(keep, _about(need_id), url_for("assessments.edit_for_need", need_id=need_id))


Show = Callable[[Session], AssessmentView]


def _after(screening_id: uuid.UUID) -> Show:
    return lambda session: assessment_facts.show(session, screening_id, act=act())


def _about(need_id: uuid.UUID) -> Show:
    return lambda session: assessment_facts.show_for_need(session, need_id, act=act())


def _record(keep: Callable[[Session], Recorded], show: Show, here: str) -> ResponseReturnValue:
    problems: dict[str, str] = {}
    recorded = None
    with problems_kept(problems), transaction() as session:
        recorded = keep(session)
    if problems or recorded is None:
        return _page(show, problems), HTTPStatus.UNPROCESSABLE_ENTITY
    if recorded.alert_id is not None:
        here = url_for("alerts.show", alert_id=recorded.alert_id)
    flash(_("The safety assessment is written down."))
    return redirect(here, code=HTTPStatus.SEE_OTHER)


def _command() -> Record:
    form = FormReader()
    plan = form.text("safety_plan")
    happened_at = form.moment("happened_at")
    command = Record(
        form.member("disposition", Disposition),
        form.text("took_over"),
        plan == "yes",
        form.text("why_no_safety_plan"),
        form.text("note"),
        happened_at,
    )
    form.done()
    return command


def _page(show: Show, problems: dict[str, str]) -> str:
    with transaction() as session:
        view = show(session)
    explained = {
        Disposition.LOW: _("No thoughts of suicide now, or passing ones without a plan. Support as agreed."),
        Disposition.FURTHER_EVALUATION: _(
            "Thoughts, earlier attempts or worries that need a full evaluation. An urgent referral follows."
        ),
        Disposition.IMMINENT: _(
            "Thoughts right now, or a plan with the means at hand. An alert follows: nobody is left alone."
        ),
    }
    return render_template(
        "assessments/edit.html", view=view, problems=problems, given=request.form, explained=explained
    )
