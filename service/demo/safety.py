"""What follows risk in the demo: the brief safety assessment, the alert, the crisis team. By people, in time."""

import uuid

from referral.model import Disposition, Outcome, Step
from service.actions import alert_answers, assessments
from service.actions.alert_answers import EndAlert
from service.actions.assessments import Record
from service.actions.taking import Said
from service.demo.crowd import Someone
from service.demo.loop import Loop
from service.demo.stage import Course, Stage, days, hours, minutes
from service.store.alerts import alert_about, assessment_about

FURTHER = 0.2
"""How many brief assessments ask for a further one: about two of a hundred screened in the series cited above."""


def soon_done(stage: Stage, someone: Someone, screening_id: uuid.UUID) -> Course:
    """The assessment that a screening asked for, done within hours, with a plan."""
    yield hours(0.3, 2.5)
    row = assessment_about(stage.session, stage.organisation_id, screening_id)
    if row is None or row.done_at is not None:
        return
    further = stage.dice.random() < FURTHER
    command = Record(
        Disposition.FURTHER_EVALUATION if further else Disposition.LOW,
        took_over=stage.people[someone.counselor].name,
        safety_plan=True,
    )
    assessments.record(stage.session, screening_id, command, act=stage.act(someone.counselor))


def left_waiting(stage: Stage, someone: Someone, screening_id: uuid.UUID) -> Course:  # noqa: ARG001  as the other
    """The assessment is still due, and an alert still rings."""
    yield from ()


def answered(stage: Stage, someone: Someone, screening_id: uuid.UUID) -> Course:
    """An alert: somebody is with them within minutes, makes things safe, and ends it when it is over."""
    yield minutes(1, 4)
    alert = alert_about(stage.session, stage.organisation_id, screening_id)
    if alert is None:
        return
    by = stage.act(someone.counselor)
    alert_answers.acknowledge(stage.session, alert.id, act=by)
    yield minutes(20, 45)
    helper = stage.people["crisis"].name
    concluded = Record(Disposition.FURTHER_EVALUATION, took_over=helper, safety_plan=True)
    assessments.record(stage.session, screening_id, concluded, act=stage.act("crisis"))
    met = stage.at
    yield minutes(3, 9)
    done = EndAlert(
        helper,
        "Stayed in the room; bag and cords moved away; guardian called.",
        Disposition.FURTHER_EVALUATION,
        met,
    )
    alert_answers.end(stage.session, alert.id, done, act=stage.act(someone.counselor))


def crisis_care(loop: Loop) -> Course:
    """The crisis team comes at once, stays, and reports the next day."""
    yield minutes(2, 5)
    if loop.referral.receiver_id is None:
        loop.send()
    loop.take(Step.CLAIM)
    loop.take(Step.ACCEPT)
    yield minutes(4, 8)
    loop.take(Step.RECORD_ATTENDED, Said(happened_at=loop.stage.at))
    yield days(0.8, 1.2)
    loop.report(Outcome.HELP_BEGAN, "Seen the same day; goes on with psychology.")
    yield hours(1, 5)
    loop.read()
