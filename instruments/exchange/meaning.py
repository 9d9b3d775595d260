"""What the tree of an expression means here: a condition about answers, or the number of a scale.

Both languages that are imported share this; how each of them names an answer is its `Names`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Protocol, TypeVar

from instruments.conditions import AllOf, AnyOf, Condition, Not, Refused
from instruments.exchange.expressions import (
    Call,
    Expression,
    Nothing,
    NotUnderstood,
    Number,
    Operation,
    Word,
)
from instruments.exchange.linear import Linear, Measured, Part, unrounded
from instruments.exchange.ranges import merged, within
from instruments.exchange.trees import (
    MOST_DECIMALS,
    inputs,
    not_zero,
    only,
    quoted_number,
    shown_decimals,
    spread,
)
from instruments.formulas import CountOf, Greatest, Points
from instruments.model import Item

_COMPARISONS = {"=", "!=", "<", ">", "<=", ">="}
_MOST_STEPS = 20_000
_DEEPEST = 90
_Read = TypeVar("_Read")


class Names(Protocol):
    """How a language names answers."""

    items: Mapping[str, Item]

    def resolved(self, node: Expression) -> Expression:
        """What a name stands for; anything else, and the name of an earlier score, as it is."""

    def number(self, node: Expression) -> Linear | None:
        """The number that a name or a path stands for, None when it is neither."""

    def answers(self, node: Expression) -> tuple[str, ...] | None:
        """The items whose answers a path collects, None when it collects none."""

    def coded(self, node: Expression) -> tuple[Item, Mapping[str, int]] | None:
        """The item whose code a path gives, and its answers by code; None when it gives none."""


@dataclass(slots=True)
class Meaning:
    """Reads trees with one language's names; `remarks` holds what a person should know about the reading."""

    names: Names
    remarks: list[str] = field(default_factory=list)
    _steps: int = 0
    _depth: int = 0

    def truth(self, node: Expression) -> Condition:
        """The condition that an expression states. Raises NotUnderstood."""
        return self._within_bounds(self._truth, node)

    def number(self, node: Expression) -> Linear:
        """An exact number. Raises NotUnderstood."""
        return self._within_bounds(self._number, node)

    def _within_bounds(self, read: Callable[[Expression], _Read], node: Expression) -> _Read:
        """Variables may stand for variables: what grows without end is given up, not followed."""
        self._steps += 1
        self._depth += 1
        if self._steps > _MOST_STEPS or self._depth > _DEEPEST:
            raise NotUnderstood("variables that lead on without end")
        found = read(node)
        self._depth -= 1
        return found

    def _truth(self, node: Expression) -> Condition:
        if isinstance(node, Operation) and node.sign in {"and", "or"}:
            parts = tuple(self.truth(part) for part in node.parts)
            return AllOf(parts) if node.sign == "and" else merged(AnyOf(parts), self.names.items)
        if isinstance(node, Operation) and node.sign in _COMPARISONS:
            return self._comparison(node)
        if isinstance(node, Call) and node.name == "not":
            inner = node.target if node.target is not None else only(node.arguments)
            return Not(self.truth(inner))
        if isinstance(node, Call) and node.name == "empty" and node.target is not None:
            return Refused(self._one_answer(node.target))
        raise NotUnderstood("a condition that is no comparison of answers")

    def measured(self, node: Expression) -> Measured:
        """The number of a scale, with the decimals that it is given in. Raises NotUnderstood."""
        decimals, inner = shown_decimals(self.names.resolved(node))
        rounding = self._rounded(inner)
        if rounding is None:
            return self._unrounded(self.number(inner), decimals)
        number, places = rounding
        return Measured(number.times(Fraction(1, 10**decimals)), decimals + places)

    def _unrounded(self, number: Linear, decimals: int) -> Measured:
        """A number that the text does not round: exact when it is whole, else kept to some decimals."""
        broken = any(factor.denominator != 1 for factor in number.factors.values())
        kept = decimals or 2 * broken
        if broken:
            self.remarks.append(f"it has a fraction and is kept to {kept} decimals, rounded half up")
        return Measured(number.times(Fraction(1, 10**decimals)), kept)

    def _number(self, node: Expression) -> Linear:
        named = self.names.number(node)
        if named is not None:
            return named
        node = self.names.resolved(node)
        if isinstance(node, Number):
            return Linear({}, node.value)
        if isinstance(node, Operation):
            return self._calculated(node)
        if isinstance(node, Call):
            return self._called(node)
        raise NotUnderstood("a value that is neither a number nor an answer")

    def _calculated(self, node: Operation) -> Linear:
        form = _CALCULATIONS.get(node.sign)
        if form is None:
            raise NotUnderstood(f"the sign {node.sign} in a number")
        return form([self.number(part) for part in node.parts])

    def _called(self, node: Call) -> Linear:
        form = _FUNCTIONS.get(node.name)
        if form is None:
            raise NotUnderstood(f"the function {node.name}()")
        return form(self, node)

    def _rounded(self, node: Expression) -> tuple[Linear, int] | None:
        """A number that is rounded half up to some decimals, None when it is not rounded."""
        if isinstance(node, Operation) and node.sign == "div":
            above, below = (self.number(part) for part in node.parts)
            return unrounded(above.times(1 / Fraction(not_zero(below.known())))), 0
        if not isinstance(node, Call) or node.name not in {"round", "rounddown", "floor"}:
            return None
        inner, *places = inputs(node)
        decimals = int(self.number(places[0]).known()) if places else 0
        if not 0 <= decimals <= MOST_DECIMALS:
            raise NotUnderstood(f"rounding to {decimals} decimals")
        if decimals and node.name != "round":
            raise NotUnderstood("rounding down to decimals")
        number = self.number(inner)
        return (number, decimals) if node.name == "round" else (unrounded(number), 0)

    def _comparison(self, node: Operation) -> Condition:
        left, right = node.parts
        if isinstance(right, Word) and (coded := self.names.coded(left)) is not None:
            return _coded(node.sign, right.text, *coded)
        if isinstance(right, Word) and right.text == "" and node.sign in {"=", "!="}:
            blank = Refused(self._one_answer(left))
            return blank if node.sign == "=" else Not(blank)
        name, value = self._one_answer(left), self._compared(right)
        return within(self.names.items[name], node.sign, value)

    def _compared(self, node: Expression) -> int:
        """The whole number that an answer is compared with; REDCap writes it in quotes."""
        if isinstance(node, Word):
            node = Number(quoted_number(node.text))
        value = self.number(node).known()
        if value.denominator != 1:
            raise NotUnderstood("a comparison with a fraction")
        return int(value)

    def _one_answer(self, node: Expression) -> str:
        answers = self.names.answers(node)
        if answers is not None and len(answers) == 1:
            return answers[0]
        factors = self.number(node)
        (name, factor), *more = list(factors.factors.items()) or [("", Fraction(0))]
        if more or factor != 1 or factors.constant or not isinstance(name, str):
            raise NotUnderstood("a comparison of something that is not one answer")
        return name

    def summed(self, node: Call) -> Linear:
        """`answers.sum()` and `sum([a], [b])`: both skip what was not answered, which is remarked."""
        self._skips_blanks()
        return _added([self._collected(part) for part in inputs(node)])

    def averaged(self, node: Call) -> Linear:
        """`answers.avg()` and `mean([a], [b])`."""
        self._skips_blanks()
        parts = [self._collected(part) for part in inputs(node)]
        total = _added(parts)
        return total.times(Fraction(1, not_zero(len(total.factors))))

    def greatest(self, node: Call) -> Linear:
        """`(%a | %b).max()` and `max([a], [b])`."""
        parts = spread(inputs(node))
        found: dict[Part, Fraction] = {}
        for part in parts:
            found.update(self._collected(part).factors)
        if not all(isinstance(part, str) for part in found) or set(found.values()) != {Fraction(1)}:
            raise NotUnderstood("a maximum of something other than answers")
        tables = tuple(_own_points(self.names.items[str(part)]) for part in found)
        return Linear({Greatest(tables): Fraction(1)})

    def counted(self, node: Call) -> Linear:
        """`(condition).toInteger()`: one when it holds."""
        return Linear({CountOf((self.truth(only(inputs(node))),)): Fraction(1)})

    def chosen(self, node: Call) -> Linear:
        """`iif(condition, 1, 0)`, and a maximum that is given once it is certain."""
        condition, yes, *otherwise = node.arguments or (Nothing(),) * 2
        if otherwise and isinstance(otherwise[0], Nothing):
            return self._guarded(condition, yes)
        ends = [self.number(part) for part in (yes, *otherwise)]
        if [end.constant for end in ends] != [1, 0] or any(end.factors for end in ends):
            raise NotUnderstood("a choice that is not counting")
        return Linear({CountOf((self.truth(condition),)): Fraction(1)})

    def _guarded(self, condition: Expression, yes: Expression) -> Linear:
        number = self.number(yes)
        asked = isinstance(condition, Operation) and condition.sign == "or"
        if not asked or not all(isinstance(part, Greatest) for part in number.factors):
            raise NotUnderstood("a choice that is not counting")
        return number

    def _collected(self, node: Expression) -> Linear:
        answers = self.names.answers(node)
        if answers is None:
            return self.number(node)
        return Linear(dict.fromkeys(answers, Fraction(1)))

    def _skips_blanks(self) -> None:
        words = "the file adds up whatever was answered; here there is no score until every answer is there"
        if words not in self.remarks:
            self.remarks.append(words)


def _coded(sign: str, code: str, item: Item, codes: Mapping[str, int]) -> Condition:
    if code not in codes or sign not in {"=", "!="}:
        raise NotUnderstood(f"the answer code {code[:40]!r} of {item.id}")
    return within(item, sign, codes[code])


def _own_points(item: Item) -> Points:
    return Points(item.id, tuple((value, value) for value in item.values))


def _added(parts: Sequence[Linear]) -> Linear:
    factors: dict[Part, Fraction] = {}
    for part in parts:
        for name, factor in part.factors.items():
            factors[name] = factors.get(name, Fraction(0)) + factor
    return Linear(factors, sum((part.constant for part in parts), Fraction(0)))


def _multiplied(parts: Sequence[Linear]) -> Linear:
    left, right = parts
    return right.times(left.known()) if not left.factors else left.times(right.known())


_CALCULATIONS: dict[str, Callable[[Sequence[Linear]], Linear]] = {
    "+": _added,
    "-": lambda parts: parts[0].plus(parts[1].times(Fraction(-1))),
    "*": _multiplied,
    "/": lambda parts: parts[0].times(1 / Fraction(not_zero(parts[1].known()))),
}
_FUNCTIONS: dict[str, Callable[[Meaning, Call], Linear]] = {
    "sum": Meaning.summed,
    "avg": Meaning.averaged,
    "mean": Meaning.averaged,
    "max": Meaning.greatest,
    "toInteger": Meaning.counted,
    "iif": Meaning.chosen,
    "if": Meaning.chosen,
}
