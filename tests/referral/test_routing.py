"""Routing: every rule is tried and told, the most urgent leads, and unknown is never no."""

import pytest

from instruments.conditions import Verdict
from referral.facts import NO_HISTORY, ClientFacts, LastScreen
from referral.model import SAFETY_ASSESSMENT, DecisionKind, Urgency
from referral.routing import route
from referral.rules import Refer
from tests.referral.screens import ALL_NO, CLINIC, PATHWAYS, SCHOOL, TEEN, gad, phq, routed, scored


def summary(result):
    return [
        (one.kind.value, one.pathway, one.urgency and one.urgency.value, one.first)
        for one in result.decisions
    ]


CRISIS = ("refer", "crisis", "immediate", SAFETY_ASSESSMENT)
SAFETY = ("refer", "psychology", "urgent", SAFETY_ASSESSMENT)
REVIEW = ("review", None, "urgent", None)
RESCREEN = ("rescreen", None, None, None)
WATCH = ("watch", None, None, None)
NONE = ("none", None, None, None)


@pytest.mark.parametrize(
    ("forms", "expected"),
    [
        ({"asq": ALL_NO, "phq": phq(0)}, [NONE]),
        ({"asq": {**ALL_NO, "q3": 1, "q5": 1}}, [CRISIS, RESCREEN]),
        ({"asq": {**ALL_NO, "q5": 1}}, [CRISIS, RESCREEN]),
        ({"asq": {"q5": 1}}, [CRISIS, RESCREEN]),
        ({"asq": {**ALL_NO, "q1": 1, "q5": "refused"}}, [CRISIS, RESCREEN]),
        ({"asq": {**ALL_NO, "q1": 1}}, [CRISIS, RESCREEN]),
        ({"asq": {"q1": 1}}, [CRISIS, RESCREEN]),
        ({"asq": {**ALL_NO, "q4": "refused"}}, [CRISIS, RESCREEN]),
        ({"asq": {**ALL_NO, "q1": 1, "q5": 0}}, [SAFETY, RESCREEN]),
        ({"asq": {**ALL_NO, "q4": "refused", "q5": 0}}, [SAFETY, RESCREEN]),
        ({"asq": {"q1": 0, "q2": 0}}, [REVIEW]),
        ({"asq": {}}, [REVIEW]),
        ({"phq": phq(1, q9=1)}, [SAFETY]),
        ({"phq": {"q9": 3}}, [SAFETY, REVIEW]),
        ({"phq": {"q9": "refused"}}, [SAFETY, REVIEW]),
        ({"phq": {}}, [REVIEW]),
        ({"phq": phq(4)}, [NONE]),
        ({"phq": phq(5)}, [RESCREEN, WATCH]),
        ({"phq": phq(9)}, [RESCREEN, WATCH]),
        ({"phq": phq(10)}, [("refer", "school-support", "routine", None), RESCREEN]),
        ({"phq": phq(11)}, [("refer", "primary-care", "soon", None)]),
        ({"phq": phq(14)}, [("refer", "primary-care", "soon", None)]),
        (
            {"phq": phq(15)},
            [("refer", "primary-care", "soon", None), ("refer", "psychology", "soon", None)],
        ),
        ({"phq": phq(20)}, [("refer", "psychiatry", "soon", None), ("refer", "psychology", "soon", None)]),
        ({"phq": phq(27, q9=3)}, [SAFETY, ("refer", "psychiatry", "soon", None)]),
        ({"gad": gad(4)}, [NONE]),
        ({"gad": gad(5)}, [RESCREEN, WATCH]),
        ({"gad": gad(10)}, [("refer", "psychology", "routine", None)]),
        ({"gad": gad(15)}, [("refer", "psychology", "soon", None)]),
        ({"gad": gad(6), "phq": phq(6)}, [("refer", "school-support", "routine", None), RESCREEN, WATCH]),
        (
            {"gad": gad(10), "phq": phq(11)},
            [
                ("refer", "primary-care", "soon", None),
                ("refer", "psychology", "routine", None),
                ("refer", "social-work", "routine", None),
            ],
        ),
        (
            {"pc": {"exposure": 1} | {f"q{n}": int(n <= 3) for n in range(1, 6)}},
            [("refer", "psychology", "soon", None)],
        ),
        ({"pc": {"exposure": 0}}, [NONE]),
        ({"pcl": {f"q{n}": 2 for n in range(1, 21)}}, [("refer", "psychology", "soon", None)]),
        ({"pcl": {f"q{n}": 0 for n in range(1, 21)}}, [NONE]),
    ],
)
def test_answers_lead_where_they_should_in_a_school(forms, expected):
    assert summary(routed(**forms)) == expected


@pytest.mark.parametrize(
    ("forms", "expected"),
    [
        ({"phq": phq(10)}, [("refer", "primary-care", "soon", None)]),
        ({"gad": gad(10)}, [("refer", "primary-care", "routine", None)]),
        (
            {"pc": {"exposure": 1} | {f"q{n}": int(n <= 3) for n in range(1, 6)}},
            [("refer", "primary-care", "routine", None)],
        ),
        (
            {"pc": {"exposure": 1} | {f"q{n}": int(n <= 4) for n in range(1, 6)}},
            [("refer", "psychology", "soon", None)],
        ),
        ({"asq": {**ALL_NO, "q2": 1, "q5": 1}}, [CRISIS, RESCREEN]),
    ],
)
def test_answers_lead_where_they_should_in_a_clinic(forms, expected):
    assert summary(routed(CLINIC, ClientFacts(age=40), **forms)) == expected


def test_findings_on_one_pathway_become_one_decision_with_every_reason():
    first, *_ = routed(phq=phq(16, q9=2), asq={**ALL_NO, "q1": 1, "q5": 0}, gad=gad(15)).decisions
    assert (first.pathway, first.urgency, first.first) == ("psychology", Urgency.URGENT, SAFETY_ASSESSMENT)
    assert [reason.rule for reason in first.reasons] == [
        "asq-non-acute",
        "phq9-item-9",
        "depression-moderately-severe",
        "anxiety-severe",
    ]
    assert first.rule == "asq-non-acute"


def test_a_score_well_above_last_time_asks_for_psychology():
    history = {"phq": LastScreen({"total": 4}, days_ago=60)}
    assert ("refer", "psychology", "soon", None) in summary(routed(phq=phq(10), history=history))
    assert ("refer", "psychology", "soon", None) not in summary(routed(phq=phq(10)))


def test_an_unknown_last_score_is_looked_at_by_a_clinician():
    history = {"phq": LastScreen({"total": None}, days_ago=60)}
    assert REVIEW in summary(routed(phq=phq(10), history=history))


@pytest.mark.parametrize("rules", [SCHOOL, CLINIC])
def test_every_rule_is_told_in_both_languages(rules):
    result = route(rules, scored(phq=phq(12), asq=ALL_NO), TEEN, NO_HISTORY)
    assert [verdict.rule for verdict in result.verdicts] == [rule.id for rule in rules.rules]
    for verdict in result.verdicts:
        for text in (verdict.because, verdict.asked, verdict.found, verdict.outcome):
            assert set(text) == {"en", "es"}
            assert all(text.values())


def test_what_was_asked_and_found_is_said_in_plain_words():
    told = {
        verdict.rule: verdict for verdict in routed(phq=phq(14), asq={**ALL_NO, "q1": 1, "q5": 0}).verdicts
    }
    severe, anxious, applies = told["depression-severe"], told["anxiety-severe"], told["asq-non-acute"]
    assert (severe.asked["en"], severe.found["en"]) == ("PHQ-9: Depression total at least 20", "14")
    assert severe.outcome == {"en": "Does not apply", "es": "No se aplica"}
    assert applies.found["en"].startswith("ASQ: Suicide risk screen positive: yes (question 1);")
    assert applies.found["es"].startswith("ASQ: Tamizaje de riesgo de suicidio positivo: sí (pregunta 1);")
    assert anxious.found["en"] == "not part of this screening"
    assert anxious.found["es"] == "no forma parte de esta evaluación"
    assert applies.outcome["en"] == "Applies: Psychology, urgent"
    assert applies.outcome["es"] == "Se aplica: Psicología, urgente"


def test_a_rule_that_cannot_be_decided_says_so_and_is_never_no():
    result = routed(phq={"q1": 3})
    told = {verdict.rule: verdict for verdict in result.verdicts}
    assert told["depression-severe"].verdict is Verdict.UNKNOWN
    assert told["depression-severe"].found["en"] == "no score"
    review = result.decisions[0]
    assert review.kind is DecisionKind.REVIEW
    assert all(reason.text["en"].startswith("Not known: ") for reason in review.reasons[1:])


def test_a_result_of_another_instrument_is_refused():
    with pytest.raises(ValueError, match="asq: found a result of phq-9, not of asq"):
        route(SCHOOL, {"asq": scored(phq=phq(0))["phq"]}, TEEN, NO_HISTORY)


def test_a_result_under_an_unknown_alias_is_refused():
    with pytest.raises(KeyError):
        route(SCHOOL, {"nothing": scored(phq=phq(0))["phq"]}, TEEN, NO_HISTORY)


@pytest.mark.parametrize(("rules", "elsewhere"), [(SCHOOL, set()), (CLINIC, {"school-support"})])
def test_every_pathway_but_those_of_the_other_setting_can_be_reached(rules, elsewhere):
    reached = {one.to for rule in rules.rules for one in rule.consequences if isinstance(one, Refer)}
    assert reached == set(PATHWAYS.ids) - elsewhere
