"""A step said twice, and two people at one referral: done once, and the second is told who was first."""

from datetime import timedelta

import pytest

from referral.model import AppointmentReason, State, Step
from service.actions.refusals import Conflict
from service.actions.taking import Said
from service.store.accounts import UserRow
from tests.service.referring import (
    RECEIVER,
    SENDER,
    at_noon,
    events_of,
    referral_in,
    shared_world,
    take,
)


@pytest.fixture(scope="module")
def shared(migrated_sqlite, tmp_path_factory):
    with shared_world(migrated_sqlite, tmp_path_factory.mktemp("shared")) as here:
        yield here


@pytest.fixture
def here(shared):
    return at_noon(shared)


def colleague(here, role=RECEIVER, name="Ines Demo"):
    """One more person in the place of the first of this role."""
    first = here.people[role]
    with here.write() as session:
        row = UserRow(
            organisation_id=here.organisation.id,
            id=here.id(),
            email=f"{here.id()}@alder-creek.example",
            name=name,
            role=role,
            site_id=first.site_id,
            password_hash=first.password_hash,
        )
        session.add(row)
    return row


class Instead:
    """Somebody else in a role, for as long as the block runs."""

    def __init__(self, here, role, person):
        self.here, self.role, self.person = here, role, person

    def __enter__(self):
        self.first, self.here.people[self.role] = self.here.people[self.role], self.person

    def __exit__(self, *_error):
        self.here.people[self.role] = self.first


@pytest.mark.parametrize(
    ("state", "step", "role"),
    [
        (State.SENT, Step.CLAIM, RECEIVER),
        (State.SENT, Step.ACCEPT, RECEIVER),
        (State.SENT, Step.DECLINE, RECEIVER),
        (State.ACCEPTED, Step.WAITLIST, RECEIVER),
        (State.ACCEPTED, Step.SCHEDULE, RECEIVER),
        (State.SCHEDULED, Step.RESCHEDULE, RECEIVER),
        (State.IN_CARE, Step.REPORT_OUTCOME, RECEIVER),
        (State.COMPLETED, Step.READ_OUTCOME, SENDER),
        (State.DRAFT, Step.SEND, SENDER),
        (State.SENT, Step.REQUEST_CANCEL, SENDER),
        (State.SENT, Step.MARK_ERROR, SENDER),
    ],
)
def test_the_same_person_saying_the_same_again_changes_nothing(here, state, step, role):
    referral_id = referral_in(here, state)
    first = take(here, referral_id, step, role)
    events = len(events_of(here, referral_id))
    here.clock.forward(seconds=0)
    assert take(here, referral_id, step, role) == first
    assert len(events_of(here, referral_id)) == events


def test_a_different_time_for_the_same_appointment_is_a_new_step(here):
    referral_id = referral_in(here, State.SCHEDULED)
    later = Said(appointment_at=here.clock() + timedelta(days=5), appointment_reason=AppointmentReason.SCHOOL)
    assert take(here, referral_id, Step.RESCHEDULE, RECEIVER, later).appointment_at == later.appointment_at
    again = Said(appointment_at=here.clock() + timedelta(days=6), appointment_reason=AppointmentReason.SCHOOL)
    assert take(here, referral_id, Step.RESCHEDULE, RECEIVER, again).appointment_at == again.appointment_at


@pytest.mark.parametrize("step", [Step.CLAIM, Step.ACCEPT])
def test_the_second_to_accept_is_told_who_was_first_and_when(here, step):
    referral_id = referral_in(here, State.ACCEPTED)
    here.clock.forward(minutes=43)
    with (
        Instead(here, RECEIVER, colleague(here)),
        pytest.raises(Conflict, match=r"^Accepted by Clinician Demo, today 10:00$"),
    ):
        take(here, referral_id, step, RECEIVER)


def test_the_words_of_a_conflict_are_in_the_language_of_who_is_told(here):
    referral_id = referral_in(here, State.ACCEPTED)
    second = colleague(here)
    second.language = "es"
    with Instead(here, RECEIVER, second), pytest.raises(Conflict, match="Aceptada por Clinician Demo, hoy"):
        take(here, referral_id, Step.CLAIM, RECEIVER)


@pytest.mark.parametrize("step", [Step.ACCEPT, Step.DECLINE, Step.WAITLIST, Step.REPORT_NOT_REACHED])
def test_while_one_person_triages_a_colleague_does_not_judge(here, step):
    referral_id = referral_in(here, State.CLAIMED)
    with Instead(here, RECEIVER, colleague(here)), pytest.raises(Conflict, match="Claimed by Clinician Demo"):
        take(here, referral_id, step, RECEIVER)


def test_a_colleague_may_give_a_claim_back_and_take_it_over(here):
    referral_id = referral_in(here, State.CLAIMED)
    with Instead(here, RECEIVER, colleague(here)):
        released = take(here, referral_id, Step.RELEASE, RECEIVER)
        assert (released.state, released.holder, released.claimed_at) == (State.SENT, None, None)
        assert take(here, referral_id, Step.ACCEPT, RECEIVER).holder == "Ines Demo"
