"""The stage on which the demo is played: one tenant, a simulated clock, and a list of what happens when.

Everything happens in the order of its time, through the real acts, by one person at one moment. A course is a
generator: it yields how long to wait and goes on at the next moment, until that lies in the future.
"""

import heapq
import itertools
import random
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from referral.deadlines import Calendar
from service.access import Act, Session
from service.definitions import Definitions
from service.demo.places import Place
from service.ids import uuid7
from service.permissions import Actor


@dataclass(frozen=True, slots=True)
class Wait:
    """How long until a course goes on: between two spans, then the next working moment unless `at_once`."""

    least: timedelta
    most: timedelta
    at_once: bool = False


def minutes(least: float, most: float) -> Wait:
    """Real minutes, day and night."""
    return Wait(timedelta(minutes=least), timedelta(minutes=most), at_once=True)


def hours(least: float, most: float) -> Wait:
    """Hours, moved into working time."""
    return Wait(timedelta(hours=least), timedelta(hours=most))


def days(least: float, most: float) -> Wait:
    """Days, moved into working time."""
    return Wait(timedelta(days=least), timedelta(days=most))


Course = Iterator[Wait]


@dataclass(slots=True)
class Stage:
    """One tenant being played up to `now`."""

    place: Place
    session: Session
    definitions: Definitions
    dice: random.Random
    now: datetime
    organisation_id: uuid.UUID
    people: Mapping[str, Actor]
    sites: Mapping[str, uuid.UUID]
    at: datetime
    _agenda: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    _counter: Iterator[int] = field(default_factory=itertools.count)

    @property
    def calendar(self) -> Calendar:
        """When the tenant works."""
        return self.definitions.calendars[self.place.calendar]

    def act(self, key: str) -> Act:
        """The circumstances of what one person does at this moment of the play."""
        return self.by(self.people[key])

    def by(self, actor: Actor) -> Act:
        """As `act`, for an actor."""
        at = self.at
        return Act(actor, at, lambda: uuid7(at, self.dice.getrandbits(74)), self.definitions)

    def plan(self, when: datetime, happening: Callable[[], None]) -> None:
        """Let something happen at a time, unless that is still to come."""
        if when <= self.now:
            heapq.heappush(self._agenda, (when, next(self._counter), happening))

    def begin(self, course: Course) -> None:
        """Let a course begin at this moment."""
        wait = next(course, None)
        if wait is not None:
            self.plan(self.after(wait), lambda: self.begin(course))

    def after(self, wait: Wait) -> datetime:
        """The moment at which a course goes on."""
        span = wait.least + (wait.most - wait.least) * self.dice.random()
        when = (self.at + span).replace(microsecond=0)
        return when if wait.at_once else self.working(when)

    def working(self, when: datetime) -> datetime:
        """This moment, or one soon after the tenant opens next."""
        if self.calendar.is_open(when):
            return when
        opening = next(self.calendar.open_spans(when), None)
        if opening is None:
            return when
        return max(when, opening[0]) + timedelta(minutes=self.dice.randrange(5, 200))

    def play(self, tell: Callable[[], None]) -> None:
        """Everything on the agenda, in the order of time; `tell` is called after each happening."""
        while self._agenda:
            self.at, _, happening = heapq.heappop(self._agenda)
            happening()
            tell()
