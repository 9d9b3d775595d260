"""How long records stay here: what a preview shows, and the judgement that an erasure rests on.

Ids, classes, counts and days only: whoever keeps records need not read them. Erasing is in `erasing.py`.
"""

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from referral.events import EventKind, SubjectKind
from referral.retention import (
    OF_CLIENTS,
    EraseReason,
    Facts,
    HoldReason,
    Kept,
    NoSchedule,
    RecordClass,
    Schedule,
    Verdict,
    judge,
)
from service.access import Act
from service.actions import old_sign_ins
from service.actions.consents import today_in
from service.permissions import Permission
from service.store import audit
from service.store.clients import ClientRow
from service.store.holds import HoldRow, erasures_to_do, holds_in_force
from service.store.organisations import find_organisation
from service.store.retention import Seen, clients_in, seen_of

MOST_LINES = 200
"""So many clients fill a preview; the counts are of all."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One client by id: what becomes of their records, and how many of each class there are."""

    client_id: uuid.UUID
    verdict: Verdict
    counts: Mapping[RecordClass, int]


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold in force: on one client, or on all (None)."""

    id: uuid.UUID
    client_id: uuid.UUID | None
    reason: HoldReason
    set_by: uuid.UUID
    set_at: datetime


@dataclass(frozen=True, slots=True)
class Request:
    """An erasure that was asked for and is not done; `verdict` says what stands against it now."""

    id: uuid.UUID
    client_id: uuid.UUID
    reason: EraseReason
    asked_by: uuid.UUID
    asked_at: datetime
    approved_at: datetime | None
    kept: Kept | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What would go on a day, and what would stay and why. `due` is cut off; `totals` and `kept` are of all."""

    schedule: Schedule
    today: date
    clients: int
    due: tuple[Judged, ...]
    due_in_all: int
    totals: Mapping[RecordClass, int]
    kept: Mapping[Kept, int]
    holds: tuple[Hold, ...]
    requests: tuple[Request, ...]


def schedule_of(session: Session, *, act: Act) -> Schedule:
    """The schedule of the actor's organisation, by its kind. Raises NoSchedule."""
    kind = str(find_organisation(session, act.organisation_id).kind)
    found = act.definitions.retention.get(kind)
    if found is None:
        raise NoSchedule(f'retention: no schedule has the id "{kind}"')
    return found


def preview(session: Session, *, act: Act) -> Preview:
    """What an erasure would take today; looking is an event."""
    act.by.must(Permission.KEEP_RECORDS)
    subject = (SubjectKind.ORGANISATION, act.organisation_id)
    audit.append(session, act.event(EventKind.RECORD_VIEWED, subject, view="retention"))
    judged = judge_all(session, act=act)
    due = [each for each in judged if each.verdict.kept is None]
    totals = Counter(dict.fromkeys(OF_CLIENTS, 0))
    for one in due:
        totals.update(one.counts)
    schedule = schedule_of(session, act=act)
    totals[RecordClass.SIGN_IN] = old_sign_ins.due(session, schedule, act=act)
    return Preview(
        schedule,
        today_in(session, act),
        len(judged),
        tuple(due[:MOST_LINES]),
        len(due),
        totals,
        Counter(each.verdict.kept for each in judged if each.verdict.kept is not None),
        tuple(map(_hold, holds_in_force(session, act.organisation_id))),
        _requests(session, act),
    )


def _hold(row: HoldRow) -> Hold:
    return Hold(row.id, row.client_id, HoldReason(row.reason), row.set_by, row.set_at)


def _requests(session: Session, act: Act) -> tuple[Request, ...]:
    rows = erasures_to_do(session, act.organisation_id)
    found = {row.client_id: judge_all(session, row.client_id, asked=True, act=act) for row in rows}
    return tuple(
        Request(
            row.id,
            row.client_id,
            EraseReason(row.reason),
            row.asked_by,
            row.asked_at,
            row.approved_at,
            found[row.client_id][0].verdict.kept,
        )
        for row in rows
        if found[row.client_id]
    )


def judge_all(
    session: Session, client_id: uuid.UUID | None = None, *, act: Act, asked: bool = False
) -> Sequence[Judged]:
    """Every client of the organisation, or one: what becomes of their records today."""
    within, today = act.organisation_id, today_in(session, act)
    schedule, zone = schedule_of(session, act=act), ZoneInfo(find_organisation(session, within).zone)
    seen = seen_of(session, within, client_id)
    held = {row.client_id for row in holds_in_force(session, within)}
    found = []
    for row in clients_in(session, within, client_id):
        facts = _facts(row, seen.get(row.id, Seen()), zone, held=bool(held & {None, row.id}))
        counts = {RecordClass.CLIENT: 1, **(seen[row.id].counts if row.id in seen else {})}
        found.append(Judged(row.id, judge(schedule, facts, today, asked=asked), counts))
    return found


def _facts(row: ClientRow, seen: Seen, zone: ZoneInfo, *, held: bool) -> Facts:
    last = {each: moment.astimezone(zone).date() for each, moment in seen.last.items()}
    last[RecordClass.CLIENT] = max([_added(row.id).astimezone(zone).date(), *last.values()])
    return Facts(row.born_on, last, frozenset(seen.open), held)


def _added(id_: uuid.UUID) -> datetime:
    """When a row was made: an id of version 7 begins with the milliseconds since 1970 (RFC 9562)."""
    return datetime.fromtimestamp((id_.int >> 80) / 1000, UTC)
