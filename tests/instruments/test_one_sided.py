"""Walks for one side of their questions against brute force: any two conditions, nested and turned as it comes."""

from itertools import product
from random import Random

import pytest

from instruments.answers import REFUSED, Answers
from instruments.conditions import (
    AllOf,
    AnyOf,
    AtLeast,
    Kind,
    Named,
    Not,
    OneOf,
    Possible,
    Refused,
    Verdict,
    Within,
)
from instruments.remembering import Side
from instruments.sheet import Sheet, index_of
from instruments.walking import Quest, walk
from tests.instruments.forms import ITEMS, loaded

GATED = ITEMS.replace(
    "q3: {ask: Three?, answers: often}",
    "q3: {ask: Three?, answers: often, asked_if: {item: q1, at_least: 1}, not_asked: 2}",
)
RULES = """\
scales:
  plain: {label: {en: A, es: A}, sum: q1..q3}
  down: {label: {en: B, es: B}, sum: q1..q3, weights: {q2: -2}}
  turned: {label: {en: C, es: C}, sum: q1..q3, reverse: [q1], missing: {method: zero, allow: 1, source: x}}
  blank: {label: {en: D, es: D}, sum: q1..q3, missing: {method: zero, allow: 1, source: x}}
  most: {label: {en: E, es: E}, sum: [q1, {max: [q2, q3]}]}
  shared: {label: {en: F, es: F}, sum: q1..q3, missing: {method: prorate, allow: 1, source: x}}
bands:
  plain: {label: {en: A, es: B}, source: ours, bands: {0-2: {en: low, es: bajo}, 3-6: {en: high, es: alto}}}
findings:
  known: {when: {all: [{score: plain, at_least: 2}, {not: {item: q2, is: 0}}]}, source: ours}
  open: {when: {any: [{band: plain, is: high}, {refused: q3}]}, source: ours}
"""
PAIRS = 60


def conditions(random, depth=0):
    """Any condition."""
    if depth < 3 and random.random() < 0.6:
        parts = tuple(conditions(random, depth + 1) for _ in range(random.randint(1, 3)))
        kind = random.choice((AllOf, AnyOf, AtLeast, Not, Possible))
        if kind is AtLeast:
            return AtLeast(random.randint(1, len(parts)), parts)
        return kind(parts[0]) if kind in (Not, Possible) else kind(parts)
    return random.choice(WHOLE if random.random() < 0.1 else PLAIN)(random)


SCALES = ("plain", "down", "turned", "blank", "most", "blank", "down")
PLAIN = (
    lambda random: Named("known"),
    lambda random: Refused(random.choice(("q1", "q2", "q3"))),
    lambda random: Within(Kind.ITEM, random.choice(("q1", "q2", "q3")), random.randint(1, 2), None),
    lambda random: Within(Kind.SCORE, random.choice(SCALES), random.randint(-1, 5), None),
    lambda random: Within(Kind.SCORE, random.choice(SCALES), None, random.randint(-1, 4)),
)
WHOLE = (
    lambda random: Named("open"),
    lambda random: OneOf(Kind.BAND, "plain", (random.choice(("low", "high")),)),
    lambda random: Within(Kind.SCORE, random.choice((*SCALES, "shared")), 1, random.randint(1, 5)),
    lambda random: Within(Kind.SCORE, "shared", random.randint(1, 5), None),
)


@pytest.mark.parametrize("items", [ITEMS, GATED], ids=["plain", "gated"])
@pytest.mark.parametrize(("side", "verdict"), [(Side.YES, Verdict.YES), (Side.NO, Verdict.NO)])
def test_a_one_sided_walk_of_any_two_conditions_sees_what_brute_force_sees(items, side, verdict):
    one, random = loaded(RULES, items=items), Random(20261123)  # noqa: S311 - the same each time
    index = index_of(one)
    pairs = [(conditions(random), conditions(random)) for _ in range(PAIRS)]
    forms = [given(one, chosen) for chosen in product(*[(*item.values, REFUSED, None) for item in one.items])]
    sheets = [Sheet(index, form) for form in forms]

    for pair in pairs:
        expected = {tuple(sheet.verdict_on(each) is verdict for each in pair) for sheet in sheets}
        seen = walk(index, Quest(pair, partial=True, side=side)).outcomes
        assert {tuple(found is verdict for found in outcome) for outcome in seen} == expected, pair


def given(one, chosen):
    """A form as it was filled in."""
    found = dict(zip([item.id for item in one.items], chosen, strict=True))
    values = {name: answer for name, answer in found.items() if isinstance(answer, int)}
    return Answers(one.id, values, frozenset(name for name, answer in found.items() if answer == REFUSED))
