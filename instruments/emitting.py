"""From the intermediate form to Python expressions, as syntax trees. Compiles nothing, knows no back end.

Every number has a low and a high end, and every condition is asked at one of them: at the low end "is it
certain", at the high end "is it possible". That is Kleene's logic in two passes of plain comparisons: at least
k is certain when the low end reaches k and possible when the high end does; a "not" looks at the other end.
Where everything is known both ends are the same, and one pass is enough. The back ends differ only in how
they spell an item's value, and in the few operators that columns need.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from instruments.conditions import (
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    Kind,
    Named,
    Not,
    OneOf,
    Possible,
    Refused,
    Within,
)
from instruments.emitter import Emitter, End, all_of, any_of
from instruments.formulas import Add, CountOf, Formula, Greatest, Least, LookedUp, Points, Scaled, ScoreOf
from instruments.syntax import added, compared, constant, halved_up, name


def number_of(formula: Formula, end: End, emitter: Emitter) -> ast.expr:
    """An expression for one end of a formula."""
    return _NUMBERS[type(formula)](formula, end, emitter)


def test_of(condition: Condition, end: End, emitter: Emitter) -> ast.expr:
    """An expression for a condition, certain or possible; the constant False where it cannot be."""
    return _TESTS[type(condition)](condition, end, emitter)


def _points(formula: Points, end: End, emitter: Emitter) -> ast.expr:
    return emitter.worth(formula, end)


def _add(formula: Add, end: End, emitter: Emitter) -> ast.expr:
    return added([number_of(part, end, emitter) for part in formula.parts])


def _greatest(formula: Greatest, end: End, emitter: Emitter) -> ast.expr:
    return emitter.extreme("greatest", [number_of(part, end, emitter) for part in formula.parts])


def _least(formula: Least, end: End, emitter: Emitter) -> ast.expr:
    return emitter.extreme("least", [number_of(part, end, emitter) for part in formula.parts])


def _count_of(formula: CountOf, end: End, emitter: Emitter) -> ast.expr:
    return emitter.tally([test_of(condition, end, emitter) for condition in formula.conditions])


def _scaled(formula: Scaled, end: End, emitter: Emitter) -> ast.expr:
    return halved_up(number_of(formula.part, end, emitter), formula.multiply, formula.divide)


def _looked_up(formula: LookedUp, end: End, emitter: Emitter) -> ast.expr:
    """A published table rises or falls with its score, so its ends follow the score's ends."""
    values = [value for _, value in sorted(formula.table)]
    rising = values == sorted(values)
    return emitter.look_up(
        dict(formula.table), number_of(formula.part, end if rising else end.other, emitter)
    )


def _score_of(formula: ScoreOf, end: End, emitter: Emitter) -> ast.expr:
    return name(emitter.scale(formula.scale, end))


def _named(condition: Named, end: End, emitter: Emitter) -> ast.expr:
    return name(emitter.finding(condition.name, end))


def _within(condition: Within, end: End, emitter: Emitter) -> ast.expr:
    if condition.kind is Kind.SCORE:
        ends = (name(emitter.scale(condition.name, end)), name(emitter.scale(condition.name, end.other)))
        return _between(ends, condition.low, condition.high, emitter)
    item = emitter.items[condition.name][1]
    ends = (emitter.value(item, end), emitter.value(item, end.other))
    return emitter.applies(item, _between(ends, condition.low, condition.high, emitter), end)


def _between(
    ends: tuple[ast.expr, ast.expr], low: int | None, high: int | None, emitter: Emitter
) -> ast.expr:
    """A range test: the near end must reach the lowest, the far end must not pass the highest."""
    near, far = ends
    if low is not None and low == high and _is_same(near, far):
        return compared(near, ast.Eq(), constant(low))
    tests = [] if low is None else [compared(near, ast.GtE(), constant(low))]
    tests += [] if high is None else [compared(far, ast.LtE(), constant(high))]
    return all_of(tests, emitter)


def _is_same(one: ast.expr, other: ast.expr) -> bool:
    """Whether two expressions are spelt alike."""
    if isinstance(one, ast.Name) and isinstance(other, ast.Name):
        return one.id == other.id
    return ast.dump(one) == ast.dump(other)


def _one_of(condition: OneOf, end: End, emitter: Emitter) -> ast.expr:
    """A band is known when its score is: both ends in it. It is possible as long as the score is not known."""
    one = next(one for one in emitter.instrument.band_sets if one.id == condition.name)
    low, high = (name(emitter.scale(one.scale, side)) for side in (End.LOW, End.HIGH))
    bands = [band for band in one.bands if band.name in condition.values]
    inside = any_of([_between((low, low), band.lowest, band.highest, emitter) for band in bands], emitter)
    if _is_same(low, high):
        return inside
    if end is End.LOW:
        return all_of([compared(low, ast.Eq(), high), inside], emitter)
    return any_of([compared(low, ast.NotEq(), high), inside], emitter)


def _refused(condition: Refused, end: End, emitter: Emitter) -> ast.expr:
    return emitter.refused(emitter.items[condition.item][1], end)


def _not(condition: Not, end: End, emitter: Emitter) -> ast.expr:
    return emitter.opposite(test_of(condition.part, end.other, emitter))


def _possible(condition: Possible, _end: End, emitter: Emitter) -> ast.expr:
    return test_of(condition.part, End.HIGH, emitter)


def _all(condition: AllOf, end: End, emitter: Emitter) -> ast.expr:
    def tests() -> ast.expr:
        return all_of([test_of(part, end, emitter) for part in condition.parts], emitter)

    return emitter.shared(condition, end, tests)


def _any(condition: AnyOf, end: End, emitter: Emitter) -> ast.expr:
    def tests() -> ast.expr:
        return any_of([test_of(part, end, emitter) for part in condition.parts], emitter)

    return emitter.shared(condition, end, tests)


def _at_least(condition: AtLeast, end: End, emitter: Emitter) -> ast.expr:
    def tally() -> ast.expr:
        return emitter.tally([test_of(part, end, emitter) for part in condition.parts])

    return compared(emitter.shared(condition.parts, end, tally), ast.GtE(), constant(condition.count))


_NUMBERS: dict[type, Callable[[Any, End, Emitter], ast.expr]] = {
    Points: _points,
    Add: _add,
    Greatest: _greatest,
    Least: _least,
    CountOf: _count_of,
    Scaled: _scaled,
    LookedUp: _looked_up,
    ScoreOf: _score_of,
}

_TESTS: dict[type, Callable[[Any, End, Emitter], ast.expr]] = {
    Named: _named,
    Within: _within,
    OneOf: _one_of,
    Refused: _refused,
    Not: _not,
    Possible: _possible,
    AllOf: _all,
    AnyOf: _any,
    AtLeast: _at_least,
}
