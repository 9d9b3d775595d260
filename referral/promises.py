"""Whether promises can be kept: deadlines against calendars, and rungs of ladders against who may hold them.

A promise that no moment of the year allows is a fault, and so is an urgent one that can fall due in closed hours
while no ladder tells somebody on call. What is less urgent and can fall due in a break is told as a note.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from instruments.problems import DefinitionProblem, Place
from referral.deadlines import Calendar, Span, Within
from referral.escalation import OWNER, Escalation, MissedRung
from referral.meeting import Closure, due_while_closed, longest_closure, never_met, spans_of
from referral.model import Urgency
from referral.pathways import CRISIS, Pathway, Rung

ON_CALL = "on-call"
_SOON = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Holders:
    """Which roles can hold a rung: those that may answer an alert, and those that may act on a late need."""

    answering: frozenset[str]
    acting: frozenset[str]


@dataclass(frozen=True, slots=True)
class Promises:
    """Every definition that promises something in time."""

    pathways: Mapping[str, Pathway]
    calendars: Mapping[str, Calendar]
    escalation: Escalation | None


@dataclass(frozen=True, slots=True)
class PromiseReport:
    """What cannot be kept, and what whoever runs it should know."""

    problems: tuple[DefinitionProblem, ...]
    notes: tuple[DefinitionProblem, ...]


@dataclass(frozen=True, slots=True)
class _Said:
    """One promise: what it is called, and where it stands."""

    name: str
    urgency: Urgency
    within: Within
    place: Place


def check_promises(promises: Promises, holders: Holders, now: datetime) -> PromiseReport:
    """Every promise tried against every calendar by which it may run, for the year from a moment on."""
    problems = [*_unheld(promises, holders)]
    notes: list[DefinitionProblem] = []
    for name, calendar in promises.calendars.items():
        spans = spans_of(calendar, now)
        at = Place(f"{name}.yaml", 1, 1)
        if not spans:
            problems.append(DefinitionProblem(at, "no open hours in the year from", str(now.date())))
            continue
        said = tuple(_said(promises, calendar.id))
        problems += _never(said, calendar, spans)
        closure = longest_closure(spans)
        if closure is not None:
            uncovered, covered = _in_closed_hours(said, calendar, closure, promises)
            problems += uncovered
            notes += covered
        if spans[-1][1] < now + _SOON:
            notes.append(DefinitionProblem(at, "no open hours are known after", str(spans[-1][1].date())))
    return PromiseReport(tuple(problems), tuple(notes))


def _said(promises: Promises, calendar: str) -> Iterator[_Said]:
    """Every promise that may run by a calendar, each place once."""
    theirs = [one for one in promises.pathways.values() if one.calendar in {None, calendar}]
    limits = (
        _Said(f"{clock}, {urgency}", urgency, limit.within, limit.place)
        for pathway in theirs
        for urgency in Urgency
        for clock, limit in pathway.limits[urgency].items()
    )
    yield from {one.place: one for one in limits}.values()
    for urgency, rung in _missed(promises.escalation):
        if rung.after is not None:
            yield _Said(f"missed, {urgency}: a rung", urgency, rung.after, rung.place)


def _never(said: Iterable[_Said], calendar: Calendar, spans: tuple[Span, ...]) -> Iterator[DefinitionProblem]:
    known: dict[Within, str | None] = {}
    for one in said:
        if one.within not in known:
            known[one.within] = _best_try(one.within, calendar, spans)
        words = known[one.within]
        if words is not None:
            what = f"{one.name}: the calendar {calendar.id} can never meet it"
            yield DefinitionProblem(one.place, what, words)


def _best_try(within: Within, calendar: Calendar, spans: tuple[Span, ...]) -> str | None:
    missed = never_met(within, calendar, spans)
    if missed is None:
        return None
    since, limit = _local(missed.since, calendar.zone), _local(missed.limit, calendar.zone)
    due = "never" if missed.due is None else _local(missed.due, calendar.zone)
    span = f"{within.amount} {within.unit}"
    return f"begun at best {since}, {span} end {due}, and the limit is {limit}"


def _in_closed_hours(
    said: Iterable[_Said], calendar: Calendar, closure: Closure, promises: Promises
) -> tuple[list[DefinitionProblem], list[DefinitionProblem]]:
    """Promises that can fall due while nobody is at work: those that nobody on duty is told of, and the others."""
    faults: list[DefinitionProblem] = []
    later: dict[Urgency, list[_Said]] = {}
    on_duty = _tells_on_call(promises)
    for one in said:
        due = due_while_closed(one.within, calendar, closure)
        if due is None:
            continue
        if one.urgency.at_least(Urgency.URGENT) and not on_duty:
            what = f"{one.name}: due while {calendar.id} is closed, and no ladder tells anybody on call"
            faults.append(DefinitionProblem(one.place, what, _closed_words(calendar, closure, due)))
        elif not one.urgency.at_least(Urgency.URGENT):
            later.setdefault(one.urgency, []).append(one)
    return faults, [_note(urgency, every, calendar, closure) for urgency, every in later.items()]


def _note(urgency: Urgency, every: list[_Said], calendar: Calendar, closure: Closure) -> DefinitionProblem:
    what = f"{len(every)} promises at {urgency} can fall due while nobody is at work"
    shown = f"{_local(closure.since, calendar.zone)} to {_local(closure.until, calendar.zone)}"
    return DefinitionProblem(Place(f"{calendar.id}.yaml", 1, 1), what, f"closed {shown}; {every[0].name}")


def _closed_words(calendar: Calendar, closure: Closure, due: datetime) -> str:
    begins, ends, late = (_local(each, calendar.zone) for each in (closure.since, closure.until, due))
    return f"begun {begins}, due {late}, open again {ends}"


def _tells_on_call(promises: Promises) -> bool:
    crisis = promises.pathways.get(CRISIS)
    told = [role for rung in (crisis.ladder if crisis else ()) for role in rung.roles]
    told += [role for _, rung in _missed(promises.escalation) for role in rung.tell]
    return ON_CALL in told


def _missed(escalation: Escalation | None) -> Iterator[tuple[Urgency, MissedRung]]:
    for urgency, rungs in escalation.missed.items() if escalation else ():
        yield from ((urgency, rung) for rung in rungs)
    yield from ((Urgency.IMMEDIATE, rung) for rung in (escalation.unended if escalation else ()))


def _unheld(promises: Promises, holders: Holders) -> Iterator[DefinitionProblem]:
    """Rungs that nobody can hold, a ladder of immediate risk without a rung, pathways that nobody works."""
    for pathway in promises.pathways.values():
        if not pathway.roles:
            yield DefinitionProblem(pathway.place, f"nobody works the pathway {pathway.id}: it has no roles")
        yield from _rungs(pathway.ladder, holders)
    crisis = promises.pathways.get(CRISIS)
    if crisis is not None and not crisis.ladder:
        yield DefinitionProblem(crisis.place, "the pathway of immediate risk has no ladder")
    for urgency, rung in _missed(promises.escalation):
        if not {*rung.tell} & {OWNER, *holders.acting}:
            found = ", ".join(rung.tell) or "nobody"
            allowed = ", ".join(sorted({OWNER, *holders.acting}))
            yield DefinitionProblem(
                rung.place, f"missed, {urgency}: nobody can hold this rung", found, allowed
            )


def _rungs(ladder: tuple[Rung, ...], holders: Holders) -> Iterator[DefinitionProblem]:
    for rung in ladder:
        if not {*rung.roles} & holders.answering:
            found, allowed = ", ".join(rung.roles) or "nobody", ", ".join(sorted(holders.answering))
            yield DefinitionProblem(rung.place, "nobody can hold this rung", found, allowed)


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(" ", "minutes")
