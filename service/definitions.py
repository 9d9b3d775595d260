"""The definitions in force: instruments, pathways, calendars, routing rules, resources. Loaded once at start."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from instruments.catalogue import Catalogue, load_catalogue
from referral.catalogue import ids_of, load_calendar, load_pathways, load_resources, load_routing
from referral.deadlines import Calendar
from referral.model import Clock, Urgency
from referral.pathways import Pathways, Resources, deadline_for
from referral.rules import Rules

COUNTRY = "us"
"""Whose crisis lines are shown; a setting of each organisation once there is a second country."""


@dataclass(frozen=True, slots=True)
class Definitions:
    """Everything that clinicians and programme leads can change without touching code."""

    instruments: Catalogue
    pathways: Pathways
    calendars: Mapping[str, Calendar]
    routings: Mapping[str, Rules]
    resources: Resources

    def due(
        self, pathway: str, urgency: Urgency, clock: Clock, since: datetime, *, calendar: str
    ) -> datetime:
        """When a step of a pathway is due, in UTC, by the organisation's calendar."""
        return deadline_for(self.pathways.get(pathway), urgency, clock, since, self.calendars[calendar])


def own_instruments(folder: Path | None) -> Path | None:
    """Where in the organisation's own definitions its instruments live."""
    return None if folder is None else folder / "instruments"


def load_definitions(own: Path | None = None) -> Definitions:
    """All definitions that ship with Handrail, with the organisation's own instruments from a folder.

    Raises BadDefinition naming file and line of every problem.
    """
    instruments, pathways = load_catalogue(own=own_instruments(own)), load_pathways()
    return Definitions(
        instruments,
        pathways,
        {name: load_calendar(name) for name in ids_of("calendars")},
        {name: load_routing(name, instruments=instruments, pathways=pathways) for name in ids_of("routing")},
        load_resources(COUNTRY),
    )
