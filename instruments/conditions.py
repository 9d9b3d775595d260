"""What a rule may ask, as values, and the answer it gets: yes, no or unknown. Reads no files.

This is the condition half of the intermediate form (the number half is `formulas.py`); routing uses it too.
Verdicts combine by Kleene's strong three-valued logic: a verdict is yes or no only if it would stay so
whatever the unknown parts turn out to be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any, Protocol, TypeAlias


class Verdict(StrEnum):
    """What came of a rule."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Gap(Enum):
    """Why there is no number: nobody knows it (missing, refused), or the question does not apply."""

    UNKNOWN = "unknown"
    NOT_ASKED = "not asked"


Span: TypeAlias = "tuple[int, int]"
"""The lowest and highest value that a number can still have; both the same once it is known."""

Reading: TypeAlias = "Span | Gap"


class Kind(StrEnum):
    """What a name in a condition refers to."""

    ITEM = "item"
    SCORE = "score"
    BAND = "band"
    FACT = "fact"
    FINDING = "finding"


class Lookup(Protocol):
    """Where a condition finds the values of the names in it."""

    def verdict(self, name: str) -> Verdict:
        """Whether a finding, rule or yes-or-no fact holds."""

    def number(self, kind: Kind, name: str) -> Reading:
        """The value of an item, score or fact, or the span that it can still have."""

    def text(self, kind: Kind, name: str) -> str | None:
        """The word that a band set or fact has, None while unknown."""

    def refused(self, item: str) -> Verdict:
        """Whether the person declined to answer an item; unknown while it is missing."""


@dataclass(frozen=True, slots=True)
class Named:
    """A finding, another rule, or a yes-or-no fact holds."""

    name: str


@dataclass(frozen=True, slots=True)
class Within:
    """A number lies from `low` to `high`, both included; None leaves that side open."""

    kind: Kind
    name: str
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class OneOf:
    """A band set or fact has one of these words."""

    kind: Kind
    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """The person declined to answer an item. Not the same as missing, nor as any answer."""

    item: str


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least `count` of the parts hold."""

    count: int
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Possible:
    """The part holds or cannot be decided: it is not a no. Assertions and routing use it."""

    part: Condition


Condition: TypeAlias = "Named | Within | OneOf | Refused | Not | AllOf | AnyOf | AtLeast | Possible"


def evaluate(condition: Condition, lookup: Lookup) -> Verdict:
    """The verdict on a condition, given where to find the values of its names."""
    return _EVALUATE[type(condition)](condition, lookup)


def compare(reading: Reading, low: int | None, high: int | None) -> Verdict:
    """Whether a number lies in a range. A question that was rightly not asked gives no."""
    if isinstance(reading, Gap):
        return Verdict.NO if reading is Gap.NOT_ASKED else Verdict.UNKNOWN
    least, most = reading
    if (low is not None and most < low) or (high is not None and least > high):
        return Verdict.NO
    if (low is None or least >= low) and (high is None or most <= high):
        return Verdict.YES
    return Verdict.UNKNOWN


def opposite(verdict: Verdict) -> Verdict:
    """Yes for no, no for yes; unknown stays unknown."""
    return {Verdict.YES: Verdict.NO, Verdict.NO: Verdict.YES}.get(verdict, Verdict.UNKNOWN)


def at_least(count: int, verdicts: Iterable[Verdict]) -> Verdict:
    """Whether at least `count` hold: yes when enough do, no when all the unknown ones could not suffice."""
    sure = possible = 0
    for verdict in verdicts:
        sure += verdict is Verdict.YES
        possible += verdict is not Verdict.NO
    if sure >= count:
        return Verdict.YES
    return Verdict.UNKNOWN if possible >= count else Verdict.NO


def parts_of(condition: Condition) -> tuple[Condition, ...]:
    """The conditions directly inside a condition."""
    if isinstance(condition, Not | Possible):
        return (condition.part,)
    return condition.parts if isinstance(condition, AllOf | AnyOf | AtLeast) else ()


def leaves(condition: Condition) -> Iterator[Named | Within | OneOf | Refused]:
    """Every comparison and name in a condition, from left to right."""
    if isinstance(condition, Named | Within | OneOf | Refused):
        yield condition
    for part in parts_of(condition):
        yield from leaves(part)


def groups_in(condition: Condition) -> Iterator[object]:
    """Every group in a condition that rules may share: a count by its parts, the others as they are."""
    if isinstance(condition, AtLeast):
        yield condition.parts
    elif isinstance(condition, AllOf | AnyOf):
        yield condition
    for part in parts_of(condition):
        yield from groups_in(part)


def items_in(condition: Condition) -> tuple[str, ...]:
    """The items that a condition looks at directly, each once, in order."""
    names: dict[str, None] = {}
    for leaf in leaves(condition):
        if isinstance(leaf, Refused):
            names[leaf.item] = None
        elif isinstance(leaf, Within) and leaf.kind is Kind.ITEM:
            names[leaf.name] = None
    return tuple(names)


def _named(condition: Named, lookup: Lookup) -> Verdict:
    return lookup.verdict(condition.name)


def _within(condition: Within, lookup: Lookup) -> Verdict:
    return compare(lookup.number(condition.kind, condition.name), condition.low, condition.high)


def _one_of(condition: OneOf, lookup: Lookup) -> Verdict:
    found = lookup.text(condition.kind, condition.name)
    if found is None:
        return Verdict.UNKNOWN
    return Verdict.YES if found in condition.values else Verdict.NO


def _refused(condition: Refused, lookup: Lookup) -> Verdict:
    return lookup.refused(condition.item)


def _not(condition: Not, lookup: Lookup) -> Verdict:
    return opposite(evaluate(condition.part, lookup))


def _all(condition: AllOf, lookup: Lookup) -> Verdict:
    return at_least(len(condition.parts), (evaluate(part, lookup) for part in condition.parts))


def _any(condition: AnyOf, lookup: Lookup) -> Verdict:
    return at_least(1, (evaluate(part, lookup) for part in condition.parts))


def _at_least(condition: AtLeast, lookup: Lookup) -> Verdict:
    return at_least(condition.count, (evaluate(part, lookup) for part in condition.parts))


def _possible(condition: Possible, lookup: Lookup) -> Verdict:
    return Verdict.NO if evaluate(condition.part, lookup) is Verdict.NO else Verdict.YES


_EVALUATE: dict[type, Callable[[Any, Lookup], Verdict]] = {
    Named: _named,
    Within: _within,
    OneOf: _one_of,
    Refused: _refused,
    Not: _not,
    AllOf: _all,
    AnyOf: _any,
    AtLeast: _at_least,
    Possible: _possible,
}
