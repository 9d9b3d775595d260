"""Who is on call: shifts by day of the week and hour on the organisation's wall clock, and where nobody is.

Who may be on call, and what follows when nobody is, is not decided here.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from referral.deadlines import Span

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Shift:
    """One person's shift, begun on `days` (Monday is 0) from the day `first` to `last` (None: until changed).

    `starts` and `ends` are wall-clock times; a shift that does not end later than it starts ends the next day, so
    that 08:00 to 08:00 is a whole day and night.
    """

    person: str
    days: frozenset[int]
    starts: time
    ends: time
    first: date
    last: date | None = None

    def begun_on(self, day: date, zone: ZoneInfo) -> Span | None:
        """The span in UTC, end excluded, of the shift that begins on a local day; None when none does.

        Across a change of the clock it keeps the wall-clock times, so it is an hour shorter or longer.
        """
        if day.weekday() not in self.days or day < self.first or (self.last is not None and day > self.last):
            return None
        until = day if self.starts < self.ends else day + _DAY
        begins, ends = _moment(day, self.starts, zone), _moment(until, self.ends, zone)
        return (begins, ends) if begins < ends else None


def on_duty(shifts: Iterable[Shift], moment: datetime, zone: ZoneInfo) -> tuple[str, ...]:
    """Everybody who is on call at a moment, each once, in the order of the shifts."""
    today = moment.astimezone(zone).date()
    found = (
        shift.person
        for shift in shifts
        for day in (today - _DAY, today)
        if (span := shift.begun_on(day, zone)) is not None and span[0] <= moment < span[1]
    )
    return tuple(dict.fromkeys(found))


def uncovered(shifts: Sequence[Shift], since: datetime, until: datetime, zone: ZoneInfo) -> tuple[Span, ...]:
    """The stretches between two moments, in UTC, during which nobody is on call; touching ones are one."""
    gaps, free_from = [], since
    for begins, ends in sorted(_spans(shifts, since, until, zone)):
        if begins > free_from:
            gaps.append((free_from, min(begins, until)))
        free_from = max(free_from, ends)
    if free_from < until:
        gaps.append((free_from, until))
    return tuple(gaps)


def _spans(shifts: Sequence[Shift], since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[Span]:
    first, last = since.astimezone(zone).date() - _DAY, until.astimezone(zone).date()
    for shift in shifts:
        for ahead in range((last - first).days + 1):
            span = shift.begun_on(first + ahead * _DAY, zone)
            if span is not None and span[0] < until and span[1] > since:
                yield span


def _moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)
