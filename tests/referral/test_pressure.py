"""Pressure: the length that a deadline counts as, and the order by the share that is left."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.pressure import LENGTHS, due_with, length_class, share_left

NOW = datetime(2026, 10, 13, 16, tzinfo=UTC)
CLASSES = st.integers(0, len(LENGTHS) - 1)
LEFT = st.integers(-(10**14), 10**14).map(lambda micros: NOW + timedelta(microseconds=micros))


@pytest.mark.parametrize(
    ("hours", "counted_as"),
    [
        (0, 0.25),
        (0.1, 0.25),
        (1, 1),
        (1.9, 1),
        (2.1, 4),
        (4, 4),
        (17, 24),
        (24, 24),
        (100, 120),
        (720, 720),
        (9000, 1440),
    ],
)
def test_a_length_counts_as_the_nearest_of_a_few(hours, counted_as):
    assert LENGTHS[length_class(NOW, NOW + timedelta(hours=hours))] == timedelta(hours=counted_as)


def test_a_week_with_a_day_left_presses_more_than_four_hours_with_one_left():
    week, hours = length_class(NOW, NOW + timedelta(days=7)), length_class(NOW, NOW + timedelta(hours=4))
    day_left = share_left(NOW + timedelta(days=1), week, NOW)
    assert day_left < share_left(NOW + timedelta(hours=1), hours, NOW)
    assert (
        share_left(NOW - timedelta(hours=1), hours, NOW)
        < share_left(NOW - timedelta(hours=9), week, NOW)
        < day_left
    )


@given(due_at=LEFT, of=CLASSES, other=LEFT, to=CLASSES)
def test_where_a_page_goes_on_keeps_exactly_what_has_a_larger_share(due_at, of, other, to):
    share = share_left(due_at, of, NOW)
    edge, exact = due_with(share, to, NOW)
    assert (other > edge) is (share_left(other, to, NOW) > share)
    assert (exact and other == edge) is (share_left(other, to, NOW) == share)
