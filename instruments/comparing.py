"""What a new version of an instrument changes in outcomes: who moves from what to what, shown with answers.

Both versions are walked together, over every answer set, so that "nothing else changes" is a statement about
all of them. Only versions that ask the same items with the same answers can be compared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from instruments.answers import Answers
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
from instruments.formulas import Add, CountOf, Formula, Greatest, Least, LookedUp, Points, Scaled, ScoreOf
from instruments.model import BandSet, Finding, Instrument, Scale
from instruments.sheet import Index, index_of
from instruments.walking import Quest, walk

NEW = "new "  # no author's name holds a space, so the two versions never meet


class NotComparable(Exception):
    """The two versions do not ask the same."""


@dataclass(frozen=True, slots=True)
class Move:
    """One outcome that changes: in how many of the states that can be told apart, and answers that show it."""

    what: str
    before: str
    after: str
    states: int
    of: int
    witness: Answers


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every move between two versions; what only one of them has; what was too large to walk."""

    moves: tuple[Move, ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    not_compared: tuple[str, ...]


def compare_versions(before: Instrument, after: Instrument) -> Comparison:
    """Every finding and band set that both versions have, compared. Raises NotComparable."""
    index = index_of(joined(before, after))
    names = {finding.id for finding in before.findings}, {finding.id for finding in after.findings}
    pairs = {f"finding {name}": _finding_pair(name) for name in sorted(names[0] & names[1])}
    for one in before.band_sets:
        pairs |= {f"band {one.id} = {band.name}": _band_pair(one.id, band.name, after) for band in one.bands}
    found = {what: _moves(what, pair, index) for what, pair in pairs.items() if pair}
    return Comparison(
        moves=tuple(move for moves in found.values() for move in moves or ()),
        only_before=tuple(sorted(names[0] - names[1])),
        only_after=tuple(sorted(names[1] - names[0])),
        not_compared=tuple(what for what, moves in found.items() if moves is None),
    )


def _finding_pair(name: str) -> tuple[Condition, ...]:
    return Named(name), Named(NEW + name)


def _band_pair(band_set: str, band: str, after: Instrument) -> tuple[Condition, ...]:
    same = any(one.id == band_set and band in [each.name for each in one.bands] for one in after.band_sets)
    if not same:
        return ()
    return OneOf(Kind.BAND, band_set, (band,)), OneOf(Kind.BAND, NEW + band_set, (band,))


def _moves(what: str, pair: tuple[Condition, ...], index: Index) -> tuple[Move, ...] | None:
    seen = walk(index, Quest(pair, partial=True))
    if not seen.finished:
        return None
    total = sum(seen.counts.values())
    return tuple(
        Move(what, outcome[0], outcome[1], count, total, seen.outcomes[outcome])
        for outcome, count in seen.counts.items()
        if outcome[0] is not outcome[1]
    )


def joined(before: Instrument, after: Instrument) -> Instrument:
    """One instrument with the rules of both, the later ones under names that begin with NEW. Raises NotComparable."""
    if [(item.id, item.values) for item in before.items] != [(item.id, item.values) for item in after.items]:
        message = f"{before.id} {before.version} and {after.version} do not ask the same items with the same answers"
        raise NotComparable(message)
    return replace(
        before,
        scales=(*before.scales, *map(_scale, after.scales)),
        band_sets=(*before.band_sets, *map(_band_set, after.band_sets)),
        findings=(*before.findings, *map(_finding, after.findings)),
    )


def _scale(scale: Scale) -> Scale:
    return replace(scale, id=NEW + scale.id, formula=_formula(scale.formula))


def _band_set(one: BandSet) -> BandSet:
    return replace(one, id=NEW + one.id, scale=NEW + one.scale)


def _finding(finding: Finding) -> Finding:
    return replace(finding, id=NEW + finding.id, when=_condition(finding.when))


def _condition(condition: Condition) -> Condition:
    renamed: Condition = _CONDITIONS[type(condition)](condition)
    return renamed


def _formula(formula: Formula) -> Formula:
    renamed: Formula = _FORMULAS[type(formula)](formula)
    return renamed


def _same(part: Any) -> Any:  # noqa: ANN401 - one of the two tables' values
    return part


def _named_anew(part: Within | OneOf) -> Condition:
    return part if part.kind is Kind.ITEM else replace(part, name=NEW + part.name)


def _parts_renamed(part: AllOf | AnyOf | AtLeast) -> Condition:
    return replace(part, parts=tuple(map(_condition, part.parts)))


_CONDITIONS: dict[type, Callable[[Any], Any]] = {
    Named: lambda part: Named(NEW + part.name),
    Within: _named_anew,
    OneOf: _named_anew,
    Refused: _same,
    Not: lambda part: Not(_condition(part.part)),
    Possible: lambda part: Possible(_condition(part.part)),
    AllOf: _parts_renamed,
    AnyOf: _parts_renamed,
    AtLeast: _parts_renamed,
}

_FORMULAS: dict[type, Callable[[Any], Any]] = {
    Points: _same,
    CountOf: _same,
    ScoreOf: lambda part: ScoreOf(NEW + part.scale),
    Scaled: lambda part: replace(part, part=_formula(part.part)),
    LookedUp: lambda part: replace(part, part=_formula(part.part)),
    Add: lambda part: Add(tuple(map(_formula, part.parts))),
    Greatest: lambda part: Greatest(tuple(map(_formula, part.parts))),
    Least: lambda part: Least(tuple(map(_formula, part.parts))),
}
