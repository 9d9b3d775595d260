"""From the intermediate form to Python expressions for a complete form, as syntax trees. Compiles nothing.

Every item has a value here and nobody refused anything, so that two values suffice: unknown cannot occur.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import reduce
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
from instruments.formulas import Add, CountOf, Formula, Greatest, Least, LookedUp, Points, Scaled, ScoreOf
from instruments.model import Instrument


@dataclass(slots=True)
class Emitter:
    """Makes expressions for one instrument; `constants` collects the tables that they look things up in."""

    instrument: Instrument
    constants: dict[str, object] = field(default_factory=dict)
    items: dict[str, str] = field(init=False)
    scales: dict[str, str] = field(init=False)
    findings: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.items = {item.id: f"i{place}" for place, item in enumerate(self.instrument.items)}
        self.scales = {scale.id: f"s{place}" for place, scale in enumerate(self.instrument.scales)}
        self.findings = {finding.id: f"f{place}" for place, finding in enumerate(self.instrument.findings)}

    def asked(self, item: str) -> str:
        """The name of the variable that says whether branching leads to an item."""
        return f"a{self.items[item]}"

    def number(self, formula: Formula) -> ast.expr:
        """An expression for a formula."""
        return _NUMBERS[type(formula)](formula, self)

    def test(self, condition: Condition) -> ast.expr:
        """An expression for a condition: a comparison, or the constant False where it cannot occur."""
        return _TESTS[type(condition)](condition, self)

    def table(self, pairs: Iterable[tuple[int, int]]) -> ast.expr:
        """A name for a table of numbers."""
        known = dict(pairs)
        for existing, value in self.constants.items():
            if value == known:
                return name(existing)
        fresh = f"t{len(self.constants)}"
        self.constants[fresh] = known
        return name(fresh)


def name(word: str) -> ast.expr:
    """A generated name, to be read."""
    return ast.Name(word, ast.Load())


def constant(value: bool | int | str) -> ast.expr:  # noqa: FBT001 - the value is what it is about
    """A constant."""
    return ast.Constant(value)


def binary(left: ast.expr, operator: ast.operator, right: ast.expr) -> ast.expr:
    """Two expressions joined by an operator."""
    return ast.BinOp(left, operator, right)


def added(parts: list[ast.expr]) -> ast.expr:
    """The sum of expressions."""
    return reduce(lambda left, right: binary(left, ast.Add(), right), parts) if parts else constant(0)


def bits(tests: list[ast.expr]) -> ast.expr:
    """Tests packed into one number, the first as the lowest bit."""
    shifted = [
        test if place == 0 else binary(test, ast.LShift(), constant(place))
        for place, test in enumerate(tests)
        if not _is_false(test)
    ]
    return reduce(lambda left, right: binary(left, ast.BitOr(), right), shifted) if shifted else constant(0)


def between(value: ast.expr, low: int | None, high: int | None) -> ast.expr:
    """A range test."""
    if low is not None and low == high:
        return ast.Compare(value, [ast.Eq()], [constant(low)])
    if high is None:
        return ast.Compare(value, [ast.GtE()], [constant(low or 0)])
    if low is None:
        return ast.Compare(value, [ast.LtE()], [constant(high)])
    return ast.Compare(constant(low), [ast.LtE(), ast.LtE()], [value, constant(high)])


def _is_false(test: ast.expr) -> bool:
    return isinstance(test, ast.Constant) and test.value is False


def _points(formula: Points, emitter: Emitter) -> ast.expr:
    item = emitter.instrument.item(formula.item)
    worth = _worth(formula, name(emitter.items[formula.item]), emitter)
    if item.asked_if is None:
        return worth
    skipped = constant(0 if item.not_asked is None else formula.worth(item.not_asked))
    return ast.IfExp(name(emitter.asked(item.id)), worth, skipped)


def _worth(formula: Points, value: ast.expr, emitter: Emitter) -> ast.expr:
    """The value itself, a product or a difference where that says the same as the table, else the table."""
    if all(points == answer for answer, points in formula.table):
        return value
    ends = sum(formula.table[0])
    if all(answer + points == ends for answer, points in formula.table):
        return binary(constant(ends), ast.Sub(), value)
    return ast.Subscript(emitter.table(formula.table), value, ast.Load())


def _add(formula: Add, emitter: Emitter) -> ast.expr:
    return added([emitter.number(part) for part in formula.parts])


def _extreme(function: str) -> Callable[[Greatest | Least, Emitter], ast.expr]:
    def expression(formula: Greatest | Least, emitter: Emitter) -> ast.expr:
        parts = [emitter.number(part) for part in formula.parts]
        return parts[0] if len(parts) == 1 else ast.Call(name(function), parts, [])

    return expression


def _count_of(formula: CountOf, emitter: Emitter) -> ast.expr:
    return added([emitter.test(condition) for condition in formula.conditions])


def _scaled(formula: Scaled, emitter: Emitter) -> ast.expr:
    product = binary(emitter.number(formula.part), ast.Mult(), constant(formula.multiply))
    if formula.divide == 1:
        return product
    doubled = binary(binary(product, ast.Mult(), constant(2)), ast.Add(), constant(formula.divide))
    return binary(doubled, ast.FloorDiv(), constant(2 * formula.divide))


def _looked_up(formula: LookedUp, emitter: Emitter) -> ast.expr:
    return ast.Subscript(emitter.table(formula.table), emitter.number(formula.part), ast.Load())


def _score_of(formula: ScoreOf, emitter: Emitter) -> ast.expr:
    return name(emitter.scales[formula.scale])


def _named(condition: Named, emitter: Emitter) -> ast.expr:
    return name(emitter.findings[condition.name])


def _within(condition: Within, emitter: Emitter) -> ast.expr:
    names = emitter.items if condition.kind is Kind.ITEM else emitter.scales
    return between(name(names[condition.name]), condition.low, condition.high)


def _one_of(condition: OneOf, emitter: Emitter) -> ast.expr:
    """A band is a range of its scale."""
    one = next(one for one in emitter.instrument.band_sets if one.id == condition.name)
    bands = [band for band in one.bands if band.name in condition.values]
    return _either([between(name(emitter.scales[one.scale]), band.lowest, band.highest) for band in bands])


def _refused(_condition: Refused, _emitter: Emitter) -> ast.expr:
    return constant(value=False)


def _not(condition: Not, emitter: Emitter) -> ast.expr:
    return ast.UnaryOp(ast.Not(), emitter.test(condition.part))


def _possible(condition: Possible, emitter: Emitter) -> ast.expr:
    return emitter.test(condition.part)


def _all(condition: AllOf, emitter: Emitter) -> ast.expr:
    parts = [emitter.test(part) for part in condition.parts]
    if any(_is_false(part) for part in parts):
        return constant(value=False)
    return parts[0] if len(parts) == 1 else ast.BoolOp(ast.And(), parts)


def _any(condition: AnyOf, emitter: Emitter) -> ast.expr:
    return _either([emitter.test(part) for part in condition.parts])


def _either(parts: list[ast.expr]) -> ast.expr:
    possible = [part for part in parts if not _is_false(part)]
    if not possible:
        return constant(value=False)
    return possible[0] if len(possible) == 1 else ast.BoolOp(ast.Or(), possible)


def _at_least(condition: AtLeast, emitter: Emitter) -> ast.expr:
    return between(added([emitter.test(part) for part in condition.parts]), condition.count, None)


_NUMBERS: dict[type, Callable[[Any, Emitter], ast.expr]] = {
    Points: _points,
    Add: _add,
    Greatest: _extreme("greatest"),
    Least: _extreme("least"),
    CountOf: _count_of,
    Scaled: _scaled,
    LookedUp: _looked_up,
    ScoreOf: _score_of,
}

_TESTS: dict[type, Callable[[Any, Emitter], ast.expr]] = {
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
