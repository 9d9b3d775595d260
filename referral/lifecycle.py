"""The lifecycle of one referral: one table (State, Step) -> (State, who may), and what each step needs.

What happens to the need behind a referral is in `needs.py`; clocks are in `deadlines.py`.
Source: the project's design of record for the closed loop, set out in docs/lifecycle.md.
"""

from collections.abc import Mapping
from enum import StrEnum

from referral.model import ReferralError, Side, State, Step
from referral.step_words import refused_in_words

_S, _T = State, Step
_SENDER = frozenset({Side.SENDER})
_RECEIVER = frozenset({Side.RECEIVER})
_EITHER = frozenset(Side)

STEPS: Mapping[tuple[State, Step], tuple[State, frozenset[Side]]] = {
    (_S.DRAFT, _T.SEND): (_S.SENT, _SENDER),
    (_S.DRAFT, _T.DISMISS): (_S.CANCELLED, _SENDER),
    (_S.SENT, _T.CLAIM): (_S.CLAIMED, _RECEIVER),
    (_S.SENT, _T.ACCEPT): (_S.ACCEPTED, _RECEIVER),
    (_S.SENT, _T.DECLINE): (_S.DECLINED, _RECEIVER),
    (_S.SENT, _T.REQUEST_CANCEL): (_S.CANCEL_REQUESTED, _SENDER),
    # A receiver that never answers must not hold a client for ever: the sender may end the attempt.
    (_S.SENT, _T.REPORT_NOT_REACHED): (_S.NOT_REACHED, _EITHER),
    (_S.CLAIMED, _T.RELEASE): (_S.SENT, _RECEIVER),
    (_S.CLAIMED, _T.ACCEPT): (_S.ACCEPTED, _RECEIVER),
    (_S.CLAIMED, _T.DECLINE): (_S.DECLINED, _RECEIVER),
    (_S.CLAIMED, _T.WAITLIST): (_S.WAITLISTED, _RECEIVER),
    (_S.CLAIMED, _T.REQUEST_CANCEL): (_S.CANCEL_REQUESTED, _SENDER),
    (_S.CLAIMED, _T.REPORT_NOT_REACHED): (_S.NOT_REACHED, _RECEIVER),
    (_S.ACCEPTED, _T.SCHEDULE): (_S.SCHEDULED, _RECEIVER),
    (_S.ACCEPTED, _T.WAITLIST): (_S.WAITLISTED, _RECEIVER),
    # Warm handoffs, walk-ins and crisis work begin without an appointment.
    (_S.ACCEPTED, _T.RECORD_ATTENDED): (_S.IN_CARE, _RECEIVER),
    (_S.ACCEPTED, _T.DECLINE): (_S.DECLINED, _RECEIVER),
    (_S.ACCEPTED, _T.REQUEST_CANCEL): (_S.CANCEL_REQUESTED, _SENDER),
    (_S.ACCEPTED, _T.REPORT_NOT_REACHED): (_S.NOT_REACHED, _RECEIVER),
    (_S.WAITLISTED, _T.WAITLIST): (_S.WAITLISTED, _RECEIVER),
    (_S.WAITLISTED, _T.SCHEDULE): (_S.SCHEDULED, _RECEIVER),
    (_S.WAITLISTED, _T.RECORD_ATTENDED): (_S.IN_CARE, _RECEIVER),
    (_S.WAITLISTED, _T.DECLINE): (_S.DECLINED, _RECEIVER),
    (_S.WAITLISTED, _T.REQUEST_CANCEL): (_S.CANCEL_REQUESTED, _SENDER),
    (_S.WAITLISTED, _T.REPORT_NOT_REACHED): (_S.NOT_REACHED, _RECEIVER),
    (_S.SCHEDULED, _T.RESCHEDULE): (_S.SCHEDULED, _RECEIVER),
    (_S.SCHEDULED, _T.RECORD_ATTENDED): (_S.IN_CARE, _RECEIVER),
    (_S.SCHEDULED, _T.RECORD_NOT_ATTENDED): (_S.NOT_ATTENDED, _RECEIVER),
    (_S.SCHEDULED, _T.CANCEL_APPOINTMENT): (_S.APPOINTMENT_CANCELLED, _EITHER),
    (_S.SCHEDULED, _T.DECLINE): (_S.DECLINED, _RECEIVER),
    (_S.SCHEDULED, _T.REQUEST_CANCEL): (_S.CANCEL_REQUESTED, _SENDER),
    (_S.NOT_ATTENDED, _T.SCHEDULE): (_S.SCHEDULED, _RECEIVER),
    (_S.NOT_ATTENDED, _T.RECORD_ATTENDED): (_S.IN_CARE, _RECEIVER),
    (_S.NOT_ATTENDED, _T.DECLINE): (_S.DECLINED, _RECEIVER),
    (_S.NOT_ATTENDED, _T.REQUEST_CANCEL): (_S.CANCEL_REQUESTED, _SENDER),
    (_S.NOT_ATTENDED, _T.REPORT_NOT_REACHED): (_S.NOT_REACHED, _RECEIVER),
    (_S.APPOINTMENT_CANCELLED, _T.SCHEDULE): (_S.SCHEDULED, _RECEIVER),
    (_S.APPOINTMENT_CANCELLED, _T.RECORD_ATTENDED): (_S.IN_CARE, _RECEIVER),
    (_S.APPOINTMENT_CANCELLED, _T.DECLINE): (_S.DECLINED, _RECEIVER),
    (_S.APPOINTMENT_CANCELLED, _T.REQUEST_CANCEL): (_S.CANCEL_REQUESTED, _SENDER),
    (_S.APPOINTMENT_CANCELLED, _T.REPORT_NOT_REACHED): (_S.NOT_REACHED, _RECEIVER),
    (_S.IN_CARE, _T.REPORT_OUTCOME): (_S.COMPLETED, _RECEIVER),
    (_S.IN_CARE, _T.SCHEDULE): (_S.SCHEDULED, _RECEIVER),
    (_S.IN_CARE, _T.DECLINE): (_S.DECLINED, _RECEIVER),
    (_S.IN_CARE, _T.REQUEST_CANCEL): (_S.CANCEL_REQUESTED, _SENDER),
    (_S.IN_CARE, _T.REPORT_NOT_REACHED): (_S.NOT_REACHED, _RECEIVER),
    (_S.CANCEL_REQUESTED, _T.CONFIRM_CANCEL): (_S.CANCELLED, _RECEIVER),
    (_S.CANCEL_REQUESTED, _T.REPORT_OUTCOME): (_S.COMPLETED, _RECEIVER),
    (_S.CANCEL_REQUESTED, _T.DECLINE): (_S.DECLINED, _RECEIVER),
    (_S.CANCEL_REQUESTED, _T.REPORT_NOT_REACHED): (_S.NOT_REACHED, _EITHER),
    (_S.COMPLETED, _T.READ_OUTCOME): (_S.COMPLETED, _SENDER),
    (_S.NOT_REACHED, _T.SIGN_OFF): (_S.NOT_REACHED, _SENDER),
} | {
    # Kept, hidden, never deleted: the side that wrote the referral may always say that it was a mistake.
    (state, _T.MARK_ERROR): (_S.ENTERED_IN_ERROR, _SENDER)
    for state in State
    if state is not _S.ENTERED_IN_ERROR
}

TERMINAL = frozenset({_S.COMPLETED, _S.DECLINED, _S.CANCELLED, _S.NOT_REACHED, _S.ENTERED_IN_ERROR})
OPEN = frozenset(State) - TERMINAL

# What the sender can never bring about by itself, and what the receiver cannot without a request.
ONLY_RECEIVER_SETS = frozenset({_S.ACCEPTED, _S.WAITLISTED, _S.SCHEDULED, _S.IN_CARE, _S.COMPLETED})
AFTER_ACCEPTANCE = frozenset(
    {_S.ACCEPTED, _S.WAITLISTED, _S.SCHEDULED, _S.NOT_ATTENDED, _S.APPOINTMENT_CANCELLED, _S.IN_CARE}
)


class Actor(StrEnum):
    """Who must act next on a referral or need."""

    SENDER = "sender"
    RECEIVER = "receiver"
    COORDINATOR = "coordinator"
    NOBODY = "nobody"


_NEXT_ACTOR: Mapping[State, Actor] = {
    _S.DRAFT: Actor.SENDER,
    _S.COMPLETED: Actor.SENDER,
    _S.DECLINED: Actor.COORDINATOR,
    _S.NOT_REACHED: Actor.COORDINATOR,
    _S.CANCELLED: Actor.NOBODY,
    _S.ENTERED_IN_ERROR: Actor.NOBODY,
}


class StepRefused(ReferralError):
    """A step that the lifecycle does not allow from here, or not to this side."""

    def __init__(self, state: State, step: Step, side: Side) -> None:
        """Keep state, step and side; say in words, in each language, which of them was wrong."""
        self.state, self.step, self.side = state, step, side
        self.text = refused_in_words(state, step, side, STEPS.get((state, step), (state, ()))[1])
        super().__init__(self.text["en"])


def next_state(state: State, step: Step, side: Side) -> State:
    """The state after a step taken by one side; raises StepRefused naming state, step and side."""
    to, sides = STEPS.get((state, step), (state, frozenset[Side]()))
    if side not in sides:
        raise StepRefused(state, step, side)
    return to


def steps_open(state: State, side: Side) -> tuple[Step, ...]:
    """The steps that one side may take from a state, in the order of `Step`."""
    return tuple(step for step in Step if side in STEPS.get((state, step), (state, ()))[1])


def who_acts_next(state: State) -> Actor:
    """Who the loop waits for while a referral is in this state."""
    return _NEXT_ACTOR.get(state, Actor.RECEIVER)
