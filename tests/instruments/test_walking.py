"""The exact walk against brute force: on small instruments both see the same outcomes, and every witness is true."""

from itertools import product

import pytest

from instruments.answers import REFUSED, Answers, check_answers
from instruments.conditions import Named, Verdict
from instruments.remembering import Side
from instruments.sheet import Sheet, index_of
from instruments.walking import Quest, raw, walk
from tests.instruments.forms import ITEMS, SUM, instrument, loaded

GATED = ITEMS + "  q4: {ask: Four?, answers: often, asked_if: {item: q1, at_least: 1}, not_asked: 1}\n"

RULES = """\
scales:
  total: {label: {en: Total, es: Total}, sum: q1..q4}
  most: {label: {en: Most, es: Más}, max: [q2, q3]}
  shared: {label: {en: Shared, es: Parte}, sum: q1..q4, missing: {method: prorate, allow: 2, never: [q3], source: x}}
  blank: {label: {en: Blank, es: Vacío}, sum: q2..q4, missing: {method: zero, allow: 1, source: x}}
  over: {label: {en: O, es: O}, sum: q2..q3, missing: {method: zero, allow: 2, over: q1..q4, source: x}}
  count: {label: {en: Count, es: Cuenta}, count: {items: q1..q4, at_least: 1}}
  nested: {label: {en: Nested, es: Anidada}, sum: [{max: [q1, q2]}, {score: count}]}
  twice: {label: {en: Twice, es: Dos veces}, sum: [q1, q2, q1]}
bands:
  total: {label: {en: A, es: B}, source: ours, bands: {0-3: {en: low, es: bajo}, 4-8: {en: high, es: alto}}}
findings:
  a: {when: {score: total, at_least: 4}, source: ours}
  b: {when: {all: [a, {item: q2, is: 2}, {not: {item: q3, is: 0}}]}, source: ours}
  c: {when: {at_least: 2, of: [{items: q1..q4, at_least: 1}, {refused: q2}]}, source: ours}
  d: {when: {any: [{score: most, is: 1}, {score: shared, between: [3, 5]}]}, source: ours}
  e: {when: {none: [{score: blank, at_least: 3}, c]}, source: ours}
  f: {when: {band: total, is: high}, source: ours}
  g: {when: {score: nested, at_most: 3}, source: ours}
  i: {when: {score: over, at_least: 2}, source: ours}
  j: {when: {score: twice, is: 3}, source: ours}
  h: {when: {at_least: 2, of: [a, {item: q1, is: 1}, {refused: q4}]}, source: ours}
"""


def brute_force(one, questions):
    """Every outcome of every answer set, one by one."""
    index, seen = index_of(one), set()
    for chosen in product(*[(*item.values, REFUSED, None) for item in one.items]):
        given = dict(zip([item.id for item in one.items], chosen, strict=True))
        sheet = Sheet(index, check_answers(one, given))
        seen.add(tuple(sheet.verdict_on(question) for question in questions))
    return seen


@pytest.mark.parametrize(
    "names", ["a", "b", "c", "d", "e", "f", "g", "h", "i", "ai", "abc", "cde", "fgh", "abcdefgh"]
)
def test_a_walk_sees_exactly_the_outcomes_that_brute_force_sees(names):
    one = loaded(RULES, items=GATED)
    questions = tuple(Named(name) for name in names)

    assert set(walk(index_of(one), Quest(questions, partial=True)).outcomes) == brute_force(one, questions)


@pytest.mark.parametrize(("side", "verdict"), [(Side.YES, Verdict.YES), (Side.NO, Verdict.NO)])
@pytest.mark.parametrize("name", "abcdefghij")
def test_a_one_sided_walk_still_tells_its_side_exactly(name, side, verdict):
    one = loaded(RULES, items=GATED)
    seen = walk(index_of(one), Quest((Named(name),), partial=True, side=side))
    expected = brute_force(one, (Named(name),))

    assert any(outcome[0] is verdict for outcome in seen.outcomes) is any(
        outcome[0] is verdict for outcome in expected
    )
    assert any(outcome[0] is not verdict for outcome in seen.outcomes) is any(
        outcome[0] is not verdict for outcome in expected
    )


def test_brute_force_agrees_for_asq_with_all_its_branching():
    one = instrument("asq")
    questions = tuple(Named(finding.id) for finding in one.findings)

    assert set(walk(index_of(one), Quest(questions, partial=True)).outcomes) == brute_force(one, questions)


def test_a_witness_is_true():
    one = loaded(RULES, items=GATED)
    index = index_of(one)
    questions = (Named("b"), Named("d"))

    for outcome, witness in walk(index, Quest(questions, partial=True)).outcomes.items():
        sheet = Sheet(index, check_answers(one, raw(witness)))
        assert tuple(sheet.verdict_on(question) for question in questions) == outcome


def test_a_walk_that_is_too_large_says_so():
    one = loaded(SUM)
    condition = index_of(loaded(SUM, "findings:\n  a: {when: {score: total, at_least: 4}, source: ours}\n"))

    assert walk(condition, Quest((Named("a"),), partial=True, most=5)).finished is False
    assert walk(index_of(one), Quest((), partial=True)).outcomes == {(): Answers("tiny")}


GATES = """\
items:
  g1: {ask: A?, answers: yes-no}
  a1: {ask: B?, answers: yes-no, asked_if: {item: g1, is: 0}, not_asked: 0}
  g2: {ask: C?, answers: yes-no, asked_if: {any: [{item: a1, is: 1}, {refused: g1}]}}
  a2: {ask: D?, answers: yes-no, asked_if: {item: g2, is: 1}, not_asked: 1}
  a3: {ask: E?, answers: yes-no, asked_if: {item: g1, is: 0}}
"""

BEHIND_GATES = """\
scales:
  total: {label: {en: T, es: T}, sum: [a1, a2, a3]}
findings:
  any-of-them: {when: {any: {items: [a1, a2, a3], is: 1}}, source: ours}
  two: {when: {score: total, at_least: 2}, source: ours}
  gate: {when: {all: [{item: g1, is: 0}, {item: a3, is: 1}]}, source: ours}
"""


@pytest.mark.parametrize(
    "names", [("any-of-them",), ("two",), ("gate",), ("any-of-them", "two"), ("two", "gate")]
)
def test_what_only_gates_need_is_forgotten_behind_them_and_every_outcome_is_still_seen(names):
    one = loaded(BEHIND_GATES, items=GATES)
    questions = tuple(map(Named, names))
    seen = walk(index_of(one), Quest(questions, partial=True))

    assert seen.finished
    assert set(seen.outcomes) == brute_force(one, questions)


def test_seventeen_gates_one_after_the_other_need_few_states():
    seen = walk(index_of(instrument("lec-5")), Quest((Named("happened-to-me"),), partial=True))

    assert seen.finished
    assert seen.states < 2000
