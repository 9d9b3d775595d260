"""The readable trail of one client or referral: who did or saw what, when. Words are the pages' business."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from instruments.model import Text
from referral.events import EventKind, SubjectKind
from service.access import Act, access_client, access_referral
from service.actions.happenings import Happening, words_of
from service.actions.saying import known_name
from service.permissions import SYSTEM_ID, Permission, Role
from service.store import audit, trail
from service.store.audit import AuditEventRow
from service.store.needs import find_need
from service.store.referrals import find_referral

QUIET = (EventKind.ANSWER_SAVED, EventKind.ANSWER_CHANGED, EventKind.RECORD_VIEWED)
"""Kinds that a short timeline leaves out: single answers on their way, and looks at the record."""

MOST = 50


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One event for people to read: who did it, when, in plain words; its codes and ids beside them."""

    seq: int
    id: str
    at: datetime
    by: str
    role: Role
    kind: EventKind
    subject_kind: SubjectKind
    subject: str
    before: str | None
    after: str | None
    reason: str | None
    details: Mapping[str, Any]
    words: Text


@dataclass(frozen=True, slots=True)
class Timeline:
    """A stretch of a timeline, newest first; `older` continues it, None at its beginning."""

    subject_id: uuid.UUID
    name: str
    lines: tuple[TimelineLine, ...]
    older: int | None


def show(
    session: Session, client_id: uuid.UUID, *, act: Act, before: int | None = None, everything: bool = False
) -> Timeline:
    """The client's timeline; seeing it is an event. `everything` shows single answers and looks too."""
    client = access_client(session, client_id, act, Permission.READ_CLIENT)
    viewed = (SubjectKind.CLIENT, client.id)
    audit.append(session, act.event(EventKind.RECORD_VIEWED, viewed, client=client.id, view="timeline"))
    without = () if everything else QUIET
    rows = trail.timeline_of(
        session, act.organisation_id, client.id, most=MOST + 1, before=before, without=without
    )
    older = rows[MOST - 1].seq if len(rows) > MOST else None
    return Timeline(client.id, client.name, _lines(session, rows[:MOST], act), older)


def recent(session: Session, client_id: uuid.UUID, most: int, *, act: Act) -> tuple[TimelineLine, ...]:
    """The newest happenings of a client whom the caller already reached, without answers and looks."""
    rows = trail.timeline_of(session, act.organisation_id, client_id, most=most, without=QUIET)
    return _lines(session, rows, act)


def of_referral(session: Session, referral_id: uuid.UUID, *, act: Act) -> Timeline:
    """Everything that happened to one referral, newest first; seeing it is an event."""
    referral = access_referral(session, referral_id, act, Permission.READ_REFERRAL)
    viewed = (SubjectKind.REFERRAL, referral.id)
    event = act.event(EventKind.RECORD_VIEWED, viewed, client=referral.client_id, view="timeline")
    audit.append(session, event)
    rows = trail.events_about(session, act.organisation_id, referral.id)
    return Timeline(referral.id, referral.number, _lines(session, tuple(reversed(rows)), act), None)


def _lines(session: Session, rows: Sequence[AuditEventRow], act: Act) -> tuple[TimelineLine, ...]:
    entries = [(row, trail.read_entry(row)) for row in rows]
    names = _names(session, {entry.get("actor", "") for _row, entry in entries}, act)
    # Bytes that are no entry any more are named by the verifier; a timeline shows what can still be read.
    return tuple(_line(session, row, entry, names, act) for row, entry in entries if entry)


def _names(session: Session, actors: Iterable[str], act: Act) -> Mapping[str, str]:
    found = {actor: known_name(session, uuid.UUID(actor), act) for actor in actors if actor}
    return {actor: name for actor, name in found.items() if name is not None} | {str(SYSTEM_ID): "Handrail"}


def _line(
    session: Session, row: AuditEventRow, entry: Mapping[str, Any], names: Mapping[str, str], act: Act
) -> TimelineLine:
    kind, details = EventKind(entry["kind"]), entry["details"]
    told = Happening(kind, entry["before"], entry["after"], details, _pathway(session, entry, act))
    return TimelineLine(
        seq=row.seq,
        id=str(row.id),
        at=datetime.fromisoformat(entry["at"]).astimezone(UTC),
        by=names.get(entry["actor"], ""),
        role=Role(entry["role"]),
        kind=kind,
        subject_kind=SubjectKind(entry["subject_kind"]),
        subject=entry["subject"],
        before=entry["before"],
        after=entry["after"],
        reason=entry["reason"],
        details=details,
        words=words_of(told),
    )


def _pathway(session: Session, entry: Mapping[str, Any], act: Act) -> Text | None:
    named: str | None = entry["details"].get("pathway") or _pathway_of(session, entry, act)
    pathway = act.definitions.pathways.by_id.get(named or "")
    return None if pathway is None else pathway.name


def _pathway_of(session: Session, entry: Mapping[str, Any], act: Act) -> str | None:
    subject = uuid.UUID(entry["subject"])
    find = {SubjectKind.REFERRAL: find_referral, SubjectKind.NEED: find_need}.get(
        SubjectKind(entry["subject_kind"])
    )
    row = None if find is None else find(session, act.organisation_id, subject)
    return None if row is None else row.pathway
