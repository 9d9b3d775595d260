"""What the functions of an expression mean as numbers: sums, means, maxima and counts. Reads no text.

Both languages that are imported share this; how each of them names an answer is its `Names`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Protocol

from instruments.conditions import Condition, Span
from instruments.exchange.expressions import Call, Expression, Nothing, NotUnderstood
from instruments.exchange.linear import Counts, Linear, added, compared_formula
from instruments.exchange.skipping import always_asked, check_skipped, count_skipped
from instruments.exchange.trees import certain_part, inputs, not_zero, only, spread
from instruments.formulas import CountOf, Formula, Greatest, bounds_of
from instruments.model import Item


class Names(Protocol):
    """How a language names answers.

    `skipped` is what hidden questions count, as far as it was read; `spans` how far the earlier scores reach.
    """

    items: Mapping[str, Item]
    skipped: dict[str, int]
    spans: Mapping[str, Span]

    def resolved(self, node: Expression) -> Expression:
        """What a name stands for; anything else, and the name of an earlier score, as it is."""

    def number(self, node: Expression) -> Linear | None:
        """The number that a name or a path stands for, None when it is neither."""

    def answers(self, node: Expression) -> tuple[str, ...] | None:
        """The items whose answers a path collects, None when it collects none."""

    def coded(self, node: Expression) -> tuple[Item, Mapping[str, int]] | None:
        """The item whose code a path gives, and its answers by code; None when it gives none."""


class Reader(Protocol):
    """What reads the parts of a function. `plain` holds the items that comparisons named as they stand."""

    names: Names
    remarks: list[str]
    plain: set[str]

    def truth(self, node: Expression) -> Condition:
        """The condition that an expression states. Raises NotUnderstood."""

    def number(self, node: Expression) -> Linear:
        """An exact number. Raises NotUnderstood."""

    def counts(self) -> Counts:
        """What the numbers of this reading are made of."""


def _summed(reader: Reader, node: Call) -> Linear:
    """`answers.sum()` and `sum([a], [b])`: both skip what was not answered, which is remarked."""
    _skips_blanks(reader)
    return added([part for given in inputs(node) for part in _collected(reader, given, hidden=True)])


def _averaged(reader: Reader, node: Call) -> Linear:
    """`answers.avg()` and `mean([a], [b])`: of answers alone, each of them once."""
    _skips_blanks(reader)
    parts = [part for given in inputs(node) for part in _collected(reader, given)]
    names = [part.answer() for part in parts]
    if None in names or len(set(names)) != len(names):
        raise NotUnderstood("a mean of something other than answers, each of them once")
    return added(parts).times(Fraction(1, not_zero(len(parts))))


def _maximum(reader: Reader, node: Call) -> Linear:
    """`(%a | %b).max()` and `max([a], [b])`."""
    _skips_blanks(reader)
    return Linear({_greatest(reader, node): Fraction(1)})


def _greatest(reader: Reader, node: Call) -> Greatest:
    given = spread(inputs(node))
    parts: list[Formula] = [
        compared_formula(part, reader.counts()) for one in given for part in _collected(reader, one)
    ]
    if not parts:
        raise NotUnderstood("a maximum of nothing")
    return Greatest(tuple(dict.fromkeys(parts)))


def _counted(reader: Reader, node: Call) -> Linear:
    """`(condition).toInteger()`: one when it holds."""
    return _count(reader, only(inputs(node)))


def _chosen(reader: Reader, node: Call) -> Linear:
    """`iif(condition, 1, 0)`, and a maximum that is given once it is certain."""
    condition, yes, *otherwise = node.arguments if len(node.arguments) > 1 else (Nothing(),) * 2
    if otherwise == [Nothing()] and node.target is None:
        return _guarded(reader, condition, yes)
    ends = [reader.number(part) for part in (yes, *otherwise)]
    if (
        node.target is not None
        or [end.constant for end in ends] != [1, 0]
        or any(end.factors for end in ends)
    ):
        raise NotUnderstood("a choice that is not counting")
    _skips_blanks(reader)
    return _count(reader, condition)


def _count(reader: Reader, node: Expression) -> Linear:
    condition = reader.truth(node)
    check_skipped(condition, reader.names.items, reader.names.skipped, reader.plain)
    return Linear({CountOf((condition,)): Fraction(1)})


def _guarded(reader: Reader, condition: Expression, yes: Expression) -> Linear:
    """The one choice that leaves a number away: a maximum until nothing greater can come."""
    most = certain_part(condition, yes)
    if not isinstance(yes, Call) or yes.name != "max" or most is None:
        raise NotUnderstood("a choice that is not counting")
    greatest = _greatest(reader, yes)
    if most != bounds_of(greatest, {})[1]:
        raise NotUnderstood("a maximum that is given before it is certain")
    return Linear({greatest: Fraction(1)})


def _collected(reader: Reader, node: Expression, *, hidden: bool = False) -> list[Linear]:
    """Each answer that a path collects, or the one number; a hidden question counts nought in sums alone."""
    answers = reader.names.answers(node)
    if answers is None:
        return [reader.number(node)]
    for name in answers:
        _check_hidden(reader, reader.names.items[name], hidden=hidden)
    return [Linear({name: Fraction(1)}) for name in answers]


def _check_hidden(reader: Reader, item: Item, *, hidden: bool) -> None:
    if item.asked_if is not None and hidden and 0 in item.values:
        count_skipped(reader.names.skipped, item, 0)
    else:
        always_asked(item)


def _skips_blanks(reader: Reader) -> None:
    words = "the file adds up whatever was answered; here there is no score until every answer is there"
    if words not in reader.remarks:
        reader.remarks.append(words)


FUNCTIONS: Mapping[str, Callable[[Reader, Call], Linear]] = {
    "sum": _summed,
    "avg": _averaged,
    "mean": _averaged,
    "max": _maximum,
    "toInteger": _counted,
    "iif": _chosen,
    "if": _chosen,
}
