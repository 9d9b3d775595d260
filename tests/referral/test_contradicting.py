"""Rules that contradict, and findings after which no rule speaks: each planted, and found with its line."""

import pytest

from referral.contradicting import contradictions
from referral.silent import silent_problems
from tests.referral.files import SHIPPED, routing

SMALL = """\
routing: small
version: "1.0.0"
name: {en: Small, es: Pequeño}
uses:
  asq: asq
  gad: gad-7
rules:
  - id: now
    because: {en: Now, es: Ahora}
    when: asq.acute
    refer: {to: crisis, urgency: immediate, first: safety-assessment}
    source: planted
  - id: positive
    because: {en: Positive, es: Positivo}
    when: {any: [asq.positive, asq.not-cleared]}
    refer: {to: psychology, urgency: urgent, first: safety-assessment}
    source: planted
  - id: anxious
    because: {en: Anxious, es: Ansiedad}
    when: {score: gad.total, at_least: 8}
    unless: now
    refer: {to: primary-care, urgency: soon}
    source: planted
nothing_follows:
  - asq.negative
undecided: {urgency: urgent, because: {en: Open, es: Abierto}}
otherwise: {because: {en: Nothing, es: Nada}}
"""
AGAIN = """\
  - id: again
    because: {en: Again, es: Otra vez}
    when: CONDITION
    CONSEQUENCE
    source: planted
nothing_follows:
"""


def added(condition, consequence):
    rule = AGAIN.replace("CONDITION", condition).replace("CONSEQUENCE", consequence)
    return SMALL.replace("nothing_follows:\n", rule, 1)


def problems_in(text):
    rules = routing(text)
    return [
        str(each) for each in (*contradictions(rules, "small.yaml"), *silent_problems(rules, "small.yaml"))
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (SMALL, []),
        (
            added("asq.acute", "refer: {to: crisis, urgency: urgent}"),
            [
                "small.yaml:24:1: the rule 'again' contradicts 'now' (line 8)",
                "crisis: immediate, safety-assessment",
            ],
        ),
        (
            added(
                "{score: gad.total, between: [8, 21]}",
                "refer: {to: primary-care, urgency: routine}\n    unless: now",
            ),
            ["the rule 'again' contradicts 'anxious' (line 18)", "primary-care: soon, and routine"],
        ),
        (added("asq.acute", "watch: true"), ["contradicts 'now'", "one refers, the other only watches"]),
        (added("asq.positive", "watch: true"), []),
        (
            added(
                "asq.acute",
                "refer: {to: crisis, urgency: immediate, first: safety-assessment}\n    unless: anxious",
            ),
            [
                "small.yaml:24:1: the exception 'anxious' (line 18) lowers the rule 'again'; found both hold with"
            ],
        ),
        (
            SMALL.replace("  - asq.negative\n", "  - asq.positive\n"),
            [
                "small.yaml:5:1: no rule says what follows; found asq.negative",
                "small.yaml:25:1: nothing_follows: a rule speaks; found 'asq.positive'",
            ],
        ),
        (
            SMALL.replace("at_least: 8", "at_least: 11"),
            ["small.yaml:6:1: no rule says what follows; found gad.anxiety-screen-positive"],
        ),
    ],
)
def test_a_planted_contradiction_or_silence_is_found_with_its_line(text, told):
    problems = problems_in(text)
    assert bool(problems) is bool(told)
    for words in told:
        assert any(words in problem for problem in problems), problems


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_no_shipped_rules_contradict(name):
    assert contradictions(SHIPPED[name], f"{name}.yaml") == ()


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_every_finding_of_every_form_ends_in_a_decision_or_is_named(name):
    assert silent_problems(SHIPPED[name], f"{name}.yaml") == ()


def test_what_is_silent_on_purpose_decides_nothing_and_leaves_the_digest_as_it_is():
    without = SMALL.replace("nothing_follows:\n  - asq.negative\n", "")
    assert routing(SMALL).digest == routing(without).digest
    assert routing(SMALL.replace("at_least: 8", "at_least: 9")).digest != routing(without).digest
