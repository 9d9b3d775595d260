"""Deadlines: real time day and night, working time in a calendar, safe across every kind of odd day."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.deadlines import (
    Calendar,
    CalendarExhausted,
    Term,
    Unit,
    Within,
    deadline,
    parse_within,
)

DENVER = ZoneInfo("America/Denver")
SCHOOL_DAY = ((time(8), time(16, 30)),)
BREAK = {date(2026, 11, day): {"en": "Break", "es": "Vacaciones"} for day in (25, 26, 27)}
SCHOOL = Calendar(
    id="school",
    version="1",
    name={"en": "School", "es": "Escuela"},
    zone=DENVER,
    weekly=dict.fromkeys(range(5), SCHOOL_DAY),
    closed=BREAK,
    special={date(2026, 12, 18): ((time(8), time(12)),)},
    terms=(
        Term({"en": "Fall", "es": "Otoño"}, date(2026, 8, 17), date(2026, 12, 18)),
        Term({"en": "Winter", "es": "Invierno"}, date(2027, 1, 5), date(2028, 6, 3)),
    ),
)
NIGHT = Calendar(
    "night", "1", {"en": "Night", "es": "Noche"}, DENVER, dict.fromkeys(range(7), ((time(1), time(4)),))
)
NEVER = Calendar("never", "1", {"en": "Never", "es": "Nunca"}, DENVER, {})


def local(words):
    return datetime.fromisoformat(words).replace(tzinfo=DENVER)


def due(words, since, calendar=SCHOOL, at_most=None, outside=None):
    within = parse_within(words)
    rule = Within(
        within.amount,
        within.unit,
        None if at_most is None else parse_within(at_most),
        None if outside is None else parse_within(outside),
    )
    return deadline(rule, since, calendar).astimezone(DENVER).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("words", "since", "expected"),
    [
        ("5 minutes", "2026-10-13T10:42", "2026-10-13 10:47"),
        ("5 minutes", "2026-12-25T03:00", "2026-12-25 03:05"),
        ("24 hours", "2026-10-16T15:00", "2026-10-17 15:00"),
        ("7 days", "2026-10-13T10:42", "2026-10-20 10:42"),
        # clocks go back on 1 November 2026 and forward on 14 March 2027: hours are real, days are local
        ("24 hours", "2026-10-31T12:00", "2026-11-01 11:00"),
        ("1 day", "2026-10-31T12:00", "2026-11-01 12:00"),
        ("24 hours", "2027-03-13T12:00", "2027-03-14 13:00"),
        ("1 day", "2027-03-13T12:00", "2027-03-14 12:00"),
        ("1 day", "2028-02-28T12:00", "2028-02-29 12:00"),
        ("30 days", "2026-12-15T09:00", "2027-01-14 09:00"),
    ],
)
def test_real_time_runs_day_and_night(words, since, expected):
    assert due(words, local(since)) == expected


@pytest.mark.parametrize(
    ("words", "since", "expected"),
    [
        ("4 working hours", "2026-10-13T10:33", "2026-10-13 14:33"),
        ("4 working hours", "2026-10-13T14:33", "2026-10-14 10:03"),
        ("4 working hours", "2026-10-16T16:00", "2026-10-19 11:30"),
        ("4 working hours", "2026-10-17T12:00", "2026-10-19 12:00"),
        ("4 working hours", "2026-10-13T05:00", "2026-10-13 12:00"),
        ("4 working hours", "2026-10-13T16:30", "2026-10-14 12:00"),
        # over Thanksgiving, over an early release and the winter break
        ("4 working hours", "2026-11-24T15:00", "2026-11-30 10:30"),
        ("4 working hours", "2026-12-18T10:00", "2027-01-05 10:00"),
        # over both changes of the clock
        ("1 working day", "2026-10-30T10:00", "2026-11-02 10:00"),
        ("1 working day", "2027-03-12T10:00", "2027-03-15 10:00"),
        ("1 working day", "2026-10-13T10:00", "2026-10-14 10:00"),
        ("2 working days", "2026-10-15T10:00", "2026-10-19 10:00"),
        ("1 working day", "2026-10-17T12:00", "2026-10-20 08:00"),
        ("1 working day", "2026-12-17T15:00", "2026-12-18 12:00"),
        ("same working day", "2026-10-13T10:00", "2026-10-13 16:30"),
        ("same working day", "2026-10-13T18:00", "2026-10-14 16:30"),
        ("same working day", "2026-12-18T09:00", "2026-12-18 12:00"),
    ],
)
def test_working_time_runs_in_the_calendar(words, since, expected):
    assert due(words, local(since)) == expected


def test_a_real_limit_keeps_a_break_from_swallowing_a_deadline():
    assert due("4 working hours", local("2026-12-18T11:00"), at_most="24 hours") == "2026-12-19 11:00"


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        ("2026-10-13T10:00", "2026-10-13 16:30"),
        ("2026-10-13T16:29", "2026-10-13 16:30"),
        ("2026-10-13T16:30", "2026-10-13 18:30"),
        ("2026-10-13T22:00", "2026-10-14 00:00"),
        ("2026-10-17T09:00", "2026-10-17 11:00"),
    ],
)
def test_a_safety_assessment_outside_hours_does_not_wait_for_the_morning(since, expected):
    assert due("same working day", local(since), outside="2 hours") == expected


def test_work_at_night_is_counted_once_when_the_clocks_change():
    # On 1 November 2026 the hour from 01:00 comes twice: the three open hours last four real ones.
    assert due("4 working hours", local("2026-11-01T01:00"), NIGHT) == "2026-11-01 04:00"
    # On 14 March 2027 the hour from 02:00 is missing: the three open hours last two real ones.
    assert due("2 working hours", local("2027-03-14T01:00"), NIGHT) == "2027-03-14 04:00"


def test_a_calendar_without_open_hours_is_an_error_or_falls_back_on_the_real_limit():
    with pytest.raises(CalendarExhausted, match="never"):
        due("1 working hour", local("2026-10-13T10:00"), NEVER)
    assert due("1 working day", local("2026-10-13T10:00"), NEVER, at_most="3 days") == "2026-10-16 10:00"


def test_a_time_without_zone_is_refused():
    naive = datetime(2026, 10, 13, 10, 0, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(ValueError, match="since"):
        deadline(parse_within("5 minutes"), naive, SCHOOL)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "5",
        "minutes",
        "0 minutes",
        "-1 days",
        "1.5 hours",
        "² days",
        "4 workdays",
        "5  minutes",
        "1 same working day",
    ],
)
def test_a_length_of_time_that_is_none_is_refused_with_what_is_allowed(words):
    with pytest.raises(ValueError, match="allowed"):
        parse_within(words)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("1 minute", Within(1, Unit.MINUTES)),
        ("4 working hours", Within(4, Unit.WORKING_HOURS)),
        ("1 working day", Within(1, Unit.WORKING_DAYS)),
        ("same working day", Within(0, Unit.SAME_WORKING_DAY)),
    ],
)
def test_a_length_of_time_is_read_in_plain_words(words, expected):
    assert parse_within(words) == expected


MOMENTS = st.datetimes(datetime(2026, 8, 1), datetime(2027, 5, 1), timezones=st.just(UTC))  # noqa: DTZ001
WORKING = st.builds(
    Within,
    st.integers(1, 60),
    st.sampled_from([Unit.WORKING_HOURS, Unit.WORKING_DAYS, Unit.SAME_WORKING_DAY]),
)
REAL = st.builds(Within, st.integers(1, 60), st.sampled_from([Unit.MINUTES, Unit.HOURS, Unit.DAYS]))
CALENDARS = st.sampled_from([SCHOOL, NIGHT])


@given(WORKING | REAL, MOMENTS, CALENDARS)
def test_a_deadline_is_later_than_its_start_and_in_utc(within, since, calendar):
    found = deadline(within, since, calendar)
    assert found > since
    assert found.utcoffset() == timedelta(0)


@given(WORKING, MOMENTS, CALENDARS)
def test_a_working_deadline_falls_in_or_at_the_end_of_open_hours(within, since, calendar):
    found = deadline(within, since, calendar)
    assert calendar.is_open(found) or calendar.is_open(found - timedelta(microseconds=1))


@given(WORKING, MOMENTS, st.integers(0, 100_000), CALENDARS)
def test_who_starts_later_is_never_due_earlier(within, since, seconds, calendar):
    later = since + timedelta(seconds=seconds)
    assert deadline(within, since, calendar) <= deadline(within, later, calendar)


@given(st.integers(1, 40), MOMENTS, CALENDARS)
def test_working_hours_are_exactly_the_open_time_between(hours, since, calendar):
    found = deadline(Within(hours, Unit.WORKING_HOURS), since, calendar)
    spans = ((begin, min(end, found)) for begin, end in calendar.open_spans(since))
    worked = timedelta(0)
    for begin, end in spans:
        if begin >= found:
            break
        worked += end - begin
    assert worked == timedelta(hours=hours)


@given(WORKING, REAL, MOMENTS, CALENDARS)
def test_a_real_limit_only_ever_brings_a_deadline_forward(within, limit, since, calendar):
    limited = Within(within.amount, within.unit, at_most=limit)
    assert deadline(limited, since, calendar) == min(
        deadline(within, since, calendar), deadline(limit, since, calendar)
    )


@given(st.integers(1, 400), MOMENTS)
def test_days_keep_the_local_time_of_day(days, since):
    found = deadline(Within(days, Unit.DAYS), since, SCHOOL).astimezone(DENVER)
    began = since.astimezone(DENVER)
    assert (found.date() - began.date()).days == days
    shift = abs((found.hour * 60 + found.minute) - (began.hour * 60 + began.minute))
    assert shift in {0, 60}
