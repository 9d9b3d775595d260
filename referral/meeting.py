"""Deadlines that a calendar can never meet, and those that can fall due while nobody is at work. Pure.

A working time carries a real limit. Where even the best moment of the year to begin leaves less working time before
that limit than was promised, the promise cannot be kept, and the number in the file means nothing. What falls due
within closed hours is no fault in itself: a term break must not swallow a deadline. But then somebody must be on duty.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise, takewhile

from referral.deadlines import Calendar, CalendarExhausted, Span, Unit, Within, deadline

YEAR = timedelta(days=366)
_MINUTE = timedelta(minutes=1)
_COUNTED = frozenset({Unit.WORKING_HOURS, Unit.WORKING_DAYS})


@dataclass(frozen=True, slots=True)
class Missed:
    """The moment that comes nearest to a promise: begun then, the work is due after its limit. All in UTC.

    `due` None: the calendar has no such working time ahead at all.
    """

    since: datetime
    due: datetime | None
    limit: datetime

    @property
    def over(self) -> timedelta:
        """By how much the limit is passed."""
        return timedelta.max if self.due is None else self.due - self.limit


@dataclass(frozen=True, slots=True)
class Closure:
    """A stretch during which nobody is at work, in UTC."""

    since: datetime
    until: datetime


def spans_of(calendar: Calendar, now: datetime, ahead: timedelta = YEAR) -> tuple[Span, ...]:
    """The open hours from a moment on, as far ahead as is asked."""
    return tuple(takewhile(lambda span: span[0] < now + ahead, calendar.open_spans(now)))


def longest_closure(spans: tuple[Span, ...]) -> Closure | None:
    """The longest time between two open spans; None where there are not two."""
    gaps = (Closure(before[1], after[0]) for before, after in pairwise(spans))
    return max(gaps, key=lambda gap: gap.until - gap.since, default=None)


def never_met(within: Within, calendar: Calendar, spans: tuple[Span, ...]) -> Missed | None:
    """The best try, where a working time fits within its real limit from no moment of these hours; None where it does.

    The shortest way through working time begins when hours open, or just before they close on a short day's eve.
    """
    if within.unit not in _COUNTED or within.at_most is None:
        return None
    tried = []
    for since in _starts(spans):
        found = _try(within, within.at_most, since, calendar)
        if found.over <= timedelta(0):
            return None
        tried.append(found)
    return min(tried, key=lambda each: each.over, default=None)


def _starts(spans: tuple[Span, ...]) -> Iterator[datetime]:
    for opens, closes in spans:
        yield opens
        yield closes - _MINUTE


def _try(within: Within, at_most: Within, since: datetime, calendar: Calendar) -> Missed:
    limit = deadline(at_most, since, calendar)
    try:
        return Missed(since, deadline(replace(within, at_most=None), since, calendar), limit)
    except CalendarExhausted:
        return Missed(since, None, limit)


def due_while_closed(within: Within, calendar: Calendar, closure: Closure) -> datetime | None:
    """When a clock that starts as a closure begins falls due, if nobody is back at work by then."""
    try:
        due = deadline(within, closure.since, calendar)
    except CalendarExhausted:
        return closure.until
    return due if due < closure.until else None
