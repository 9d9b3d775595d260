"""Deadlines that no calendar can meet, promises in closed hours and rungs that nobody can hold, each planted."""

from datetime import UTC, datetime

import pytest

from referral.catalogue import DEFINITIONS, load_calendar, load_escalation
from referral.loading_escalation import read_escalation
from referral.loading_pathways import read_common_deadlines, read_pathway
from referral.promises import Holders, Promises, check_promises
from tests.referral.files import COMMON_TEXT, CRISIS, PSYCHOLOGY, SCHOOL_YEAR, calendar

LATER_DAYS = """\
  tuesday: ["08:00-16:30"]
  wednesday: ["08:00-16:30"]
  thursday: ["08:00-16:30"]
  friday: ["08:00-16:30"]
"""
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LADDERS = (DEFINITIONS / "escalation.yaml").read_text("utf-8")
HOLDERS = Holders(
    frozenset({"counselor", "clinician", "on-call", "supervisor", "coordinator"}),
    frozenset({"coordinator", "supervisor", "counselor", "on-call"}),
)
EDITS = {
    "common": COMMON_TEXT,
    "crisis": CRISIS,
    "psychology": PSYCHOLOGY,
    "ladders": LADDERS,
    "school": SCHOOL_YEAR,
}


def checked(**instead):
    """What is said of the shipped files with parts replaced: file -> [(part, instead), ...]."""
    texts = dict(EDITS)
    for name, edits in instead.items():
        for part, other in edits:
            assert part in texts[name]
            texts[name] = texts[name].replace(part, other)
    common = read_common_deadlines(texts["common"], "deadlines.yaml")
    ways = [read_pathway(texts[name], f"{name}.yaml", common) for name in ("crisis", "psychology")]
    promises = Promises(
        {each.id: each for each in ways},
        {"alder-creek": calendar(texts["school"]), "fern-street": load_calendar("fern-street")},
        read_escalation(texts["ladders"], "escalation.yaml"),
    )
    return check_promises(promises, HOLDERS, NOW)


HOURS = ("{within: 4 working hours, at_most: 24 hours", "{within: 30 working hours, at_most: 24 hours")
DAYS = ("{within: 1 working day, at_most: 48 hours", "{within: 3 working days, at_most: 48 hours")
RUNG = "{after_minutes: 5, roles: [on-call]"
NOBODY_ON_CALL = {
    "crisis": [
        ("roles: [on-call], text", "roles: [supervisor], text"),
        ("clinician, on-call, super", "clinician, super"),
    ],
    "ladders": [("[owner, on-call", "[owner")],
}


@pytest.mark.parametrize(
    ("instead", "told"),
    [
        (
            {"psychology": [HOURS]},
            "psychology.yaml:31:18: acknowledge, urgent: the calendar alder-creek can never meet it",
        ),
        ({"psychology": [HOURS]}, "begun at best 2026-11-"),
        ({"common": [DAYS]}, "schedule, urgent: the calendar fern-street can never meet it"),
        ({"school": [(LATER_DAYS, "")]}, "acknowledge, routine: the calendar alder-creek can never meet it"),
        (
            {"school": [('"2026-', '"2020-'), ('"2027-', '"2021-')]},
            "alder-creek.yaml:1:1: no open hours in the year from; found 2026-11-23",
        ),
        (
            NOBODY_ON_CALL,
            "safety assessment, urgent: due while alder-creek is closed, and no ladder tells anybody",
        ),
        (NOBODY_ON_CALL, "open again 2027-08-16 08:00"),
        (
            {"crisis": [(RUNG, "{after_minutes: 5, roles: [referral staff]")]},
            "crisis.yaml:48:5: nobody can hold this rung; found referral staff",
        ),
        ({"crisis": [(RUNG, "{after_minutes: 5, roles: []")]}, "nobody can hold this rung; found nobody"),
        (
            {
                "ladders": [
                    ("within: 15 minutes, tell: [supervisor]", "within: 15 minutes, tell: [referral staff]")
                ]
            },
            "escalation.yaml:8:7: missed, immediate: nobody can hold this rung; found referral staff",
        ),
        (
            {"ladders": [("within: 4 working hours, at_most", "within: 4 working days, at_most")]},
            "missed, urgent: a rung: the calendar alder-creek can never meet it",
        ),
        (
            {"psychology": [("roles: [clinician, referral staff]", "roles: []")]},
            "nobody works the pathway psychology",
        ),
    ],
)
def test_a_planted_fault_is_found_with_its_place_and_a_witness(instead, told):
    problems = [str(problem) for problem in checked(**instead).problems]
    assert any(told in problem for problem in problems), problems


def test_the_shipped_promises_can_be_kept_and_what_falls_into_a_break_is_told():
    report = checked()

    assert report.problems == ()
    assert any("alder-creek.yaml" in str(note) and "2027-06-03 12:00" in str(note) for note in report.notes)


def test_a_calendar_that_ends_soon_is_told_before_it_has_ended():
    late = datetime(2027, 11, 20, tzinfo=UTC)
    promises = Promises({}, {"alder-creek": load_calendar("alder-creek")}, load_escalation())
    told = [str(note) for note in check_promises(promises, HOLDERS, late).notes]
    assert any("no open hours are known after; found 2027-12-17" in words for words in told)
