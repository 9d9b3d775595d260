"""Scores worked out fast from the states of items: what each answer is worth is looked up, sums are put together.

What is not a plain sum, and every score that lacks an answer its missing rule minds, is left to the interpreter.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TypeAlias

from instruments.conditions import Span
from instruments.formulas import Add, Formula, Points, Scaled, half_up, items_of, span_of
from instruments.states import MOST_KEPT, Form, Reader, picker

Number: TypeAlias = Callable[[Form], Span]


def number_of(formula: Formula, reader: Reader) -> Number:
    """What works out a formula of any form, as far as no missing rule touches it."""
    if isinstance(formula, Scaled):
        return _scaled(formula, number_of(formula.part, reader))
    if isinstance(formula, Add):
        return _sum(formula, reader)
    return _looked_up(formula)


def _scaled(formula: Scaled, part: Number) -> Number:
    def number(form: Form) -> Span:
        low, high = part(form)
        return half_up(low * formula.multiply, formula.divide), half_up(
            high * formula.multiply, formula.divide
        )

    return number


def _sum(formula: Add, reader: Reader) -> Number:
    """Items from tables, all at once; then whatever else is added."""
    ends = _ends([part for part in formula.parts if isinstance(part, Points)], reader)
    others = [number_of(part, reader) for part in formula.parts if not isinstance(part, Points)]
    return (lambda form: _added(ends(form), [other(form) for other in others])) if others else ends


def _ends(items: Sequence[Points], reader: Reader) -> Number:
    """The sum of what items are worth; where every one has a value its two ends are one."""
    worth = {points.item: points for points in items}
    if len(worth) < len(items):
        return _looked_up(Add(tuple(items)))
    low = reader.summed(tuple(worth), lambda sheet, item: sheet.points(worth[item])[0], 0)
    high = reader.summed(tuple(worth), lambda sheet, item: sheet.points(worth[item])[1], 0)

    def number(form: Form) -> Span:
        least = low(form)
        return (least, least) if form.complete else (least, high(form))

    return number


def _added(first: Span, others: Sequence[Span]) -> Span:
    return first[0] + sum(low for low, _ in others), first[1] + sum(high for _, high in others)


def _looked_up(formula: Formula) -> Number:
    """Anything else, by the interpreter; remembered for the states and scores that it looks at."""
    read, kept = picker(items_of(formula)), dict[tuple[Hashable, tuple[Span, ...]], Span]()

    def number(form: Form) -> Span:
        key = (read(form.states), tuple(form.spans.values()))
        known = kept.get(key)
        if known is None:
            known = span_of(formula, form.sheet())
            if len(kept) < MOST_KEPT:
                kept[key] = known
        return known

    return number
