"""Scores worked out fast from the states of items: what each answer is worth is looked up, sums are put together.

What is not a plain sum, and every score that lacks an answer its missing rule minds, is left to the interpreter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import getitem
from typing import TypeAlias

from instruments.conditions import Span
from instruments.formulas import Add, Formula, Points, Scaled, half_up, items_of, span_of
from instruments.states import MOST_KEPT, Form, Reader, States

Number: TypeAlias = Callable[[Form], Span]


def number_of(formula: Formula, reader: Reader) -> Number:
    """What works out a formula of any form, as far as no missing rule touches it."""
    if isinstance(formula, Scaled):
        return _scaled(formula, number_of(formula.part, reader))
    if isinstance(formula, Add):
        return _sum(formula, reader)
    return _looked_up(formula, reader)


def _scaled(formula: Scaled, part: Number) -> Number:
    def number(form: Form) -> Span:
        low, high = part(form)
        return half_up(low * formula.multiply, formula.divide), half_up(
            high * formula.multiply, formula.divide
        )

    return number


def _sum(formula: Add, reader: Reader) -> Number:
    """Items from tables, all at once; then whatever else is added."""
    items = [part for part in formula.parts if isinstance(part, Points)]
    spans = [[sheet.points(part) for sheet in reader.sheets[part.item]] for part in items]
    lows, highs = (tuple(tuple(span[end] for span in table) for table in spans) for end in (0, 1))
    read = reader.states_of([part.item for part in items])
    others = [number_of(part, reader) for part in formula.parts if not isinstance(part, Points)]

    def number(form: Form) -> Span:
        states = read(form.states)
        low = sum(map(getitem, lows, states))
        high = low if form.complete else sum(map(getitem, highs, states))
        return _added((low, high), [other(form) for other in others]) if others else (low, high)

    return number


def _added(first: Span, others: Sequence[Span]) -> Span:
    return first[0] + sum(low for low, _ in others), first[1] + sum(high for _, high in others)


def _looked_up(formula: Formula, reader: Reader) -> Number:
    """Anything else, by the interpreter; remembered for the states and scores that it looks at."""
    read, kept = reader.states_of(items_of(formula)), dict[tuple[States, tuple[Span, ...]], Span]()

    def number(form: Form) -> Span:
        key = (read(form.states), tuple(form.spans.values()))
        known = kept.get(key)
        if known is None:
            known = span_of(formula, form.sheet())
            if len(kept) < MOST_KEPT:
                kept[key] = known
        return known

    return number
