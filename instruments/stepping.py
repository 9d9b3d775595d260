"""One item of a walk: what each of its possible answers makes of each state. Knows nothing of questions.

Registers that pass something on to one another stand together in one part of a state. What an answer makes of a
part is worked out once for each way that the part can be, and answers that do the same to every part are one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from instruments.answers import REFUSED, Answers
from instruments.conditions import Verdict, items_in
from instruments.model import Item
from instruments.remembering import Register, State
from instruments.sheet import Index, Sheet

Found: TypeAlias = "int | str | None"
"""What came of an item: a value, a refusal or nothing."""

Path: TypeAlias = "tuple[Any, str, Found]"
"""An answer set as its last item, what came of it, and the path before it; None before the first."""

Part: TypeAlias = "tuple[State, ...]"
Parts: TypeAlias = "tuple[Part, ...]"
_Table: TypeAlias = Mapping[Part, Part]
_Move: TypeAlias = "tuple[Found, tuple[tuple[int, _Table], ...]]"
"""An answer, and what it makes of each part of a state that it touches."""

_ALONE: Final = (Verdict.YES,)


def answers_on(path: Path | None, index: Index) -> Answers:
    """The answer set that a path stands for."""
    found: list[tuple[str, Found]] = []
    while path is not None:
        path, name, answer = path
        found.append((name, answer))
    found.reverse()
    values = {name: answer for name, answer in found if isinstance(answer, int)}
    refused = frozenset(name for name, answer in found if isinstance(answer, str))
    return Answers(index.instrument.id, values, refused)


@dataclass(slots=True)
class Stepper:
    """What one item does to states: `moves` for each verdict on whether it is asked."""

    index: Index
    item: Item
    gate: Gate | None
    moves: Mapping[Verdict, Sequence[_Move]]

    def stepped(self, states: Mapping[Parts, Path | None]) -> dict[Parts, Path | None]:
        """The states after this item, each with the first path that leads to it."""
        after: dict[Parts, Path | None] = {}
        name, moves = self.item.id, self.moves[Verdict.YES]
        for state, path in states.items():
            if self.gate is not None:
                moves = self.moves[self.gate.asked(path)]
            for found, tables in moves:
                changed = list(state)
                for place, table in tables:
                    changed[place] = table[changed[place]]
                key = tuple(changed)
                if key not in after:
                    after[key] = (path, name, found)
        return after


class Gate:
    """Whether branching leads to an item, by the interpreter; once for each way in which what it looks at came out."""

    def __init__(self, item: str, index: Index) -> None:
        self._item, self._index = item, index
        self._looked_at = frozenset(_behind(item, index))
        self._known: dict[tuple[tuple[str, Found], ...], Verdict] = {}

    def asked(self, path: Path | None) -> Verdict:
        """The verdict after these answers."""
        looked: list[tuple[str, Found]] = []
        while path is not None and len(looked) < len(self._looked_at):
            path, name, found = path
            if name in self._looked_at:
                looked.append((name, found))
        key = tuple(looked)
        if key not in self._known:
            self._known[key] = self._asked(key)
        return self._known[key]

    def _asked(self, looked: Sequence[tuple[str, Found]]) -> Verdict:
        path: Path | None = None
        for name, found in looked:
            path = (path, name, found)
        return Sheet(self._index, answers_on(path, self._index)).asked(self._item)


def _behind(item: str, index: Index) -> Iterator[str]:
    """The items that decide whether an item is asked, through all branches before it."""
    seen: set[str] = set()
    waiting = [item]
    while waiting:
        gate = index.items[waiting.pop()].asked_if
        names = [] if gate is None else [name for name in items_in(gate) if name not in seen]
        seen.update(names)
        waiting += names
    yield from seen


def steppers(
    index: Index, registers: tuple[Register, ...], *, partial: bool
) -> tuple[Parts, Iterator[Stepper]]:
    """The state before the first item, and what steps through each item that matters, in the order of the form."""
    families = _families(registers)
    start = tuple(tuple(one.start for one in family) for family in families)
    return start, _made(index, families, partial=partial)


def _families(registers: tuple[Register, ...]) -> tuple[tuple[Register, ...], ...]:
    """Registers that pass something on to one another, together."""
    families: dict[Register, list[Register]] = {}
    for register in registers:
        eldest = register
        while eldest.into is not None:
            eldest = eldest.into
        families.setdefault(eldest, []).append(register)
    return tuple(map(tuple, families.values()))


def _made(index: Index, families: Sequence[tuple[Register, ...]], *, partial: bool) -> Iterator[Stepper]:
    order = {item.id: place for place, item in enumerate(index.instrument.items)}
    names = {name for family in families for register in family for name in register.items}
    ends = [_Family.of(family, order, names) for family in families]
    for item in index.instrument.items:
        if item.id in names:
            gate = None if item.asked_if is None else Gate(item.id, index)
            moves = {
                asked: _moves(item, asked, index, ends, order[item.id], partial=partial)
                for asked in (_ALONE if gate is None else Verdict)
            }
            yield Stepper(index, item, gate, moves)


def _moves(
    item: Item, asked: Verdict, index: Index, families: Sequence[_Family], here: int, *, partial: bool
) -> tuple[_Move, ...]:
    """Every answer that does something else to the registers than those before it."""
    moves: dict[tuple[object, ...], _Move] = {}
    for found in _choices(item, asked, partial=partial):
        sheet = _alone(item, found, asked, index)
        added = [family.added(sheet, item.id) for family in families]
        effect = tuple(map(tuple, added))
        if effect not in moves:
            moves[effect] = found, tuple(_tables(families, added, here))
    return tuple(moves.values())


def _choices(item: Item, asked: Verdict, *, partial: bool) -> Iterator[Found]:
    """Everything that can come of an item: nothing, a refusal, each value."""
    if partial or asked is Verdict.NO:
        yield None
    if partial:
        yield REFUSED
    if partial or asked is Verdict.YES:
        yield from item.values


def _alone(item: Item, found: Found, asked: Verdict, index: Index) -> Sheet:
    """A form with that item alone, asked or not: what the interpreter says of the item there it says on every form."""
    values = {item.id: found} if isinstance(found, int) else {}
    refused = frozenset((item.id,)) if isinstance(found, str) else frozenset[str]()
    answers = Answers(index.instrument.id, values, refused)
    return Sheet.supposing(index, answers, asked={item.id: asked})


def _tables(
    families: Sequence[_Family], added: Sequence[list[tuple[int, State]]], here: int
) -> Iterator[tuple[int, _Table]]:
    for place, (family, more) in enumerate(zip(families, added, strict=True)):
        if more or family.ends_at(here):
            yield place, _Worked(family, more, here)


class _Worked(dict[Part, Part]):
    """What one answer makes of a part of a state, worked out once for each way that the part can be."""

    def __init__(self, family: _Family, added: list[tuple[int, State]], here: int) -> None:
        super().__init__()
        self._family, self._added = family, added
        self._ending = [place for place, end in enumerate(family.last) if end == here]
        self._forgotten = [place for place, end in enumerate(family.needed) if end == here]

    def __missing__(self, part: Part) -> Part:
        """The registers after an item: added to, settled, passed on, forgotten."""
        state, family = list(part), self._family
        for place, more in self._added:
            state[place] = family.registers[place].fold(state[place], more)
        for place in self._ending:
            family.settle(place, state)
        for place in self._forgotten:
            state[place] = family.registers[place].start
        for place in family.children:
            if family.is_idle(place, state):
                state[place] = family.registers[place].start
        made = self[part] = tuple(state)
        return made


@dataclass(frozen=True, slots=True)
class _Family:
    """Registers that pass something on to one another, and at which item each is complete, or needed no longer."""

    registers: tuple[Register, ...]
    parents: tuple[int, ...]
    children: tuple[int, ...]
    """The registers whose parent can be over before they are."""
    last: tuple[int, ...]
    needed: tuple[int, ...]

    @classmethod
    def of(cls, family: tuple[Register, ...], order: Mapping[str, int], names: set[str]) -> _Family:
        """The family, in a form whose items stand in this order."""
        parents = tuple(-1 if one.into is None else family.index(one.into) for one in family)
        children = (place for place, one in enumerate(family) if one.into is not None and one.into.over)
        last = [max((order[name] for name in one.items), default=-1) for one in family]
        for place, parent in enumerate(parents):
            if parent >= 0:
                last[parent] = max(last[parent], last[place])
        needed = (
            -1 if one.until is None else max(order[name] for name in one.items | (one.until & names))
            for one in family
        )
        return cls(family, parents, tuple(children), tuple(last), tuple(needed))

    def ends_at(self, here: int) -> bool:
        """Whether an item is the last that one of the registers needs."""
        return here in self.last or here in self.needed

    def added(self, sheet: Sheet, item: str) -> list[tuple[int, State]]:
        """What an answer adds, for each register that its item touches."""
        touched = ((place, one) for place, one in enumerate(self.registers) if item in one.items)
        return [(place, one.worth(sheet, item)) for place, one in touched]

    def settle(self, place: int, state: list[State]) -> None:
        """Let a register that is complete forget what no longer matters, or pass on what it holds."""
        register, parent = self.registers[place], self.parents[place]
        if register.settle is None:
            return
        settled = register.settle(state[place])
        if parent < 0:
            state[place] = settled
        else:
            state[parent] = self.registers[parent].fold(state[parent], settled)
            state[place] = register.start

    def is_idle(self, place: int, state: list[State]) -> bool:
        """Whether nothing that this register holds can change one that it passes it on to."""
        parent = self.parents[place]
        while parent >= 0:
            over = self.registers[parent].over
            if over is not None and over(state[parent]):
                return True
            parent = self.parents[parent]
        return False
