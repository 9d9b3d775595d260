"""Routing files: unknown names, rules that can never fire, promises that do not hold."""

import pytest

from referral.catalogue import ids_of
from referral.checking import check_rules
from tests.referral.files import SCREENING, SHIPPED, problems_of, routing


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
        "when: asq.acute\n",
        f"when: {{all: [asq.acute, {{not: asq.acute}}, {{any: [{parts}, {others}, {more}, asq.negative]}}]}}\n",
        1,
    )
    found = [str(problem) for problem in check_rules(routing(text), "school-screening.yaml")]
    assert any("the rule 'asq-acute' is not proved: too many combinations" in problem for problem in found)


def test_a_rule_that_fires_in_the_first_combinations_is_shown_to_fire_however_many_there_are():
    names = [
        f"{alias}.{each.id}"
        for alias, one in SHIPPED["school-screening"].uses.items()
        for each in one.findings
    ]
    anything = f"when: {{any: [{', '.join(names)}]}}\n"
    found = [
        str(one)
        for one in check_rules(routing(SCREENING.replace("when: asq.acute\n", anything, 1)), "a.yaml")
    ]

    assert not any("the rule 'asq-acute'" in problem for problem in found)
