"""The states that each item of an instrument can be in, and a form as the states of its items, a few items at a time.

A state is an answer (or a refusal, or nothing); where branching decides whether the item is asked, together with
what it decided. For each state there is a sheet with that item alone, which the interpreter reads; what it says of
the item there, it says of it on every form. Neighbouring items stand together in one part: what they come to
together, in numbers and in lines, is put together once for each way in which they have been answered.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from math import prod
from operator import itemgetter
from typing import Any, Final, TypeAlias, TypeVar

from instruments.answers import REFUSED, Answers
from instruments.conditions import Condition, Span, Verdict, evaluate, items_in
from instruments.formulas import items_of
from instruments.model import Item
from instruments.sheet import Index, Sheet

Key = TypeVar("Key", bound=Hashable)
Found = TypeVar("Found")
Sum = TypeVar("Sum", int, tuple[Any, ...])

State: TypeAlias = "int | str | tuple[int | str | None, Verdict] | None"
States: TypeAlias = Mapping[str, Any]
"""The state of each item."""

MOST_KEPT: Final = 4096
"""How many outcomes of one thing are remembered at most; what else comes is worked out each time."""

_MOST_TOGETHER: Final = 1024
"""How many ways there may be to answer all the items of one part: five items of four answers each."""

_BLANK: Final = (REFUSED, None)


@dataclass(slots=True)
class Form:
    """A form to explain: the states of its items, and what has been worked out of it so far.

    `parts`: what neighbouring items come to together, for each sum that was prepared. `complete`: every item that
    anything looks at has a value, so that every number is known.
    """

    index: Index
    answers: Answers
    states: States
    parts: list[tuple[Any, ...]]
    complete: bool
    spans: dict[str, Span] = field(default_factory=dict)
    verdicts: dict[str, Verdict] = field(default_factory=dict)

    def sheet(self) -> Sheet:
        """The form as the interpreter reads it."""
        return Sheet(self.index, self.answers)


class Reader:
    """Makes forms of one instrument from answers, and knows every state of every item.

    Whatever is to be summed up over items is prepared before the first form is read.
    """

    def __init__(self, index: Index) -> None:
        self.index = index
        needed = _looked_at(index)
        self._count = len(needed)
        self._extra = tuple(name for name in index.items if name not in needed)
        self._places = {name: place for place, name in enumerate(needed)}
        self.sheets = {name: dict(_sheets(index.items[name], index)) for name in needed}
        self._sums: list[tuple[Mapping[str, Mapping[State, Any]], Any]] = []
        ways = {name: len(index.items[name].values) for name in needed}
        self._runs = [part for run in _runs(needed, index) for part in _cut(run, ways)]
        self._readers = [(itemgetter(*run), Remembered(partial(self._part, run))) for run in self._runs]
        self._blank: dict[str, State] = dict.fromkeys(needed)
        self._gates = tuple(self._made_gates())

    def form(self, answers: Answers) -> Form:
        """The form that answers make."""
        states: States = answers.values
        complete = len(states) == self._count
        if self._extra:
            complete = len(states) == self._count + sum([name in states for name in self._extra])
        if not complete or self._gates:
            states = self._states(answers)
        parts = [known[read(states)] for read, known in self._readers]
        return Form(self.index, answers, states, parts, complete)

    def _states(self, answers: Answers) -> States:
        states: dict[str, Any] = {
            **self._blank,
            **answers.values,
            **dict.fromkeys(answers.refused, REFUSED),
        }
        for name, read, asked in self._gates:
            states[name] = (states[name], asked(read(states), answers))
        return states

    def summed(
        self, items: Sequence[str], worth: Callable[[Sheet, str], Sum], nothing: Sum
    ) -> Callable[[Form], Sum]:
        """What finds the sum, over items of any form, of what each is worth: numbers, or tuples end to end."""
        rising = _rising([self._places[name] for name in items])
        sums = [self._sum(items[start:stop], worth, nothing) for start, stop in rising]
        if len(sums) == 1:
            return sums[0]
        return lambda form: sum([each(form) for each in sums], nothing)

    def _sum(
        self, items: Sequence[str], worth: Callable[[Sheet, str], Sum], nothing: Sum
    ) -> Callable[[Form], Sum]:
        """The same for items in the order of the definition, each once."""
        tables = {
            item: {state: worth(sheet, item) for state, sheet in self.sheets[item].items()} for item in items
        }
        self._sums.append((tables, nothing))
        place = len(self._sums) - 1
        touched = [which for which, run in enumerate(self._runs) if not tables.keys().isdisjoint(run)]
        return _from_parts(place, touched[0], touched[-1], nothing)

    def _part(self, items: Sequence[str], found: Any) -> tuple[Any, ...]:  # noqa: ANN401 - one state, or several
        """What items in these states come to together, for each sum."""
        states = dict(zip(items, found if len(items) > 1 else (found,), strict=True))
        return tuple(
            sum([tables[name][state] for name, state in states.items() if name in tables], nothing)
            for tables, nothing in self._sums
        )

    def _made_gates(
        self,
    ) -> Iterator[tuple[str, Callable[[States], Hashable], Callable[[Hashable, Answers], Verdict]]]:
        for item in map(self.index.items.__getitem__, self._blank):
            if item.asked_if is not None:
                yield item.id, picker(items_in(item.asked_if)), _gate(item.asked_if, self.index)


def _looked_at(index: Index) -> tuple[str, ...]:
    """The items that a score, a finding or branching looks at, in the order of the definition."""
    scales = index.scales.values()
    used = {name for scale in scales for name in (*items_of(scale.formula), *scale.missing.over)}
    conditions = [finding.when for finding in index.findings.values()]
    conditions += [item.asked_if for item in index.items.values() if item.asked_if is not None]
    used |= {name for condition in conditions for name in items_in(condition)}
    return tuple(name for name in index.items if name in used)


def picker(keys: Sequence[str]) -> Callable[[Mapping[str, Any]], Any]:
    """What picks the values of some keys: the value of one, a tuple of more, nothing of none."""
    return itemgetter(*keys) if keys else lambda _found: ()


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


def _from_parts(place: int, first: int, last: int, nothing: Sum) -> Callable[[Form], Sum]:
    """What adds up one sum from the parts of a form that it stretches over."""
    if first == last:
        return lambda form: form.parts[first][place]
    if last == first + 1:
        return lambda form: form.parts[first][place] + form.parts[last][place]
    read, stop = itemgetter(place), last + 1
    return lambda form: sum(map(read, form.parts[first:stop]), nothing)


def _runs(names: Sequence[str], index: Index) -> Iterator[tuple[str, ...]]:
    """Items in their order, cut where a score of several of them begins or ends."""
    places = {name: place for place, name in enumerate(names)}
    cuts = {0, len(names)}
    for scale in index.scales.values():
        own = [places[name] for name in items_of(scale.formula)]
        if len(own) > 1 and max(own) - min(own) < len(own):
            cuts |= {min(own), max(own) + 1}
    return (tuple(names[start:stop]) for start, stop in pairwise(sorted(cuts)))


def _cut(names: tuple[str, ...], ways: Mapping[str, int]) -> list[tuple[str, ...]]:
    """Items halved until there are not too many ways to answer those of each part."""
    if len(names) < 2 or prod(ways[name] for name in names) <= _MOST_TOGETHER:  # noqa: PLR2004 - one is no less
        return [names]
    middle = (len(names) + 1) // 2
    return [*_cut(names[:middle], ways), *_cut(names[middle:], ways)]


def _rising(places: Sequence[int]) -> list[tuple[int, int]]:
    """Where to cut so that in each piece every place is beyond the one before it."""
    cuts = [at for at in range(1, len(places)) if places[at] <= places[at - 1]]
    return list(pairwise([0, *cuts, len(places)])) if places else []


def _gate(condition: Condition, index: Index) -> Callable[[Hashable, Answers], Verdict]:
    """Whether branching leads to an item; remembered for each way to it."""
    kept: dict[Hashable, Verdict] = {}

    def asked(states: Hashable, answers: Answers) -> Verdict:
        known = kept.get(states)
        if known is None:
            known = evaluate(condition, Sheet(index, answers))
            if len(kept) < MOST_KEPT:
                kept[states] = known
        return known

    return asked


def _sheets(item: Item, index: Index) -> Iterator[tuple[State, Sheet]]:
    """A sheet with that item alone, for each of its states."""
    for found in (*item.values, *_BLANK):
        values = {item.id: found} if isinstance(found, int) else {}
        refused = frozenset({item.id} if found == REFUSED else ())
        answers = Answers(index.instrument.id, values, refused)
        if item.asked_if is None:
            yield found, Sheet.supposing(index, answers, asked={item.id: Verdict.YES})
        else:
            for asked in Verdict:
                yield (found, asked), Sheet.supposing(index, answers, asked={item.id: asked})
