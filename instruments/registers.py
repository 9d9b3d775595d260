"""What has to be remembered while walking through answer sets, so that like ones can be kept as one.

Two answer sets that leave the same in every register have the same verdict on every question asked; nothing
else about them matters. The registers of a question follow from its parts: a sum for each sum, a greatest or
least for each maximum or minimum, a count for each group of comparisons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
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
    Verdict,
    Within,
    evaluate,
    items_in,
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
from instruments.model import MissingMethod
from instruments.sheet import Index, Sheet

State: TypeAlias = "tuple[int, ...]"
Part: TypeAlias = "Condition | Formula"

_FAR = 10**9


class Side(Enum):
    """What one wants to know of a question: its whole verdict, or only whether it is a yes, or a no."""

    ALL = "all"
    YES = "yes"
    NO = "no"


_TURNED = {Side.ALL: Side.ALL, Side.YES: Side.NO, Side.NO: Side.YES}


@dataclass(frozen=True, slots=True)
class Register:
    """One thing to remember: the items that touch it, what each adds, and how additions combine."""

    items: frozenset[str]
    start: State
    worth: Callable[[Sheet, str], State]
    fold: Callable[[State, State], State]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a part of a question needs: registers of its own, and the parts to look at next."""

    registers: tuple[Register, ...] = ()
    further: tuple[tuple[Part, Side], ...] = ()


def registers_for(
    questions: Iterable[Condition], index: Index, side: Side = Side.ALL
) -> tuple[Register, ...]:
    """Everything to remember for these questions and for the branching that leads to their items.

    With a side other than ALL, only as much as tells the yes (or no) of each question from everything else.
    """
    done: set[tuple[Part, Side]] = set()
    waiting: list[tuple[Part, Side]] = [(question, side) for question in questions]
    registers: list[Register] = []
    while waiting:
        wanted = waiting.pop()
        if wanted in done:
            continue
        done.add(wanted)
        plan = _PLANS[type(wanted[0])](wanted[0], wanted[1], index)
        registers += plan.registers
        waiting += plan.further
        waiting += [(gate, Side.ALL) for gate in _gates(plan.registers, index)]
    return tuple(registers)


def _gates(registers: tuple[Register, ...], index: Index) -> Iterator[Condition]:
    for register in registers:
        for name in register.items:
            gate = index.items[name].asked_if
            if gate is not None:
                yield gate


def _named(part: Named, side: Side, index: Index) -> _Plan:
    return _Plan(further=((index.findings[part.name].when, side),))


def _one_of(part: OneOf, _side: Side, index: Index) -> _Plan:
    return _Plan(further=((ScoreOf(index.band_sets[part.name].scale), Side.ALL),))


def _leaf(part: Within | Refused, side: Side, index: Index) -> _Plan:
    if not isinstance(part, Within) or part.kind is not Kind.SCORE:
        return _Plan((_counter((part,), 1),))
    formula = index.scales[part.name].formula
    plain = isinstance(formula, Add) and all(isinstance(one, Points) for one in formula.parts)
    simple = plain and index.scales[part.name].missing.method is MissingMethod.REFUSE
    end = _end(part, side) if simple else None
    if end is None:
        return _Plan(further=((ScoreOf(part.name), Side.ALL),))
    return _Plan((_ender(_points(formula), end),))


def _end(part: Within, side: Side) -> int | None:
    """Which end of a score's span alone decides this side of a comparison: 0 the low one, 1 the high one."""
    if side is Side.ALL or (part.low is not None and part.high is not None):
        return None
    return int((part.low is None) == (side is Side.YES))


def _turned(part: Not, side: Side, _index: Index) -> _Plan:
    return _Plan(further=((part.part, _TURNED[side]),))


def _whole(part: Possible | Scaled | LookedUp, _side: Side, _index: Index) -> _Plan:
    return _Plan(further=((part.part, Side.ALL),))


def _group(part: AllOf | AnyOf | AtLeast, side: Side, _index: Index) -> _Plan:
    enough = {AllOf: len(part.parts), AnyOf: 1}.get(type(part), getattr(part, "count", 1))
    leaves = tuple(one for one in part.parts if _is_about_item(one))
    further = tuple((one, side) for one in part.parts if not _is_about_item(one))
    if further and isinstance(part, AtLeast):
        return _Plan((_counter(leaves, len(leaves) + 1),) if leaves else (), further)
    enough -= len(further) if isinstance(part, AllOf) else 0
    return _Plan((_counter(leaves, enough, side),) if leaves else (), further)


def _count_of(part: CountOf, _side: Side, _index: Index) -> _Plan:
    leaves = tuple(one for one in part.conditions if _is_about_item(one))
    further = tuple((one, Side.ALL) for one in part.conditions if not _is_about_item(one))
    return _Plan((_counter(leaves, len(leaves) + 1),) if leaves else (), further)


def _score_of(part: ScoreOf, _side: Side, index: Index) -> _Plan:
    scale = index.scales[part.scale]
    summed = _points(scale.formula)
    own = [_summer(summed, frozenset(scale.missing.never))] if summed else []
    own += [_openings(scale.missing.over)] if scale.missing.over else []
    return _Plan(tuple(own), ((scale.formula, Side.ALL),))


def _parts(part: Add, _side: Side, _index: Index) -> _Plan:
    own = tuple(one for one in part.parts if isinstance(one, Points))
    further: tuple[tuple[Part, Side], ...] = tuple((one, Side.ALL) for one in part.parts if one not in own)
    return _Plan((_summer(own, frozenset()),) if own else (), further)


def _extreme(part: Greatest | Least, _side: Side, _index: Index) -> _Plan:
    own = tuple(one for one in part.parts if isinstance(one, Points))
    further: tuple[tuple[Part, Side], ...] = tuple((one, Side.ALL) for one in part.parts if one not in own)
    pick, start = (max, -_FAR) if isinstance(part, Greatest) else (min, _FAR)
    return _Plan((_picker(own, pick, start),) if own else (), further)


def _single(part: Points, _side: Side, _index: Index) -> _Plan:
    return _Plan((_summer((part,), frozenset()),))


def _points(formula: Formula) -> tuple[Points, ...]:
    """The items that a formula adds up at its outermost level."""
    inner = formula.part if isinstance(formula, Scaled) else formula
    return tuple(one for one in inner.parts if isinstance(one, Points)) if isinstance(inner, Add) else ()


def _is_about_item(part: Condition) -> bool:
    return isinstance(part, Refused) or (isinstance(part, Within) and part.kind is Kind.ITEM)


def _counter(leaves: tuple[Condition, ...], enough: int, side: Side = Side.ALL) -> Register:
    """How many comparisons hold and how many do not, no further than the group's verdict needs."""
    by_item: dict[str, list[Condition]] = {}
    for leaf in leaves:
        for name in items_in(leaf):
            by_item.setdefault(name, []).append(leaf)
    spare = len(leaves) - enough

    def worth(sheet: Sheet, item: str) -> State:
        found = [evaluate(leaf, sheet) for leaf in by_item[item]]
        yes, no = found.count(Verdict.YES), found.count(Verdict.NO)
        return (0 if side is Side.NO else yes), (0 if side is Side.YES else no)

    def fold(state: State, added: State) -> State:
        sure, ruled_out = state[0] + added[0], state[1] + added[1]
        if sure >= enough:
            return enough, 0
        return (0, spare + 1) if spare >= 0 and ruled_out > spare else (sure, ruled_out)

    return Register(frozenset(by_item), (0, 0), worth, fold)


def _ender(parts: tuple[Points, ...], end: int) -> Register:
    """One end of the span that a sum can still have."""
    by_item = _by_item(parts)

    def worth(sheet: Sheet, item: str) -> State:
        return (sum(sheet.points(points)[end] for points in by_item[item]),)

    def fold(state: State, added: State) -> State:
        return (state[0] + added[0],)

    return Register(frozenset(by_item), (0,), worth, fold)


def _by_item(parts: tuple[Points, ...]) -> dict[str, list[Points]]:
    found: dict[str, list[Points]] = {}
    for points in parts:
        found.setdefault(points.item, []).append(points)
    return found


def _summer(parts: tuple[Points, ...], never: frozenset[str]) -> Register:
    """What the closed items add up to, what the open ones may, and how many are open or skipped."""
    by_item = _by_item(parts)

    def worth(sheet: Sheet, item: str) -> State:
        spans = [sheet.points(points) for points in by_item[item]]
        low, high = sum(span[0] for span in spans), sum(span[1] for span in spans)
        if not sheet.is_open(item):
            skipped = sheet.asked(item) is Verdict.NO
            return low, 0, 0, 0, int(skipped), 0
        return 0, low, high, 1, 0, int(item in never)

    def fold(state: State, added: State) -> State:
        return tuple(map(int.__add__, state, added))

    return Register(frozenset(by_item), (0, 0, 0, 0, 0, 0), worth, fold)


def _openings(items: tuple[str, ...]) -> Register:
    """How many of some items are open."""

    def worth(sheet: Sheet, item: str) -> State:
        return (int(sheet.is_open(item)),)

    def fold(state: State, added: State) -> State:
        return (state[0] + added[0],)

    return Register(frozenset(items), (0,), worth, fold)


def _picker(parts: tuple[Points, ...], pick: Callable[..., int], start: int) -> Register:
    """The greatest (or least) low end and high end so far."""
    by_item = _by_item(parts)

    def worth(sheet: Sheet, item: str) -> State:
        spans = [sheet.points(points) for points in by_item[item]]
        return pick(span[0] for span in spans), pick(span[1] for span in spans)

    def fold(state: State, added: State) -> State:
        return pick(state[0], added[0]), pick(state[1], added[1])

    return Register(frozenset(by_item), (start, start), worth, fold)


_PLANS: dict[type, Callable[[Any, Side, Index], _Plan]] = {
    Named: _named,
    OneOf: _one_of,
    Within: _leaf,
    Refused: _leaf,
    Not: _turned,
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
