"""Bringing a roster in: shown first, then done whole or not at all. It adds and changes, and takes nobody away."""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy.orm import Session

from instruments.model import Text
from referral.events import Details as EventDetails
from referral.events import EventKind, SubjectKind
from service.access import Act
from service.actions import enrolling, guardians
from service.actions.consents import today_in
from service.actions.details import MOST_SHOWN, Details, GuardianDetails
from service.actions.refusals import Conflict, FieldProblem, Invalid
from service.actions.roster_file import FileProblem, read_roster
from service.actions.roster_plan import Known, KnownGuardian, Outcome, Plan, make_plan
from service.actions.saying import say
from service.permissions import Permission
from service.store import audit
from service.store.clients import ClientRow
from service.store.roll import every_guardian, everybody, guardians_named, lock_clients

MOST_PROBLEMS = 200
"""So many fill a page; how many more there are is said."""

MOVED_ON: Text = {
    "en": "Records changed since you saw what this file does. Look at it again.",
    "es": "Las fichas cambiaron desde que usted vio lo que hace este archivo. Revíselo de nuevo.",
}
ROSTER = "roster"
_DETAILS = tuple(each.name for each in fields(Details))
_OF_GUARDIANS = tuple(each.name for each in fields(GuardianDetails))


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would do, or everything that is wrong with it: then it does nothing."""

    plan: Plan
    problems: tuple[FileProblem, ...]
    sites: Mapping[uuid.UUID, str]
    mark: str
    """Whom it was compared with: changes whenever anything that is kept about anybody does."""


def look(session: Session, content: bytes, *, act: Act) -> Preview:
    """What this file would do. It only reads, so that nobody waits for it. Raises NotAllowed."""
    act.by.must(Permission.IMPORT_ROSTER)
    lines, problems = read_roster(content, today_in(session, act))
    sites = {each.name: each.id for each in enrolling.places(session, act=act)}
    known, mark = _known(session, act)
    plan, unknown = make_plan(lines, known, sites)
    every = sorted([*problems, *unknown], key=lambda each: (each.line, each.column))
    shown = Plan((), 0) if every else plan
    return Preview(shown, tuple(every), {id_: name for name, id_ in sites.items()}, mark)


def note_look(session: Session, seen: Preview, *, act: Act) -> None:
    """Write down that somebody saw what a file would do: how many it names, and no name."""
    count = len(seen.plan.outcomes)
    event = act.event(
        EventKind.RECORD_VIEWED, (SubjectKind.ORGANISATION, act.organisation_id), view="roster", count=count
    )
    audit.append(session, event)


def refuse_problems(seen: Preview, act: Act) -> None:
    """Raise Invalid naming everything that is wrong with the file, as far as a page holds it."""
    shown = seen.problems[:MOST_PROBLEMS]
    found = [(f"{each.line}:{each.column}", each.words(act.by.language), each.found) for each in shown]
    if found:
        raise Invalid(*(FieldProblem(where, words, value[:MOST_SHOWN]) for where, words, value in found))


def bring_in(session: Session, seen: Preview, was: str, *, act: Act) -> Plan:
    """Do what the file says, all of it; `was` is the plan that the actor saw. The same file again changes nothing.

    Raises NotAllowed, Invalid, and Conflict where records changed since the actor looked, or since the program did.
    """
    act.by.must(Permission.IMPORT_ROSTER)
    refuse_problems(seen, act)
    plan = seen.plan
    rows = lock_clients(session, act.organisation_id, [each.known for each in plan.changed if each.known])
    if plan.version != was or _known(session, act)[1] != seen.mark:
        raise Conflict(say(act, MOVED_ON))
    _add(session, plan.added, act)
    _change(session, plan.changed, {row.id: row for row in rows}, act)
    counts = tuple(f"{name}:{count}" for name, count in plan.counts.items())
    subject = (SubjectKind.ORGANISATION, act.organisation_id)
    audit.append(session, act.event(EventKind.ROSTER_IMPORTED, subject, details={"counts": counts}))
    session.flush()
    return plan


def _known(session: Session, act: Act) -> tuple[dict[str, Known], str]:
    """(everybody by their own id, what they are recognised by), as they stand now."""
    clients = everybody(session, act.organisation_id, _DETAILS)
    kept = every_guardian(session, act.organisation_id, _OF_GUARDIANS)
    theirs: dict[uuid.UUID, list[KnownGuardian]] = {}
    for row in kept:
        one = KnownGuardian(row.id, row.taken_away_at is not None, GuardianDetails(*_told(row, 3)))
        theirs.setdefault(row.client_id, []).append(one)
    found = [Known(row.id, Details(*_told(row, 1)), tuple(theirs.get(row.id, ()))) for row in clients]
    mark = hashlib.sha256(repr([tuple(row) for rows in (clients, kept) for row in rows]).encode()).hexdigest()
    return {each.details.local_id: each for each in found}, mark


def _told(row: Sequence[Any], since: int) -> Sequence[Any]:
    """The columns of a row behind its ids."""
    return row[since:]


def _add(session: Session, added: Sequence[Outcome], act: Act) -> None:
    rows = [enrolling.client_row(each.details, act) for each in added]
    session.add_all(rows)
    session.flush()
    for row, each in zip(rows, added, strict=True):
        session.add_all(guardians.guardian_row(row.id, one, act) for one in each.new_guardians)
        how: EventDetails = {"method": ROSTER, "count": len(each.new_guardians)}
        event = act.event(EventKind.CLIENT_ADDED, (SubjectKind.CLIENT, row.id), client=row.id, details=how)
        audit.append(session, event)


def _change(
    session: Session, changed: Sequence[Outcome], rows: Mapping[uuid.UUID, ClientRow], act: Act
) -> None:
    told = dict(pair for each in changed for pair in each.changed_guardians)
    for guardian in guardians_named(session, act.organisation_id, list(told)):
        guardians.write(guardian, told[guardian.id])
    for each in changed:
        row = rows[each.known]  # type: ignore[index]  # whoever changes is known
        enrolling.write(row, each.details)
        session.add_all(guardians.guardian_row(row.id, one, act) for one in each.new_guardians)
        how: EventDetails = {"fields": each.fields, "method": ROSTER}
        event = act.event(EventKind.CLIENT_CHANGED, (SubjectKind.CLIENT, row.id), client=row.id, details=how)
        audit.append(session, event)
