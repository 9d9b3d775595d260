"""Where the critical answers of Handrail's own instruments lead: none of them leads nowhere."""

import pytest

from instruments.answers import REFUSED
from referral.model import DecisionKind, Urgency
from tests.referral.screens import CATALOGUE, CLINIC, PATHWAYS, SCHOOL, routed

BOTH = pytest.mark.parametrize("rules", [SCHOOL, CLINIC], ids=["school", "clinic"])
CALM = {"q1": 0, "q15": 0, "q16": 0}
INJURED = {"q1": 1, **{f"q{n}": 0 for n in (2, 3, 5, 6, *range(7, 13), 14, 15, 16)}, "q4": 1, "q13": 0}
STRONG = {f"q{n}": 3 for n in range(1, 11)}


@BOTH
@pytest.mark.parametrize(
    ("alias", "answers", "pathway", "urgency", "first"),
    [
        ("sia", {**CALM, "q15": 1}, "crisis", Urgency.IMMEDIATE, "safety-assessment"),
        ("sia", {**CALM, "q16": 1}, "crisis", Urgency.IMMEDIATE, "safety-assessment"),
        ("sia", {**CALM, "q15": REFUSED}, "psychology", Urgency.URGENT, "safety-assessment"),
        ("sia", {"q1": 1, "q14": 1}, "crisis", Urgency.IMMEDIATE, "safety-assessment"),
        ("sia", {**CALM, "q1": 1, "q14": 1}, "psychology", Urgency.URGENT, "safety-assessment"),
        ("sia", {"q1": 1, "q14": REFUSED, "q15": 0}, "psychology", Urgency.URGENT, "safety-assessment"),
        ("sia", {"q1": 1, "q14": 1, "q15": REFUSED}, "crisis", Urgency.IMMEDIATE, "safety-assessment"),
        ("sia", {**INJURED, "q2": 3}, "psychology", Urgency.URGENT, "safety-assessment"),
        ("sia", {**INJURED, "q6": 3}, "psychology", Urgency.URGENT, "safety-assessment"),
        ("sia", {**INJURED, "q2": 2, "q6": 2}, "psychology", Urgency.SOON, None),
        ("sia", INJURED, "psychology", Urgency.ROUTINE, None),
        ("pf", {"q5": 0}, "social-work", Urgency.URGENT, "safety-assessment"),
        ("pf", {**STRONG, "q5": REFUSED}, "social-work", Urgency.URGENT, "safety-assessment"),
        ("pf", {**STRONG, "q5": 1}, "social-work", Urgency.SOON, None),
    ],
)
def test_a_critical_answer_leads_where_its_rule_says(rules, alias, answers, pathway, urgency, first):
    refers = [
        each for each in routed(rules=rules, **{alias: answers}).decisions if each.kind is DecisionKind.REFER
    ]

    assert (refers[0].pathway, refers[0].urgency, refers[0].first) == (pathway, urgency, first)


@pytest.mark.parametrize(("rules", "pathway"), [(SCHOOL, "school-support"), (CLINIC, "social-work")])
def test_who_asks_to_talk_today_is_heard_today(rules, pathway):
    decisions = routed(rules=rules, ci={f"q{n}": 3 for n in range(1, 6)} | {"q6": 2}).decisions

    assert (decisions[0].pathway, decisions[0].urgency) == (pathway, Urgency.URGENT)


@pytest.mark.parametrize(
    ("alias", "answers", "school", "clinic", "urgency"),
    [
        ("pf", {**STRONG, "q10": 0}, "school-support", "primary-care", Urgency.ROUTINE),
        ("pf", {**STRONG, "q1": 0, "q2": 0}, "school-support", "social-work", Urgency.ROUTINE),
        ("pf", {**STRONG, "q1": 0, "q2": 0, "q10": 0}, "school-support", "social-work", Urgency.SOON),
        ("pf", {**STRONG, "q6": 0}, "school-support", "social-work", Urgency.URGENT),
        (
            "ci",
            {"q1": 0, **{f"q{n}": 3 for n in range(2, 6)}, "q6": 0},
            "school-support",
            "primary-care",
            Urgency.ROUTINE,
        ),
    ],
)
def test_nothing_that_was_told_ends_as_nothing_elevated(alias, answers, school, clinic, urgency):
    for rules, pathway in ((SCHOOL, school), (CLINIC, clinic)):
        leading = routed(rules=rules, **{alias: answers}).decisions[0]

        assert (leading.pathway, leading.urgency) == (pathway, urgency)


@BOTH
@pytest.mark.parametrize(
    ("alias", "answers", "reasons"),
    [
        ("sia", {**CALM, "q15": REFUSED}, {"self-injury-declined"}),
        ("sia", {**INJURED, "q14": 1}, {"self-injury-wish-to-die", "self-injury-ever"}),
        ("pf", {**STRONG, "q5": REFUSED}, {"home-safety-declined"}),
        ("pf", {**STRONG, "q5": 0}, {"not-safe-at-home"}),
    ],
)
def test_who_declined_is_never_said_to_have_answered(rules, alias, answers, reasons):
    decisions = routed(rules=rules, **{alias: answers}).decisions
    given = {reason.rule for each in decisions if each.kind is DecisionKind.REFER for reason in each.reasons}

    assert given == reasons


def test_the_letter_to_social_work_names_no_number_at_home():
    assert "guardian" not in PATHWAYS.get("social-work").letter.may_contain


@BOTH
def test_self_injury_without_any_sign_of_danger_leads_to_psychology_soon(rules):
    answers = {**{f"q{n}": 0 for n in range(1, 17)}, "q1": 1, "q2": 2, "q4": 1, "q3": 1}
    decisions = routed(rules=rules, sia=answers).decisions

    assert [(each.pathway, each.urgency) for each in decisions] == [("psychology", Urgency.SOON)]


@BOTH
def test_a_calm_form_leads_nowhere(rules):
    assert [each.kind for each in routed(rules=rules, sia=CALM).decisions] == [DecisionKind.NONE]


@BOTH
def test_every_shipped_instrument_for_clients_with_critical_answers_is_known_to_the_rules(rules):
    known = {each.id for each in rules.uses.values()}
    pressing = {
        each.id
        for each in CATALOGUE.instruments()
        if each.has_wording and "self" in each.informants and any(item.critical for item in each.items)
    }

    assert pressing <= known
