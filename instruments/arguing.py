"""Conditions told fast: each comparison's line is made once for each state of what it looks at.

Every line's words are the interpreter's own (`reasons.py`). A form's own part is to weigh the groups and to put
the lines in their order. A verdict is carried as a weight, so that those of a group can be added up: how many
certainly hold, and how many possibly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final, TypeAlias

from instruments.answers import Answers
from instruments.conditions import (
    AllOf,
    AtLeast,
    Condition,
    Kind,
    Named,
    Not,
    OneOf,
    Possible,
    Refused,
    Span,
    Verdict,
    Within,
    items_in,
    parts_of,
)
from instruments.reasons import Because, explain_condition
from instruments.sheet import Sheet
from instruments.states import Form, Reader, Remembered

_SURE: Final = 1 << 32
_POSSIBLE: Final = _SURE - 1
_YES: Final = _SURE + 1

WEIGHTS: Final = {Verdict.YES: _YES, Verdict.UNKNOWN: 1, Verdict.NO: 0}
_Told: TypeAlias = "tuple[int, tuple[Because, ...]]"
_Tell: TypeAlias = Callable[[Form], _Told]
"""The weight of a condition, and its lines, outermost first."""

_Items: TypeAlias = "tuple[Callable[[Form], int], Callable[[Form], tuple[Because, ...]]]"
"""The same of conditions about items alone, weights and lines apart."""


_NO_LINES: Final[tuple[Because, ...]] = ()


class Argument:
    """Tells one condition of any form of an instrument: what came of it, and every line of it, outermost first."""

    def __init__(self, condition: Condition, reader: Reader, language: str) -> None:
        self._reader, self._language = reader, language
        self.tell = self._node(condition, 0)

    def _node(self, condition: Condition, depth: int) -> _Tell:
        """What tells a condition."""
        if _is_about_item(condition):
            return _both(*self._items([condition], depth))
        if isinstance(condition, Within | OneOf):
            return self._score(condition, depth)
        if isinstance(condition, Named):
            return self._name(condition, depth)
        return self._group(condition, depth)

    def _line(self, condition: Condition, sheet: Sheet, depth: int) -> Because:
        return replace(explain_condition(condition, sheet, self._language)[0], depth=depth)

    def _items(self, conditions: Sequence[Condition], depth: int) -> _Items:
        """Comparisons of items alone, each item once: a line each, and their weights added up."""
        about = {items_in(condition)[0]: condition for condition in conditions}

        def line(sheet: Sheet, item: str) -> tuple[Because, ...]:
            return (self._line(about[item], sheet, depth),)

        def weight(sheet: Sheet, item: str) -> int:
            return WEIGHTS[line(sheet, item)[0].verdict]

        weights = self._reader.summed(tuple(about), weight, 0)
        return weights, self._reader.summed(tuple(about), line, ())

    def _score(self, condition: Within | OneOf, depth: int) -> _Tell:
        """A comparison of a score or its band, which follows from what the score can still be."""
        index, empty = self._reader.index, Answers(self._reader.index.instrument.id)
        name = condition.name if isinstance(condition, Within) else index.band_sets[condition.name].scale

        def told(span: Span) -> _Told:
            line = self._line(condition, Sheet.supposing(index, empty, scores={name: span}), depth)
            return WEIGHTS[line.verdict], (line,)

        known = Remembered[Span, _Told](told)
        return lambda form: known[form.spans[name]]

    def _name(self, condition: Named, depth: int) -> _Tell:
        """An earlier finding."""
        index, name, empty = self._reader.index, condition.name, Answers(self._reader.index.instrument.id)
        sheets = {verdict: Sheet.supposing(index, empty, verdicts={name: verdict}) for verdict in Verdict}
        known: Mapping[Verdict, _Told] = {
            verdict: (WEIGHTS[verdict], (self._line(condition, sheet, depth),))
            for verdict, sheet in sheets.items()
        }
        return lambda form: known[form.verdicts[name]]

    def _group(self, condition: Condition, depth: int) -> _Tell:
        """A line of its own, then its parts; neighbours about items are told all at once."""
        empty = Sheet(self._reader.index, Answers(self._reader.index.instrument.id))
        text = self._line(condition, empty, depth).text
        own = {weight: (Because(depth, text, verdict),) for verdict, weight in WEIGHTS.items()}
        decide = _decision(condition)
        outcomes = Remembered[int, _Told](lambda weight: ((found := decide(weight)), own[found]))
        parts = list(self._parts(parts_of(condition), depth + 1))
        if len(parts) == 1 and isinstance(parts[0], tuple):
            return _group_of_items(outcomes, *parts[0])
        return _group_of(outcomes, [_both(*part) if isinstance(part, tuple) else part for part in parts])

    def _parts(self, conditions: Sequence[Condition], depth: int) -> Iterator[_Items | _Tell]:
        """What tells the parts of a group, in their order; neighbours about items together."""
        items: dict[str, Condition] = {}
        for condition in conditions:
            is_item = _is_about_item(condition)
            if items and (not is_item or items_in(condition)[0] in items):
                yield self._items(list(items.values()), depth)
                items = {}
            if is_item:
                items[items_in(condition)[0]] = condition
            else:
                yield self._node(condition, depth)
        if items:
            yield self._items(list(items.values()), depth)


def _both(weights: Callable[[Form], int], lines: Callable[[Form], tuple[Because, ...]]) -> _Tell:
    return lambda form: (weights(form), lines(form))


def _group_of_items(
    outcomes: Mapping[int, _Told],
    weights: Callable[[Form], int],
    lines: Callable[[Form], tuple[Because, ...]],
) -> _Tell:
    def tell(form: Form) -> _Told:
        found, own = outcomes[weights(form)]
        return found, own + lines(form)

    return tell


def _group_of(outcomes: Mapping[int, _Told], parts: Sequence[_Tell]) -> _Tell:
    def tell(form: Form) -> _Told:
        weight, below = 0, _NO_LINES
        for part in parts:
            more, lines = part(form)
            weight += more
            below += lines
        found, own = outcomes[weight]
        return found, own + below

    return tell


def _is_about_item(condition: Condition) -> bool:
    return isinstance(condition, Refused) or (isinstance(condition, Within) and condition.kind is Kind.ITEM)


def _decision(condition: Condition) -> Callable[[int], int]:
    """What the weights of a group's parts, added up, come to."""
    if isinstance(condition, Not):
        return {0: _YES, 1: 1, _YES: 0}.__getitem__
    if isinstance(condition, Possible):
        return {0: 0, 1: _YES, _YES: _YES}.__getitem__
    if isinstance(condition, AllOf):
        return partial(_reached, len(condition.parts))
    return partial(_reached, condition.count if isinstance(condition, AtLeast) else 1)


def _reached(count: int, weight: int) -> int:
    if weight >= count << 32:
        return _YES
    return 1 if weight & _POSSIBLE >= count else 0
