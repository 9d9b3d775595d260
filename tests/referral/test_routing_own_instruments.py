"""Where the critical answers of Handrail's own instruments lead: none of them leads nowhere."""

import pytest

from instruments.answers import REFUSED
from referral.model import DecisionKind, Urgency
from tests.referral.screens import CATALOGUE, CLINIC, SCHOOL, routed

BOTH = pytest.mark.parametrize("rules", [SCHOOL, CLINIC], ids=["school", "clinic"])
CALM = {"q1": 0, "q15": 0, "q16": 0}


@BOTH
@pytest.mark.parametrize(
    ("alias", "answers", "pathway", "urgency", "first"),
    [
        ("sia", {**CALM, "q15": 1}, "crisis", Urgency.IMMEDIATE, "safety-assessment"),
        ("sia", {**CALM, "q16": 1}, "crisis", Urgency.IMMEDIATE, "safety-assessment"),
        ("sia", {**CALM, "q15": REFUSED}, "psychology", Urgency.URGENT, "safety-assessment"),
        ("sia", {"q1": 1, "q14": 1}, "psychology", Urgency.URGENT, "safety-assessment"),
        ("pf", {"q5": 0}, "social-work", Urgency.URGENT, None),
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
