"""Referrals for the tests: a draft, and the shortest way from there to each state."""

import shutil
from contextlib import contextmanager
from datetime import timedelta

from referral.model import (
    AppointmentReason,
    CancelReason,
    DeclineReason,
    ErrorReason,
    Outcome,
    State,
    Step,
    Urgency,
)
from service.actions import loop, outcomes, referrals
from service.actions.referrals import Send
from service.actions.taking import NOTHING, Said
from service.permissions import Role
from service.store.referrals import find_referral, latest_referral
from service.store.steps import steps_taken
from tests.service.builders import NOON, world

SENDER, RECEIVER = Role.COUNSELOR, Role.CLINICIAN
LATER = timedelta(days=2)


def said(here, step):
    """What each step needs, as somebody would say it."""
    now = here.clock()
    return {
        Step.DISMISS: Said(cancel_reason=CancelReason.CARE_ELSEWHERE),
        Step.DECLINE: Said(decline_reason=DeclineReason.NO_CAPACITY, note="Full until May, sorry."),
        Step.WAITLIST: Said(review_at=now + LATER),
        Step.SCHEDULE: Said(appointment_at=now + LATER),
        Step.RESCHEDULE: Said(appointment_at=now + 2 * LATER, appointment_reason=AppointmentReason.UNWELL),
        Step.RECORD_ATTENDED: Said(happened_at=now - timedelta(hours=1)),
        Step.RECORD_NOT_ATTENDED: Said(appointment_reason=AppointmentReason.TRANSPORT),
        Step.CANCEL_APPOINTMENT: Said(appointment_reason=AppointmentReason.CLIENT_ASKED),
        Step.REPORT_OUTCOME: Said(outcome=Outcome.HELP_BEGAN),
        Step.REPORT_NOT_REACHED: Said(outcome=Outcome.MOVED_AWAY),
        Step.REQUEST_CANCEL: Said(cancel_reason=CancelReason.CLIENT_CHOSE_NOT_TO),
        Step.MARK_ERROR: Said(error_reason=ErrorReason.PRACTICE_ENTRY),
    }.get(step, NOTHING)


WAYS = {
    State.DRAFT: (),
    State.SENT: ((SENDER, Step.SEND),),
    State.CLAIMED: ((SENDER, Step.SEND), (RECEIVER, Step.CLAIM)),
    State.ACCEPTED: ((SENDER, Step.SEND), (RECEIVER, Step.ACCEPT)),
    State.WAITLISTED: ((SENDER, Step.SEND), (RECEIVER, Step.ACCEPT), (RECEIVER, Step.WAITLIST)),
    State.SCHEDULED: ((SENDER, Step.SEND), (RECEIVER, Step.ACCEPT), (RECEIVER, Step.SCHEDULE)),
    State.DECLINED: ((SENDER, Step.SEND), (RECEIVER, Step.DECLINE)),
    State.CANCELLED: ((SENDER, Step.DISMISS),),
    State.CANCEL_REQUESTED: ((SENDER, Step.SEND), (SENDER, Step.REQUEST_CANCEL)),
    State.NOT_REACHED: ((SENDER, Step.SEND), (RECEIVER, Step.REPORT_NOT_REACHED)),
    State.ENTERED_IN_ERROR: ((SENDER, Step.MARK_ERROR),),
}
WAYS |= {
    State.NOT_ATTENDED: (*WAYS[State.SCHEDULED], (RECEIVER, Step.RECORD_NOT_ATTENDED)),
    State.APPOINTMENT_CANCELLED: (*WAYS[State.SCHEDULED], (SENDER, Step.CANCEL_APPOINTMENT)),
    State.IN_CARE: (*WAYS[State.ACCEPTED], (RECEIVER, Step.RECORD_ATTENDED)),
}
WAYS |= {State.COMPLETED: (*WAYS[State.IN_CARE], (RECEIVER, Step.REPORT_OUTCOME))}
"""The steps from a draft to each state."""


@contextmanager
def shared_world(migrated_sqlite, folder):
    """A world on SQLite for all tests of one file: each works on people of its own."""
    here = world(f"sqlite:///{shutil.copy(migrated_sqlite, folder / 'handrail.db')}", folder)
    here.kept_app = here.app()
    yield here
    here.parts.close()


def at_noon(here):
    """The shared world with its clock put back."""
    here.clock.now = NOON
    return here


def draft(here, pathway="psychology", urgency=Urgency.SOON, client=None):
    """The id of a new draft, for a client of its own unless one is given."""
    with here.write() as session:
        need = loop.open_or_join(
            session,
            client or here.new_client("Noor", "Testcase"),
            pathway=pathway,
            urgency=urgency,
            owner_id=here.people[SENDER].id,
            screening_id=None,
            act=here.act(),
        )
        session.flush()
        return latest_referral(session, here.organisation.id, need.id).id


def take(here, referral_id, step, role, command=None):
    """Take one step, whichever door it goes through."""
    with here.write() as session:
        act = here.act(role)
        if step is Step.SEND:
            row = find_referral(session, here.organisation.id, referral_id)
            return referrals.send(session, referral_id, Send(here.teams[row.pathway].id), act=act)
        if step is Step.READ_OUTCOME:
            return outcomes.read(session, referral_id, act=act)
        return referrals.take(session, referral_id, step, command or said(here, step), act=act)


def referral_in(here, state, **facts):
    """The id of a referral that came to this state the shortest way."""
    referral_id = draft(here, **facts)
    for role, step in WAYS[state]:
        take(here, referral_id, step, role)
    return referral_id


def row_of(here, referral_id):
    with here.read() as session:
        return find_referral(session, here.organisation.id, referral_id)


def events_of(here, referral_id):
    with here.read() as session:
        return steps_taken(session, here.organisation.id, referral_id)
