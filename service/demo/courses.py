"""What becomes of a need in the demo: the roads a referral can take, each act by the person whose act it is.

A course stops where the present is, so that every stage of the loop is there, with its own clock running.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from referral.model import (
    AppointmentReason,
    AttemptResult,
    CancelReason,
    Channel,
    ClosingReason,
    DeclineReason,
    Outcome,
    Step,
    Urgency,
)
from service.actions.closing import CloseNeed
from service.actions.taking import Said
from service.demo.loop import Loop
from service.demo.stage import Course, days, hours


def accepted(loop: Loop) -> Course:
    """Sent, claimed, accepted: how almost every road begins."""
    yield hours(0.4, 5)
    loop.send()
    yield hours(0.5, 6)
    loop.take(Step.CLAIM, desk=True)
    yield hours(0.2, 3)
    loop.take(Step.ACCEPT, desk=True)


def booked(loop: Loop) -> Course:
    """Accepted, and an appointment stands."""
    yield from accepted(loop)
    yield hours(1, 20)
    loop.book(loop.stage.dice.randint(2, 9))


def begun(loop: Loop) -> Course:
    """The first contact has happened."""
    yield from booked(loop)
    yield from loop.until_the_appointment()
    loop.attend()


def helped(loop: Loop) -> Course:
    """Help began, was reported, and the loop is closed."""
    yield from booked(loop)
    yield from _attended_and_told(loop)


def _attended_and_told(loop: Loop) -> Course:
    yield from loop.until_the_appointment()
    loop.attend()
    yield days(2, 6)
    loop.report(Outcome.HELP_BEGAN)
    yield hours(2, 26)
    loop.read()


def unread(loop: Loop) -> Course:
    """Help began and was reported; nobody on the sending side has read it yet."""
    yield from begun(loop)
    yield days(2, 8)
    loop.report(Outcome.HELP_BEGAN)


def no_care_needed(loop: Loop) -> Course:
    """Assessed, and no care is needed."""
    yield from begun(loop)
    yield days(1, 5)
    loop.report(Outcome.NO_CARE_NEEDED)
    yield hours(2, 40)
    loop.read()


def missed(loop: Loop) -> Course:
    """Did not come, was called, and has another appointment."""
    yield from booked(loop)
    yield from loop.until_the_appointment()
    reasons = (AppointmentReason.TRANSPORT, AppointmentReason.UNWELL, AppointmentReason.NOT_KNOWN)
    loop.take(Step.RECORD_NOT_ATTENDED, Said(appointment_reason=loop.stage.dice.choice(reasons)), desk=True)
    yield hours(3, 30)
    loop.attempt(Channel.PHONE, AttemptResult.REACHED)
    yield days(2, 5)
    loop.book(5)
    yield from _attended_and_told(loop)


def moved(loop: Loop) -> Course:
    """The appointment was moved because the family asked."""
    yield from booked(loop)
    yield hours(3, 20)
    loop.book(12, Step.RESCHEDULE, AppointmentReason.CLIENT_ASKED)


def no_capacity(loop: Loop) -> Course:
    """Declined for want of room: it waits for the coordinator."""
    yield hours(0.4, 4)
    loop.send()
    yield hours(2, 20)
    loop.take(Step.CLAIM, desk=True)
    yield hours(0.5, 4)
    note = "We are full for five weeks and did not want to keep you waiting."
    loop.take(Step.DECLINE, Said(decline_reason=DeclineReason.NO_CAPACITY, note=note), desk=True)


def another_way(loop: Loop) -> Course:
    """Declined, redirected by the coordinator, and taken on by the next team."""
    yield from no_capacity(loop)
    yield hours(1, 8)
    loop.redirect("The first team has no room; the next one has.")
    yield from helped(loop)


def waiting(loop: Loop) -> Course:
    """Accepted, but there is no room yet: on the waiting list, with a day of review."""
    yield from accepted(loop)
    yield hours(1, 8)
    review = loop.stage.at + timedelta(days=loop.stage.dice.randint(6, 24))
    loop.take(Step.WAITLIST, Said(review_at=review), desk=True)


def not_reached(loop: Loop) -> Course:
    """Tried on several ways, not reached, signed off by a second person, closed."""
    yield from accepted(loop)
    tries = (
        (Channel.PHONE, AttemptResult.NO_ANSWER),
        (Channel.TEXT, AttemptResult.MESSAGE_LEFT),
        (Channel.PHONE, AttemptResult.NO_ANSWER),
        (Channel.LETTER, AttemptResult.MESSAGE_LEFT),
    )
    for channel, result in tries:
        yield days(0.6, 1.8)
        loop.attempt(channel, result)
    yield days(1, 3)
    loop.take(Step.REPORT_NOT_REACHED, Said(outcome=Outcome.COULD_NOT_BE_CONTACTED), desk=False)
    yield hours(4, 30)
    if loop.need.urgency.at_least(Urgency.URGENT):
        loop.sign_off()
        yield hours(2, 20)
    loop.close(CloseNeed(ClosingReason.NOT_REACHED, note="They can come back at any time."))


def unanswered(loop: Loop) -> Course:
    """Sent, and nobody has looked at it: its clock runs out."""
    yield hours(0.4, 5)
    loop.send()


def left_a_draft(loop: Loop) -> Course:  # noqa: ARG001  the same form as every other road
    """Decided, not sent: consent or details are missing."""
    yield from ()


def stopping(loop: Loop) -> Course:
    """The family found help elsewhere, and the sender asks to stop."""
    yield from accepted(loop)
    yield days(1, 4)
    loop.ask_to_stop(CancelReason.CARE_ELSEWHERE)
    yield days(1, 6)
    loop.take(Step.CONFIRM_CANCEL, desk=True)
    yield hours(4, 30)
    loop.close(CloseNeed(ClosingReason.CARE_ELSEWHERE))


Road = Callable[[Loop], Course]


@dataclass(frozen=True, slots=True)
class Choice:
    """One road, how often it is taken, and how many days ago it may have begun at most: nobody waits for ever."""

    road: Road
    weight: int
    most_days: int = 1000


REACHED = (
    Choice(helped, 56),
    Choice(missed, 8),
    Choice(another_way, 8),
    Choice(unread, 10, 17),
    Choice(begun, 10, 14),
    Choice(booked, 8, 9),
    Choice(moved, 4, 10),
)
NOT_REACHED = (
    Choice(not_reached, 26),
    Choice(stopping, 12),
    Choice(no_care_needed, 14),
    Choice(waiting, 20, 16),
    Choice(no_capacity, 12, 3),
    Choice(unanswered, 10, 3),
    Choice(left_a_draft, 8, 2),
)
INSIDE = frozenset({"psychology", "social-work", "school-support"})
REACHED_CARE = {True: 0.802, False: 0.419}
"""How many reached care after a referral: inside school, and in the community (Husky 2011, docs/lifecycle.md)."""


def any_road(loop: Loop) -> Course:
    """The road that a need takes, by the proportions above."""
    dice = loop.stage.dice
    reached = dice.random() < REACHED_CARE[loop.need.pathway in INSIDE]
    ago = (loop.stage.now - loop.stage.at).days
    choices = [each for each in (REACHED if reached else NOT_REACHED) if ago <= each.most_days]
    return dice.choices(choices, [each.weight for each in choices])[0].road(loop)
