"""Working calendars and deadlines: when a step is due, computed purely, safe across daylight saving.

Which clock runs in which state is in `needs.py`; how long each runs is data in the pathway files.
Real units (minutes, hours, days) run day and night. Working units run in a calendar's open hours, and always
carry a real limit (`at most`), so that a holiday can never swallow a deadline.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

from instruments.model import Text
from referral.model import ReferralError

_HORIZON_DAYS = 400
"""How far ahead open hours are looked for: longer than any school year's closure."""

Hours = tuple[tuple[time, time], ...]
Span = tuple[datetime, datetime]


class CalendarExhausted(ReferralError):
    """No open hours within the horizon, and no real limit to fall back on."""


class Unit(StrEnum):
    """What a length of time is counted in."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WORKING_HOURS = "working hours"
    WORKING_DAYS = "working days"
    SAME_WORKING_DAY = "same working day"


WORKING = frozenset({Unit.WORKING_HOURS, Unit.WORKING_DAYS, Unit.SAME_WORKING_DAY})
_REAL = {Unit.MINUTES: timedelta(minutes=1), Unit.HOURS: timedelta(hours=1)}


@dataclass(frozen=True, slots=True)
class Within:
    """How long a step may take.

    `outside` replaces the rule when the clock starts outside open hours; `at_most` is the real limit.
    """

    amount: int
    unit: Unit
    at_most: "Within | None" = None
    outside: "Within | None" = None


@dataclass(frozen=True, slots=True)
class Term:
    """A stretch of days on which the organisation works at all, both ends included."""

    name: Text
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Calendar:
    """When an organisation works: zone, weekly hours (Monday is 0), closed days, terms, special days."""

    id: str
    version: str
    name: Text
    zone: ZoneInfo
    weekly: Mapping[int, Hours]
    closed: Mapping[date, Text] = field(default_factory=dict)
    special: Mapping[date, Hours] = field(default_factory=dict)
    terms: tuple[Term, ...] = ()

    def hours_on(self, day: date) -> Hours:
        """The open hours of one local day, in local time; empty when closed."""
        if day in self.closed or not self._in_term(day):
            return ()
        return self.special.get(day, self.weekly.get(day.weekday(), ()))

    def spans_on(self, day: date) -> tuple[Span, ...]:
        """The open spans of one local day, in UTC, opening included, closing excluded."""
        spans = ((self._utc(day, opens), self._utc(day, closes)) for opens, closes in self.hours_on(day))
        return tuple(span for span in spans if span[0] < span[1])

    def is_open(self, moment: datetime) -> bool:
        """Whether the organisation works at this moment."""
        return any(opens <= moment < closes for opens, closes in self.spans_on(self.day_of(moment)))

    def day_of(self, moment: datetime) -> date:
        """The local day of a moment."""
        return moment.astimezone(self.zone).date()

    def at(self, day: date, clock: time) -> datetime:
        """A local day and wall-clock time as a UTC moment; the first of two when clocks go back."""
        return self._utc(day, clock)

    def open_spans(self, since: datetime) -> Iterator[Span]:
        """The open spans from a moment on, the first one cut to it, up to the horizon."""
        first = self.day_of(since)
        for day in self._days_ahead(first, 0):
            for opens, closes in self.spans_on(day):
                if closes > since:
                    yield max(opens, since), closes

    def open_days(self, after: date) -> Iterator[date]:
        """The working days after a day, up to the horizon."""
        return (day for day in self._days_ahead(after, 1) if self.spans_on(day))

    def _days_ahead(self, first: date, begin: int) -> Iterator[date]:
        known = max((term.last for term in self.terms), default=date.max)
        days = (first + timedelta(days=ahead) for ahead in range(begin, _HORIZON_DAYS))
        return takewhile(lambda day: day <= known, days)

    def _in_term(self, day: date) -> bool:
        return not self.terms or any(term.first <= day <= term.last for term in self.terms)

    def _utc(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self.zone).astimezone(UTC)


def deadline(within: Within, since: datetime, calendar: Calendar) -> datetime:
    """When a step is due, in UTC.

    Raises ValueError for a time without zone, CalendarExhausted where a working rule without a real limit
    meets a calendar that has no open hours ahead.
    """
    if since.tzinfo is None:
        raise ValueError("since: a time without zone was given; a UTC time is needed")
    start = since.astimezone(UTC)
    if within.outside is not None and not calendar.is_open(start):
        return deadline(within.outside, start, calendar)
    if within.unit not in WORKING:
        return _real(within, start, calendar)
    return _working_or_limit(within, start, calendar)


def _real(within: Within, start: datetime, calendar: Calendar) -> datetime:
    if within.unit is not Unit.DAYS:
        return start + within.amount * _REAL[within.unit]
    local = start.astimezone(calendar.zone)
    due = datetime.combine(local.date() + timedelta(days=within.amount), local.timetz())
    return due.astimezone(UTC)


def _working_or_limit(within: Within, start: datetime, calendar: Calendar) -> datetime:
    limit = None if within.at_most is None else _real(within.at_most, start, calendar)
    due = _WORKING[within.unit](within.amount, start, calendar)
    if due is None and limit is None:
        raise CalendarExhausted(
            f"calendar {calendar.id}: no open hours in {_HORIZON_DAYS} days after {start}"
        )
    return min(moment for moment in (due, limit) if moment is not None)


def _working_hours(amount: int, start: datetime, calendar: Calendar) -> datetime | None:
    left = timedelta(hours=amount)
    for opens, closes in calendar.open_spans(start):
        if left <= closes - opens:
            return opens + left
        left -= closes - opens
    return None


def _working_days(amount: int, start: datetime, calendar: Calendar) -> datetime | None:
    # The same wall-clock time on the n-th working day after, cut to that day's hours.
    begins = next(calendar.open_spans(start), None)
    if begins is None:
        return None
    local = begins[0].astimezone(calendar.zone)
    day = next(islice(calendar.open_days(local.date()), amount - 1, None), None)
    if day is None:
        return None
    spans = calendar.spans_on(day)
    return max(spans[0][0], min(calendar.at(day, local.time()), spans[-1][1]))


def _same_working_day(_amount: int, start: datetime, calendar: Calendar) -> datetime | None:
    # The end of today's hours; from outside hours, the end of the next working day's.
    begins = next(calendar.open_spans(start), None)
    return None if begins is None else calendar.spans_on(calendar.day_of(begins[0]))[-1][1]


_WORKING = {
    Unit.WORKING_HOURS: _working_hours,
    Unit.WORKING_DAYS: _working_days,
    Unit.SAME_WORKING_DAY: _same_working_day,
}


def parse_within(words: str) -> Within:
    """Read "5 minutes", "24 hours", "7 days", "4 working hours", "1 working day" or "same working day".

    Raises ValueError saying what was found and what is allowed.
    """
    if words == Unit.SAME_WORKING_DAY:
        return Within(0, Unit.SAME_WORKING_DAY)
    amount, _, name = words.partition(" ")
    unit = next((unit for unit in Unit if name in {unit, unit.removesuffix("s")}), None)
    if unit in {None, Unit.SAME_WORKING_DAY} or not (
        amount.isascii() and amount.isdigit() and int(amount) > 0
    ):
        raise ValueError(f'found "{words}"; allowed: a whole number and a unit ({", ".join(Unit)})')
    return Within(int(amount), Unit(unit or name))
