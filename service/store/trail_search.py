"""The audit trail searched: events that fit filters, counted, streamed. What a filter means is the acts' business.

Days are found by the ids of events, which are in order of time; people and roles stand in the entry's bytes alone.
"""

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, cast, func, literal, literal_column, select
from sqlalchemy.orm import Session
from sqlalchemy.types import String

from referral.audit_table import ExportedEvent
from referral.events import EventKind
from service.kinds import Role
from service.store.audit import AuditEventRow
from service.store.clients import ClientRow

_ACTOR_AT: ColumnElement[int] = literal_column("11")
_ACTOR_LONG: ColumnElement[int] = literal_column("36")
"""Where the actor stands in every entry, behind {"actor":" as the first of the sorted names, and how long an id is."""

BORDER = 200
"""Ids are made when an act begins, places when it commits: at the border of a day, of so many the furthest counts."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What events must fit; None narrows nothing. `first` and `beyond` are bounds of the events' ids."""

    kinds: frozenset[EventKind] | None = None
    actor: uuid.UUID | None = None
    role: Role | None = None
    subject: uuid.UUID | None = None
    client: uuid.UUID | None = None
    first: uuid.UUID | None = None
    beyond: uuid.UUID | None = None
    seq: int | None = None

    @property
    def at_hand(self) -> bool:
        """Whether what fits is found without looking at much else, however long the trail is."""
        named = (self.subject, self.client, self.seq)
        return self == Narrowed() or any(each is not None for each in named)


@dataclass(frozen=True, slots=True)
class Reach:
    """The places that a search looks through, both included, and the first in which something could fit."""

    first: int
    last: int
    floor: int = 1

    @property
    def stopped(self) -> bool:
        """Whether something older could fit."""
        return self.first > self.floor


def actor_in() -> ColumnElement[bytes]:
    """The id of who acted, as the entry of a row writes it."""
    return func.substr(AuditEventRow.entry, _ACTOR_AT, _ACTOR_LONG, type_=LargeBinary)


def _conditions(
    session: Session, organisation_id: uuid.UUID, wanted: Narrowed
) -> Iterator[ColumnElement[bool]]:
    yield AuditEventRow.organisation_id == organisation_id
    plain: tuple[tuple[object, Callable[[Any], ColumnElement[bool]]], ...] = (
        (wanted.subject, AuditEventRow.subject_id.__eq__),
        (wanted.client, AuditEventRow.client_id.__eq__),
        (wanted.first, AuditEventRow.id.__ge__),
        (wanted.beyond, AuditEventRow.id.__lt__),
        (wanted.seq, AuditEventRow.seq.__eq__),
        (wanted.actor and str(wanted.actor).encode(), actor_in().__eq__),
        (None if wanted.kinds is None else sorted(wanted.kinds), AuditEventRow.kind.in_),
    )
    yield from (fits(value) for value, fits in plain if value is not None)
    if wanted.role is not None:
        yield _says(session, f'"role":"{wanted.role}","seq":'.encode())


def _says(session: Session, words: bytes) -> ColumnElement[bool]:
    """Whether the entry's bytes hold these, which must be free of % and _."""
    if session.get_bind().dialect.name == "sqlite":
        return func.instr(AuditEventRow.entry, words) > 0
    return AuditEventRow.entry.bool_op("LIKE")(literal(b"%" + words + b"%", LargeBinary))


def reach_of(
    session: Session, organisation_id: uuid.UUID, wanted: Narrowed, *, most: int, before: int | None = None
) -> Reach | None:
    """The newest places where something could fit, `most` of them at once; None when all are looked at together."""
    places = select(AuditEventRow.seq).where(AuditEventRow.organisation_id == organisation_id)
    newest = session.scalars(places.order_by(AuditEventRow.seq.desc()).limit(1)).first() or 0
    if wanted.at_hand or newest <= most:
        return None
    last, floor, made = min(newest, (before or newest + 1) - 1), 1, AuditEventRow.id
    if wanted.beyond is not None:
        border = places.where(made < wanted.beyond).order_by(made.desc())
        last = min(last, max(session.scalars(border.limit(BORDER)), default=0))
    if wanted.first is not None:
        border = places.where(made >= wanted.first).order_by(made)
        floor = min(session.scalars(border.limit(BORDER)), default=newest)
    return Reach(max(floor, last - most + 1), last, floor)


def matching(
    session: Session,
    organisation_id: uuid.UUID,
    wanted: Narrowed,
    *,
    most: int,
    within: Reach | None = None,
    before: int | None = None,
) -> list[AuditEventRow]:
    """Events that fit, newest first, of these places; `before` continues after the last one shown."""
    found = select(AuditEventRow).where(*_conditions(session, organisation_id, wanted), *_between(within))
    if before is not None:
        found = found.where(AuditEventRow.seq < before)
    return list(session.scalars(found.order_by(AuditEventRow.seq.desc()).limit(most)))


def _between(within: Reach | None) -> Sequence[ColumnElement[bool]]:
    return () if within is None else (AuditEventRow.seq.between(within.first, within.last),)


def count_up_to(
    session: Session, organisation_id: uuid.UUID, wanted: Narrowed, most: int, within: Reach | None = None
) -> int:
    """How many events fit, of these places, counted no further than `most`."""
    fits = (*_conditions(session, organisation_id, wanted), *_between(within))
    found = select(AuditEventRow.seq).where(*fits)
    return len(session.scalars(found.order_by(AuditEventRow.seq.desc()).limit(most)).all())


def count_all(session: Session, organisation_id: uuid.UUID, wanted: Narrowed, *, last: int) -> int:
    """How many events fit, up to this place."""
    fits = (*_conditions(session, organisation_id, wanted), AuditEventRow.seq <= last)
    return session.scalars(select(func.count(AuditEventRow.seq)).where(*fits)).one()


def streamed(
    session: Session, organisation_id: uuid.UUID, wanted: Narrowed, *, last: int
) -> Iterator[ExportedEvent]:
    """Events that fit, oldest first, up to this place, a few hundred at a time."""
    row = AuditEventRow
    found = select(row.seq, row.previous, row.digest, row.entry)
    found = found.where(*_conditions(session, organisation_id, wanted), row.seq <= last).order_by(row.seq)
    with session.execute(found.execution_options(yield_per=500)) as rows:
        for seq, previous, digest, entry in rows:
            yield ExportedEvent(seq, previous, digest, entry)


def clients_ending_in(session: Session, organisation_id: uuid.UUID, digits: str) -> list[uuid.UUID]:
    """Clients whose id ends in these digits, two at most: one is the answer, two are none."""
    wanted = select(ClientRow.id).where(
        ClientRow.organisation_id == organisation_id,
        func.lower(cast(ClientRow.id, String)).like(f"%{digits}"),
    )
    return list(session.scalars(wanted.limit(2)))
