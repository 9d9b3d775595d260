"""Routing: every rule is tried and told, the most urgent leads, and unknown is never no."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instruments.canonical import canonical_bytes
from instruments.catalogue import load_catalogue
from instruments.conditions import Verdict
from instruments.scoring import Result
from referral.catalogue import load_pathways, load_routing
from referral.facts import NO_HISTORY, ClientFacts, LastScreen
from referral.model import SAFETY_ASSESSMENT, DecisionKind, Urgency
from referral.routing import route
from referral.rules import Refer

CATALOGUE = load_catalogue()
PATHWAYS = load_pathways()
SCHOOL = load_routing("school-screening", instruments=CATALOGUE, pathways=PATHWAYS)
CLINIC = load_routing("clinic-screening", instruments=CATALOGUE, pathways=PATHWAYS)
TEEN = ClientFacts(age=15, grade=10)
ALL_NO = {"q1": 0, "q2": 0, "q3": 0, "q4": 0}


def scored(**forms):
    return {alias: CATALOGUE.scorer(SCHOOL.uses[alias].id).score(raw) for alias, raw in forms.items()}


def phq(total, q9=0):
    """A complete PHQ-9 with this total, item 9 apart."""
    left, answers = total - q9, {}
    for number in range(1, 9):
        answers[f"q{number}"] = min(3, left)
        left -= answers[f"q{number}"]
    assert left == 0
    return {**answers, "q9": q9}


def gad(total):
    answers = {}
    for number in range(1, 8):
        answers[f"q{number}"] = min(3, total)
        total -= answers[f"q{number}"]
    return answers


def routed(rules=SCHOOL, client=TEEN, history=NO_HISTORY, **forms):
    return route(rules, scored(**forms), client, history)


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


def forms_of(alias):
    """Any form of an instrument: complete or not, with answers, refusals and gaps."""
    items = SCHOOL.uses[alias].items
    answers = {item.id: st.sampled_from([*item.values, None, "refused"]) for item in items}
    mostly = {item.id: st.sampled_from(item.values) for item in items}
    return st.none() | st.fixed_dictionaries(answers) | st.fixed_dictionaries(mostly)


FORMS = st.fixed_dictionaries({alias: forms_of(alias) for alias in sorted(SCHOOL.uses)}).map(
    lambda forms: {alias: raw for alias, raw in forms.items() if raw is not None}
)
RULES = st.sampled_from([SCHOOL, CLINIC])
CLIENTS = st.builds(
    ClientFacts,
    st.none() | st.integers(8, 60),
    st.none() | st.integers(0, 12),
    st.none() | st.just(frozenset()),
)
HISTORIES = st.just(NO_HISTORY) | st.builds(
    lambda total, days: {"phq": LastScreen({"total": total}, days)},
    st.none() | st.integers(0, 27),
    st.integers(0, 400),
)


@settings(max_examples=150, deadline=None)
@given(RULES, FORMS, CLIENTS, HISTORIES)
def test_whatever_is_answered_the_safety_promises_hold(rules, forms, client, history):
    results = scored(**forms)
    result = route(rules, results, client, history)
    asq, low = forms.get("asq", {}), forms.get("phq", {})
    urgency = result.urgency
    assert result.decisions
    if asq.get("q5") == 1:
        assert urgency is Urgency.IMMEDIATE
        assert result.decisions[0].pathway == "crisis"
    positive = any(asq.get(f"q{number}") in {1, "refused"} for number in range(1, 5))
    if positive and asq.get("q5") != 0:
        assert urgency is Urgency.IMMEDIATE
    if positive or low.get("q9") in {1, 2, 3, "refused"}:
        assert urgency is not None
        assert urgency.at_least(Urgency.URGENT)
        assert any(one.first == SAFETY_ASSESSMENT for one in result.decisions)
    if any(result.undecided for result in results.values()) and not urgency:
        assert all(verdict.verdict is not Verdict.UNKNOWN for verdict in result.verdicts)


@settings(max_examples=80, deadline=None)
@given(RULES, FORMS, st.sampled_from(["asq", "phq"]), st.integers(0, 8))
def test_a_refusal_never_lowers_what_an_answer_of_no_would_give(rules, forms, alias, number):
    item = SCHOOL.uses[alias].items[number % len(SCHOOL.uses[alias].items)]
    base = {**forms, alias: {**forms.get(alias, {}), item.id: 0}}
    refused = {**base, alias: {**base[alias], item.id: "refused"}}
    before, after = (route(rules, scored(**one), TEEN, NO_HISTORY).urgency for one in (base, refused))
    safety = (alias, item.id) in {("phq", "q9"), *(("asq", f"q{n}") for n in range(1, 6))}
    if before is not None and before.at_least(Urgency.URGENT):
        assert after is not None
        assert after.at_least(before) or (not safety and after.at_least(Urgency.URGENT))


@settings(max_examples=60, deadline=None)
@given(RULES, FORMS, CLIENTS, HISTORIES)
def test_the_most_urgent_comes_first_and_each_pathway_once(rules, forms, client, history):
    decisions = route(rules, scored(**forms), client, history).decisions
    assert [one.rank for one in decisions] == sorted(one.rank for one in decisions)
    pathways = [one.pathway for one in decisions if one.pathway]
    assert len(pathways) == len(set(pathways))
    assert all(one.reasons for one in decisions)


def again(rules, inputs):
    """The routing of kept inputs, with nothing else from the day."""
    kept = json.loads(inputs)
    results = {alias: result_from(one) for alias, one in kept["results"].items()}
    client = kept["client"]
    helped = None if client["in_care_with"] is None else frozenset(client["in_care_with"])
    history = {alias: LastScreen(one["scores"], one["days_ago"]) for alias, one in kept["history"].items()}
    return route(rules, results, ClientFacts(client["age"], client["grade"], helped), history)


def result_from(kept):
    parts = {name: part for name, part in kept.items() if name}
    return Result(**{name: tuple(part) if isinstance(part, list) else part for name, part in parts.items()})


@settings(max_examples=60, deadline=None)
@given(RULES, FORMS, CLIENTS, HISTORIES)
def test_a_kept_routing_can_be_done_again_bit_for_bit(rules, forms, client, history):
    result = route(rules, scored(**forms), client, history)
    assert canonical_bytes(again(rules, result.inputs)) == canonical_bytes(result)


@settings(max_examples=60, deadline=None)
@given(FORMS)
def test_one_more_instrument_never_lowers_or_removes_a_referral(forms):
    whole = {one.pathway: one for one in route(SCHOOL, scored(**forms), TEEN, NO_HISTORY).decisions}
    for alias in forms:
        part = {name: raw for name, raw in forms.items() if name != alias}
        for one in route(SCHOOL, scored(**part), TEEN, NO_HISTORY).decisions:
            if one.kind is DecisionKind.REFER:
                assert whole[one.pathway].urgency.at_least(one.urgency)
                assert one.first in {None, whole[one.pathway].first}
