"""Whatever stayed open, the safety assessment is asked for where it might be needed, and only there."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instruments.answers import REFUSED
from referral.facts import NO_HISTORY, ClientFacts
from referral.model import SAFETY_ASSESSMENT, DecisionKind, Urgency
from referral.routing import route
from referral.rules import Refer
from service.actions import results
from service.actions.safety_first import asks_for_assessment
from service.kinds import ScreeningStatus
from tests.instruments.forms import forms
from tests.journeys.stage import screening
from tests.service.builders import definitions, world

HARMLESS = {"wellbeing-check-in": {"q1": 3, "q2": REFUSED, "q3": 3, "q4": 3, "q5": 3, "q6": 0}}


@pytest.fixture
def here(database_url, tmp_path):
    return world(database_url, tmp_path)


def shown(here, answers, status=ScreeningStatus.SUBMITTED):
    screening_id = screening(here, here.client, answers, status)
    with here.write() as session:
        return results.show(session, screening_id, act=here.act())


def reviews(result):
    return [line for line in result.decisions if line.kind is DecisionKind.REVIEW]


def test_a_harmless_question_passed_over_is_looked_at_the_same_day_without_an_assessment(here):
    result = shown(here, HARMLESS)

    assert [line.urgency for line in reviews(result)] == [Urgency.URGENT]
    assert reviews(result)[0].referral_id
    assert result.assessment is None


@pytest.mark.parametrize(
    "answers",
    [
        {"asq": {"q1": 0, "q2": 0, "q3": 0}},
        {"phq-9": {f"q{n}": 0 for n in range(1, 9)}},
        {"self-injury": {"q1": 0, "q16": 0}},
    ],
)
def test_a_question_about_suicide_that_stayed_open_asks_for_it(here, answers):
    assert reviews(shown(here, answers, ScreeningStatus.STOPPED))
    result = shown(here, answers, ScreeningStatus.STOPPED)
    assert result.assessment is not None


def is_safety(one):
    return isinstance(one, Refer) and (
        one.first == SAFETY_ASSESSMENT or one.to == "crisis" or one.urgency is Urgency.IMMEDIATE
    )


@pytest.mark.parametrize("name", ["school-screening", "clinic-screening"])
@settings(max_examples=150)
@given(data=st.data())
def test_it_is_asked_for_exactly_when_a_rule_that_holds_or_stayed_open_is_about_safety(name, data):
    known = definitions()
    rules = known.programmes.get(name).rules
    asked = data.draw(st.sets(st.sampled_from(sorted(rules.uses)), min_size=1, max_size=3))
    found = {
        alias: known.instruments.scorer(rules.uses[alias].id)(data.draw(forms(rules.uses[alias])))
        for alias in sorted(asked)
    }
    routed = route(rules, found, ClientFacts(15, 10), NO_HISTORY)
    possible = [told.rule for told in routed.verdicts if told.verdict != "no"]
    safety = [rule for rule in possible if any(is_safety(one) for one in rules.rule(rule).consequences)]

    assert any(asks_for_assessment(each, rules) for each in routed.decisions) is bool(safety)
