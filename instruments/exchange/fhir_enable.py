"""Branching of an item as FHIR writes it: a flat list of equal answers, or an expression where that is not enough."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from instruments.conditions import AllOf, AnyOf, Condition, Kind, Refused, Within, leaves
from instruments.exchange.expressions import NotUnderstood
from instruments.exchange.fhir_names import ENABLED_WHEN, SYSTEMS, Json, expression
from instruments.exchange.fhirpath_text import condition_path
from instruments.exchange.telling import Notes
from instruments.model import Item, Option

_NO_REFUSAL = "it is carried as 'not answered': the question is shown until the others are answered"


def enabling(item: Item, items: Mapping[str, Item], system: str, notes: Notes) -> Json:
    """The parts of a question that say when it is asked; none when it always is."""
    if item.asked_if is None:
        return {}
    path = f"items.{item.id}.asked_if"
    if any(isinstance(part, Refused) for part in leaves(item.asked_if)):
        notes.add(path, "a refusal in branching", _NO_REFUSAL)
    try:
        return _flat(item.asked_if, items, system)
    except NotUnderstood:
        return _by_expression(item.asked_if, path, notes)


def coding_of(option: Option, system: str) -> Json:
    """The code of an answer without its words: the published one, else its value in our own system."""
    published = [(SYSTEMS[name], code) for name, code in option.codes.items() if name in SYSTEMS]
    address, code = published[0] if published else (system, str(option.value))
    return {"system": address, "code": code}


def _by_expression(condition: Condition, path: str, notes: Notes) -> Json:
    try:
        text = condition_path(condition)
    except NotUnderstood as why:
        notes.add(path, "the branching", f"not carried, so the question is always asked: {why}")
        return {}
    return {"extension": [{"url": ENABLED_WHEN, "valueExpression": expression(text)}]}


def _flat(condition: Condition, items: Mapping[str, Item], system: str) -> Json:
    """A list of comparisons joined by one word. Raises NotUnderstood when the condition is nested deeper."""
    parts = condition.parts if isinstance(condition, AllOf | AnyOf) else (condition,)
    tests = [list(_tests(part, items, system)) for part in parts]
    joined_by_all = isinstance(condition, AllOf)
    if joined_by_all and any(len(alternatives) > 1 for alternatives in tests):
        raise NotUnderstood("alternatives inside a list that must hold altogether")
    flat = [test for alternatives in tests for test in alternatives]
    behaviour: Json = {"enableBehavior": "all" if joined_by_all else "any"} if len(flat) > 1 else {}
    return {"enableWhen": flat, **behaviour}


def _tests(condition: Condition, items: Mapping[str, Item], system: str) -> Iterator[Json]:
    """One comparison of FHIR for each answer that satisfies a condition about one item."""
    if isinstance(condition, Refused):
        yield {"question": condition.item, "operator": "exists", "answerBoolean": False}
        return
    if not isinstance(condition, Within) or condition.kind is not Kind.ITEM:
        raise NotUnderstood("a condition inside a condition")
    for option in items[condition.name].options:
        if _holds(condition, option.value):
            yield {"question": condition.name, "operator": "=", "answerCoding": coding_of(option, system)}


def _holds(condition: Within, value: int) -> bool:
    low, high = condition.low, condition.high
    return (low is None or value >= low) and (high is None or value <= high)
