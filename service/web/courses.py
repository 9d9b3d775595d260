"""How far a need has come, in the words under its five stages."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from flask_babel import gettext as _

from referral.model import Stage, State
from service.actions.board_cards import Course
from service.web.labels import label
from service.web.words import day, duration_words, moment_words, now


def stage_words(course: Course, closed_at: datetime | None = None) -> Sequence[str]:
    """The day each stage behind was reached, where things stand now or when it was closed, nothing ahead."""
    here = tuple(Stage).index(course.stage)
    behind = [day(moment) if moment else "" for moment in course.reached[:here]]
    standing = _standing(course) if closed_at is None else _("closed %(day)s", day=day(closed_at))
    return [*behind, standing, *[""] * (len(Stage) - here - 1)]


def _standing(course: Course) -> str:
    special = None if course.state is None else _SPECIAL.get(course.state)
    if special is not None:
        return special(course)
    since = duration_words(now() - course.state_since)
    words = _("Nothing sent yet") if course.state is None else label(course.state)
    return _("%(standing)s, %(time)s", standing=words, time=since)


def _sent(course: Course) -> str:
    return duration_words(now() - course.state_since)


def _accepted(course: Course) -> str:
    return _("%(time)s, not booked", time=duration_words(now() - course.state_since))


def _waiting(course: Course) -> str:
    if course.review_at is None:
        return label(State.WAITLISTED)
    return _("waiting list, review %(day)s", day=day(course.review_at))


def _booked(course: Course) -> str:
    return label(State.SCHEDULED) if course.appointment_at is None else moment_words(course.appointment_at)


def _in_care(course: Course) -> str:
    return _("since %(day)s, report awaited", day=day(course.state_since))


_SPECIAL: Mapping[State, Callable[[Course], str]] = {
    State.SENT: _sent,
    State.ACCEPTED: _accepted,
    State.WAITLISTED: _waiting,
    State.SCHEDULED: _booked,
    State.IN_CARE: _in_care,
}
