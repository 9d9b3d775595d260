"""Conditions and formulas as REDCap writes them, and the columns of its data dictionary.

REDCap's own rules that matter here: a sum with `+` is blank while a field is blank (the functions sum() and
max() skip blanks, so they are not used alone), a hidden field is blank, and a blank is not equal to any code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from instruments.conditions import AllOf, AnyOf, Condition, Kind, Refused, Within, items_in
from instruments.exchange.expressions import NotUnderstood
from instruments.formulas import Add, CountOf, Formula, Greatest, Points, Scaled, ScoreOf, bounds_of, items_of
from instruments.model import Item, Scale

COLUMNS = (
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
)


def field_name(name: str) -> str:
    """The name of a field: REDCap knows small letters, digits and underscores."""
    return name.replace("-", "_")


def branching_text(condition: Condition, items: Mapping[str, Item]) -> str:
    """A condition as branching logic. Raises NotUnderstood for what it cannot ask."""
    if isinstance(condition, Refused):
        return f"[{field_name(condition.item)}] = ''"
    if isinstance(condition, AllOf | AnyOf):
        word = " and " if isinstance(condition, AllOf) else " or "
        return word.join(_bracketed(branching_text(part, items)) for part in condition.parts)
    if not isinstance(condition, Within) or condition.kind is not Kind.ITEM:
        raise NotUnderstood("it rests on a score, a finding or a count of conditions")
    return _comparison(condition, items[condition.name])


def scale_text(scale: Scale, items: Mapping[str, Item]) -> str:
    """The calculation of a scale. Raises NotUnderstood when there is none that says the same."""
    formula = scale.formula
    part = formula.part if isinstance(formula, Scaled) else formula
    text = _guarded(_number(part, items), part, items)
    if isinstance(formula, Scaled):
        text = _scaled(text, formula)
    return f"({text}) / {10**scale.decimals}" if scale.decimals else text


def also_needed(scale: Scale, items: Mapping[str, Item]) -> tuple[str, ...]:
    """The items outside a scale that must be answered too before REDCap can give its number."""
    own = items_of(scale.formula)
    conditions = [items[name].asked_if for name in own]
    asked = {name for condition in conditions if condition is not None for name in items_in(condition)}
    return tuple(name for name in items if name in asked and name not in own)


def _comparison(condition: Within, item: Item) -> str:
    name = f"[{field_name(condition.name)}]"
    if condition.high is None and condition.low is not None and condition.low > 0:
        holds = [value for value in item.values if value >= condition.low]
        return f"{name} = '{holds[0]}'" if len(holds) == 1 else f"{name} >= {condition.low}"
    values = [value for value in sorted(item.values) if _inside(condition, value)]
    return " or ".join(f"{name} = '{value}'" for value in values)


def _inside(condition: Within, value: int) -> bool:
    low, high = condition.low, condition.high
    return (low is None or value >= low) and (high is None or value <= high)


def _bracketed(text: str) -> str:
    return f"({text})" if " and " in text or " or " in text else text


def _scaled(text: str, formula: Scaled) -> str:
    if formula.divide == 1:
        return f"({text}) * {formula.multiply}"
    if bounds_of(formula.part, {})[0] < 0:
        raise NotUnderstood("rounding of numbers below zero")
    return f"rounddown((({text}) * {2 * formula.multiply} + {formula.divide}) / {2 * formula.divide}, 0)"


def _guarded(text: str, formula: Formula, items: Mapping[str, Item]) -> str:
    """The number, blank as long as an answer that it rests on is blank: nought times each of those."""
    rests_on = dict.fromkeys(_hidden_in(formula))
    for name in items_of(formula):
        condition = items[name].asked_if
        rests_on.update(dict.fromkeys(items_in(condition)) if condition is not None else {})
    plain = {part.item for part in _added(formula)}
    guards = [_answer(items[name], items) for name in rests_on if name not in plain]
    return f"{text} + 0 * ({' + '.join(guards)})" if guards else text


def _hidden_in(formula: Formula) -> Iterator[str]:
    """The items inside counts and maxima, where REDCap would pass over a blank."""
    parts = formula.parts if isinstance(formula, Add) else (formula,)
    for part in parts:
        if isinstance(part, CountOf | Greatest):
            yield from items_of(part)


def _added(formula: Formula) -> tuple[Points, ...]:
    parts = formula.parts if isinstance(formula, Add) else (formula,)
    return tuple(part for part in parts if isinstance(part, Points))


def _number(formula: Formula, items: Mapping[str, Item]) -> str:
    form = _NUMBERS.get(type(formula))
    if form is None:
        raise NotUnderstood("it looks values up in a table, or scales a part of itself")
    return form(formula, items)


def _answer(item: Item, items: Mapping[str, Item]) -> str:
    """An answer, or what counts where branching hides the question."""
    name = f"[{field_name(item.id)}]"
    if item.asked_if is None:
        return name
    return f"if({branching_text(item.asked_if, items)}, {name}, {item.not_asked or 0})"


def _points(points: Points, items: Mapping[str, Item]) -> str:
    (first, worth), *rest = points.table
    slope = (rest[-1][1] - worth) // (rest[-1][0] - first)
    base = worth - slope * first
    item = items[points.item]
    if any(value * slope + base != found for value, found in points.table):
        raise NotUnderstood(f"the points of {points.item} are not in proportion to its answers")
    if base and item.asked_if is not None and item.not_asked is None:
        raise NotUnderstood(f"{points.item} counts nothing when it is not asked")
    name = _answer(item, items)
    if slope == -1:
        return f"({base} - {name})"
    scaled = name if slope == 1 else f"{slope} * {name}"
    return f"({scaled} + {base})" if base else scaled


def _add(formula: Add, items: Mapping[str, Item]) -> str:
    return " + ".join(_number(part, items) for part in formula.parts)


def _greatest(formula: Greatest, items: Mapping[str, Item]) -> str:
    if not all(isinstance(part, Points) for part in formula.parts):
        raise NotUnderstood("a maximum of something other than answers")
    return f"max({', '.join(_number(part, items) for part in formula.parts)})"


def _count_of(formula: CountOf, items: Mapping[str, Item]) -> str:
    if any(items[name].asked_if is not None for name in items_of(formula)):
        raise NotUnderstood("it counts questions that may be skipped")
    return " + ".join(f"if({branching_text(part, items)}, 1, 0)" for part in formula.conditions)


def _score_of(formula: ScoreOf, _items: Mapping[str, Item]) -> str:
    return f"[{field_name(formula.scale)}]"


_NUMBERS: dict[type, Callable[[Any, Mapping[str, Item]], str]] = {
    Points: _points,
    Add: _add,
    Greatest: _greatest,
    CountOf: _count_of,
    ScoreOf: _score_of,
}
