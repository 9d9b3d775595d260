"""Definition files are read strictly: everything wrong in one is told at once, with its line."""

from datetime import UTC, date, datetime, timedelta

import pytest

from instruments.catalogue import load_catalogue
from instruments.problems import BadDefinition
from referral.catalogue import (
    DEFINITIONS,
    UnknownDefinition,
    ids_of,
    load_calendar,
    load_pathways,
    load_resources,
    load_routing,
)
from referral.checking import check_rules
from referral.deadlines import WORKING, Unit, deadline
from referral.loading_calendars import read_calendar
from referral.loading_pathways import read_common_deadlines, read_pathway
from referral.loading_resources import read_resources
from referral.loading_routing import read_routing
from referral.model import Clock, Urgency
from referral.pathways import LetterPart, UnknownPathway, deadline_for, escalations

COMMON_TEXT = (DEFINITIONS / "deadlines.yaml").read_text("utf-8")
COMMON = read_common_deadlines(COMMON_TEXT, "deadlines.yaml")
PATHWAYS = load_pathways()
PSYCHOLOGY = (DEFINITIONS / "pathways" / "psychology.yaml").read_text("utf-8")
CRISIS = (DEFINITIONS / "pathways" / "crisis.yaml").read_text("utf-8")
SCHOOL_YEAR = (DEFINITIONS / "calendars" / "alder-creek.yaml").read_text("utf-8")
US = (DEFINITIONS / "resources" / "us.yaml").read_text("utf-8")
SCREENING = (DEFINITIONS / "routing" / "school-screening.yaml").read_text("utf-8")
CATALOGUE = load_catalogue()
SHIPPED = {name: load_routing(name, instruments=CATALOGUE, pathways=PATHWAYS) for name in ids_of("routing")}
NOW = datetime(2026, 10, 13, 16, 43, tzinfo=UTC)


def pathway(text):
    return read_pathway(text, "psychology.yaml", COMMON)


def routing(text):
    return read_routing(text, "school-screening.yaml", CATALOGUE, PATHWAYS.by_id)


def problems_of(read, text):
    with pytest.raises(BadDefinition) as bad:
        read(text)
    return [str(problem) for problem in bad.value.problems]


def line_of(text, part):
    return text[: text.index(part)].count("\n") + 1


def test_all_six_pathways_are_there():
    assert PATHWAYS.ids == (
        "crisis",
        "primary-care",
        "psychiatry",
        "psychology",
        "school-support",
        "social-work",
    )


@pytest.mark.parametrize("one", PATHWAYS.all(), ids=lambda one: one.id)
def test_a_pathway_says_how_long_every_clock_runs_and_why(one):
    assert one.digest
    for urgency in Urgency:
        for clock in Clock:
            limit = one.limit(urgency, clock)
            assert limit.source
            assert limit.within.unit not in WORKING or limit.within.at_most or limit.within.outside


EVERY_LIMIT = {
    one.limit(urgency, clock).within for one in PATHWAYS.all() for urgency in Urgency for clock in Clock
}


@pytest.mark.parametrize("calendar", ids_of("calendars"))
@pytest.mark.parametrize(
    "since", [NOW, datetime(2026, 12, 19, 3, tzinfo=UTC), datetime(2029, 7, 1, tzinfo=UTC)]
)
def test_no_calendar_swallows_a_deadline(calendar, since):
    hours = load_calendar(calendar)
    for within in EVERY_LIMIT:
        assert since < deadline(within, since, hours) <= since + timedelta(days=31)


def test_a_need_that_a_person_raised_beyond_its_pathway_runs_by_the_faster_clock():
    raised = PATHWAYS.get("psychology").limit(Urgency.IMMEDIATE, Clock.ACKNOWLEDGE)
    assert raised == COMMON[Urgency.IMMEDIATE][Clock.ACKNOWLEDGE]
    lowered = PATHWAYS.get("crisis").limit(Urgency.ROUTINE, Clock.ACKNOWLEDGE)
    assert lowered == PATHWAYS.get("crisis").limit(Urgency.URGENT, Clock.ACKNOWLEDGE)


@pytest.mark.parametrize("one", PATHWAYS.all(), ids=lambda one: one.id)
@pytest.mark.parametrize("clock", Clock)
def test_a_more_urgent_referral_is_never_due_later(one, clock):
    hours = load_calendar("alder-creek")
    dues = [deadline_for(one, urgency, clock, NOW, hours) for urgency in Urgency]
    assert dues == sorted(dues)


def test_the_letters_of_school_pathways_never_hold_single_answers():
    for one in PATHWAYS.all():
        assert LetterPart.ITEMS in one.letter.never
        assert not one.letter.may_contain & one.letter.never


def test_the_crisis_pathway_escalates_after_5_10_and_15_minutes():
    crisis = PATHWAYS.get("crisis")
    minutes = [(at - NOW) // timedelta(minutes=1) for at, _ in escalations(crisis, NOW)]
    assert minutes == [0, 5, 10, 15]
    assert crisis.limit(Urgency.IMMEDIATE, Clock.ACKNOWLEDGE).within.unit is Unit.MINUTES


def test_the_crisis_protocol_is_told_in_both_languages():
    protocol = PATHWAYS.get("crisis").protocol
    assert [step.id for step in protocol] == ["stay", "space", "handover", "home", "write"]
    for step in protocol:
        assert set(step.title) == set(step.text) == {"en", "es"}


def test_the_files_are_named_for_their_ids():
    assert PATHWAYS.ids == ids_of("pathways")
    assert [load_calendar(name).id for name in ids_of("calendars")] == list(ids_of("calendars"))
    assert [load_resources(name).country for name in ids_of("resources")] == list(ids_of("resources"))
    assert [SHIPPED[name].id for name in ids_of("routing")] == list(ids_of("routing"))


def test_the_digest_of_a_file_is_that_of_its_content():
    assert pathway(PSYCHOLOGY).digest == pathway("# a remark\n" + PSYCHOLOGY).digest
    changed = PSYCHOLOGY.replace("count: 3", "count: 4")
    assert pathway(PSYCHOLOGY).digest != pathway(changed).digest


def test_an_unknown_pathway_calendar_or_country_is_named_with_those_there_are():
    with pytest.raises(UnknownPathway, match=r'found "dentistry"; allowed: crisis, primary-care'):
        PATHWAYS.get("dentistry")
    with pytest.raises(
        UnknownDefinition, match=r'calendars: found "mars"; allowed: alder-creek, fern-street'
    ):
        load_calendar("mars")
    with pytest.raises(UnknownDefinition, match=r'resources: found "../x"; allowed: us'):
        load_resources("../x")


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


def calendar(text):
    return read_calendar(text, "alder-creek.yaml")


def test_the_school_year_knows_its_breaks_holidays_and_short_days():
    year = load_calendar("alder-creek")
    assert year.hours_on(date(2026, 11, 26)) == ()
    assert year.closed[date(2026, 11, 25)]["es"] == "Vacaciones de Acción de Gracias"
    assert year.hours_on(date(2026, 9, 7)) == ()
    assert year.closed[date(2026, 9, 7)] == {"en": "Labor Day", "es": "Día festivo (Labor Day)"}
    assert year.hours_on(date(2026, 12, 18))[0][1].hour == 12
    assert year.hours_on(date(2026, 12, 21)) == ()
    assert year.hours_on(date(2026, 10, 13))[0][1].isoformat("minutes") == "16:30"
    assert load_calendar("fern-street").hours_on(date(2026, 10, 17))[0][0].hour == 9


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


def test_crisis_lines_go_stale():
    lines = load_resources("us")
    assert not lines.stale(lines.checked_on + timedelta(days=90))
    assert lines.stale(lines.checked_on + timedelta(days=91))
    assert (lines.emergency, lines.lines[0].call) == ("911", "988")


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
    ("part", "instead", "told"),
    [
        ("phq: phq-9", "phq: phq-99", "uses: an unknown instrument"),
        ("phq: phq-9", "phq: phq-9@7.7.7", "uses: an unknown instrument"),
        ("when: asq.acute", "when: asq.acut", "did you mean asq.acute?"),
        ("score: phq.total, at_least: 20", "score: phq.sum, at_least: 20", "an unknown score"),
        ("score: phq.total, at_least: 20", "score: phq.total, at_least: 28", "a comparison that never holds"),
        ("to: crisis", "to: crises", "did you mean crisis?"),
        ("to: crisis, urgency: immediate", "to: crisis, urgency: routine", "crisis has no such urgency"),
        ("first: safety-assessment", "first: a-walk", "found 'a-walk'; allowed: safety-assessment"),
        ("id: asq-not-cleared", "id: asq-acute", "the rule 'asq-acute' twice"),
        ("    rescreen: {days: 30}\n", "", "a rule without a consequence"),
        ("rescreen: {days: 30}", "rescreen: {days: 0}", "allowed: a whole number from 1 to 366"),
        ("when: asq.acute", "when: asq.acute\n    unless: asq-later", "found 'asq-later'"),
        ("then: immediate", "then: now", "found 'now'; allowed: immediate"),
        ("es: Evaluación escolar", "de: Schule", "name lacks es"),
    ],
)
def test_what_is_wrong_in_a_routing_file_is_told(part, instead, told):
    problems = problems_of(routing, SCREENING.replace(part, instead, 1))
    assert any(told in problem for problem in problems), problems


@pytest.mark.parametrize("name", ids_of("routing"))
def test_every_rule_can_fire_and_every_promise_holds(name):
    assert check_rules(SHIPPED[name], f"{name}.yaml") == ()


@pytest.mark.parametrize(
    ("part", "instead", "told"),
    [
        (
            "when: phq.self-harm-thoughts\n",
            "when: {all: [phq.self-harm-thoughts, {not: phq.self-harm-thoughts}]}\n",
            "the rule 'phq9-item-9' can never fire",
        ),
        (
            "when: {score: phq.total, at_least: 20}\n",
            "when: {all: [{score: phq.total, at_least: 20}, {score: phq.total, at_most: 19}]}\n",
            "the rule 'depression-severe' can never fire",
        ),
        (
            "when: asq.acute\n    refer: {to: crisis, urgency: immediate",
            "when: asq.acute\n    refer: {to: crisis, urgency: urgent",
            "A yes to ASQ question 5 is immediate",
        ),
        (
            "when: asq.acute\n",
            "when: {all: [asq.acute, asq.positive]}\n",
            "A yes to ASQ question 5 is immediate",
        ),
        (
            "when: phq.self-harm-thoughts\n",
            "when: phq.self-harm-thoughts\n    unless: asq-acute\n",
            "PHQ-9 question 9 above zero",
        ),
    ],
)
def test_a_planted_fault_in_the_rules_is_found_with_its_line(part, instead, told):
    text = SCREENING.replace(part, instead, 1)
    assert text != SCREENING
    problems = [str(problem) for problem in check_rules(routing(text), "school-screening.yaml")]
    assert any(told in problem for problem in problems), problems
    assert all(problem.startswith("school-screening.yaml:") for problem in problems)


def test_a_rule_with_too_many_combinations_is_named_as_not_proved():
    parts = ", ".join(f"{{score: phq.total, between: [{n}, {n + 1}]}}" for n in range(1, 26))
    others = ", ".join(f"{{score: pcl.total, between: [{n}, {n + 1}]}}" for n in range(1, 79))
    more = ", ".join(f"{{score: gad.total, between: [{n}, {n + 1}]}}" for n in range(1, 19))
    text = SCREENING.replace(
        "when: asq.acute\n", f"when: {{any: [{parts}, {others}, {more}, asq.acute, asq.negative]}}\n", 1
    )
    found = [str(problem) for problem in check_rules(routing(text), "school-screening.yaml")]
    assert any("the rule 'asq-acute' is not proved: too many combinations" in problem for problem in found)


@pytest.mark.parametrize(
    "text", ["", "- a\n- b\n", "42\n", "a: &x 1\nb: *x\n", "routing: a\nrouting: b\n", "\tno: yaml\n", "{}"]
)
@pytest.mark.parametrize("read", [pathway, calendar, routing])
def test_a_file_of_another_kind_is_refused_with_a_place(read, text):
    assert all(".yaml:" in problem for problem in problems_of(read, text))
