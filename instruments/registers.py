"""What has to be remembered while walking through answer sets, so that like ones can be kept as one.

Two answer sets that leave the same in every register have the same verdict on every question asked; nothing
else about them matters. The registers of a question follow from its parts: a sum for each sum, a greatest or
least for each maximum or minimum, a count for each group of comparisons. Where one side of a question is enough,
`one_sided.py` makes far fewer do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from instruments.conditions import (
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    Kind,
    Named,
    Not,
    OneOf,
    Possible,
    Refused,
    Within,
)
from instruments.formulas import (
    Add,
    CountOf,
    Formula,
    Greatest,
    Least,
    LookedUp,
    Points,
    Scaled,
    ScoreOf,
)
from instruments.model import MissingMethod, Scale
from instruments.one_sided import Watcher
from instruments.remembering import (
    Register,
    Side,
    as_summand,
    counter,
    is_about_item,
    openings,
    own_extremes,
    own_points,
    picker,
    summer,
)
from instruments.sheet import Index

Part: TypeAlias = "Condition | Formula"


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a part of a question needs: registers of its own, and the parts to look at next."""

    registers: tuple[Register, ...] = ()
    further: tuple[Part, ...] = ()


def registers_for(
    questions: Iterable[Condition], index: Index, side: Side = Side.ALL
) -> tuple[Register, ...]:
    """Everything to remember for these questions and for the branching that leads to their items.

    With a side other than ALL, only as much as tells the yes (or no) of each question from everything else.
    """
    done: set[Part] = set()
    registers = _asked_of(tuple(questions), index, side, done)
    gates: dict[Condition, None] = {}
    for register in registers:  # grows: what leads to a gate's own items has to be remembered too
        for gate in _gates(register, index):
            if gate not in gates and gate not in done:
                gates[gate] = None
                registers += _gate_registers(gate, index, done)
    return tuple(registers)


def _asked_of(questions: tuple[Condition, ...], index: Index, side: Side, done: set[Part]) -> list[Register]:
    if side is Side.ALL:
        return _planned(list(questions), index, done)
    watcher = Watcher(index)
    registers = [register for question in questions for register in watcher.watch(question, side)]
    return registers + _planned(list(watcher.whole), index, done)


def _planned(waiting: list[Part], index: Index, done: set[Part]) -> list[Register]:
    registers: list[Register] = []
    while waiting:
        part = waiting.pop()
        if part not in done:
            done.add(part)
            plan = _PLANS[type(part)](part, index)
            registers += plan.registers
            waiting += plan.further
    return registers


def _gates(register: Register, index: Index) -> Iterator[Condition]:
    for name in sorted(register.items):
        gate = index.items[name].asked_if
        if gate is not None:
            yield gate


def _gate_registers(gate: Condition, index: Index, done: set[Part]) -> list[Register]:
    """What a gate needs, remembered no longer than until the last item behind it, where it looks at items alone."""
    registers = _planned([gate], index, set(done))
    if _PLANS[type(gate)](gate, index).further:
        return registers
    behind = frozenset(item.id for item in index.instrument.items if item.asked_if == gate)
    return [replace(register, until=behind) for register in registers]


def _named(part: Named, index: Index) -> _Plan:
    return _Plan(further=(index.findings[part.name].when,))


def _one_of(part: OneOf, index: Index) -> _Plan:
    return _Plan(further=(ScoreOf(index.band_sets[part.name].scale),))


def _leaf(part: Within | Refused, _index: Index) -> _Plan:
    if isinstance(part, Within) and part.kind is Kind.SCORE:
        return _Plan(further=(ScoreOf(part.name),))
    return _Plan((counter((part,), 1),))


def _whole(part: Not | Possible | Scaled | LookedUp, _index: Index) -> _Plan:
    return _Plan(further=(part.part,))


def _group(part: AllOf | AnyOf | AtLeast, _index: Index) -> _Plan:
    enough = {AllOf: len(part.parts), AnyOf: 1}.get(type(part), getattr(part, "count", 1))
    leaves = tuple(one for one in part.parts if is_about_item(one))
    further = tuple(one for one in part.parts if not is_about_item(one))
    if further and isinstance(part, AtLeast):
        return _Plan((counter(leaves, len(leaves) + 1),) if leaves else (), further)
    enough -= len(further) if isinstance(part, AllOf) else 0
    return _Plan((counter(leaves, enough),) if leaves else (), further)


def _count_of(part: CountOf, _index: Index) -> _Plan:
    leaves = tuple(one for one in part.conditions if is_about_item(one))
    further = tuple(one for one in part.conditions if not is_about_item(one))
    return _Plan((counter(leaves, len(leaves) + 1),) if leaves else (), further)


def _score_of(part: ScoreOf, index: Index) -> _Plan:
    """A sum takes up the maxima in it as each is complete; with a missing rule all is kept apart."""
    scale = index.scales[part.scale]
    inner = scale.formula.part if isinstance(scale.formula, Scaled) else scale.formula
    if not isinstance(inner, Add):
        return _Plan(_over(scale), (scale.formula,))
    total = summer(own_points(inner), frozenset(scale.missing.never))
    kept = own_extremes(inner) if scale.missing.method is MissingMethod.REFUSE else ()
    extremes = (picker(one, as_summand, total) for one in kept)
    further = tuple(one for one in inner.parts if not isinstance(one, Points) and one not in kept)
    return _Plan((*extremes, total, *_over(scale)), further)


def _over(scale: Scale) -> tuple[Register, ...]:
    return (openings(scale.missing.over, scale.missing.allow),) if scale.missing.over else ()


def _parts(part: Add, _index: Index) -> _Plan:
    further = tuple(one for one in part.parts if not isinstance(one, Points))
    return _Plan((summer(own_points(part), frozenset()),), further)


def _extreme(part: Greatest | Least, _index: Index) -> _Plan:
    return _Plan((picker(part),), tuple(one for one in part.parts if not isinstance(one, Points)))


def _single(part: Points, _index: Index) -> _Plan:
    return _Plan((summer((part,), frozenset()),))


_PLANS: dict[type, Callable[[Any, Index], _Plan]] = {
    Named: _named,
    OneOf: _one_of,
    Within: _leaf,
    Refused: _leaf,
    Not: _whole,
    Possible: _whole,
    AllOf: _group,
    AnyOf: _group,
    AtLeast: _group,
    CountOf: _count_of,
    ScoreOf: _score_of,
    Scaled: _whole,
    LookedUp: _whole,
    Add: _parts,
    Greatest: _extreme,
    Least: _extreme,
    Points: _single,
}
