"""The definitions in force: instruments, pathways, calendars, programmes, resources. Loaded once at start."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from instruments.catalogue import Catalogue, load_catalogue
from referral.catalogue import (
    ids_of,
    load_calendar,
    load_escalation,
    load_pathways,
    load_programmes,
    load_resources,
    load_schedules,
)
from referral.deadlines import Calendar
from referral.differing import Difference, difference_between
from referral.escalation import Escalation
from referral.model import Clock, Urgency
from referral.pathways import Pathways, Resources, deadline_for
from referral.programmes import Programme, Programmes
from referral.retention import Schedule
from referral.rules import Rules

COUNTRY = "us"
"""Whose crisis lines are shown; a setting of each organisation once there is a second country."""


@dataclass(frozen=True, slots=True)
class Definitions:
    """Everything that clinicians and programme leads can change without touching code."""

    instruments: Catalogue
    pathways: Pathways
    calendars: Mapping[str, Calendar]
    programmes: Programmes
    resources: Resources
    escalation: Escalation
    retention: Mapping[str, Schedule]
    """How long records are kept, by the kind of organisation."""
    _differences: dict[tuple[str, str], Difference] = field(default_factory=dict, compare=False)

    @property
    def routings(self) -> Sequence[Rules]:
        """The routing rules of the newest version of every programme, each once."""
        return tuple({one.rules.digest: one.rules for one in self.programmes.newest()}.values())

    def difference(self, before: Programme, after: Programme) -> Difference:
        """What moves between two versions of a programme; worked out once, for it takes seconds."""
        key = before.digest, after.digest
        if key not in self._differences:
            self._differences[key] = difference_between(before, after)
        return self._differences[key]

    def due(
        self, pathway: str, urgency: Urgency, clock: Clock, since: datetime, *, calendar: str
    ) -> datetime:
        """When a step of a pathway is due, in UTC, by the pathway's own calendar, else the organisation's."""
        way = self.pathways.get(pathway)
        return deadline_for(way, urgency, clock, since, self.calendars[way.calendar or calendar])


def own_instruments(folder: Path | None) -> Path | None:
    """Where in the organisation's own definitions its instruments live."""
    return None if folder is None else folder / "instruments"


def load_definitions(own: Path | None = None) -> Definitions:
    """All definitions that ship with Handrail, with the organisation's own ones from a folder.

    Its own may be of every kind; `handrail pathways check` says what is wrong with them before they are used.

    Raises BadDefinition naming file and line of every problem.
    """
    instruments, pathways = load_catalogue(own=own_instruments(own)), load_pathways(own)
    return Definitions(
        instruments,
        pathways,
        {name: load_calendar(name, own) for name in ids_of("calendars", own)},
        load_programmes(instruments, pathways, own=own),
        load_resources(COUNTRY, own),
        load_escalation(own),
        load_schedules(own=own),
    )
