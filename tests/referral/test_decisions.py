"""Decisions from rules made for the purpose: what each says in full, and what an undecided rule adds."""

import json

import pytest

from instruments.conditions import Named, Verdict
from referral.facts import NO_HISTORY, ClientFacts, Facts, LastScreen, scope_of
from referral.model import SAFETY_ASSESSMENT, Decision, DecisionKind, Reason, Urgency
from referral.routing import RuleVerdict, decisions_on, route
from referral.rules import Refer, Rescreen, Rule, Rules, Watch
from tests.referral.screens import SCHOOL, phq, scored

YES, NO, OPEN = (Named(name) for name in ("in-care.psychology", "in-care.nothing", "phq.self-harm-thoughts"))
CLIENT = ClientFacts(in_care_with=frozenset({"psychology"}))
NOBODY_KNOWS = {"en": "Open", "es": "Abierto"}
NOTHING_FOUND = {"en": "Nothing", "es": "Nada"}
NAME = {"en": "Psychology", "es": "Psicología"}


def said(name):
    return {"en": f"{name} holds", "es": f"{name} se cumple"}


def refer(urgency, to="psychology", first=None):
    return Refer(to, NAME, urgency, first)


def rule(name, when, *consequences, unless=()):
    return Rule(name, said(name), when, unless, consequences, f"source of {name}")


def made_of(*rules):
    return Rules(
        *("ours", "1.2.3", "digest", {"en": "Ours", "es": "Lo nuestro"}, SCHOOL.uses, rules, ()),
        *(Urgency.SOON, NOBODY_KNOWS, NOTHING_FOUND),
    )


def routed(*rules):
    return route(made_of(*rules), scored(phq={}), CLIENT, NO_HISTORY)


def because(*names):
    return tuple(Reason(said(name), name) for name in names)


REVIEW = Decision(
    DecisionKind.REVIEW,
    "undecided",
    (
        Reason(NOBODY_KNOWS, "undecided"),
        Reason({"en": "Not known: b holds", "es": "No se sabe: b se cumple"}, "b"),
    ),
    urgency=Urgency.SOON,
)


def test_where_no_rule_applies_the_file_says_why_nothing_follows():
    result = routed(rule("a", NO, Watch()))

    assert result.decisions == (
        Decision(DecisionKind.NONE, "otherwise", (Reason(NOTHING_FOUND, "otherwise"),)),
    )
    assert (result.rules_id, result.rules_version, result.rules_digest) == ("ours", "1.2.3", "digest")
    assert result.urgency is None


def test_of_referrals_to_one_pathway_the_most_urgent_leads_and_nothing_that_was_asked_is_lost():
    result = routed(
        rule("a", YES, refer(Urgency.ROUTINE, first=SAFETY_ASSESSMENT)),
        rule("b", YES, refer(Urgency.URGENT)),
        rule("c", NO, refer(Urgency.IMMEDIATE)),
    )

    assert result.decisions == (
        Decision(
            *(DecisionKind.REFER, "b", because("b", "a")),
            pathway="psychology",
            urgency=Urgency.URGENT,
            first=SAFETY_ASSESSMENT,
        ),
    )
    assert result.urgency is Urgency.URGENT


def test_of_rescreens_the_soonest_leads_and_a_watch_names_every_reason():
    result = routed(
        rule("a", YES, Rescreen(60), Watch()), rule("b", YES, Rescreen(14)), rule("c", YES, Watch())
    )

    assert result.decisions == (
        Decision(DecisionKind.RESCREEN, "b", because("b", "a"), rescreen_days=14),
        Decision(DecisionKind.WATCH, "a", because("a", "c")),
    )


def test_as_urgent_ones_come_by_pathway_and_what_could_not_be_decided_after_what_was_found():
    result = routed(
        rule("b", OPEN, refer(Urgency.IMMEDIATE)),
        rule("a", YES, refer(Urgency.SOON, to="social-work"), refer(Urgency.SOON, to="psychiatry")),
    )

    assert [one.pathway for one in result.decisions] == ["psychiatry", "social-work", None]
    assert result.decisions[-1] == REVIEW


@pytest.mark.parametrize(
    ("decided", "undecided", "covered"),
    [
        (refer(Urgency.URGENT), refer(Urgency.SOON), True),
        (refer(Urgency.URGENT), refer(Urgency.URGENT), True),
        (refer(Urgency.URGENT), refer(Urgency.IMMEDIATE), False),
        (refer(Urgency.URGENT), refer(Urgency.SOON, to="psychiatry"), False),
        (refer(Urgency.URGENT), refer(Urgency.SOON, first=SAFETY_ASSESSMENT), False),
        (refer(Urgency.URGENT, first=SAFETY_ASSESSMENT), refer(Urgency.SOON, first=SAFETY_ASSESSMENT), True),
        (refer(Urgency.URGENT, first=SAFETY_ASSESSMENT), refer(Urgency.SOON), True),
        (Rescreen(30), refer(Urgency.ROUTINE), False),
        (Watch(), refer(Urgency.ROUTINE), False),
        (Rescreen(30), Rescreen(30), True),
        (Rescreen(30), Rescreen(60), True),
        (Rescreen(30), Rescreen(14), False),
        (refer(Urgency.URGENT), Rescreen(30), False),
        (Watch(), Rescreen(30), False),
        (refer(Urgency.ROUTINE), Watch(), True),
        (Watch(), Watch(), True),
        (Rescreen(30), Watch(), False),
    ],
)
def test_an_undecided_rule_is_looked_at_by_a_person_unless_as_much_is_asked_for_already(
    decided, undecided, covered
):
    decisions = routed(rule("a", YES, decided), rule("b", OPEN, undecided)).decisions

    assert (REVIEW in decisions) is not covered
    assert len(decisions) == 2 - covered


def test_an_undecided_rule_is_covered_only_where_all_that_it_asks_for_is():
    decisions = routed(rule("a", YES, Rescreen(30)), rule("b", OPEN, Rescreen(30), Watch())).decisions

    assert REVIEW in decisions


@pytest.mark.parametrize(
    ("exception", "when", "verdict"),
    [
        (NO, YES, Verdict.YES),
        (YES, YES, Verdict.NO),
        (OPEN, YES, Verdict.UNKNOWN),
        (NO, OPEN, Verdict.UNKNOWN),
        (YES, OPEN, Verdict.NO),
        (OPEN, NO, Verdict.NO),
    ],
)
def test_a_rule_does_not_apply_where_its_exception_does(exception, when, verdict):
    result = routed(rule("a", exception, Watch()), rule("b", when, Watch(), unless=("a",)))

    assert result.verdicts[1].verdict is verdict


@pytest.mark.parametrize(
    ("fact", "client", "verdict"),
    [
        ("open-need.psychology", ClientFacts(open_needs=frozenset({"psychology"})), Verdict.YES),
        ("open-need.psychology", ClientFacts(open_needs=frozenset({"crisis"})), Verdict.NO),
        ("speaks.es", ClientFacts(languages=frozenset({"en", "es"})), Verdict.YES),
        ("speaks.es", ClientFacts(languages=frozenset({"so"})), Verdict.NO),
        ("safety.plan", ClientFacts(safety=frozenset({"plan"})), Verdict.YES),
        ("safety.assessment-due", ClientFacts(safety=frozenset({"plan"})), Verdict.NO),
        ("safety.last-imminent", ClientFacts(safety=None), Verdict.UNKNOWN),
    ],
)
def test_a_rule_may_ask_what_is_open_what_is_spoken_and_what_stands_about_safety(fact, client, verdict):
    assert fact in scope_of(SCHOOL.uses, ("psychology",)).findings
    result = route(made_of(rule("a", Named(fact), Watch())), scored(phq={}), client, NO_HISTORY)
    (told,) = result.verdicts
    assert told.verdict is verdict
    assert fact not in str(told), "told in words"


def test_what_it_was_decided_from_is_kept_with_it():
    history = {"phq": LastScreen({"total": 4}, days_ago=60)}
    client = ClientFacts(
        *(15, None, frozenset({"psychology", "crisis"}), frozenset({"crisis"}), frozenset({"es", "en"}), None)
    )

    kept = json.loads(route(SCHOOL, scored(phq=phq(5)), client, history).inputs)

    assert kept["client"] == {
        "age": 15,
        "grade": None,
        "in_care_with": ["crisis", "psychology"],
        "languages": ["en", "es"],
        "open_needs": ["crisis"],
        "safety": None,
    }
    assert (kept["history"]["phq"]["scores"], kept["history"]["phq"]["days_ago"]) == ({"total": 4}, 60)
    assert kept["results"]["phq"]["scores"] == {"total": 5}


def test_every_rule_is_told_with_what_it_asked_and_what_was_found():
    result = routed(rule("a", YES, refer(Urgency.URGENT)), rule("b", OPEN, Watch()))

    assert result.verdicts[0] == RuleVerdict(
        "a",
        said("a"),
        Verdict.YES,
        {"en": "Already in care: psychology", "es": "Ya recibe atención: psychology"},
        {"en": "yes", "es": "sí"},
        {"en": "Applies: Psychology, urgent", "es": "Se aplica: Psicología, urgente"},
        "source of a",
    )
    assert result.verdicts[1].found["en"] == "cannot be decided"


def test_what_follows_is_the_same_told_or_not():
    rules = (
        rule("a", YES, refer(Urgency.SOON)),
        rule("b", OPEN, refer(Urgency.URGENT)),
        rule("c", NO, Watch()),
    )
    facts = Facts(SCHOOL.uses, scored(phq={}), CLIENT, NO_HISTORY)

    assert decisions_on(made_of(*rules), facts) == routed(*rules).decisions
    assert [each.kind for each in routed(*rules).decisions] == [DecisionKind.REFER, DecisionKind.REVIEW]
