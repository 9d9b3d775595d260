"""How a number comes from answers, as values: the number half of the intermediate form. Reads no files.

Every formula has whole-number results and a lowest and highest value known before any answer is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from instruments.conditions import Condition, Span, Verdict, items_in


@dataclass(frozen=True, slots=True)
class Points:
    """What an item's answer is worth: reversing, weighting and looking up are all in this table."""

    item: str
    table: tuple[tuple[int, int], ...]
    _ends: Span = field(init=False, repr=False, compare=False, metadata={"canonical": False})

    def __post_init__(self) -> None:
        points = [worth for _, worth in self.table]
        object.__setattr__(self, "_ends", (min(points, default=0), max(points, default=0)))

    def worth(self, value: int) -> int:
        """The points of one answer value."""
        for answer, worth in self.table:
            if answer == value:
                return worth
        raise KeyError(value)

    def span(self) -> Span:
        """The least and most that any answer is worth."""
        return self._ends


@dataclass(frozen=True, slots=True)
class Add:
    """The sum of the parts."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Greatest:
    """The greatest of the parts, as for a symptom that is asked in several lines."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Least:
    """The least of the parts."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class CountOf:
    """How many of the conditions hold."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Scaled:
    """The part times `multiply` divided by `divide`, rounded half up in whole-number arithmetic."""

    part: Formula
    multiply: int
    divide: int


@dataclass(frozen=True, slots=True)
class LookedUp:
    """The value that a published table gives for the part, as a T score for a raw score."""

    part: Formula
    table: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class ScoreOf:
    """The value of an earlier scale of the same instrument."""

    scale: str


Formula: TypeAlias = "Points | Add | Greatest | Least | CountOf | Scaled | LookedUp | ScoreOf"


class Values(Protocol):
    """Where a formula finds the numbers and verdicts that it needs."""

    def points(self, points: Points) -> Span:
        """What an item is worth, or the span that it can still be worth."""

    def verdict_on(self, condition: Condition) -> Verdict:
        """The verdict on a condition about items."""

    def score(self, scale: str) -> Span:
        """The value of an earlier scale, or the span that it can still have."""


def half_up(numerator: int, denominator: int) -> int:
    """The quotient to the nearest whole number, halves upwards; exact, since no fraction is ever formed."""
    return (2 * numerator + denominator) // (2 * denominator)


def span_of(formula: Formula, values: Values) -> Span:
    """The lowest and highest value that a formula can still have; both the same once it is certain."""
    return _SPANS[type(formula)](formula, values)


def parts_of(formula: Formula) -> tuple[Formula, ...]:
    """The formulas directly inside a formula."""
    if isinstance(formula, Scaled | LookedUp):
        return (formula.part,)
    return formula.parts if isinstance(formula, Add | Greatest | Least) else ()


def points_in(formula: Formula) -> Iterator[Points]:
    """Every item's points in a formula, from left to right."""
    if isinstance(formula, Points):
        yield formula
    for part in parts_of(formula):
        yield from points_in(part)


def scores_in(formula: Formula) -> Iterator[str]:
    """Every earlier scale in a formula."""
    if isinstance(formula, ScoreOf):
        yield formula.scale
    for part in parts_of(formula):
        yield from scores_in(part)


def items_of(formula: Formula) -> tuple[str, ...]:
    """The items that a formula looks at directly, each once, in order."""
    names: dict[str, None] = dict.fromkeys(points.item for points in points_in(formula))
    for condition in conditions_in(formula):
        names.update(dict.fromkeys(items_in(condition)))
    return tuple(names)


def bounds_of(formula: Formula, scores: Mapping[str, Span]) -> Span:
    """The lowest and highest value a formula can ever have, whatever the answers."""
    return span_of(formula, _Anything(scores))


def is_plain_sum(formula: Formula) -> bool:
    """Whether a formula only adds up items, perhaps scaled: what can be prorated."""
    inner = formula.part if isinstance(formula, Scaled) else formula
    return isinstance(inner, Add) and all(isinstance(part, Points) for part in inner.parts)


def conditions_in(formula: Formula) -> Iterator[Condition]:
    """Every condition that a formula counts."""
    if isinstance(formula, CountOf):
        yield from formula.conditions
    for part in parts_of(formula):
        yield from conditions_in(part)


@dataclass(frozen=True, slots=True)
class _Anything:
    """Values of which nothing is known yet."""

    scores: Mapping[str, Span]

    def points(self, points: Points) -> Span:
        return points.span()

    def verdict_on(self, _condition: Condition) -> Verdict:
        return Verdict.UNKNOWN

    def score(self, scale: str) -> Span:
        return self.scores.get(scale, (0, 0))


def _points(formula: Points, values: Values) -> Span:
    return values.points(formula)


def _add(formula: Add, values: Values) -> Span:
    spans = [span_of(part, values) for part in formula.parts]
    return sum(low for low, _ in spans), sum(high for _, high in spans)


def _greatest(formula: Greatest, values: Values) -> Span:
    spans = [span_of(part, values) for part in formula.parts]
    return max(low for low, _ in spans), max(high for _, high in spans)


def _least(formula: Least, values: Values) -> Span:
    spans = [span_of(part, values) for part in formula.parts]
    return min(low for low, _ in spans), min(high for _, high in spans)


def _count_of(formula: CountOf, values: Values) -> Span:
    verdicts = [values.verdict_on(condition) for condition in formula.conditions]
    sure = verdicts.count(Verdict.YES)
    return sure, sure + verdicts.count(Verdict.UNKNOWN)


def _scaled(formula: Scaled, values: Values) -> Span:
    low, high = span_of(formula.part, values)
    return half_up(low * formula.multiply, formula.divide), half_up(high * formula.multiply, formula.divide)


def _looked_up(formula: LookedUp, values: Values) -> Span:
    low, high = span_of(formula.part, values)
    found = [value for key, value in formula.table if low <= key <= high]
    return min(found), max(found)


def _score_of(formula: ScoreOf, values: Values) -> Span:
    return values.score(formula.scale)


_SPANS: dict[type, Callable[[Any, Values], Span]] = {
    Points: _points,
    Add: _add,
    Greatest: _greatest,
    Least: _least,
    CountOf: _count_of,
    Scaled: _scaled,
    LookedUp: _looked_up,
    ScoreOf: _score_of,
}
