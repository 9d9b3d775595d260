"""What a roster would change: line by line, against everybody who is known. Pure; it never takes anybody away.

An empty cell says nothing, so what is kept stays. A guardian is known by their name; one who was taken away here
stays away whatever the file says, and one whom the file does not name stays.
"""

import hashlib
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

from instruments.model import Text
from service.actions.details import Details, GuardianDetails
from service.actions.roster_file import FileProblem, Line
from service.store.clients import folded


@dataclass(frozen=True, slots=True)
class KnownGuardian:
    """A guardian as they are kept, or were until they were taken away."""

    id: uuid.UUID
    away: bool
    details: GuardianDetails


@dataclass(frozen=True, slots=True)
class Known:
    """A client as they are kept."""

    id: uuid.UUID
    details: Details
    guardians: tuple[KnownGuardian, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one line comes to: `known` is None for somebody new. `fields` are codes; nothing changes without one."""

    line: int
    known: uuid.UUID | None
    details: Details
    fields: tuple[str, ...]
    new_guardians: tuple[GuardianDetails, ...]
    changed_guardians: tuple[tuple[uuid.UUID, GuardianDetails], ...]
    stay_away: int
    double: bool = False
    """Whether somebody else here, or before in the file, has this name and birth date under another id."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that a file would change. `absent`: known clients whom it does not name; nothing happens to them."""

    outcomes: tuple[Outcome, ...]
    absent: int

    @property
    def added(self) -> tuple[Outcome, ...]:
        """Whoever is new."""
        return tuple(each for each in self.outcomes if each.known is None)

    @property
    def changed(self) -> tuple[Outcome, ...]:
        """Whoever is known, and of whom something changes."""
        return tuple(each for each in self.outcomes if each.known is not None and each.fields)

    @property
    def unchanged(self) -> int:
        """How many are known and stay as they are."""
        return len(self.outcomes) - len(self.added) - len(self.changed)

    @property
    def is_part(self) -> bool:
        """Whether the file names less than half of those who are known: it looks like a part of an export."""
        return self.absent > self.unchanged + len(self.changed)

    @property
    def moved(self) -> int:
        """How many come to another site."""
        return sum("site_id" in each.fields for each in self.changed)

    @property
    def stay_away(self) -> int:
        """How many guardians the file names who were taken away here."""
        return sum(each.stay_away for each in self.outcomes)

    @property
    def counts(self) -> Mapping[str, int]:
        """The numbers of it, for the trail."""
        return {
            "added": len(self.added),
            "changed": len(self.changed),
            "unchanged": self.unchanged,
            "absent": self.absent,
        }

    @property
    def version(self) -> str:
        """Changes whenever anything that would be done does."""
        return hashlib.sha256(repr(self.outcomes).encode()).hexdigest()[:16]


def make_plan(
    lines: Sequence[Line], known: Mapping[str, Known], sites: Mapping[str, uuid.UUID]
) -> tuple[Plan, list[FileProblem]]:
    """(the plan, every line whose site is not known); `sites` are the buildings by name, `known` the clients by id."""
    problems = [problem for line in lines for problem in _site_problems(line, line.local_id in known, sites)]
    if problems:
        return Plan((), 0), problems
    called = {folded(name): site for name, site in sites.items()}
    outcomes = [_outcome(line, known.get(line.local_id), called) for line in lines]
    of_one = Counter(_person(each.details) for each in known.values())
    met: Counter[tuple[object, ...]] = Counter()
    told = []
    for each in outcomes:
        person = _person(each.details)
        told.append(replace(each, double=each.known is None and of_one[person] + met[person] > 0))
        met[person] += each.known is None
    absent = len(known.keys() - {line.local_id for line in lines})
    return Plan(tuple(told), absent), []


def _site_problems(line: Line, is_known: bool, sites: Mapping[str, uuid.UUID]) -> Sequence[FileProblem]:  # noqa: FBT001  a fact about the line
    said = line.said.get("site", "")
    fits = folded(said) in map(folded, sites) if said else is_known or len(sites) == 1
    listed = ", ".join(sites)
    allowed: Text = {"en": f"one of {listed}", "es": f"una de {listed}"}
    return () if fits else (line.problem("site", said, allowed),)


def _person(details: Details) -> tuple[object, ...]:
    return (folded(details.given_name), folded(details.family_name), details.born_on)


def _outcome(line: Line, known: Known | None, sites: Mapping[str, uuid.UUID]) -> Outcome:
    said = {name: cell for name, cell in line.said.items() if name not in {"site", "birth_date"}}
    site = sites[folded(line.said["site"])] if "site" in line.said else None
    empty = Details("", "", "", None, next(iter(sites.values()))) if known is None else known.details
    changes: dict[str, object] = {**said, "born_on": line.born_on, "site_id": site or empty.site_id}
    after = replace(empty, **changes)  # type: ignore[arg-type]  # fields by their names
    guardians = _guardians(line, () if known is None else known.guardians)
    codes = () if known is None else _codes(known.details, after, guardians)
    new, changed, away = guardians
    return Outcome(
        line.number,
        None if known is None else known.id,
        after,
        codes,
        new,
        tuple((each.id, details) for each, details in changed),
        away,
    )


_Guardians = tuple[tuple[GuardianDetails, ...], tuple[tuple[KnownGuardian, GuardianDetails], ...], int]


def _guardians(line: Line, known: Sequence[KnownGuardian]) -> _Guardians:
    """(new ones, those of whom something changes, how many were taken away here and stay away)."""
    here = {folded(each.details.name): each for each in sorted(known, key=lambda one: not one.away)}
    new, changed, away = [], [], 0
    for told in filter(None, line.guardians):
        mine = here.get(folded(told["name"]))
        if mine is None:
            new.append(GuardianDetails(**{"relation": "guardian", **told}))
        elif mine.away:
            away += 1
        elif (after := replace(mine.details, **told)) != mine.details:
            changed.append((mine, after))
    return tuple(new), tuple(changed), away


def _codes(before: Details, after: Details, guardians: _Guardians) -> tuple[str, ...]:
    new, changed, _away = guardians
    codes = [each.name for each in fields(Details) if getattr(before, each.name) != getattr(after, each.name)]
    codes += ["guardian.added"] * bool(new)
    codes += [
        f"guardian.{each.name}"
        for each in fields(GuardianDetails)
        if any(getattr(mine.details, each.name) != getattr(after_, each.name) for mine, after_ in changed)
    ]
    return tuple(codes)
