"""Every combination of values that conditions can tell apart, unknown and "not part of this screening" included.

The combinations are a superset of those that answers can produce. What is asked of them is not decided here.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, product
from math import prod
from typing import TypeAlias

from instruments.conditions import Condition, Gap, Kind, Named, OneOf, Reading, Verdict, Within, leaves
from instruments.rules import Scope

MOST_TOGETHER = 20_000
"""How many are tried for all rules and promises of one file together: our own files take less than a thousand."""

FIRST_TRIES = 2_000
"""Of too many combinations so many are tried: a rule that fires in one of them is shown to fire, whatever the rest."""

Atom = tuple[Kind, str]
_Value: TypeAlias = "Verdict | Reading | str | None"


@dataclass(frozen=True, slots=True)
class Guess:
    """One combination of values, as a condition looks it up."""

    values: Mapping[Atom, _Value]

    def verdict(self, name: str) -> Verdict:
        """Whether a finding holds in this combination."""
        found = self.values[Kind.FINDING, name]
        return found if isinstance(found, Verdict) else Verdict.UNKNOWN

    def number(self, kind: Kind, name: str) -> Reading:
        """The score or number of this combination."""
        found = self.values[kind, name]
        return found if isinstance(found, tuple | Gap) else Gap.UNKNOWN

    def text(self, kind: Kind, name: str) -> str | None:
        """The band of this combination."""
        found = self.values[kind, name]
        return found if isinstance(found, str) else None

    def refused(self, item: str) -> Verdict:
        """Routing looks at findings, never at single answers."""
        raise KeyError(item)

    def __str__(self) -> str:
        """The combination as a witness is told: "asq.acute yes, phq.total (20, 20)"."""
        return ", ".join(f"{name} {value}" for (_, name), value in self.values.items())


@dataclass(slots=True)
class Tries:
    """How many combinations may still be tried, for one file together."""

    left: int = MOST_TOGETHER


class NotProved(Exception):
    """There are too many combinations to try them all."""


def atoms(conditions: Iterable[Condition]) -> dict[Atom, list[Within]]:
    """Every name that conditions look at, with the comparisons made with it."""
    found: dict[Atom, list[Within]] = {}
    for condition in conditions:
        for leaf in leaves(condition):
            if isinstance(leaf, Named):
                found.setdefault((Kind.FINDING, leaf.name), [])
            elif isinstance(leaf, Within):
                found.setdefault((leaf.kind, leaf.name), []).append(leaf)
            elif isinstance(leaf, OneOf):
                found.setdefault((leaf.kind, leaf.name), [])
    return found


def combinations(conditions: list[Condition], scope: Scope, tries: Tries | None = None) -> Iterator[Guess]:
    """Every combination that these conditions can tell apart. Raises NotProved after the first of too many."""
    names, tries = atoms(conditions), tries or Tries()
    choices = [_values(atom, compared, scope) for atom, compared in names.items()]
    too_many = prod(map(len, choices)) > tries.left
    for values in islice(product(*choices), min(FIRST_TRIES, tries.left) if too_many else None):
        tries.left -= 1
        yield Guess(dict(zip(names, values, strict=True)))
    if too_many:
        raise NotProved


def _values(atom: Atom, compared: list[Within], scope: Scope) -> tuple[_Value, ...]:
    kind, name = atom
    if kind is Kind.FINDING:
        return tuple(Verdict)
    if kind is Kind.BAND:
        return (*scope.bands[name], "", None)
    low, high = {**scope.scores, **scope.numbers}[name]
    turns = {one.low for one in compared} | {one.high + 1 for one in compared if one.high is not None}
    points = sorted({low, *(turn for turn in turns if turn is not None and low <= turn <= high)})
    return (*((point, point) for point in points), Gap.UNKNOWN, Gap.NOT_ASKED)
