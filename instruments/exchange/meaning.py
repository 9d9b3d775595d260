"""What the tree of an expression means here: a condition about answers, or the number of a scale.

Both languages that are imported share this; how each of them names an answer is its `Names`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeVar

from instruments.conditions import AllOf, AnyOf, Condition, Not, Refused
from instruments.exchange.expressions import (
    Call,
    Expression,
    NotUnderstood,
    Number,
    Operation,
    Word,
)
from instruments.exchange.functions import FUNCTIONS, Names
from instruments.exchange.linear import Counts, Linear, Measured, added, unrounded
from instruments.exchange.ranges import merged, within
from instruments.exchange.trees import (
    MOST_DECIMALS,
    inputs,
    not_zero,
    only,
    quoted_number,
    shown_decimals,
)
from instruments.model import Item

_COMPARISONS = {"=", "!=", "<", ">", "<=", ">="}
_MOST_STEPS = 20_000
_DEEPEST = 90
_Read = TypeVar("_Read")


@dataclass(slots=True)
class Meaning:
    """Reads trees with one language's names; `remarks` holds what a person should know about the reading."""

    names: Names
    remarks: list[str] = field(default_factory=list)
    _steps: int = 0
    _depth: int = 0
    plain: set[str] = field(default_factory=set)

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
        try:
            found = read(node)
        except RecursionError:  # long chains are deep trees, and so is comparing two of them
            raise NotUnderstood("it is nested too deeply") from None
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
        form = FUNCTIONS.get(node.name)
        if form is None:
            raise NotUnderstood(f"the function {node.name}()")
        return form(self, node)

    def _rounded(self, node: Expression) -> tuple[Linear, int] | None:
        """A number that is rounded half up to some decimals, None when it is not rounded."""
        if isinstance(node, Operation) and node.sign == "div":
            above, below = (self.number(part) for part in node.parts)
            return self._down(above.times(1 / Fraction(not_zero(below.known())))), 0
        if not isinstance(node, Call) or node.name not in {"round", "rounddown", "floor"}:
            return None
        inner, *places = inputs(node)
        decimals = int(self.number(places[0]).known()) if places else 0
        if not 0 <= decimals <= MOST_DECIMALS:
            raise NotUnderstood(f"rounding to {decimals} decimals")
        if decimals and node.name != "round":
            raise NotUnderstood("rounding down to decimals")
        number = self.number(inner)
        return (self._not_negative(number), decimals) if node.name == "round" else (self._down(number), 0)

    def _down(self, number: Linear) -> Linear:
        return unrounded(self._not_negative(number))

    def _not_negative(self, number: Linear) -> Linear:
        """Below nought, the languages cut off or round away from it; here numbers go down, and halves up."""
        if self.counts().lowest(number) < 0:
            raise NotUnderstood("rounding of numbers below zero")
        return number

    def counts(self) -> Counts:
        """What the numbers of this reading are made of."""
        return Counts(self.names.items, self.names.skipped, self.names.spans)

    def _comparison(self, node: Operation) -> Condition:
        left, right = node.parts
        if isinstance(right, Word) and (coded := self.names.coded(left)) is not None:
            self.plain.add(coded[0].id)
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
            self.plain.add(answers[0])
            return answers[0]
        name = self.number(node).answer()
        if name is None:
            raise NotUnderstood("a comparison of something that is not one answer")
        return name


def _coded(sign: str, code: str, item: Item, codes: Mapping[str, int]) -> Condition:
    if code not in codes or sign not in {"=", "!="}:
        raise NotUnderstood(f"the answer code {code[:40]!r} of {item.id}")
    return within(item, sign, codes[code])


def _multiplied(parts: Sequence[Linear]) -> Linear:
    left, right = parts
    return right.times(left.known()) if not left.factors else left.times(right.known())


_CALCULATIONS: dict[str, Callable[[Sequence[Linear]], Linear]] = {
    "+": added,
    "-": lambda parts: parts[0].plus(parts[1].times(Fraction(-1))),
    "*": _multiplied,
    "/": lambda parts: parts[0].times(1 / Fraction(not_zero(parts[1].known()))),
}
