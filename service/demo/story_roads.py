"""The roads of the people whom one meets first: as in `courses.py`, with waits that end at a place worth seeing."""

from datetime import timedelta

from referral.items import ItemsReason
from referral.model import AppointmentReason, DeclineReason, Outcome, Step
from service.actions.taking import Said
from service.demo.loop import Loop
from service.demo.stage import Course, days, hours


def joined_a_group(loop: Loop) -> Course:
    """The sleep group at school: begun, reported, read."""
    yield days(2, 3)
    loop.send()
    yield days(1, 2)
    loop.take(Step.CLAIM, desk=True)
    loop.take(Step.ACCEPT, desk=True)
    yield days(3, 5)
    loop.book(14)
    yield from loop.until_the_appointment()
    loop.attend()
    yield days(8, 10)
    loop.report(Outcome.HELP_BEGAN, "First session of the sleep group; comes every week.")
    yield hours(4, 20)
    loop.read()


def turned_away(loop: Loop) -> Course:
    """No room: it waits for the coordinator, with a word of kindness."""
    yield hours(0.3, 0.8)
    loop.send()
    yield hours(20, 24)
    loop.take(Step.CLAIM, desk=True)
    yield hours(0.4, 0.6)
    note = "We are full for five weeks. Talk Well had openings on Friday; we are sorry not to be the ones."
    loop.take(Step.DECLINE, Said(decline_reason=DeclineReason.NO_CAPACITY, note=note), desk=True)


def has_a_date(loop: Loop) -> Course:
    """Accepted at once, with an appointment that still lies ahead."""
    yield hours(0.3, 1)
    loop.send()
    yield hours(1, 2)
    loop.take(Step.CLAIM, desk=True)
    loop.take(Step.ACCEPT, desk=True)
    yield hours(1, 3)
    loop.book((loop.stage.now - loop.stage.at).days + 3)


def asks_more(loop: Loop) -> Course:
    """Accepted with an appointment ahead; the team asks to see the answers, and nobody has replied yet."""
    yield hours(0.3, 1)
    loop.send(may_share=False)
    yield hours(1, 2)
    loop.take(Step.CLAIM, desk=True)
    loop.take(Step.ACCEPT, desk=True)
    yield hours(1, 3)
    loop.book((loop.stage.now - loop.stage.at).days + 3)
    yield hours(0.2, 0.5)
    loop.ask_for_answers(ItemsReason.TO_PREPARE)


def on_the_list(loop: Loop) -> Course:
    """Accepted, no room yet: looked at again in ten days."""
    yield hours(0.3, 1)
    loop.send()
    yield hours(2, 5)
    loop.take(Step.CLAIM, desk=True)
    loop.take(Step.ACCEPT, desk=True)
    yield hours(1, 2)
    loop.take(Step.WAITLIST, Said(review_at=loop.stage.at + timedelta(days=14)), desk=True)


def told_and_unread(loop: Loop) -> Course:
    """Help began; the sender has not read it yet."""
    yield hours(0.3, 1)
    loop.send()
    yield hours(2, 4)
    loop.take(Step.CLAIM, desk=True)
    loop.take(Step.ACCEPT, desk=True)
    yield hours(1, 3)
    loop.book(5)
    yield from loop.until_the_appointment()
    loop.attend()
    yield days(7, 9)
    loop.report(Outcome.HELP_BEGAN, "Three sessions so far; comes on Thursdays.")


def did_not_come(loop: Loop) -> Course:
    """The appointment passed without them; nobody has called yet."""
    yield hours(0.3, 1)
    loop.send()
    yield hours(2, 4)
    loop.take(Step.CLAIM, desk=True)
    loop.take(Step.ACCEPT, desk=True)
    yield hours(1, 3)
    loop.book(max(1, (loop.stage.now - loop.stage.at).days - 4))
    yield from loop.until_the_appointment()
    loop.take(Step.RECORD_NOT_ATTENDED, Said(appointment_reason=AppointmentReason.TRANSPORT), desk=True)
