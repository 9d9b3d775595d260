"""What to remember where only one side of a question matters: whether it is a yes, or whether it is a no.

Every part then either hits (it comes to what is looked for) or misses. A group hits once enough of its parts do,
and misses once too few are left; from then on nothing else about it is remembered. Each group passes its outcome to
the group around it, so what was asked earlier is soon no more than that. What cannot be told by one side alone, as
a band or an estimate of missing answers, is left to be remembered whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from instruments.conditions import (
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    Kind,
    Named,
    Not,
    Possible,
    Verdict,
    Within,
    evaluate,
    items_in,
)
from instruments.formulas import Add, Points, points_in
from instruments.model import MissingMethod, Scale
from instruments.remembering import (
    Register,
    Side,
    State,
    by_item,
    is_about_item,
    own_extremes,
    own_points,
    picker,
)
from instruments.sheet import Index, Sheet

_MOST: Final = 256
"""How many registers one question may take; a finding that is named again and again takes them each time."""

_HIT: Final = (1, 0)
_MISS: Final = (0, 1)
_OTHER: Final = {Side.YES: Side.NO, Side.NO: Side.YES}
_LOOKED_FOR: Final = {Side.YES: Verdict.YES, Side.NO: Verdict.NO}


@dataclass(frozen=True, slots=True)
class _Wish:
    """A part and the verdict that is looked for. `turned`: it hits where it does not come to that verdict."""

    part: Condition
    side: Side
    turned: bool = False


class Watcher:
    """Makes the registers of questions of which one side matters; what two of them share is made once."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._sizes: dict[tuple[str, Side], int] = {}
        self._done: set[tuple[Condition, Side]] = set()
        self.whole: list[Condition] = []
        """What has to be remembered whole."""

    def watch(self, condition: Condition, side: Side) -> Iterator[Register]:
        """The registers of one question; what passes something on stands before what it is passed to."""
        wish = self._wish(condition, side)
        if (wish.part, wish.side) in self._done:
            return
        self._done.add((wish.part, wish.side))
        if self._is_plain(wish):
            yield from self._registers(wish, None)
        elif isinstance(wish.part, AllOf | AnyOf | AtLeast):
            yield from self._apart(wish.part, wish.side)
        else:
            self.whole.append(wish.part)

    def _wish(self, condition: Condition, side: Side) -> _Wish:
        """What is looked for, without the names, negations and possibilities around it."""
        turned = False
        while isinstance(condition, Named | Not | Possible):
            if isinstance(condition, Named):
                condition = self._index.findings[condition.name].when
                continue
            if isinstance(condition, Not):
                side = _OTHER[side]
            else:  # possible is yes unless the part is a no
                turned, side = turned is not (side is Side.YES), Side.NO
            condition = condition.part
        return _Wish(condition, side, turned)

    def _is_plain(self, wish: _Wish) -> bool:
        return self._size(wish.part, wish.side) <= _MOST

    def _size(self, condition: Condition, side: Side) -> int:
        """How many registers a part takes; more than the most where it cannot be told by one side alone."""
        if isinstance(condition, Named):
            key = (condition.name, side)
            if key not in self._sizes:
                self._sizes[key] = self._size(self._index.findings[condition.name].when, side)
            return self._sizes[key]
        if isinstance(condition, Not):
            return self._size(condition.part, _OTHER[side])
        if isinstance(condition, Possible):
            return self._size(condition.part, Side.NO)
        return self._own_size(condition, side)

    def _own_size(self, condition: Condition, side: Side) -> int:
        if is_about_item(condition):
            return 1
        if isinstance(condition, AllOf | AnyOf | AtLeast):
            parts = condition.parts
            fits = 1 <= _needed(condition, side) <= len(parts)
            return 1 + sum(self._size(part, side) for part in parts) if fits else _MOST + 1
        if not isinstance(condition, Within) or condition.kind is not Kind.SCORE:
            return _MOST + 1
        scale = self._index.scales[condition.name]
        fits = _end(condition, side, scale) is not None
        return 1 + len(own_extremes(scale.formula)) if fits else _MOST + 1

    def _registers(self, wish: _Wish, into: Register | None) -> Iterator[Register]:
        """The registers of a part, itself the last; what it comes to is passed on."""
        if isinstance(wish.part, AllOf | AnyOf | AtLeast):
            parts = [self._wish(part, wish.side) for part in wish.part.parts]
            yield from self._group(parts, _needed(wish.part, wish.side), _passing(into, turned=wish.turned))
        elif is_about_item(wish.part):
            yield from self._group([wish], 1, _passing(into))
        elif isinstance(wish.part, Within):
            yield from _sum(wish.part, wish.side, self._index, _passing(into, turned=wish.turned))

    def _group(self, parts: Sequence[_Wish], needed: int, passing: _Passing) -> Iterator[Register]:
        leaves = tuple(part for part in parts if is_about_item(part.part))
        own = _tally(leaves, needed, len(parts), passing)
        for part in parts:
            if not is_about_item(part.part):
                yield from self._registers(part, own)
        yield own

    def _apart(self, group: AllOf | AnyOf | AtLeast, side: Side) -> Iterator[Register]:
        """A group of which some parts are remembered whole: the others are counted together, as far as they matter."""
        parts = [self._wish(part, side) for part in group.parts]
        plain = [part for part in parts if self._is_plain(part)]
        needed = _needed(group, side)
        if needed in (1, len(parts)) and plain:  # one of them settles it, or each of them has to hit
            yield from self._group(plain, 1 if needed == 1 else len(plain), _passing(None))
        elif plain:
            yield from (each for part in plain for each in self.watch(part.part, part.side))
        for part in parts:
            if part not in plain:
                yield from self.watch(part.part, part.side)


@dataclass(frozen=True, slots=True)
class _Passing:
    """Where the outcome of a part goes, and what becomes of it on the way."""

    into: Register | None
    turned: bool

    def outcome(self, *, hit: bool) -> State:
        """One more that hits, or one more that misses."""
        return _HIT if hit is not self.turned else _MISS


def _passing(into: Register | None, *, turned: bool = False) -> _Passing:
    return _Passing(into, turned)


def _needed(group: AllOf | AnyOf | AtLeast, side: Side) -> int:
    """How many parts of a group have to come to a verdict so that it does."""
    total = len(group.parts)
    count = {AllOf: total, AnyOf: 1}.get(type(group), getattr(group, "count", 1))
    return count if side is Side.YES else total - count + 1


def _tally(leaves: tuple[_Wish, ...], needed: int, total: int, passing: _Passing) -> Register:
    """How many of the parts of a group hit and how many miss, until that settles it."""
    about = _by_item(leaves)
    spare = total - needed
    hit, missed = (needed, 0), (0, spare + 1)

    def worth(sheet: Sheet, item: str) -> State:
        hits = [(evaluate(one.part, sheet) is _LOOKED_FOR[one.side]) is not one.turned for one in about[item]]
        return hits.count(True), hits.count(False)

    def fold(state: State, added: State) -> State:
        if state in (hit, missed):
            return state
        hits, misses = state[0] + added[0], state[1] + added[1]
        if hits >= needed:
            return hit
        return missed if misses > spare else (hits, misses)

    def settle(state: State) -> State:
        return passing.outcome(hit=state == hit)

    return Register(
        frozenset(about), (0, 0), worth, fold, settle, passing.into, over=lambda state: state in (hit, missed)
    )


def _by_item(leaves: tuple[_Wish, ...]) -> dict[str, list[_Wish]]:
    about: dict[str, list[_Wish]] = {}
    for leaf in leaves:
        about.setdefault(items_in(leaf.part)[0], []).append(leaf)
    return about


def _end(part: Within, side: Side, scale: Scale) -> int | None:
    """Which end of a score's span alone decides this side of a comparison: 0 the low one, 1 the high one.

    None where both are needed: between two numbers, or where a missing rule may make the score another.
    """
    if (part.low is None) == (part.high is None) or not isinstance(scale.formula, Add):
        return None
    end = int((part.low is None) == (side is Side.YES))
    points, known = own_points(scale.formula), own_extremes(scale.formula)
    if len(points) + len(known) < len(scale.formula.parts):
        return None
    if scale.missing.method is MissingMethod.ZERO:
        # A blank then counts what the low end counts, and what branching skips counts no less.
        is_least = all(one.worth(0) == one.span()[0] == 0 for one in points_in(scale.formula))
        return end if end == 0 and is_least else None
    return end if scale.missing.method is MissingMethod.REFUSE else None


def _sum(part: Within, side: Side, index: Index, passing: _Passing) -> Iterator[Register]:
    """One end of a sum, as far as it matters: from its cut-off on, where nothing takes away from it, no further."""
    formula = index.scales[part.name].formula
    end = _end(part, side, index.scales[part.name]) or 0
    cut = part.low if part.low is not None else (part.high or 0) + 1
    reaching = (part.low is not None) is (side is Side.YES)  # it hits from the cut on, or below it
    rises = all(points.span()[0] >= 0 for points in points_in(formula))
    total = _total(own_points(formula), end, cut if rises else None)
    settled = partial(_reached, cut, reaching, passing)
    own = Register(total.items, total.start, total.worth, total.fold, settled, passing.into)
    for extreme in own_extremes(formula):
        yield picker(extreme, lambda state: (state[end],), own)
    yield own


def _reached(cut: int, reaching: bool, passing: _Passing, state: State) -> State:  # noqa: FBT001 - partial
    return passing.outcome(hit=(state[0] >= cut) is reaching)


def _total(parts: tuple[Points, ...], end: int, cut: int | None) -> Register:
    """One end of what some items add up to, counted no further than the cut."""
    counted = by_item(parts)

    def worth(sheet: Sheet, item: str) -> State:
        return (sum(sheet.points(points)[end] for points in counted[item]),)

    def fold(state: State, added: State) -> State:
        total = state[0] + added[0]
        return (total if cut is None else min(cut, total),)

    return Register(frozenset(counted), (0,), worth, fold)
