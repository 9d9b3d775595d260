"""Every state has its word in the standards at the border."""

from itertools import product

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
"""Every move between business statuses by name: the moves of our lifecycle in the guide's codes, no more and no fewer.

The guide (BSeR 2.0.0-ballot, "Trigger Events and State Transitions") gives its own 34 as a picture and in no text, and
the design of record gives their number alone. Whichever they are, each is a pair of the ten statuses: every pair is
either one of these moves or one of those below that we do not make, with the reason.
"""
KEPT = {(CREATED, CREATED), (COMPLETED, COMPLETED)}
"""Taking hold of a request, giving it back, and reading its outcome: the guide's status stays as it is."""


ENDS = {DECLINED, CANCELLED, COMPLETED}
NO_APPOINTMENT = {ACCEPTED, UNATTENDED, UNBOOKED, SEEN}
NOT_OURS = {
    "an end is an end: the next attempt is a new referral under the same need": lambda a, _b: a in ENDS,
    "a request is sent once: sending again is a new referral": lambda _a, b: b == CREATED,
    "nothing happened, so nothing moves": lambda a, b: a == b,
    "it is accepted once": lambda a, b: b == ACCEPTED and a != CREATED,
    "who is asked to stop answers that first": lambda a, b: (
        a == STOP_ASKED and b in {BOOKED, UNATTENDED, UNBOOKED, SEEN}
    ),
    "nobody books or sees before accepting": lambda a, b: (
        a == CREATED and b in {BOOKED, UNATTENDED, UNBOOKED, SEEN}
    ),
    "what is not booked is neither missed nor cancelled": lambda a, b: (
        a in NO_APPOINTMENT and b in {UNATTENDED, UNBOOKED}
    ),
    "cancelling takes two steps: the sender asks, the receiver confirms": lambda a, b: (
        b == CANCELLED and a != STOP_ASKED
    ),
    "an outcome follows a first contact, or a request to stop": lambda a, b: (
        b == COMPLETED and a not in {SEEN, STOP_ASKED}
    ),
}
"""Why a pair of statuses is no move here: the first that holds."""
STATUSES = (CREATED, ACCEPTED, DECLINED, STOP_ASKED, BOOKED, UNATTENDED, UNBOOKED, SEEN, CANCELLED, COMPLETED)


def why_not(before, after):
    return next((reason for reason, holds in NOT_OURS.items() if holds(before, after)), None)


@pytest.mark.parametrize("before", STATUSES)
def test_every_pair_of_statuses_is_a_move_of_ours_or_left_out_for_a_reason(before):
    made = moves()
    found = {after: ((before, after) in made, why_not(before, after)) for after in STATUSES}
    unexplained = [after for after, (ours, reason) in found.items() if not ours and reason is None]
    # Moved to another day, held and read: a status that stays may have its own step.
    both = [
        after for after, (ours, reason) in found.items() if ours and reason is not None and after != before
    ]
    assert (unexplained, both) == ([], [])


def test_each_reason_leaves_something_out():
    told = {why_not(a, b) for a, b in product(STATUSES, STATUSES) if (a, b) not in moves()}
    assert told == set(NOT_OURS)
    left_out = [pair for pair in product(STATUSES, STATUSES) if pair not in moves()]
    assert len(left_out) == len(STATUSES) ** 2 - len(set(MOVES.values()) - {MOVES["request sent"]}) - len(
        KEPT
    )


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
