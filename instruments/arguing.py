"""Conditions told fast: each comparison's line is made once for each state of what it looks at.

Every line's words are the interpreter's own (`reasons.py`). A form's own part is to weigh the groups, then to pick
one line from each table. A verdict is carried as a weight, so that those of a group can be added up: how many
certainly hold, and how many possibly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from operator import getitem
from typing import Any, Final, TypeAlias

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
from instruments.states import Form, Reader, Remembered, picker

_SURE: Final = 1 << 32
_POSSIBLE: Final = _SURE - 1
_YES: Final = _SURE + 1

_WEIGHTS: Final = {Verdict.YES: _YES, Verdict.UNKNOWN: 1, Verdict.NO: 0}
_VERDICTS: Final = {weight: verdict for verdict, weight in _WEIGHTS.items()}

_Weigh: TypeAlias = Callable[[Form, list[Any]], int]
"""The weight of a condition. What its lines are picked by, beside the states of items, is added to the list."""


class Argument:
    """Tells one condition of any form of an instrument: its verdict, and every line of it, outermost first."""

    def __init__(self, condition: Condition, reader: Reader, language: str) -> None:
        self._reader, self._language = reader, language
        self._noted = len(reader.places)
        lines: list[tuple[int, Any]] = []
        self._weigh = self._node(condition, 0, lines)
        self._pick = picker([place for place, _ in lines])
        self._tables = [table for _, table in lines]

    def __call__(self, form: Form) -> tuple[Verdict, tuple[Because, ...]]:
        """The verdict and the lines of a form."""
        noted: list[Any] = []
        weight = self._weigh(form, noted)
        return _VERDICTS[weight], tuple(map(getitem, self._tables, self._pick((*form.states, *noted))))

    def _node(self, condition: Condition, depth: int, lines: list[tuple[int, Any]]) -> _Weigh:
        """Plan a condition: what weighs it, with its lines noted in order."""
        if _is_about_item(condition):
            return self._item(condition, depth, lines)
        if isinstance(condition, Within | OneOf):
            return self._score(condition, depth, lines)
        if isinstance(condition, Named):
            return self._name(condition, depth, lines)
        return self._group(condition, depth, lines)

    def _note(self) -> int:
        """The place of one more thing to pick a line by."""
        self._noted += 1
        return self._noted - 1

    def _table(self, condition: Condition, depth: int) -> tuple[int, tuple[Because, ...]]:
        (item,) = items_in(condition)
        sheets = self._reader.sheets[item]
        return self._reader.places[item], tuple(self._line(condition, sheet, depth) for sheet in sheets)

    def _line(self, condition: Condition, sheet: Sheet, depth: int) -> Because:
        return replace(explain_condition(condition, sheet, self._language)[0], depth=depth)

    def _item(self, condition: Condition, depth: int, lines: list[tuple[int, Any]]) -> _Weigh:
        """A comparison of an item alone."""
        place, table = self._table(condition, depth)
        lines.append((place, table))
        weights = _weights(table)
        return lambda form, _noted: weights[form.states[place]]

    def _score(self, condition: Within | OneOf, depth: int, lines: list[tuple[int, Any]]) -> _Weigh:
        """A comparison of a score or its band, which follows from what the score can still be."""
        index, empty = self._reader.index, Answers(self._reader.index.instrument.id)
        name = condition.name if isinstance(condition, Within) else index.band_sets[condition.name].scale
        table = Remembered[Span, Because](
            lambda span: self._line(condition, Sheet.supposing(index, empty, scores={name: span}), depth)
        )
        lines.append((self._note(), table))

        def weigh(form: Form, noted: list[Any]) -> int:
            span = form.spans[name]
            noted.append(span)
            return _WEIGHTS[table[span].verdict]

        return weigh

    def _name(self, condition: Named, depth: int, lines: list[tuple[int, Any]]) -> _Weigh:
        """An earlier finding."""
        index, name, empty = self._reader.index, condition.name, Answers(self._reader.index.instrument.id)
        sheets = {verdict: Sheet.supposing(index, empty, verdicts={name: verdict}) for verdict in Verdict}
        told: Mapping[Verdict, Because] = {
            verdict: self._line(condition, sheet, depth) for verdict, sheet in sheets.items()
        }
        lines.append((self._note(), told))

        def weigh(form: Form, noted: list[Any]) -> int:
            verdict = form.verdicts[name]
            noted.append(verdict)
            return _WEIGHTS[verdict]

        return weigh

    def _group(self, condition: Condition, depth: int, lines: list[tuple[int, Any]]) -> _Weigh:
        """A line of its own, then its parts; those about items are weighed all at once."""
        empty = Sheet(self._reader.index, Answers(self._reader.index.instrument.id))
        text = self._line(condition, empty, depth).text
        own = {weight: Because(depth, text, verdict) for verdict, weight in _WEIGHTS.items()}
        lines.append((0, own))
        mine, tables, others = len(lines) - 1, list[tuple[int, tuple[Because, ...]]](), list[_Weigh]()
        for part in parts_of(condition):
            if _is_about_item(part):
                tables.append(self._table(part, depth + 1))
                lines.append(tables[-1])
            else:
                others.append(self._node(part, depth + 1, lines))
        lines[mine] = (self._note(), own)
        return _weigher(_decision(condition), tables, others)


def _weigher(
    decide: Callable[[int], int], tables: Sequence[tuple[int, tuple[Because, ...]]], others: Sequence[_Weigh]
) -> _Weigh:
    """What weighs a group by its parts: items by their tables, the others by themselves."""
    read, weights = picker([place for place, _ in tables]), [_weights(table) for _, table in tables]

    def weigh(form: Form, noted: list[Any]) -> int:
        weight: int = sum(map(getitem, weights, read(form.states))) if weights else 0
        for other in others:
            weight += other(form, noted)
        found = decide(weight)
        noted.append(found)
        return found

    return weigh


def _weights(table: Sequence[Because]) -> tuple[int, ...]:
    return tuple(_WEIGHTS[line.verdict] for line in table)


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
