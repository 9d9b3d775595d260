"""Definition files are read strictly: everything wrong in one is told at once, with its line."""

import pytest

from referral.catalogue import DEFINITIONS
from referral.loading_pathways import read_common_deadlines, read_pathway
from referral.loading_resources import read_resources
from tests.referral.files import (
    COMMON,
    COMMON_TEXT,
    CRISIS,
    PSYCHOLOGY,
    SCHOOL_YEAR,
    US,
    calendar,
    line_of,
    pathway,
    problems_of,
    routing,
)


@pytest.mark.parametrize(
    ("part", "instead", "told"),
    [
        (
            "4 working hours, at_most: 24 hours",
            "4 working hours",
            "working hours without a real limit; allowed: at_most",
        ),
        ("within: 24 hours", "within: 24 moons", "found '24 moons'; allowed: a whole number and a unit"),
        (
            "within: 24 hours",
            "within: 24 hours, at_most: 2 days",
            "a real time needs neither at_most nor outside",
        ),
        (
            "at_most: 24 hours",
            "at_most: 4 working hours",
            "found 'working hours'; allowed: days, hours, minutes",
        ),
        (
            "within: 24 hours",
            "within: same working day",
            "same working day without a real limit; allowed: outside",
        ),
        (
            "source: programme choice}\n    first contact",
            "because: x}\n    first contact",
            "an unknown key in acknowledge, urgent",
        ),
        ("[clinician, referral staff]", "[clinician, plumber]", "found 'plumber'; allowed: clinician"),
        ("[no capacity,", "[too far,", "decline_reasons; found 'too far'"),
        ("count: 3", "count: 0", "allowed: a whole number from 1 to 20"),
        ("es: Psicología}", "fr: Psychologie}", "name lacks es; allowed: both en and es"),
        ("never: [items]", "never: [items, bands]", "letter: both allowed and ruled out; found 'bands'"),
        ("may_contain: [identity,", "may_contain: [diary,", "may_contain; found 'diary'"),
        ("  urgent:", "  at-once:", "found 'at-once'; allowed: immediate, routine, soon, urgent"),
        ("version:", "versoin:", "did you mean version?"),
        ('checked_on: "2026-11-22"', 'checked_on: "22.11.2026"', "allowed: a day such as 2026-11-22"),
    ],
)
def test_what_is_wrong_in_a_pathway_is_told_with_its_line(part, instead, told):
    text = PSYCHOLOGY.replace(part, instead, 1)
    problems = problems_of(pathway, text)
    assert any(told in problem for problem in problems), problems
    first = line_of(text, instead)
    assert any(problem.startswith(f"psychology.yaml:{first}:") for problem in problems) or "lacks" in told


def test_every_problem_of_a_pathway_is_told_at_once():
    text = (
        PSYCHOLOGY.replace("count: 3", "count: 0").replace("24 hours", "a while").replace("soon:", "later:")
    )
    assert len(problems_of(pathway, text)) == 4


def test_the_rungs_of_a_ladder_rise():
    text = CRISIS.replace("after_minutes: 10", "after_minutes: 5")
    problems = problems_of(lambda one: read_pathway(one, "crisis.yaml", COMMON), text)
    first = line_of(text, "  - {after_minutes: 0")
    told = "the rungs of the ladder; found [0, 5, 5, 15]; allowed: rising minutes"
    assert problems == [f"crisis.yaml:{first}:3: {told}"]


def test_a_common_file_states_every_clock_for_every_urgency():
    text = COMMON_TEXT.replace("  rebook:\n", "  rebok:\n")
    problems = problems_of(lambda one: read_common_deadlines(one, "deadlines.yaml"), text)
    assert any("'rebok'" in problem and "did you mean rebook?" in problem for problem in problems)
    assert any("lacks 'rebook'" in problem for problem in problems)


@pytest.mark.parametrize(
    ("part", "instead", "told"),
    [
        ("America/Denver", "America/Denvre", "did you mean America/Denver?"),
        ('monday: ["08:00-16:30"]', 'monday: ["8-16:30"]', "found '8-16:30'; allowed: hours such as"),
        ('monday: ["08:00-16:30"]', 'monday: ["16:30-08:00"]', "hours out of order"),
        ('monday: ["08:00-16:30"]', 'monday: ["08:00-12:00", "11:00-16:30"]', "hours out of order"),
        ("country: US", "country: XX", "public_holidays; found XX"),
        ('last: "2026-12-18"', 'last: "2026-01-18"', "found 2026-01-18; allowed: 2026-08-17 or later"),
        ('{on: "2026-12-18"', '{on: "2026-12-32"', "allowed: a day such as"),
        ('first: "2026-11-25"', 'first: "2025-11-25"', "a closure; found 2025-11-25 to 2026-11-27"),
    ],
)
def test_what_is_wrong_in_a_calendar_is_told_with_its_line(part, instead, told):
    text = SCHOOL_YEAR.replace(part, instead, 1)
    problems = problems_of(calendar, text)
    assert any(told in problem for problem in problems), problems
    assert any(problem.startswith(f"alder-creek.yaml:{line_of(text, instead)}:") for problem in problems)


def test_public_holidays_need_to_know_which_years():
    text = (DEFINITIONS / "calendars" / "fern-street.yaml").read_text("utf-8").split("years:")[0]
    assert "public_holidays without years" in problems_of(calendar, text)[0]


@pytest.mark.parametrize(
    ("part", "instead", "told"),
    [
        (
            '    call: "988"\n    text: "988"\n    chat: "https://988lifeline.org"\n',
            "",
            "a crisis line nobody can reach",
        ),
        ("check_every_days: 90", "check_every_days: 0", "allowed: a whole number from 1 to 366"),
        ('call: "988"', "call: 988", "put it in quotes"),
    ],
)
def test_what_is_wrong_in_crisis_lines_is_told(part, instead, told):
    problems = problems_of(lambda text: read_resources(text, "us.yaml"), US.replace(part, instead, 1))
    assert any(told in problem for problem in problems), problems


@pytest.mark.parametrize(
    "text", ["", "- a\n- b\n", "42\n", "a: &x 1\nb: *x\n", "routing: a\nrouting: b\n", "\tno: yaml\n", "{}"]
)
@pytest.mark.parametrize("read", [pathway, calendar, routing])
def test_a_file_of_another_kind_is_refused_with_a_place(read, text):
    assert all(".yaml:" in problem for problem in problems_of(read, text))
