"""Conditions and formulas as FHIRPath over the variables of a Questionnaire.

FHIRPath reckons with unknown answers as we do: `+` over an answer that is not there gives nothing, and `and`
and `or` are decided only when no further answer could change them. So an expression gives a score exactly
when ours does, on every form that a FHIR form filler can hold (answers to questions that are asked).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from instruments.conditions import AllOf, AnyOf, Condition, Kind, Not, Refused, Verdict, Within, compare
from instruments.exchange.expressions import NotUnderstood
from instruments.formulas import (
    Add,
    CountOf,
    Formula,
    Greatest,
    Points,
    Scaled,
    ScoreOf,
    bounds_of,
    parts_of,
)
from instruments.model import Item, Scale

_TAKEN = frozenset(
    {"resource", "rootResource", "context", "questionnaire", "qitem", "ucum", "sct", "loinc", "this"}
)


def variable(name: str) -> str:
    """The variable that holds an answer or a score: FHIRPath knows no hyphen in a name."""
    return name.replace("-", "_") + ("_" if name in _TAKEN else "")


def answer_path(item: Item) -> str:
    """The expression of an item's variable: what was answered, or what counts where branching skipped it."""
    answer = f"%resource.repeat(item).where(linkId='{item.id}').answer.weight()"
    if item.asked_if is None:
        return answer
    asked = condition_path(item.asked_if)
    skipped = 0 if item.not_asked is None else item.not_asked
    return f"iif({asked}, {answer}, iif(({asked}).not(), {skipped}, {{}}))"


def condition_path(condition: Condition) -> str:
    """A condition about answers. Raises NotUnderstood for what FHIRPath cannot ask of a form."""
    form = _CONDITIONS.get(type(condition))
    if form is None:
        raise NotUnderstood("it rests on a score, a finding or a count of conditions")
    return form(condition)


def scale_path(scale: Scale, items: Mapping[str, Item]) -> str:
    """The expression of a scale. Raises NotUnderstood when there is none that says exactly the same."""
    text = _whole(scale.formula, items)
    return f"({text}) / {10**scale.decimals}" if scale.decimals else text


def believes_skipped(condition: Condition, items: Mapping[str, Item]) -> bool:
    """Whether a comparison would hold for what counts in place of a question that was not asked."""
    skipped = [part for part in _comparisons(condition) if items[part.name].asked_if is not None]
    return any(_holds_skipped(part, items[part.name]) for part in skipped)


def _holds_skipped(part: Within, item: Item) -> bool:
    value = item.not_asked or 0
    return compare((value, value), part.low, part.high) is Verdict.YES


def _comparisons(condition: Condition) -> list[Within]:
    if isinstance(condition, Within):
        return [condition]
    parts = (condition.part,) if isinstance(condition, Not) else getattr(condition, "parts", ())
    return [found for part in parts for found in _comparisons(part)]


def _whole(formula: Formula, items: Mapping[str, Item]) -> str:
    if not isinstance(formula, Scaled):
        return _number(formula, items)
    part = _number(formula.part, items)
    if formula.divide == 1:
        return f"({part}) * {formula.multiply}"
    if bounds_of(formula.part, {})[0] < 0:
        raise NotUnderstood("rounding of numbers below zero")
    return f"(({part}) * {2 * formula.multiply} + {formula.divide}) div {2 * formula.divide}"


def _number(formula: Formula, items: Mapping[str, Item]) -> str:
    form = _NUMBERS.get(type(formula))
    if form is None:
        raise NotUnderstood("it looks values up in a table, or scales a part of itself")
    return form(formula, items)


def _points(points: Points, items: Mapping[str, Item]) -> str:
    (first, worth), *rest = points.table
    slope = (rest[-1][1] - worth) // (rest[-1][0] - first)
    base = worth - slope * first
    if any(value * slope + base != found for value, found in points.table):
        raise NotUnderstood(f"the points of {points.item} are not in proportion to its answers")
    item = items[points.item]
    if base and item.asked_if is not None and item.not_asked is None:
        raise NotUnderstood(f"{points.item} counts nothing when it is not asked")
    name = f"%{variable(points.item)}"
    scaled = name if slope == 1 else f"{slope} * {name}"
    if slope == -1:
        return f"({base} - {name})"
    return scaled if not base else f"({scaled} + {base})"


def _add(formula: Add, items: Mapping[str, Item]) -> str:
    return " + ".join(_number(part, items) for part in formula.parts)


def _greatest(formula: Greatest, items: Mapping[str, Item]) -> str:
    """The greatest answer, given once all are there or once nothing greater can come."""
    names = [_number(part, items) for part in formula.parts]
    if not all(isinstance(part, Points) for part in formula.parts):
        raise NotUnderstood("a maximum of something other than answers")
    together = f"({' | '.join(names)}).max()"
    there = " and ".join(f"({name}).exists()" if " " in name else f"{name}.exists()" for name in names)
    return f"iif({together} = {bounds_of(formula, {})[1]} or ({there}), {together}, {{}})"


def _count_of(formula: CountOf, items: Mapping[str, Item]) -> str:
    if any(believes_skipped(condition, items) for condition in formula.conditions):
        raise NotUnderstood("it counts questions that may be skipped")
    return " + ".join(f"({condition_path(condition)}).toInteger()" for condition in formula.conditions)


def _score_of(formula: ScoreOf, _items: Mapping[str, Item]) -> str:
    return f"%{variable(formula.scale)}"


def scales_in(formula: Formula) -> set[str]:
    """The earlier scales that a formula rests on."""
    found = {formula.scale} if isinstance(formula, ScoreOf) else set()
    return found.union(*(scales_in(part) for part in parts_of(formula)))


def check_resting(scale: Scale, scales: Mapping[str, Scale], left_out: AbstractSet[str]) -> None:
    """Raises NotUnderstood for a scale that rests on one which has no number there, or one in other steps."""
    resting = scales_in(scale.formula)
    if resting & left_out:
        raise NotUnderstood("it rests on a scale that is not carried")
    if any(scales[name].decimals for name in resting):
        raise NotUnderstood("it rests on a scale with decimals")


def _within(condition: Within) -> str:
    if condition.kind is not Kind.ITEM:
        raise NotUnderstood("it rests on a score")
    name = f"%{variable(condition.name)}"
    if condition.low == condition.high:
        return f"{name} = {condition.low}"
    ends = [(">=", condition.low), ("<=", condition.high)]
    return " and ".join(f"{name} {sign} {end}" for sign, end in ends if end is not None)


def _joined(word: str) -> Callable[[Any], str]:
    return lambda condition: f" {word} ".join(_bracketed(part) for part in condition.parts)


def _bracketed(condition: Condition) -> str:
    text = condition_path(condition)
    return f"({text})" if " and " in text or " or " in text else text


_CONDITIONS: dict[type, Callable[[Any], str]] = {
    Within: _within,
    Refused: lambda condition: f"%{variable(condition.item)}.empty()",
    Not: lambda condition: f"({condition_path(condition.part)}).not()",
    AllOf: _joined("and"),
    AnyOf: _joined("or"),
}
_NUMBERS: dict[type, Callable[[Any, Mapping[str, Item]], str]] = {
    Points: _points,
    Add: _add,
    Greatest: _greatest,
    CountOf: _count_of,
    ScoreOf: _score_of,
}
