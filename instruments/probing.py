"""Answers that are tried before anything is walked: what they show is shown, and what they do not show is open.

That a finding can hold needs no more than one form on which it holds. The examples of a definition, the lowest and
the highest answers, and forms that rise step by step from one to the other show most of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from instruments.answers import Answers, InvalidAnswers, check_answers
from instruments.conditions import Condition, Verdict
from instruments.model import Instrument
from instruments.sheet import Index, Sheet

Wanted: TypeAlias = "tuple[Condition, Verdict]"

_MOST_STEPS: Final = 96
_MOST_ANSWERS: Final = 6_000
"""How many answers all the steps together may have: a definition of hundreds of items gets few."""


def shown(index: Index, wanted: Iterable[Wanted]) -> frozenset[Wanted]:
    """Those verdicts that the interpreter gives on one of the forms that are tried."""
    left, found = list(wanted), set[Wanted]()
    for answers in _forms(index.instrument):
        if not left:
            break
        sheet = Sheet(index, answers)
        found.update(each for each in left if sheet.verdict_on(each[0]) is each[1])
        left = [each for each in left if each not in found]
    return frozenset(found)


def _forms(instrument: Instrument) -> Iterator[Answers]:
    for example in instrument.examples:
        try:
            yield check_answers(instrument, example.answers)
        except InvalidAnswers:
            continue  # told as a problem of the example
    ladders = {item.id: sorted(item.values) for item in instrument.items}
    for step in range(max(map(len, ladders.values()), default=0)):
        yield Answers(instrument.id, {name: _at(ladder, step) for name, ladder in ladders.items()})
    yield from _rising(instrument.id, ladders)


def _rising(instrument_id: str, ladders: dict[str, list[int]]) -> Iterator[Answers]:
    """From the lowest answers to the highest, one item after the other, in steps of about the same height."""
    height = sum(len(ladder) - 1 for ladder in ladders.values())
    steps = max(1, min(_MOST_STEPS, _MOST_ANSWERS // max(1, len(ladders)), height))
    for step in range(1, steps):
        left = height * step // steps
        values = {}
        for name, ladder in ladders.items():
            values[name] = _at(ladder, left)
            left = max(0, left - len(ladder) + 1)
        yield Answers(instrument_id, values)


def _at(ladder: list[int], step: int) -> int:
    return ladder[min(step, len(ladder) - 1)]
