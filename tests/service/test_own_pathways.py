"""Pathways and calendars of the organisation's own folder go before the shipped ones, and their hours count."""

from datetime import UTC, datetime

import pytest

from referral.model import Clock, Urgency
from service.definitions import load_definitions
from tests.referral.files import PSYCHOLOGY, SCHOOL_YEAR

FRIDAY_NOON = datetime(2026, 10, 16, 18, tzinfo=UTC)


@pytest.fixture
def own(tmp_path):
    late = SCHOOL_YEAR.replace("calendar: alder-creek", "calendar: evenings").replace(
        "08:00-16:30", "14:00-22:00"
    )
    files = {
        "calendars/evenings.yaml": late,
        "pathways/psychology.yaml": PSYCHOLOGY.replace("calendar: organisation", "calendar: evenings"),
    }
    for name, text in files.items():
        file = tmp_path / name
        file.parent.mkdir()
        file.write_text(text, "utf-8")
    return load_definitions(tmp_path)


def test_the_clocks_of_a_pathway_run_by_its_own_calendar_wherever_it_is_referred_from(own):
    def due(pathway):
        return own.due(pathway, Urgency.URGENT, Clock.ACKNOWLEDGE, FRIDAY_NOON, calendar="alder-creek")

    assert due("psychiatry") == datetime(2026, 10, 16, 22, tzinfo=UTC)
    assert due("psychology") == datetime(2026, 10, 17, 0, tzinfo=UTC)
