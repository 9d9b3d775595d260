"""Sums, weights and means as exact numbers, and the formula of a scale that says the same. Reads no text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd, lcm

from instruments.exchange.expressions import NotUnderstood
from instruments.formulas import Add, CountOf, Formula, Greatest, Least, Points, Scaled, ScoreOf
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


@dataclass(frozen=True, slots=True)
class Measured:
    """The number of a scale, and the decimals that it is given in, rounded half up."""

    number: Linear
    decimals: int


def unrounded(number: Linear) -> Linear:
    """The number whose half-up rounding is the floor of this one: x such that floor(x + 1/2) is meant."""
    return Linear(number.factors, number.constant - _HALF)


def formula_of(measured: Measured, items: Mapping[str, Item]) -> Formula:
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
    sum_of = _sum(shrunk, constant // multiply, items)
    return _scaled(sum_of, multiply // shared, divide // shared)


def _scaled(formula: Formula, multiply: int, divide: int) -> Formula:
    if max(multiply, divide) > _MOST:
        raise NotUnderstood("factors that are too large")
    return formula if multiply == divide == 1 else Scaled(formula, multiply, divide)


def _sum(weights: Mapping[Part, int], constant: int, items: Mapping[str, Item]) -> Formula:
    turned = [items[part] for part, weight in weights.items() if isinstance(part, str) and weight == -1]
    rest = constant - sum(_turned(item) for item in turned)
    parts: list[Formula] = []
    for part, weight in weights.items():
        if isinstance(part, str):
            points = _points(items[part], weight, rest)
            parts.append(points)
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


def _points(item: Item, weight: int, rest: int) -> Points:
    """The points of an item; the first one also takes what the constant leaves over."""
    base = (_turned(item) if weight == -1 else 0) + rest
    return Points(item.id, tuple((value, value * weight + base) for value in item.values))
