"""Every state has its word in the standards at the border."""

import pytest

from referral.lifecycle import STEPS
from referral.model import State
from referral.standards import BORDER_CODES

TASK_STATUS = {
    "draft",
    "requested",
    "received",
    "accepted",
    "rejected",
    "ready",
    "cancelled",
    "in-progress",
    "on-hold",
    "failed",
    "completed",
    "entered-in-error",
}
BUSINESS_STATUS = {"2.0", "3.0", "4.0", "5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.2", "6.0", "7.0"}


@pytest.mark.parametrize("state", State)
def test_every_state_has_a_task_status_that_fhir_knows(state):
    assert BORDER_CODES[state].task_status in TASK_STATUS


def test_every_business_status_of_bser_is_expressible():
    said = {codes.business_status for codes in BORDER_CODES.values()} - {None}
    assert said == BUSINESS_STATUS


CREATED, ACCEPTED, DECLINED, STOP_ASKED = "2.0", "3.0", "4.0", "5.2"
BOOKED, UNATTENDED, UNBOOKED, SEEN = "5.1.1", "5.1.2", "5.1.3", "5.1.4"
CANCELLED, COMPLETED = "6.0", "7.0"
MOVES = {
    "request sent": (None, CREATED),
    "request accepted": (CREATED, ACCEPTED),
    "request declined": (CREATED, DECLINED),
    "stop asked before an answer": (CREATED, STOP_ASKED),
    "declined after acceptance": (ACCEPTED, DECLINED),
    "stop asked after acceptance": (ACCEPTED, STOP_ASKED),
    "first appointment booked": (ACCEPTED, BOOKED),
    "seen without an appointment": (ACCEPTED, SEEN),
    "declined with an appointment": (BOOKED, DECLINED),
    "stop asked with an appointment": (BOOKED, STOP_ASKED),
    "appointment moved": (BOOKED, BOOKED),
    "did not come": (BOOKED, UNATTENDED),
    "appointment cancelled": (BOOKED, UNBOOKED),
    "came": (BOOKED, SEEN),
    "declined after nobody came": (UNATTENDED, DECLINED),
    "stop asked after nobody came": (UNATTENDED, STOP_ASKED),
    "booked again after nobody came": (UNATTENDED, BOOKED),
    "came after all": (UNATTENDED, SEEN),
    "declined after a cancelled appointment": (UNBOOKED, DECLINED),
    "stop asked after a cancelled appointment": (UNBOOKED, STOP_ASKED),
    "booked again after a cancelled appointment": (UNBOOKED, BOOKED),
    "came without a new appointment": (UNBOOKED, SEEN),
    "declined in care": (SEEN, DECLINED),
    "stop asked in care": (SEEN, STOP_ASKED),
    "next appointment booked": (SEEN, BOOKED),
    "outcome reported": (SEEN, COMPLETED),
    "declined when asked to stop": (STOP_ASKED, DECLINED),
    "stop confirmed": (STOP_ASKED, CANCELLED),
    "outcome reported when asked to stop": (STOP_ASKED, COMPLETED),
}
"""Every move between business statuses by name. The guide's own table of 34 is published as a picture, which was not
read: these are the moves of our lifecycle in the guide's codes, no more and no fewer."""
KEPT = {(CREATED, CREATED), (COMPLETED, COMPLETED)}
"""Taking hold of a request, giving it back, and reading its outcome: the guide's status stays as it is."""


@pytest.mark.parametrize("name", MOVES)
def test_each_move_between_business_statuses_is_one_step_of_ours(name):
    assert MOVES[name] in moves()


def test_no_step_moves_between_business_statuses_otherwise():
    between = {each for each in moves() if None not in each}
    assert between - KEPT == set(MOVES.values()) - {MOVES["request sent"]}


def moves():
    """From and to in the guide's codes, for each step of the lifecycle."""
    codes = {state: BORDER_CODES[state].business_status for state in State}
    return {(codes[state], codes[to]) for (state, _step), (to, _sides) in STEPS.items()}
