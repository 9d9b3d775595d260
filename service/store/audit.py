"""The audit trail's rows: appended, never changed. Bytes, digests and proofs are referral.audit's business."""

import sqlite3
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import chain
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    Uuid,
    and_,
    cast,
    func,
    select,
    type_coerce,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column
from sqlalchemy.types import NullType

from referral import audit, entries
from referral.audit import Head, StoredEvent
from referral.events import Event
from service.store.base import Base, Owned
from service.store.organisations import OrganisationRow
from service.store.scope import across, within
from service.store.trail_rows import as_bytes, as_stored, plain, raw_stretches, whole
from service.store.trail_writing import Ending, Row

PENDING = "handrail_pending_events"


class TrailUnavailable(Exception):
    """The trail takes no event, so what would belong into it cannot happen either."""


class AuditEventRow(Owned, Base):
    """One event: its exact canonical bytes and digest, and the columns by which it is found."""

    __tablename__ = "audit_events"
    __table_args__ = (
        UniqueConstraint("organisation_id", "previous"),
        UniqueConstraint("organisation_id", "id"),
        Index("ix_audit_events_of_client", "organisation_id", "client_id", "seq"),
        Index("ix_audit_events_of_subject", "organisation_id", "subject_id", "seq"),
    )

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[uuid.UUID]
    previous: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    entry: Mapped[bytes]
    kind: Mapped[str]
    client_id: Mapped[uuid.UUID | None]
    subject_id: Mapped[uuid.UUID]


class ChainHeadRow(Owned, Base):
    """The end of one organisation's chain: the row that is locked last before a commit."""

    __tablename__ = "chain_heads"

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    seq: Mapped[int]
    digest: Mapped[bytes] = mapped_column(LargeBinary)


def begin_chain(session: Session, organisation_id: uuid.UUID) -> None:
    """The empty chain of a new organisation."""
    head = audit.genesis(str(organisation_id))
    session.add(ChainHeadRow(organisation_id=organisation_id, seq=head.count, digest=head.digest))


def append(session: Session, event: Event) -> None:
    """Note an event; it gets its place in the chain when the transaction commits, or neither happens."""
    session.info.setdefault(PENDING, []).append(event)


def seal(session: Session) -> None:
    """Chain the noted events behind their organisations' heads: the last statements before a commit.

    Heads are locked in the order of their organisation, so that two transactions never wait for each other.
    """
    pending: list[Event] = session.info.pop(PENDING, [])
    session.flush()
    for organisation in sorted({event.organisation for event in pending}):
        _chain(
            session,
            uuid.UUID(organisation),
            [event for event in pending if event.organisation == organisation],
        )


def forget(session: Session) -> None:
    """Drop the noted events of a transaction that was rolled back."""
    session.info.pop(PENDING, None)


def _chain(session: Session, organisation_id: uuid.UUID, events: Sequence[Event]) -> None:
    """Whatever keeps the events out of the trail keeps the act from happening. Raises TrailUnavailable."""
    try:
        _put_behind_head(session, organisation_id, events)
    except (SQLAlchemyError, sqlite3.Error) as error:
        message = "the audit trail cannot be written"
        raise TrailUnavailable(message) from error


def _put_behind_head(session: Session, organisation_id: uuid.UUID, events: Sequence[Event]) -> None:
    """The head's lock comes first: whoever comes next waits for what follows here alone, and for the commit."""
    within(session, organisation_id)
    ending = Ending(session.connection(), organisation_id)
    head, rows = ending.locked(), list[Row]()
    for event in events:
        head, stored = audit.append(head, event)
        rows.append(row_of(ending, event, stored))
    ending.put(rows)
    ending.move(head)


def lock_head(session: Session, organisation_id: uuid.UUID) -> ChainHeadRow:
    """The end of an organisation's chain, locked until commit: whoever holds it writes alone there."""
    wanted = select(ChainHeadRow).where(ChainHeadRow.organisation_id == organisation_id)
    return session.scalars(wanted.with_for_update().execution_options(populate_existing=True)).one()


def row_of(ending: Ending, event: Event, stored: StoredEvent) -> Row:
    """The row of an event, with the columns by which it is found."""
    client = None if event.client is None else uuid.UUID(event.client)
    ids = uuid.UUID(event.id), client, uuid.UUID(event.subject)
    return ending.row(stored.seq, ids, (stored.previous, stored.digest, stored.entry, str(event.kind)))


def recorded_head(session: Session, organisation_id: uuid.UUID) -> Head | None:
    """The end of the chain as the database records it; None when that row is gone."""
    wanted = _raw(session, ChainHeadRow.seq, ChainHeadRow.digest)
    row = session.execute(wanted.where(ChainHeadRow.organisation_id == organisation_id)).one_or_none()
    return None if row is None else Head(whole(row[0]), as_bytes(row[1]))


def tenants(session: Session) -> Sequence[tuple[str, str]]:
    """(id, name) of every organisation as they stand, by name: a damaged row must not crash the proof."""
    wanted = _raw(session, OrganisationRow.id, OrganisationRow.name)
    rows = session.execute(across(wanted.order_by(OrganisationRow.name, OrganisationRow.id)))
    return [(plain(each) or "", as_bytes(name).decode(errors="backslashreplace")) for each, name in rows]


def orphans(session: Session) -> Sequence[tuple[str, int, str | None]]:
    """Trails that no organisation has: (its id as it stands, first place or 0 for a head alone, that event's id)."""
    heads = _raw(session, ChainHeadRow.organisation_id).where(_stray(ChainHeadRow.organisation_id))
    found: dict[str, tuple[int, str | None]] = {
        plain(each) or "": (0, None) for (each,) in session.execute(across(heads))
    }
    trail = AuditEventRow.organisation_id
    firsts = (
        select(trail, func.min(AuditEventRow.seq).label("seq"))
        .where(_stray(trail))
        .group_by(trail)
        .subquery()
    )
    events = _raw(session, trail, AuditEventRow.seq, AuditEventRow.id).join(
        firsts, and_(trail == firsts.c.organisation_id, AuditEventRow.seq == firsts.c.seq)
    )
    found |= {
        plain(each) or "": (whole(seq), plain(event)) for each, seq, event in session.execute(across(events))
    }
    return [(each, *where) for each, where in sorted(found.items())]


def _stray(organisation_id: InstrumentedAttribute[uuid.UUID]) -> ColumnElement[bool]:
    return organisation_id.not_in(select(OrganisationRow.id))


def stored_events(session: Session, organisation_id: uuid.UUID, *, after: int = 0) -> Iterator[StoredEvent]:
    """The events of one organisation by sequence, behind a place, streamed, as the verifier wants them."""
    with closing(raw_stretches(session, organisation_id, after=after)) as found:
        yield from map(as_stored, chain.from_iterable(found))


def stored_id(session: Session, organisation_id: uuid.UUID, seq: int) -> str | None:
    """The id column of the event at a place in the chain, as it stands; None when no event is there."""
    wanted = _raw(session, AuditEventRow.id).where(
        AuditEventRow.organisation_id == organisation_id, AuditEventRow.seq == seq
    )
    row = session.execute(wanted).first()
    return None if row is None else plain(row[0])


def misplaced_id(session: Session, organisation_id: uuid.UUID, seq: int) -> str | None:
    """The id of the event whose entry claims this place, wherever its row stands now; None when it is gone."""
    wanted = across(_raw(session, AuditEventRow.entry)).execution_options(yield_per=2000)
    with session.execute(wanted) as found:
        for (entry,) in found:
            claimed = entries.read_entry(as_bytes(entry)) or {}
            if (claimed.get("organisation"), claimed.get("seq")) == (str(organisation_id), seq):
                return str(claimed.get("id"))
    return None


def _raw(session: Session, *columns: Any) -> Any:  # noqa: ANN401  any columns, any types
    """A query of columns without their types. SQLite holds what it is given: there, each is read as bytes."""
    if session.get_bind().dialect.name == "sqlite":
        return select(*(type_coerce(cast(column, LargeBinary), NullType()) for column in columns))
    return select(
        *(
            cast(column, String) if isinstance(column.type, Uuid) else type_coerce(column, String)
            for column in columns
        )
    )
