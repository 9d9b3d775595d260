"""Missed deadlines: the shipped ladder, what a file may not say, and how far a clock may be put off."""

from datetime import UTC, datetime, timedelta

import pytest

from instruments.problems import BadDefinition
from referral.catalogue import DEFINITIONS, load_calendar, load_escalation
from referral.escalation import PostponeReason, longest_wait, next_rung, postpone_problems
from referral.loading_escalation import read_escalation
from referral.model import Urgency

NOW = datetime(2026, 10, 13, 16, 0, tzinfo=UTC)
RULES = load_escalation()
SCHOOL = load_calendar("alder-creek")
TEXT = (DEFINITIONS / "escalation.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("urgency", Urgency)
def test_the_owner_is_told_at_once_whatever_the_urgency_and_rungs_rise(urgency):
    rungs = RULES.missed[urgency]
    moments = [rung.due(NOW, SCHOOL) for rung in rungs]
    assert "owner" in rungs[0].tell
    assert moments[0] == NOW
    assert moments == sorted(set(moments))
    assert "supervisor" in rungs[-1].tell


def test_who_is_more_urgent_climbs_no_slower():
    last = {urgency: RULES.missed[urgency][-1].due(NOW, SCHOOL) for urgency in Urgency}
    assert list(last.values()) == sorted(last.values())


def test_after_the_last_rung_nobody_more_is_told():
    rungs = RULES.missed[Urgency.SOON]
    assert next_rung(rungs, 0, NOW, SCHOOL) == NOW
    assert next_rung(rungs, len(rungs), NOW, SCHOOL) is None


@pytest.mark.parametrize(
    ("urgency", "longest"),
    [(Urgency.IMMEDIATE, None), (Urgency.URGENT, 1), (Urgency.SOON, 7), (Urgency.ROUTINE, 30)],
)
def test_how_far_a_clock_may_be_put_off(urgency, longest):
    found = longest_wait(RULES, urgency, NOW, SCHOOL)
    expected = (
        None if longest is None else (NOW.astimezone(SCHOOL.zone) + timedelta(days=longest)).astimezone(UTC)
    )
    assert found == expected


@pytest.mark.parametrize(
    ("reason", "until", "latest", "fields"),
    [
        (PostponeReason.AWAY, NOW + timedelta(days=1), NOW + timedelta(days=1), []),
        (PostponeReason.AWAY, NOW + timedelta(days=2), NOW + timedelta(days=1), ["until"]),
        (PostponeReason.AWAY, NOW, NOW + timedelta(days=1), ["until"]),
        (PostponeReason.AWAY, None, NOW + timedelta(days=1), ["until"]),
        (None, NOW - timedelta(days=1), NOW + timedelta(days=1), ["reason", "until"]),
        (PostponeReason.AWAY, NOW + timedelta(minutes=1), None, ["until"]),
    ],
)
def test_everything_that_stands_in_the_way_is_named(reason, until, latest, fields):
    found = postpone_problems(reason, until, now=NOW, latest=latest)
    assert [each.field for each in found] == fields


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("{within: at once, tell: [owner], ", "{within: 1 hour, tell: [owner], ", "told at once"),
        ("{within: 15 minutes, tell: [supervisor]", "{within: at once, tell: [supervisor]", "told at once"),
        ("{within: 60 minutes, tell", "{within: at once, tell", "some real time"),
        ("{within: 2 hours, tell", "{within: 2 working hours, at_most: 4 hours, tell", "some real time"),
        ("tell: [owner, coordinator]", "tell: [everybody]", "missed, urgent: tell"),
        ("within: 3 working days, at_most: 7 days", "within: 3 working days", "without a real limit"),
        ("  soon: {within: 7 days,", "  soon: {within: seven days,", "postpone, soon: within"),
        ('version: "2026.1"\n', "", "version"),
    ],
)
def test_what_a_file_may_not_say_is_named_with_its_line(old, new, told):
    assert old in TEXT
    with pytest.raises(BadDefinition) as bad:
        read_escalation(TEXT.replace(old, new, 1), "escalation.yaml")
    assert told in str(bad.value)
    assert str(bad.value).startswith("escalation.yaml:")


def test_an_alert_that_nobody_ends_reaches_the_supervisor_whatever_the_day():
    moments = [rung.due(NOW, SCHOOL) - NOW for rung in RULES.unended]
    assert moments == [timedelta(minutes=60), timedelta(hours=2)]
    assert "owner" in RULES.unended[0].tell
    assert {"coordinator", "supervisor"} <= set(RULES.unended[-1].tell)
