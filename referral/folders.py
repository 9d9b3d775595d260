"""All definitions of an organisation checked together: each file by itself, then what only all of them can show.

What is wrong in one file is found where it is read (`loading_*`); what rules say of people in `checking.py`,
`contradicting.py` and `silent.py`; whether promises can be kept, and by whom, in `promises.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from instruments.catalogue import Catalogue
from instruments.problems import BadDefinition, DefinitionProblem, Place, nearest
from referral.catalogue import DEFINITIONS, file_of, files_in, load_programmes
from referral.checking import check_rules
from referral.contradicting import contradictions
from referral.loading_calendars import read_calendar
from referral.loading_escalation import read_escalation
from referral.loading_pathways import read_common_deadlines, read_pathway
from referral.loading_resources import read_resources
from referral.loading_routing import read_routing
from referral.pathways import CRISIS, Pathway, Pathways
from referral.promises import Holders, Promises, check_promises
from referral.rules import Rules
from referral.silent import silent_problems

Found = TypeVar("Found")
_Problems = tuple[DefinitionProblem, ...]


@dataclass(frozen=True, slots=True)
class FolderReport:
    """What is wrong in a folder, what whoever runs it should know, and how many files were read."""

    problems: _Problems
    notes: _Problems
    files: int


@dataclass(slots=True)
class _Reading:
    """A folder while it is read: reading goes on after each problem, so that all are told."""

    own: Path | None
    problems: list[DefinitionProblem] = field(default_factory=list)
    files: int = 0

    def read(self, file: Path, read: Callable[[bytes, str], Found]) -> Found | None:
        """What a file says; None when it cannot be used."""
        self.files += 1
        try:
            return read(file.read_bytes(), file.name)
        except BadDefinition as bad:
            self.problems += bad.problems
            return None

    def read_all(
        self, kind: str, read: Callable[[bytes, str], Found], id_of: Callable[[Found], str]
    ) -> dict[str, Found]:
        """What every usable file of a kind says, by file name; one of another name than its id is told."""
        found: dict[str, Found] = {}
        for stem, file in files_in(kind, self.own).items():
            value = self.read(file, read)
            if value is not None:
                found[stem] = value
                self._check_name(file, stem.partition("@")[0], id_of(value))
        return found

    def _check_name(self, file: Path, stem: str, named: str) -> None:
        if stem != named:
            place, what = Place(file.name, 1, 1), "a definition under another name"
            self.problems.append(DefinitionProblem(place, what, stem, named))


def check_folder(own: Path | None, instruments: Catalogue, holders: Holders, now: datetime) -> FolderReport:
    """Everything that is wrong with the shipped definitions and those of a folder that go before them.

    `now` is the moment from which calendars are looked ahead for a year. Raises nothing for a bad definition.
    """
    reading = _Reading(own)
    calendars = reading.read_all("calendars", read_calendar, lambda one: one.id)
    pathways = _pathways(reading)
    escalation = reading.read(file_of("escalation.yaml", own), read_escalation)
    lines = reading.read_all("resources", read_resources, lambda one: one.country)
    routing = _routing(reading, instruments, pathways)
    _programmes(reading, instruments, pathways)
    for file, rules in routing.items():
        reading.problems += (*contradictions(rules, file), *silent_problems(rules, file))
    reading.problems += _unknown_calendars(pathways, tuple(calendars))
    promises = check_promises(Promises(pathways, calendars, escalation), holders, now)
    stale = (
        DefinitionProblem(Place(f"{name}.yaml", 1, 1), "crisis lines not checked since", str(one.checked_on))
        for name, one in lines.items()
        if one.stale(now.date())
    )
    problems = (*reading.problems, *promises.problems)
    return FolderReport(_in_order(problems), _in_order((*promises.notes, *stale)), reading.files)


def _pathways(reading: _Reading) -> Mapping[str, Pathway]:
    """Every pathway; a shipped one stands in where one cannot be used, so that other files are read on."""
    common_file = file_of("deadlines.yaml", reading.own)
    common = reading.read(common_file, read_common_deadlines)
    usable = common or read_common_deadlines((DEFINITIONS / common_file.name).read_bytes(), common_file.name)
    read = partial(read_pathway, common=usable)
    shipped = _Reading(None).read_all("pathways", read, lambda one: one.id) if reading.own else {}
    found = shipped | reading.read_all("pathways", read, lambda one: one.id)
    return {one.id: one for one in found.values()}


def _routing(
    reading: _Reading, instruments: Catalogue, pathways: Mapping[str, Pathway]
) -> Mapping[str, Rules]:
    read = partial(read_routing, instruments=instruments, pathways=pathways)
    found = reading.read_all("routing", read, lambda one: one.id)
    named = {f"{stem}.yaml": rules for stem, rules in found.items()}
    for file, rules in named.items():
        reading.problems += check_rules(rules, file)
    return named


def _programmes(reading: _Reading, instruments: Catalogue, pathways: Mapping[str, Pathway]) -> None:
    reading.files += len(files_in("programmes", reading.own))
    try:
        load_programmes(instruments, Pathways(pathways), own=reading.own)
    except BadDefinition as bad:
        known = set(reading.problems)
        reading.problems += [each for each in bad.problems if each not in known]


def _unknown_calendars(pathways: Mapping[str, Pathway], known: tuple[str, ...]) -> list[DefinitionProblem]:
    unknown = [one for one in pathways.values() if one.calendar is not None and one.calendar not in known]
    allowed = ", ".join(("organisation", *known))
    told = [
        DefinitionProblem(
            one.place,
            "calendar: an unknown one",
            repr(one.calendar),
            allowed,
            nearest(one.calendar or "", known),
        )
        for one in unknown
    ]
    if CRISIS not in pathways:
        told.append(
            DefinitionProblem(Place(f"{CRISIS}.yaml", 1, 1), "the pathway of immediate risk is missing")
        )
    return told


def _in_order(problems: _Problems) -> _Problems:
    unique = dict.fromkeys(problems)
    return tuple(sorted(unique, key=lambda one: (one.place.file, one.place.line, one.place.column, one.what)))
