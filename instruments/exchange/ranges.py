"""Comparisons of one answer as conditions: a range of an item's own options, neighbours joined. Reads no text."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from instruments.conditions import AnyOf, Condition, Kind, Not, Within
from instruments.exchange.expressions import NotUnderstood
from instruments.model import Item


def within(item: Item, sign: str, value: int) -> Condition:
    """A comparison of one answer, ends that the options cannot pass left open. Raises NotUnderstood."""
    least, most = min(item.values), max(item.values)
    low, high = _ENDS[sign](value)
    low = None if low is None or low <= least else low
    high = None if high is None or high >= most else high
    if sign in {"=", "!="}:
        low = high = value
    if (low is None and high is None) or not any(_inside(answer, low, high) for answer in item.values):
        raise NotUnderstood(f"a comparison of {item.id} that always or never holds")
    found = Within(Kind.ITEM, item.id, low, high)
    return Not(found) if sign == "!=" else found


def one_of(item: Item, values: set[int]) -> Condition:
    """The answer is one of these: one range when they are neighbours. Raises NotUnderstood."""
    order = sorted(item.values)
    places = [place for place, value in enumerate(order) if value in values]
    if not places or len(places) == len(order):
        raise NotUnderstood(f"a comparison of {item.id} that always or never holds")
    if places != list(range(places[0], places[-1] + 1)):
        return AnyOf(tuple(Within(Kind.ITEM, item.id, order[place], order[place]) for place in places))
    low, high = order[places[0]], order[places[-1]]
    open_low, open_high = places[0] == 0, places[-1] == len(order) - 1
    if low == high:
        return Within(Kind.ITEM, item.id, low, high)
    return Within(Kind.ITEM, item.id, None if open_low else low, None if open_high else high)


def merged(condition: AnyOf, items: Mapping[str, Item]) -> Condition:
    """Alternatives about the same item as one comparison, the others as they are."""
    values: dict[str, set[int]] = {}
    order: list[str | Condition] = []
    for part in condition.parts:
        if isinstance(part, Within) and part.kind is Kind.ITEM:
            order += [] if part.name in values else [part.name]
            found = {value for value in items[part.name].values if _inside(value, part.low, part.high)}
            values.setdefault(part.name, set()).update(found)
        else:
            order.append(part)
    parts = tuple(one_of(items[part], values[part]) if isinstance(part, str) else part for part in order)
    return parts[0] if len(parts) == 1 else AnyOf(parts)


def _inside(value: int, low: int | None, high: int | None) -> bool:
    return (low is None or value >= low) and (high is None or value <= high)


_ENDS: dict[str, Callable[[int], tuple[int | None, int | None]]] = {
    "=": lambda value: (value, value),
    "!=": lambda value: (value, value),
    ">": lambda value: (value + 1, None),
    ">=": lambda value: (value, None),
    "<": lambda value: (None, value - 1),
    "<=": lambda value: (None, value),
}
