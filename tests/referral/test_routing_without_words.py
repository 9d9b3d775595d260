"""Where instruments lead that ship without their questions: one row for each rule, in both sets of rules."""

import pytest

from instruments.answers import REFUSED
from instruments.conditions import Verdict
from instruments.model import Informant
from referral.model import SAFETY_ASSESSMENT, DecisionKind
from referral.region import rules_about
from tests.referral.screens import CATALOGUE, CLINIC, SCHOOL, routed

BOTH = pytest.mark.parametrize("rules", [SCHOOL, CLINIC], ids=["school", "clinic"])
CRISIS = [("crisis", "immediate", SAFETY_ASSESSMENT)]
SAFETY = [("psychology", "urgent", SAFETY_ASSESSMENT)]
PSYCHOLOGY = [("psychology", "soon", None)]
PSYCHOLOGY_ROUTINE = [("psychology", "routine", None)]
PRIMARY = [("primary-care", "soon", None)]
PRIMARY_ROUTINE = [("primary-care", "routine", None)]
SUPPORT = [("school-support", "soon", None)]
SUPPORT_ROUTINE = [("school-support", "routine", None)]
TOLD_URGENT = ("social-work", "urgent", None)
TOLD = ("social-work", "soon", None)
NO_IDEATION = {"q1": 0, "q2": 0, "q6": 0}
THOUGHTS = {"q1": 1, "q2": 1, "q3": 0, "q4": 0, "q5": 0, "q6": 0}

OUTSIDE = [f"q{n}" for n in (1, 2, 3, 5, 6, 10, 12, 15, 17, 18, 20, 21, 23, 24, 25)]
"""Items of the PSC-35 that are in no subscale."""


def items(first, last, value):
    return {f"q{number}": value for number in range(first, last + 1)}


def adding(number, most, total, first=1):
    """Answers to so many items that add up to a total, the first items highest."""
    return {f"q{first + place}": max(0, min(most, total - most * place)) for place in range(number)}


def cries(fives, threes, ones, number):
    values = [5] * fives + [3] * threes + [1] * ones
    return {f"q{place + 1}": (values + [0] * number)[place] for place in range(number)}


def decided(rules, alias, answers):
    found = routed(rules=rules, **{alias: answers}).decisions
    return [(one.pathway, str(one.urgency), one.first) for one in found if one.kind is DecisionKind.REFER]


SUICIDE = [
    ("cssrs", {**THOUGHTS, "q4": 1}, CRISIS),
    ("cssrs", {**THOUGHTS, "q5": 1}, CRISIS),
    ("cssrs", {**NO_IDEATION, "q6": 1, "q6-recent": 1}, CRISIS),
    ("cssrs", {"q4": 1}, CRISIS),
    ("cssrs", {"q6-recent": 1}, CRISIS),
    ("cssrs", {**THOUGHTS, "q4": REFUSED}, CRISIS),
    ("cssrs", {**NO_IDEATION, "q6": 1, "q6-recent": REFUSED}, CRISIS),
    ("cssrs", {"q1": 0, "q2": REFUSED, "q6": 0}, CRISIS),
    ("cssrs", {**NO_IDEATION, "q6": REFUSED}, CRISIS),
    ("cssrs", {"q1": 1}, CRISIS),
    ("cssrs", {"q1": 0, "q2": 1}, CRISIS),
    ("cssrs", {**THOUGHTS, "q3": 1}, SAFETY),
    ("cssrs", {**NO_IDEATION, "q6": 1, "q6-recent": 0}, SAFETY),
    ("cssrs", THOUGHTS, SAFETY),
    ("cssrs", {**THOUGHTS, "q2": 0}, SAFETY),
    ("cssrs", {**NO_IDEATION, "q1": 1}, SAFETY),
    ("cssrs", {**NO_IDEATION, "q1": REFUSED}, SAFETY),
    ("cssrs", {**THOUGHTS, "q3": REFUSED}, SAFETY),
    ("cssrs", NO_IDEATION, []),
]
TRAUMA = [
    ("cries8", cries(2, 2, 1, 8), PSYCHOLOGY),
    ("cries8", cries(2, 2, 0, 8), []),
    ("cries13", cries(6, 0, 0, 13), PSYCHOLOGY),
    ("cries13", cries(5, 1, 1, 13), []),
    ("cats", items(1, 15, 0) | adding(8, 3, 21, 16) | items(24, 45, 0), PSYCHOLOGY),
    ("cats", items(1, 15, 0) | adding(8, 3, 20, 16) | items(24, 45, 0), []),
    ("cats", items(1, 45, 0) | {"q7": 1}, [TOLD]),
    ("cats", {"q7": 1}, [TOLD]),
    ("cts", items(1, 4, 0) | adding(6, 3, 6, 5), PSYCHOLOGY),
    ("cts", items(1, 4, 0) | adding(6, 3, 5, 5), []),
    ("cts", items(1, 10, 0) | {"q4": 1}, [TOLD_URGENT]),
    ("cts", {"q1": 1}, [TOLD_URGENT]),
    ("cts", items(1, 4, 1) | items(5, 10, 1), [TOLD_URGENT, *PSYCHOLOGY]),
    ("nsesss", adding(9, 4, 14), PSYCHOLOGY),
    ("nsesss", adding(9, 4, 4), []),
    ("itq", items(1, 9, 2) | items(10, 18, 0), PSYCHOLOGY),
    ("itq", items(1, 9, 0) | items(10, 18, 2), PSYCHOLOGY),
    ("itq", items(1, 18, 2), PSYCHOLOGY),
    ("itq", items(1, 6, 2) | items(7, 18, 0), PSYCHOLOGY_ROUTINE),
    ("itq", items(1, 9, 0) | items(10, 15, 2) | items(16, 18, 0), PSYCHOLOGY_ROUTINE),
    ("itq", items(1, 18, 1), []),
    ("itqca", items(1, 6, 2) | items(7, 12, 0), PSYCHOLOGY),
    ("itqca", items(1, 6, 0) | items(7, 12, 2), PSYCHOLOGY),
    ("itqca", items(1, 12, 1), []),
]
DISTRESS = [
    ("k6", adding(6, 4, 13), PSYCHOLOGY),
    ("k6", adding(6, 4, 12), []),
    ("k10", {f"q{n}": 3 for n in range(1, 11)}, PSYCHOLOGY),
    ("k10", {**items(1, 10, 2), "q1": 1, "q2": 2}, []),
    ("audit", items(1, 5, 4) | items(6, 10, 0), [*PRIMARY, *PSYCHOLOGY]),
    ("audit", items(1, 4, 4) | {"q5": 3} | items(6, 10, 0), PRIMARY),
    ("audit", items(1, 4, 4) | items(5, 10, 0), PRIMARY),
    ("audit", items(1, 3, 4) | {"q4": 3} | items(5, 10, 0), PRIMARY_ROUTINE),
    ("audit", items(1, 2, 4) | items(3, 10, 0), PRIMARY_ROUTINE),
    ("audit", {"q1": 4, "q2": 3} | items(3, 10, 0), []),
    ("auditc", items(1, 3, 1), PRIMARY_ROUTINE),
    ("auditc", {**items(1, 2, 1), "q3": 0}, []),
    ("crafft", items(1, 3, 1) | items(4, 9, 0) | {"q5": 1, "q6": 1}, PRIMARY),
    ("psc17", items(1, 17, 0) | {"q2": 2, "q6": 2, "q9": 1}, PSYCHOLOGY_ROUTINE),
    ("psc17", items(1, 17, 1) | {"q2": 0, "q4": 0}, PSYCHOLOGY_ROUTINE),
    ("psc35", items(1, 35, 0) | dict.fromkeys(OUTSIDE[:15], 2), PSYCHOLOGY_ROUTINE),
    ("psc35", items(1, 35, 0) | {"q11": 2, "q13": 2, "q19": 1}, PSYCHOLOGY_ROUTINE),
]
SCHOOL_AND_CLINIC = [
    ("k10", items(1, 5, 3) | items(6, 10, 2), PSYCHOLOGY_ROUTINE, PRIMARY),
    ("crafft", {"q1": 1} | items(2, 9, 0), SUPPORT_ROUTINE, PRIMARY_ROUTINE),
    ("crafft", items(1, 3, 0) | {"q4": 1}, SUPPORT, PRIMARY),
    ("psc17", items(1, 17, 0) | {"q1": 2, "q3": 2, "q7": 2, "q13": 1}, SUPPORT_ROUTINE, PRIMARY_ROUTINE),
    ("psc17", items(1, 17, 0) | {"q4": 2, "q5": 2, "q8": 2, "q10": 1}, SUPPORT_ROUTINE, PRIMARY_ROUTINE),
    ("psc35", items(1, 35, 0) | {"q4": 2, "q7": 2, "q8": 2, "q9": 1}, SUPPORT_ROUTINE, PRIMARY_ROUTINE),
    ("psc35", items(1, 35, 0) | {"q16": 2, "q29": 2, "q31": 2, "q32": 1}, SUPPORT_ROUTINE, PRIMARY_ROUTINE),
    ("psc35", items(1, 35, 0) | dict.fromkeys(OUTSIDE[:14], 2), SUPPORT_ROUTINE, PRIMARY_ROUTINE),
    ("who", items(1, 2, 3) | items(3, 5, 2), SUPPORT_ROUTINE, PRIMARY_ROUTINE),
    ("who", items(1, 3, 3) | items(4, 5, 2), [], []),
    ("brs", {"q1": 2, "q2": 3, "q3": 3, "q4": 3, "q5": 3, "q6": 3}, SUPPORT_ROUTINE, PRIMARY_ROUTINE),
    ("brs", items(1, 6, 3), [], []),
]
ROWS = [
    *((alias, answers, told, told) for alias, answers, told in (*SUICIDE, *TRAUMA, *DISTRESS)),
    *SCHOOL_AND_CLINIC,
]


@pytest.mark.parametrize(("alias", "answers", "school", "clinic"), ROWS)
def test_answers_lead_where_their_rule_says(alias, answers, school, clinic):
    assert decided(SCHOOL, alias, answers) == school
    assert decided(CLINIC, alias, answers) == clinic


@BOTH
@pytest.mark.parametrize(
    ("alias", "answers", "kinds"),
    [
        ("nsesss", adding(9, 4, 5), ["rescreen", "watch"]),
        ("k10", items(1, 10, 2), ["rescreen", "watch"]),
        ("cssrs", {**NO_IDEATION, "q1": 1}, ["refer", "rescreen"]),
        ("cries8", {"q1": 1}, ["review"]),
        ("cssrs", {"q1": 0}, ["review"]),
        ("cssrs", {}, ["review"]),
        ("itq", items(1, 6, 2) | items(10, 18, 0), ["review", "refer"]),
    ],
)
def test_what_is_mild_is_watched_and_what_is_missing_goes_to_a_clinician(rules, alias, answers, kinds):
    assert [str(one.kind) for one in routed(rules=rules, **{alias: answers}).decisions] == kinds


@BOTH
def test_trauma_and_drinking_together_are_two_areas_of_life(rules):
    forms = {"cries8": cries(4, 0, 0, 8), "audit": items(1, 4, 4) | items(5, 10, 0)}

    assert ("social-work", "routine", None) in [
        (one.pathway, str(one.urgency), one.first)
        for one in routed(rules=rules, **forms).decisions
        if one.pathway
    ]


@BOTH
def test_every_rule_about_them_is_followed_by_some_row(rules):
    wordless = {alias for alias, one in rules.uses.items() if not one.has_wording}
    forms = [(alias, answers) for alias, answers, *_ in ROWS]
    forms += [("nsesss", adding(9, 4, 5)), ("k10", items(1, 10, 2))]
    followed = {
        each.rule
        for alias, answers in forms
        for each in routed(rules=rules, **{alias: answers}).verdicts
        if each.verdict is Verdict.YES
    }

    assert {rule.id for alias in wordless for rule in rules_about(rules, alias)} - followed == {
        "several-areas"
    }


@BOTH
def test_whatever_a_client_answers_without_shipped_words_is_known_to_the_rules(rules):
    """Only what others fill in stays out: the clinician's rating of self-injury."""
    wordless = [one for one in CATALOGUE.instruments() if not one.has_wording]
    known = {each.id for each in rules.uses.values()}

    assert {one.id for one in wordless if Informant.SELF in one.informants} <= known
    assert {one.id for one in wordless} - known == {"nssi-severity"}
