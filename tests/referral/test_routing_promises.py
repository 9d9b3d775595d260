"""Promises of routing that hold whatever is answered, refused or left out."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from instruments.canonical import canonical_bytes
from instruments.conditions import Verdict
from instruments.scoring import Result
from referral.facts import NO_HISTORY, ClientFacts, LastScreen
from referral.model import SAFETY_ASSESSMENT, DecisionKind, Urgency
from referral.routing import route
from tests.referral.screens import CLINIC, SCHOOL, TEEN, scored


def forms_of(alias):
    """Any form of an instrument: complete or not, with answers, refusals and gaps."""
    items = SCHOOL.uses[alias].items
    answers = {item.id: st.sampled_from([*item.values, None, "refused"]) for item in items}
    mostly = {item.id: st.sampled_from(item.values) for item in items}
    return st.fixed_dictionaries(answers) | st.fixed_dictionaries(mostly)


ABOUT_SUICIDE = st.sets(st.sampled_from(["asq", "phq", "cssrs"]))
ANY_OTHERS = st.sets(st.sampled_from(sorted(SCHOOL.uses)), max_size=3)
FORMS = st.tuples(ABOUT_SUICIDE, ANY_OTHERS).flatmap(
    lambda chosen: st.fixed_dictionaries({alias: forms_of(alias) for alias in sorted(set().union(*chosen))})
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


@settings(max_examples=40, deadline=None)
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


@settings(max_examples=20, deadline=None)
@given(RULES, forms_of("cssrs"), FORMS)
def test_whatever_else_is_answered_the_c_ssrs_is_as_cautious_as_the_asq(rules, columbia, forms):
    result = route(rules, scored(**{**forms, "cssrs": columbia}), TEEN, NO_HISTORY)
    if any(columbia.get(item) == 1 for item in ("q4", "q5", "q6-recent")):
        assert result.urgency is Urgency.IMMEDIATE
    if {1, "refused"} & set(columbia.values()):
        assert result.urgency in {Urgency.IMMEDIATE, Urgency.URGENT}
        assert any(one.first == SAFETY_ASSESSMENT for one in result.decisions)


@settings(max_examples=20, deadline=None)
@given(RULES, FORMS, st.sampled_from(["asq", "phq", "cssrs"]), st.integers(0, 8))
def test_a_refusal_never_lowers_what_an_answer_of_no_would_give(rules, forms, alias, number):
    item = SCHOOL.uses[alias].items[number % len(SCHOOL.uses[alias].items)]
    base = {**forms, alias: {**forms.get(alias, {}), item.id: 0}}
    refused = {**base, alias: {**base[alias], item.id: "refused"}}
    before, after = (route(rules, scored(**one), TEEN, NO_HISTORY).urgency for one in (base, refused))
    own = {("cssrs", each.id) for each in SCHOOL.uses["cssrs"].items}
    safety = (alias, item.id) in {("phq", "q9"), *(("asq", f"q{n}") for n in range(1, 6)), *own}
    if before is not None and before.at_least(Urgency.URGENT):
        assert after is not None
        assert after.at_least(before) or (not safety and after.at_least(Urgency.URGENT))


@settings(max_examples=20, deadline=None)
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
    facts = {
        name: frozenset(known) if isinstance(known, list) else known for name, known in kept["client"].items()
    }
    history = {alias: LastScreen(one["scores"], one["days_ago"]) for alias, one in kept["history"].items()}
    return route(rules, results, ClientFacts(**facts), history)


def result_from(kept):
    parts = {name: part for name, part in kept.items() if name}
    return Result(**{name: tuple(part) if isinstance(part, list) else part for name, part in parts.items()})


@settings(max_examples=20, deadline=None)
@given(RULES, FORMS, CLIENTS, HISTORIES)
def test_a_kept_routing_can_be_done_again_bit_for_bit(rules, forms, client, history):
    result = route(rules, scored(**forms), client, history)
    assert canonical_bytes(again(rules, result.inputs)) == canonical_bytes(result)


@settings(max_examples=20, deadline=None)
@given(FORMS)
def test_one_more_instrument_never_lowers_or_removes_a_referral(forms):
    whole = {one.pathway: one for one in route(SCHOOL, scored(**forms), TEEN, NO_HISTORY).decisions}
    for alias in forms:
        part = {name: raw for name, raw in forms.items() if name != alias}
        for one in route(SCHOOL, scored(**part), TEEN, NO_HISTORY).decisions:
            if one.kind is DecisionKind.REFER:
                assert whole[one.pathway].urgency.at_least(one.urgency)
                assert one.first in {None, whole[one.pathway].first}
