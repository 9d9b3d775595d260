"""Who is on call: across midnight, weeks, changes of the clock; and the hours without anybody."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.on_call import Shift, on_duty, uncovered

DENVER = ZoneInfo("America/Denver")
EVERY_DAY = frozenset(range(7))
MONDAY = date(2026, 10, 12)
HOUR = timedelta(hours=1)


def at(day, clock, fold=0):
    return datetime.combine(day, time.fromisoformat(clock), DENVER).replace(fold=fold).astimezone(UTC)


def shift(person="ines", days=EVERY_DAY, starts="08:00", ends="17:00", first=MONDAY, last=None):
    return Shift(person, frozenset(days), time.fromisoformat(starts), time.fromisoformat(ends), first, last)


@pytest.mark.parametrize(
    ("which", "day", "clock", "expected"),
    [
        (shift(), MONDAY, "08:00", True),
        (shift(), MONDAY, "07:59", False),
        (shift(), MONDAY, "16:59", True),
        (shift(), MONDAY, "17:00", False),
        (shift(days={1}), MONDAY, "12:00", False),
        (shift(starts="17:00", ends="08:00"), MONDAY, "23:59", True),
        (shift(starts="17:00", ends="08:00"), date(2026, 10, 13), "07:59", True),
        (shift(starts="17:00", ends="08:00"), date(2026, 10, 13), "08:00", False),
        (shift(days={0}, starts="17:00", ends="08:00"), date(2026, 10, 14), "03:00", False),
        (shift(starts="08:00", ends="08:00"), MONDAY, "07:00", False),  # the first day begins at eight
        (shift(starts="08:00", ends="08:00"), date(2026, 10, 13), "07:00", True),
        (shift(last=MONDAY), date(2026, 10, 13), "12:00", False),
        (shift(starts="17:00", ends="08:00", last=MONDAY), date(2026, 10, 13), "03:00", True),
        (shift(first=date(2026, 10, 13)), MONDAY, "12:00", False),
    ],
)
def test_a_shift_counts_from_its_first_minute_to_the_one_before_its_end(which, day, clock, expected):
    assert (on_duty([which], at(day, clock), DENVER) == ("ines",)) is expected


def test_several_people_may_be_on_call_each_is_named_once():
    shifts = [shift("ines"), shift("omar", starts="12:00", ends="20:00"), shift("ines", starts="10:00")]
    assert on_duty(shifts, at(MONDAY, "13:00"), DENVER) == ("ines", "omar")


def test_a_night_with_a_change_of_the_clock_is_covered_to_its_end():
    night = shift(starts="22:00", ends="06:00")
    longer, shorter = date(2026, 10, 31), date(2027, 3, 13)
    assert uncovered([night], at(longer, "22:00"), at(date(2026, 11, 1), "06:00"), DENVER) == ()
    assert on_duty([night], at(date(2026, 11, 1), "01:30", fold=1), DENVER) == ("ines",)
    spans = [night.begun_on(day, DENVER) for day in (longer, shorter, MONDAY)]
    assert [ends - begins for begins, ends in spans] == [9 * HOUR, 7 * HOUR, 8 * HOUR]


def test_hours_without_anybody_are_told_as_stretches():
    day, night = shift(days=range(5)), shift(days=range(5), starts="17:00", ends="08:00")
    gaps = uncovered([day, night], at(MONDAY, "00:00"), at(date(2026, 10, 19), "00:00"), DENVER)
    assert gaps == (
        (at(MONDAY, "00:00"), at(MONDAY, "08:00")),
        (at(date(2026, 10, 17), "08:00"), at(date(2026, 10, 19), "00:00")),
    )
    assert uncovered([], at(MONDAY, "00:00"), at(MONDAY, "01:00"), DENVER) == (
        (at(MONDAY, "00:00"), at(MONDAY, "01:00")),
    )


clocks = st.times().map(lambda moment: moment.replace(minute=0, second=0, microsecond=0, tzinfo=None))
shifts = st.builds(
    Shift,
    person=st.sampled_from(["ines", "omar"]),
    days=st.frozensets(st.integers(0, 6), min_size=1),
    starts=clocks,
    ends=clocks,
    first=st.dates(date(2026, 10, 20), date(2026, 11, 5)),
    last=st.one_of(st.none(), st.dates(date(2026, 11, 6), date(2026, 11, 10))),
)


@given(st.lists(shifts, max_size=4))
def test_at_every_hour_somebody_is_on_call_or_the_hour_is_told(some):
    since, hours = datetime(2026, 10, 28, tzinfo=UTC), 24 * 8
    gaps = uncovered(some, since, since + hours * HOUR, DENVER)
    for hour in range(hours):
        moment = since + hour * HOUR
        told = any(begins <= moment < ends for begins, ends in gaps)
        assert told is not bool(on_duty(some, moment, DENVER)), moment
    assert all(begins < ends for begins, ends in gaps)
