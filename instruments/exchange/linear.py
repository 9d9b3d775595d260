"""Sums, weights and means as exact numbers, and the formula of a scale that says the same. Reads no text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd, lcm

from instruments.conditions import Span
from instruments.exchange.expressions import NotUnderstood
from instruments.exchange.skipping import always_asked, not_asked_of
from instruments.formulas import (
    Add,
    CountOf,
    Formula,
    Greatest,
    Least,
    Points,
    Scaled,
    ScoreOf,
    bounds_of,
    points_in,
)
from instruments.model import Item

Part = str | Greatest | Least | CountOf | ScoreOf
"""What can be added up: the answer to an item (by its id), or a formula."""

_HALF = Fraction(1, 2)
_MOST = 10**6


@dataclass(frozen=True, slots=True)
class Linear:
    """A sum of parts, each times a factor, and a constant."""

    factors: Mapping[Part, Fraction] = field(default_factory=dict)
    constant: Fraction = Fraction(0)

    def plus(self, other: Linear) -> Linear:
        """The sum of two."""
        factors = dict(self.factors)
        for part, factor in other.factors.items():
            factors[part] = factors.get(part, Fraction(0)) + factor
        return Linear(factors, self.constant + other.constant)

    def times(self, factor: Fraction) -> Linear:
        """Every factor and the constant, multiplied."""
        return Linear({part: found * factor for part, found in self.factors.items()}, self.constant * factor)

    def known(self) -> Fraction:
        """The constant of a number that depends on nothing. Raises NotUnderstood if it does."""
        if self.factors:
            raise NotUnderstood("one answer multiplied or divided by another")
        return self.constant

    def answer(self) -> str | None:
        """The item whose answer this is, as it stands; None for any other number."""
        alone = tuple(self.factors.items())
        if len(alone) != 1 or alone[0][1] != 1 or self.constant or not isinstance(alone[0][0], str):
            return None
        return alone[0][0]


@dataclass(frozen=True, slots=True)
class Measured:
    """The number of a scale, and the decimals that it is given in, rounded half up."""

    number: Linear
    decimals: int


def added(parts: Sequence[Linear]) -> Linear:
    """The sum of any number of numbers; nought of none."""
    total = Linear()
    for part in parts:
        total = total.plus(part)
    return total


def unrounded(number: Linear) -> Linear:
    """The number whose half-up rounding is the floor of this one: x such that floor(x + 1/2) is meant."""
    return Linear(number.factors, number.constant - _HALF)


@dataclass(frozen=True, slots=True)
class Counts:
    """What numbers are made of: the items, what hidden ones count, and how far the earlier scales reach."""

    items: Mapping[str, Item]
    skipped: Mapping[str, int]
    spans: Mapping[str, Span]

    def points(self, name: str, weight: int, rest: int) -> Points:
        """The points of an item; the first one also takes what the constant leaves over."""
        item = self.items[name]
        base = (_turned(item) if weight == -1 else 0) + rest
        if base and not_asked_of(item, self.skipped) is None:
            always_asked(item)
        return Points(name, tuple((value, value * weight + base) for value in item.values))

    def lowest(self, number: Linear) -> Fraction:
        """The least that a number can be, hidden questions included."""
        least = number.constant
        for part, factor in number.factors.items():
            least += self._least(part, factor)
        return least

    def _least(self, part: Part, factor: Fraction) -> Fraction:
        if isinstance(part, str):
            item = self.items[part]
            hidden = (0,) if item.asked_if is not None else ()
            return min(Fraction(factor * value) for value in (*item.values, *hidden))
        return min(Fraction(factor * end) for end in bounds_of(part, self.spans))


def compared_formula(number: Linear, counts: Counts) -> Formula:
    """A number as one of several of which the greatest is taken. Raises NotUnderstood unless answers make it."""
    whole = all(factor.denominator == 1 for factor in (*number.factors.values(), number.constant))
    names = {part: int(factor) for part, factor in number.factors.items() if factor}
    if not whole or not names or not all(isinstance(part, str) for part in names):
        raise NotUnderstood("a maximum of something other than answers")
    formula = _sum(names, int(number.constant), counts)
    return formula.parts[0] if isinstance(formula, Add) and len(formula.parts) == 1 else formula


def formula_of(measured: Measured, counts: Counts) -> Formula:
    """The formula of a scale that counts in steps of 10 ** -decimals. Raises NotUnderstood when none does."""
    number = measured.number.times(Fraction(10**measured.decimals))
    factors = {part: factor for part, factor in number.factors.items() if factor}
    if not factors:
        raise NotUnderstood("it depends on no answer")
    divide = lcm(*(factor.denominator for factor in (*factors.values(), number.constant)))
    weights = {part: int(factor * divide) for part, factor in factors.items()}
    constant = int(number.constant * divide)
    multiply = gcd(constant, *weights.values())
    shared = gcd(multiply, divide)
    shrunk = {part: weight // multiply for part, weight in weights.items()}
    sum_of = _sum(shrunk, constant // multiply, counts)
    _check_tables(sum_of)
    return _scaled(sum_of, multiply // shared, divide // shared)


def _scaled(formula: Formula, multiply: int, divide: int) -> Formula:
    if max(multiply, divide) > _MOST:
        raise NotUnderstood("factors that are too large")
    return formula if multiply == divide == 1 else Scaled(formula, multiply, divide)


def _check_tables(formula: Formula) -> None:
    """A definition has one table of points for an item in a scale. Raises NotUnderstood for two."""
    tables: dict[str, object] = {}
    for points in points_in(formula):
        if tables.setdefault(points.item, points.table) != points.table:
            raise NotUnderstood(f"{points.item} counts in two ways in one score")


def _sum(weights: Mapping[Part, int], constant: int, counts: Counts) -> Formula:
    turned = [
        counts.items[part] for part, weight in weights.items() if isinstance(part, str) and weight == -1
    ]
    rest = constant - sum(_turned(item) for item in turned)
    parts: list[Formula] = []
    for part, weight in weights.items():
        if isinstance(part, str):
            parts.append(counts.points(part, weight, rest))
            rest = 0
        elif weight == 1:
            parts.append(part)
        else:
            raise NotUnderstood("a weight on something that is not an answer")
    if rest:
        raise NotUnderstood("a constant that is added")
    alone = parts[0]
    return alone if len(parts) == 1 and not isinstance(alone, Points) else Add(tuple(parts))


def _turned(item: Item) -> int:
    """What a reversed answer is taken from: the sum of the ends of its options."""
    return min(item.values) + max(item.values)
