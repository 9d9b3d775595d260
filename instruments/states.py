"""The states that each item of an instrument can be in, and a form as the states of its items.

A state is an answer (or a refusal, or nothing) together with whether branching leads to the item. Where nothing
branches there are few: the answers, refused, missing. For each state there is a sheet with that item alone, which
the interpreter reads; what it says of the item there, it says of it on every form.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import getitem, itemgetter
from typing import Any, Final, TypeAlias, TypeVar

from instruments.answers import REFUSED, Answers
from instruments.conditions import Condition, Span, Verdict, evaluate, items_in
from instruments.model import Item
from instruments.sheet import Index, Sheet

Key = TypeVar("Key", bound=Hashable)
Found = TypeVar("Found")

States: TypeAlias = tuple[int, ...]
"""The place of each item's state among its states, in the order of the items."""

MOST_KEPT: Final = 4096
"""How many outcomes of one thing are remembered at most; what else comes is worked out each time."""

_ASKED: Final = (Verdict.YES, Verdict.NO, Verdict.UNKNOWN)


@dataclass(slots=True)
class Form:
    """A form to explain: the states of its items, and what has been worked out of it so far.

    `complete`: every item has a value, so that every number is known.
    """

    index: Index
    answers: Answers
    states: States
    complete: bool
    spans: dict[str, Span] = field(default_factory=dict)
    verdicts: dict[str, Verdict] = field(default_factory=dict)

    def sheet(self) -> Sheet:
        """The form as the interpreter reads it."""
        return Sheet(self.index, self.answers)


class Reader:
    """Makes forms of one instrument from answers, and knows every state of every item."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.places = {name: place for place, name in enumerate(index.items)}
        self.sheets = {item.id: tuple(_sheets(item, index)) for item in index.items.values()}
        self._codes = tuple(_codes(item) for item in index.items.values())
        self._values = picker(tuple(index.items))
        self._gates = tuple(self._made_gates())

    def form(self, answers: Answers) -> Form:
        """The form that answers make."""
        complete = len(answers.values) == len(self._codes)
        tokens = self._values(answers.values) if complete else self._tokens(answers)
        found = list(map(getitem, self._codes, tokens))
        for place, items, asked in self._gates:
            found[place] += asked(items(found), answers)
        return Form(self.index, answers, tuple(found), complete)

    def states_of(self, items: Sequence[str]) -> Callable[[States], States]:
        """What reads the states of some items from those of all."""
        return picker(tuple(self.places[name] for name in items))

    def _tokens(self, answers: Answers) -> list[int | str | None]:
        refused = answers.refused
        return [answers.values.get(name, REFUSED if name in refused else None) for name in self.places]

    def _made_gates(
        self,
    ) -> Iterator[tuple[int, Callable[[Sequence[int]], States], Callable[[States, Answers], int]]]:
        for item in self.index.items.values():
            if item.asked_if is not None:
                items = picker(tuple(self.places[name] for name in items_in(item.asked_if)))
                yield self.places[item.id], items, _gate(item.asked_if, self.index)


def picker(keys: Sequence[Any]) -> Callable[[Any], tuple[Any, ...]]:
    """What picks the values of some keys, as a tuple however many there are."""
    if len(keys) > 1:
        return itemgetter(*keys)
    return lambda found: tuple([found[key] for key in keys])


class Remembered(dict[Key, Found]):
    """A function as a table: what was looked up before is kept, as long as there is room."""

    def __init__(self, make: Callable[[Key], Found]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: Key) -> Found:
        found = self._make(key)
        if len(self) < MOST_KEPT:
            self[key] = found
        return found


def _gate(condition: Condition, index: Index) -> Callable[[States, Answers], int]:
    """Whether branching leads to an item, as a number to add to its state; remembered for each way to it."""
    kept: dict[States, int] = {}

    def asked(states: States, answers: Answers) -> int:
        known = kept.get(states)
        if known is None:
            known = _ASKED.index(evaluate(condition, Sheet(index, answers)))
            if len(kept) < MOST_KEPT:
                kept[states] = known
        return known

    return asked


def _codes(item: Item) -> dict[int | str | None, int]:
    """The first state of each answer, of a refusal and of nothing: as many follow as branching tells apart."""
    step = 1 if item.asked_if is None else len(_ASKED)
    return {token: place * step for place, token in enumerate((*item.values, REFUSED, None))}


def _sheets(item: Item, index: Index) -> Iterator[Sheet]:
    """A sheet with that item alone, for each of its states."""
    for token in (*item.values, REFUSED, None):
        values = {item.id: token} if isinstance(token, int) else {}
        refused = frozenset({item.id} if token == REFUSED else ())
        answers = Answers(index.instrument.id, values, refused)
        for asked in _ASKED if item.asked_if is not None else (Verdict.YES,):
            yield Sheet.supposing(index, answers, asked={item.id: asked})
