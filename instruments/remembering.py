"""The kinds of things that a walk remembers: counts, sums, extremes. Knows nothing of questions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from instruments.conditions import Condition, Kind, Refused, Verdict, Within, evaluate, items_in
from instruments.formulas import Add, Formula, Greatest, Least, Points, Scaled
from instruments.sheet import Sheet

State: TypeAlias = "tuple[int, ...]"

_FAR = 10**9


class Side(Enum):
    """What one wants to know of a question: its whole verdict, or only whether it is a yes, or a no."""

    ALL = "all"
    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True, eq=False)
class Register:
    """One thing to remember: the items that touch it, what each adds, and how additions combine.

    After the last of its items a register may be settled, when less of it still matters, and may pass what it
    holds on to another register, as a maximum does to the sum it is part of; that one stands after it and is settled
    after it. Where the other one is `over`, so that nothing changes it any more, this one is not kept up. One that
    only says whether other items are asked is forgotten after the last of these, `until`.
    """

    items: frozenset[str]
    start: State
    worth: Callable[[Sheet, str], State]
    fold: Callable[[State, State], State]
    settle: Callable[[State], State] | None = None
    into: Register | None = None
    until: frozenset[str] | None = None
    over: Callable[[State], bool] | None = None


def own_points(formula: Formula) -> tuple[Points, ...]:
    """The items that a formula adds up at its outermost level."""
    inner = formula.part if isinstance(formula, Scaled) else formula
    return tuple(one for one in inner.parts if isinstance(one, Points)) if isinstance(inner, Add) else ()


def own_extremes(formula: Formula) -> tuple[Greatest | Least, ...]:
    """The maxima and minima of items that a formula adds up at its outermost level."""
    inner = formula.part if isinstance(formula, Scaled) else formula
    parts = inner.parts if isinstance(inner, Add) else ()
    extremes = (one for one in parts if isinstance(one, Greatest | Least))
    return tuple(one for one in extremes if all(isinstance(part, Points) for part in one.parts))


def is_about_item(part: Condition) -> bool:
    """Whether a condition is about one item."""
    return isinstance(part, Refused) or (isinstance(part, Within) and part.kind is Kind.ITEM)


def counter(leaves: tuple[Condition, ...], enough: int) -> Register:
    """How many comparisons hold and how many do not, no further than the group's verdict needs."""
    about = {name: [leaf for leaf in leaves if name in items_in(leaf)] for name in _items(leaves)}
    spare = len(leaves) - enough

    def worth(sheet: Sheet, item: str) -> State:
        found = [evaluate(leaf, sheet) for leaf in about[item]]
        return found.count(Verdict.YES), found.count(Verdict.NO)

    def fold(state: State, added: State) -> State:
        sure, ruled_out = state[0] + added[0], state[1] + added[1]
        if sure >= enough:
            return enough, 0
        return (0, spare + 1) if spare >= 0 and ruled_out > spare else (sure, ruled_out)

    def settle(state: State) -> State:
        return state if state in ((enough, 0), (0, spare + 1)) else (0, 0)

    return Register(frozenset(about), (0, 0), worth, fold, settle if spare >= 0 else None)


def _items(leaves: tuple[Condition, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for leaf in leaves for name in items_in(leaf)))


def by_item(parts: tuple[Points, ...]) -> dict[str, list[Points]]:
    """What each item counts, once for each part that it is."""
    found: dict[str, list[Points]] = {}
    for points in parts:
        found.setdefault(points.item, []).append(points)
    return found


def summer(parts: tuple[Points, ...], never: frozenset[str]) -> Register:
    """What the closed items add up to, what the open ones may, and how many are open or skipped."""
    counted = by_item(parts)

    def worth(sheet: Sheet, item: str) -> State:
        spans = [sheet.points(points) for points in counted[item]]
        low, high = sum(span[0] for span in spans), sum(span[1] for span in spans)
        if not sheet.is_open(item):
            skipped = sheet.asked(item) is Verdict.NO
            return low, 0, 0, 0, int(skipped), 0
        return 0, low, high, 1, 0, int(item in never)

    def fold(state: State, added: State) -> State:
        return tuple(map(int.__add__, state, added))

    return Register(frozenset(counted), (0, 0, 0, 0, 0, 0), worth, fold)


def openings(items: tuple[str, ...], most: int) -> Register:
    """How many of some items are open, up to one more than matters."""

    def worth(sheet: Sheet, item: str) -> State:
        return (int(sheet.is_open(item)),)

    def fold(state: State, added: State) -> State:
        return (min(most + 1, state[0] + added[0]),)

    return Register(frozenset(items), (0,), worth, fold)


def picker(
    part: Greatest | Least, settle: Callable[[State], State] | None = None, into: Register | None = None
) -> Register:
    """The greatest (or least) low end and high end so far; perhaps passed on to the sum that it is part of."""
    counted = by_item(tuple(one for one in part.parts if isinstance(one, Points)))
    pick: Callable[..., int] = max if isinstance(part, Greatest) else min
    start = -_FAR if isinstance(part, Greatest) else _FAR

    def worth(sheet: Sheet, item: str) -> State:
        spans = [sheet.points(points) for points in counted[item]]
        return pick(span[0] for span in spans), pick(span[1] for span in spans)

    def fold(state: State, added: State) -> State:
        return pick(state[0], added[0]), pick(state[1], added[1])

    return Register(frozenset(counted), (start, start), worth, fold, settle, into)


def as_summand(state: State) -> State:
    """What an extreme adds to a sum of whole spans."""
    low, high = state
    return (low, 0, 0, 0, 0, 0) if low == high else (0, low, high, 0, 0, 0)
