"""Rules and promises made for the purpose: what is found by trying every combination, told in full."""

import pytest

from instruments.conditions import AllOf, AnyOf, Kind, Named, Not, OneOf, Possible, Within
from referral.checking import check_rules
from referral.model import Urgency
from referral.rules import Promise, Refer, Rescreen, Rule, Rules
from tests.referral.screens import SCHOOL

WORDS = {"en": "It", "es": "Eso"}
DANGER, ACUTE = Named("phq.self-harm-thoughts"), Named("asq.acute")
SEVERE = Within(Kind.SCORE, "phq.total", 20, None)
BAND = OneOf(Kind.BAND, "phq.total", ("severe",))


def refer(urgency):
    return Refer("psychology", WORDS, urgency)


def rule(name, when, *consequences, unless=(), line=7):
    return Rule(name, WORDS, when, unless, consequences or (refer(Urgency.URGENT),), "ours", line)


def told(*rules, promises=()):
    made = Rules(
        *("ours", "1.0.0", "digest", WORDS, SCHOOL.uses, rules, promises),
        *(Urgency.SOON, WORDS, WORDS),
    )
    return [str(problem) for problem in check_rules(made, "ours.yaml")]


@pytest.mark.parametrize(
    ("when", "fires"),
    [
        (DANGER, True),
        (Not(DANGER), True),
        (AllOf((DANGER, Not(DANGER))), False),
        (AllOf((DANGER, Not(Possible(DANGER)))), False),
        (AllOf((Possible(DANGER), Possible(Not(DANGER)))), True),
        (BAND, True),
        (OneOf(Kind.BAND, "phq.total", ("enormous",)), False),
        (AllOf((BAND, Not(BAND))), False),
        (Not(BAND), True),
        (AllOf((Possible(BAND), Possible(Not(BAND)))), True),
        (SEVERE, True),
        (AllOf((SEVERE, Within(Kind.SCORE, "phq.total", None, 19))), False),
        (AllOf((SEVERE, Within(Kind.SCORE, "phq.total", None, 20))), True),
        (Within(Kind.SCORE, "phq.total", 27, 27), True),
        (Within(Kind.SCORE, "phq.total", 0, 0), True),
        (Within(Kind.SCORE, "phq.total", None, 0), True),
        (Within(Kind.SCORE, "phq.total", 28, None), False),
        (Not(Within(Kind.SCORE, "phq.total", 0, 26)), True),
        (Not(Within(Kind.SCORE, "phq.total", 0, None)), True),
        (AllOf((Possible(SEVERE), Possible(Not(SEVERE)))), True),
        (Within(Kind.FACT, "age", 12, 17), True),
        (AllOf((Within(Kind.FACT, "age", 18, None), Within(Kind.FACT, "age", None, 17))), False),
        (Within(Kind.FACT, "phq.total.change", 5, None), True),
    ],
)
def test_a_rule_that_no_combination_makes_fire_is_told(when, fires):
    assert told(rule("only", when)) == ([] if fires else ["ours.yaml:7:1: the rule 'only' can never fire"])


@pytest.mark.parametrize(
    ("exception", "fires"),
    [(DANGER, False), (Possible(DANGER), False), (ACUTE, True), (AllOf((DANGER, ACUTE)), True)],
)
def test_a_rule_that_its_exceptions_always_silence_is_told(exception, fires):
    found = told(rule("first", exception, line=3), rule("second", DANGER, unless=("first",), line=4))

    assert found == ([] if fires else ["ours.yaml:4:1: the rule 'second' can never fire"])


@pytest.mark.parametrize(
    ("rules", "broken_by"),
    [
        ([rule("a", DANGER)], None),
        ([rule("a", DANGER, refer(Urgency.IMMEDIATE))], None),
        ([rule("a", AnyOf((DANGER, SEVERE)))], None),
        ([rule("a", DANGER, Rescreen(3), refer(Urgency.URGENT))], None),
        ([rule("a", DANGER, refer(Urgency.SOON))], "phq.self-harm-thoughts yes"),
        ([rule("a", DANGER, Rescreen(3))], "phq.self-harm-thoughts yes"),
        ([rule("a", AllOf((DANGER, ACUTE)))], "phq.self-harm-thoughts yes"),
        (
            [rule("a", AllOf((DANGER, SEVERE)))],
            "phq.self-harm-thoughts yes, phq.total (0, 0)",
        ),
        ([rule("x", ACUTE), rule("a", DANGER, unless=("x",))], "phq.self-harm-thoughts yes"),
        ([rule("a", AllOf((DANGER, SEVERE))), rule("b", AllOf((DANGER, Not(Possible(SEVERE)))))],
         "phq.self-harm-thoughts yes, phq.total Gap.UNKNOWN"),
    ],
)  # fmt: skip
def test_a_promise_holds_only_where_a_rule_urgent_enough_and_without_exception_keeps_it(rules, broken_by):
    promise = Promise(DANGER, Urgency.URGENT, "Danger is urgent.", 9)

    said = f"ours.yaml:9:1: a promise that does not hold: Danger is urgent. It is broken by {broken_by}"
    assert told(*rules, promises=(promise,)) == ([said] if broken_by else [])


def test_what_has_too_many_combinations_is_told_as_not_proved():
    many = [AnyOf(tuple(Within(Kind.SCORE, f"{alias}.total", n, n) for n in range(1, 20)))
            for alias in ("phq", "gad", "pcl")]  # fmt: skip
    wide = AllOf((*many, AnyOf(tuple(Within(Kind.FACT, "age", n, n) for n in range(1, 60)))))

    found = told(rule("wide", wide), promises=(Promise(wide, Urgency.URGENT, "All.", 9),))

    assert found == [
        "ours.yaml:7:1: the rule 'wide' is not proved: too many combinations",
        "ours.yaml:9:1: a promise is not proved: too many combinations",
    ]
