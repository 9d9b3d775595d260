"""What the weekly review of access is judged by: each question is bounded by a week, and by the clients looked at.

Times come from the ids of events, which are made at their moment; people stand in the entries' bytes.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from referral.event_groups import EventGroup, kinds_in
from referral.events import EventKind
from service.ids import first_id_at
from service.store.alerts import AlertRow
from service.store.audit import AuditEventRow
from service.store.clients import ClientRow
from service.store.needs import NeedRow
from service.store.referrals import ReferralRow
from service.store.trail_search import actor_in

_AT_ONCE = 5_000
"""How many ids one question names."""

Span = tuple[datetime, datetime]
Ids = Sequence[uuid.UUID]


def _within(organisation_id: uuid.UUID, span: Span) -> tuple[ColumnElement[bool], ...]:
    row = AuditEventRow
    return (
        row.organisation_id == organisation_id,
        row.id >= first_id_at(span[0]),
        row.id < first_id_at(span[1]),
    )


def looks_in(
    session: Session, organisation_id: uuid.UUID, span: Span, *, most: int
) -> list[tuple[int, uuid.UUID, str, uuid.UUID]]:
    """(place, id, who, client) of looks at clients' records, newest first."""
    row = AuditEventRow
    wanted = select(row.seq, row.id, actor_in(), row.client_id).where(
        *_within(organisation_id, span), row.kind == EventKind.RECORD_VIEWED, row.client_id.is_not(None)
    )
    found = session.execute(wanted.order_by(row.seq.desc()).limit(most))
    return [(seq, made, actor.decode(), client) for seq, made, actor, client in found if client]


def refusals_in(
    session: Session, organisation_id: uuid.UUID, span: Span, *, most: int
) -> list[tuple[int, uuid.UUID, str]]:
    """(place, id, who) of refusals of somebody known, newest first; who was refused at the door is not."""
    row, known = AuditEventRow, kinds_in(EventGroup.REFUSALS) - {EventKind.SIGN_IN_REFUSED}
    wanted = select(row.seq, row.id, actor_in()).where(
        *_within(organisation_id, span), row.kind.in_(sorted(known))
    )
    found = session.execute(wanted.order_by(row.seq.desc()).limit(most))
    return [(seq, made, actor.decode()) for seq, made, actor in found]


def events_in(
    session: Session, organisation_id: uuid.UUID, span: Span, kinds: Sequence[EventKind], *, most: int
) -> Sequence[AuditEventRow]:
    """Events of these kinds, newest first."""
    row = AuditEventRow
    wanted = select(row).where(*_within(organisation_id, span), row.kind.in_(kinds))
    return session.scalars(wanted.order_by(row.seq.desc()).limit(most)).all()


def records_opened(session: Session, organisation_id: uuid.UUID, span: Span) -> Mapping[str, int]:
    """How many different clients' records each person opened."""
    row = AuditEventRow
    wanted = select(actor_in(), func.count(row.client_id.distinct())).where(
        *_within(organisation_id, span), row.kind == EventKind.RECORD_VIEWED, row.client_id.is_not(None)
    )
    return {actor.decode(): count for actor, count in session.execute(wanted.group_by(actor_in()))}


def workers(session: Session, organisation_id: uuid.UUID, span: Span) -> set[tuple[str, uuid.UUID]]:
    """(who, client) wherever somebody did something for a client, and did not only look.

    Keeping details is no such work: a roster names everybody, and whoever brings it in would never be told again.
    """
    row, groups = AuditEventRow, (EventGroup.REFUSALS, EventGroup.LOOKS, EventGroup.RELEASES)
    details = {EventKind.CLIENT_ADDED, EventKind.CLIENT_CHANGED}
    no_work = sorted(details.union(*map(kinds_in, groups)))
    wanted = select(actor_in(), row.client_id).where(
        *_within(organisation_id, span), row.client_id.is_not(None), row.kind.not_in(no_work)
    )
    return {(actor.decode(), client) for actor, client in session.execute(wanted.distinct()) if client}


def clients_named(
    session: Session, organisation_id: uuid.UUID, ids: Ids
) -> Mapping[uuid.UUID, tuple[uuid.UUID, str]]:
    """The building and family name of each client."""
    row = ClientRow
    wanted = select(row.id, row.site_id, row.family_name).where(row.organisation_id == organisation_id)
    return {client: (site, family) for client, site, family in _of(session, wanted, row.id, ids)}


def needs_named(
    session: Session, organisation_id: uuid.UUID, ids: Ids
) -> list[tuple[uuid.UUID, uuid.UUID, datetime | None]]:
    """(client, owner, closed at) of the needs of these clients."""
    row = NeedRow
    wanted = select(row.client_id, row.owner_id, row.closed_at).where(row.organisation_id == organisation_id)
    return [(client, owner, closed) for client, owner, closed in _of(session, wanted, row.client_id, ids)]


def alerted(session: Session, organisation_id: uuid.UUID, span: Span) -> set[uuid.UUID]:
    """Clients for whom an alert was raised."""
    row = AlertRow
    wanted = select(row.client_id).where(
        row.organisation_id == organisation_id, row.raised_at >= span[0], row.raised_at < span[1]
    )
    return set(session.scalars(wanted))


def sent_to(session: Session, organisation_id: uuid.UUID, ids: Ids) -> set[tuple[uuid.UUID, uuid.UUID]]:
    """(team, client) wherever a referral of these clients was sent."""
    row = ReferralRow
    wanted = select(row.receiver_id, row.client_id).where(
        row.organisation_id == organisation_id, row.sent_at.is_not(None), row.receiver_id.is_not(None)
    )
    return {(team, client) for team, client in _of(session, wanted, row.client_id, ids)}


def opened_by_hand(session: Session, organisation_id: uuid.UUID, ids: Ids) -> set[uuid.UUID]:
    """Those of these needs that a person opened without a screening."""
    wanted = select(NeedRow.id).where(
        NeedRow.organisation_id == organisation_id, NeedRow.screening_id.is_(None)
    )
    return {need for (need,) in _of(session, wanted, NeedRow.id, ids)}


def reviews_of(session: Session, organisation_id: uuid.UUID, keys: Ids) -> Sequence[AuditEventRow]:
    """What was written about these findings, oldest first."""
    row = AuditEventRow
    wanted = select(row).where(row.organisation_id == organisation_id, row.kind == EventKind.ACCESS_REVIEWED)
    found = [each for (each,) in _of(session, wanted, row.subject_id, keys)]
    return sorted(found, key=lambda each: each.seq)


def _of(
    session: Session,
    wanted: Any,  # noqa: ANN401  a question, whatever its columns
    column: Any,  # noqa: ANN401  a column of ids
    ids: Ids,
) -> Iterator[Any]:
    for start in range(0, len(ids), _AT_ONCE):
        yield from session.execute(wanted.where(column.in_(ids[start : start + _AT_ONCE])))
