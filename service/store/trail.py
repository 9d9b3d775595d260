"""The audit trail read: events by who and what they are about, newest or oldest first."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from referral import entries
from referral.events import EventKind
from service.store.audit import AuditEventRow


def read_entry(row: AuditEventRow) -> Mapping[str, Any]:
    """The fields of one stored event; empty when its bytes were damaged (the verifier names it)."""
    return entries.read_entry(row.entry) or {}


def timeline_of(
    session: Session,
    organisation_id: uuid.UUID,
    client_id: uuid.UUID,
    *,
    most: int,
    before: int | None = None,
    without: Sequence[str] = (),
) -> Sequence[AuditEventRow]:
    """The client's events, newest first; `before` continues after the last sequence number shown.

    `without` leaves kinds of event out.
    """
    wanted = select(AuditEventRow).where(
        AuditEventRow.organisation_id == organisation_id, AuditEventRow.client_id == client_id
    )
    if without:
        wanted = wanted.where(AuditEventRow.kind.not_in(without))
    return _newest(session, wanted, most, before)


def events_about(
    session: Session, organisation_id: uuid.UUID, subject_id: uuid.UUID
) -> Sequence[AuditEventRow]:
    """The events of one referral, need, screening or alert, oldest first."""
    wanted = select(AuditEventRow).where(
        AuditEventRow.organisation_id == organisation_id, AuditEventRow.subject_id == subject_id
    )
    return session.scalars(wanted.order_by(AuditEventRow.seq)).all()


_LOOKS = (EventKind.RECORD_VIEWED.value, EventKind.ACCESS_REFUSED.value)


def newest_change(session: Session, organisation_id: uuid.UUID, subjects: Collection[uuid.UUID]) -> int:
    """The place of the last event about any of these, looks at them left out; 0 where there is none."""
    wanted = select(func.max(AuditEventRow.seq)).where(
        AuditEventRow.organisation_id == organisation_id,
        AuditEventRow.subject_id.in_(subjects),
        AuditEventRow.kind.not_in(_LOOKS),
    )
    return session.scalar(wanted) or 0


def newest_events(
    session: Session,
    organisation_id: uuid.UUID,
    *,
    most: int,
    before: int | None = None,
    kind: str | None = None,
) -> Sequence[AuditEventRow]:
    """The organisation's events, newest first; of one kind, when it is named."""
    wanted = select(AuditEventRow).where(AuditEventRow.organisation_id == organisation_id)
    if kind is not None:
        wanted = wanted.where(AuditEventRow.kind == kind)
    return _newest(session, wanted, most, before)


def _newest(
    session: Session, wanted: Select[AuditEventRow], most: int, before: int | None
) -> Sequence[AuditEventRow]:
    if before is not None:
        wanted = wanted.where(AuditEventRow.seq < before)
    return session.scalars(wanted.order_by(AuditEventRow.seq.desc()).limit(most)).all()


def entry_of(session: Session, organisation_id: uuid.UUID, event_id: uuid.UUID) -> tuple[int, bytes] | None:
    """The place and the bytes of an event by its id."""
    wanted = select(AuditEventRow.seq, AuditEventRow.entry).where(
        AuditEventRow.organisation_id == organisation_id, AuditEventRow.id == event_id
    )
    row = session.execute(wanted).one_or_none()
    return None if row is None else (row.seq, row.entry)


def places_of(
    session: Session, organisation_id: uuid.UUID, event_ids: Sequence[uuid.UUID]
) -> Mapping[uuid.UUID, int]:
    """The places of events by their ids."""
    wanted = select(AuditEventRow.id, AuditEventRow.seq).where(
        AuditEventRow.organisation_id == organisation_id, AuditEventRow.id.in_(event_ids)
    )
    return {row[0]: row[1] for row in session.execute(wanted)}
