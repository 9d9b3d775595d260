"""What waits on certain days: appointments, waiting lists, promised calls, screens to repeat; and those lost."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from referral.model import ClosingReason, DecisionKind, State
from service.store.clients import ClientRow
from service.store.needs import AttemptRow, NeedRow
from service.store.referrals import ReferralRow
from service.store.screenings import DecisionRow, ScreeningRow

STANDING = (State.SCHEDULED, State.NOT_ATTENDED, State.IN_CARE, State.COMPLETED)
"""States in which an appointment stands or stood; one that was cancelled is in nobody's calendar."""
TO_REBOOK = (State.NOT_ATTENDED, State.APPOINTMENT_CANCELLED)

LOST = (ClosingReason.NOT_REACHED, ClosingReason.CLIENT_CHOSE_NOT_TO, ClosingReason.MOVED_AWAY)
"""Closed although help had not begun and nothing else was found: no reproach to anybody in any of them."""


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose days these are: one team's, a building's, those of certain teams with all that is immediate, or all."""

    organisation_id: uuid.UUID
    team_id: uuid.UUID | None = None
    site_id: uuid.UUID | None = None
    teams_and_immediate: tuple[uuid.UUID, ...] | None = None


def _theirs(whose: Whose) -> list[ColumnElement[bool]]:
    conditions = [ReferralRow.organisation_id == whose.organisation_id]
    if whose.team_id is not None:
        conditions.append(ReferralRow.receiver_id == whose.team_id)
    if whose.site_id is not None:
        conditions.append(ClientRow.site_id == whose.site_id)
    if whose.teams_and_immediate is not None:
        conditions.append(or_(ReferralRow.rank == 0, ReferralRow.receiver_id.in_(whose.teams_and_immediate)))
    return conditions


def _referrals(
    session: Session, whose: Whose, *conditions: ColumnElement[bool], by: ColumnElement[Any], most: int
) -> Sequence[tuple[ReferralRow, ClientRow]]:
    same = and_(
        ClientRow.organisation_id == ReferralRow.organisation_id, ClientRow.id == ReferralRow.client_id
    )
    wanted = select(ReferralRow, ClientRow).join(ClientRow, same).where(*_theirs(whose), *conditions)
    return [(row, client) for row, client in session.execute(wanted.order_by(by, ReferralRow.id).limit(most))]


def appointments(
    session: Session, whose: Whose, start: datetime, end: datetime, *, most: int
) -> Sequence[tuple[ReferralRow, ClientRow]]:
    """Appointments in [start, end) that stand or stood, in the order of time."""
    at = ReferralRow.appointment_at
    within = (at >= start, at < end, ReferralRow.state.in_(STANDING))
    return _referrals(session, whose, *within, by=at.expression, most=most)


def unrecorded(
    session: Session, whose: Whose, now: datetime, *, most: int
) -> Sequence[tuple[ReferralRow, ClientRow]]:
    """Appointments that are over and of which nobody has written down whether the client came, the oldest first."""
    at = ReferralRow.appointment_at
    waiting = (ReferralRow.open.is_(True), ReferralRow.state == State.SCHEDULED, at < now)
    return _referrals(session, whose, *waiting, by=at.expression, most=most)


def reviews(
    session: Session, whose: Whose, start: datetime, end: datetime, *, most: int
) -> Sequence[tuple[ReferralRow, ClientRow]]:
    """Places on a waiting list that are to be looked at again in [start, end)."""
    at = ReferralRow.review_at
    due = (ReferralRow.open.is_(True), ReferralRow.state == State.WAITLISTED, at >= start, at < end)
    return _referrals(session, whose, *due, by=at.expression, most=most)


def calls(
    session: Session, organisation_id: uuid.UUID, site_id: uuid.UUID | None, today: date, *, most: int
) -> Sequence[tuple[NeedRow, ClientRow]]:
    """Open needs for which a call was promised by today, or nobody has called since an appointment fell through."""
    same = and_(ClientRow.organisation_id == NeedRow.organisation_id, ClientRow.id == NeedRow.client_id)
    wanted = select(NeedRow, ClientRow).join(ClientRow, same)
    wanted = wanted.where(*_to_call(organisation_id, site_id, today))
    rows = session.execute(wanted.order_by(NeedRow.rank, NeedRow.due_at, NeedRow.id).limit(most))
    return [(need, client) for need, client in rows]


def count_calls(session: Session, organisation_id: uuid.UUID, site_id: uuid.UUID | None, today: date) -> int:
    """How many there are of them."""
    same = and_(ClientRow.organisation_id == NeedRow.organisation_id, ClientRow.id == NeedRow.client_id)
    wanted = select(func.count(NeedRow.id)).join(ClientRow, same)
    return session.scalar(wanted.where(*_to_call(organisation_id, site_id, today))) or 0


def _to_call(organisation_id: uuid.UUID, site_id: uuid.UUID | None, today: date) -> list[ColumnElement[bool]]:
    tried_since = exists().where(
        AttemptRow.organisation_id == organisation_id,
        AttemptRow.need_id == ReferralRow.need_id,
        AttemptRow.made_at >= ReferralRow.state_since,
    )
    fell_through = select(ReferralRow.need_id).where(
        ReferralRow.organisation_id == organisation_id,
        ReferralRow.open.is_(True),
        ReferralRow.state.in_(TO_REBOOK),
        ~tried_since,
    )
    promised = select(NeedRow.id).where(
        NeedRow.organisation_id == organisation_id, NeedRow.closed_at.is_(None), NeedRow.call_on <= today
    )
    where = [
        NeedRow.organisation_id == organisation_id,
        NeedRow.closed_at.is_(None),
        NeedRow.id.in_(promised.union(fell_through)),
    ]
    return where if site_id is None else [*where, ClientRow.site_id == site_id]


def to_screen_again(
    session: Session,
    organisation_id: uuid.UUID,
    site_id: uuid.UUID | None,
    until: datetime,
    *,
    after: tuple[datetime, uuid.UUID] | None,
    most: int,
) -> Sequence[tuple[DecisionRow, ClientRow]]:
    """What the rules asked to be screened again by `until`, where nobody has screened the client since."""
    wanted = _with_clients().where(*_again(session, organisation_id, site_id, until))
    if after is not None:
        decided_at, decision_id = after
        behind = or_(
            DecisionRow.decided_at > decided_at,
            and_(DecisionRow.decided_at == decided_at, DecisionRow.id > decision_id),
        )
        wanted = wanted.where(behind)
    rows = session.execute(wanted.order_by(DecisionRow.decided_at, DecisionRow.id).limit(most))
    return [(decision, client) for decision, client in rows]


def count_to_screen_again(
    session: Session, organisation_id: uuid.UUID, site_id: uuid.UUID | None, until: datetime
) -> int:
    """How many there are of them."""
    counted = _with_clients().with_only_columns(func.count(DecisionRow.id))
    return session.scalar(counted.where(*_again(session, organisation_id, site_id, until))) or 0


def _again(
    session: Session, organisation_id: uuid.UUID, site_id: uuid.UUID | None, until: datetime
) -> list[ColumnElement[bool]]:
    asked = (
        DecisionRow.organisation_id == organisation_id,
        DecisionRow.kind == DecisionKind.RESCREEN,
        DecisionRow.rescreen_days.is_not(None),
    )
    lengths = session.scalars(select(DecisionRow.rescreen_days).where(*asked).distinct()).all()
    due = [
        and_(DecisionRow.rescreen_days == days, DecisionRow.decided_at <= until - timedelta(days=days))
        for days in lengths
        if days is not None
    ]
    there = [] if site_id is None else [ClientRow.site_id == site_id]
    return [*asked, or_(false(), *due), ~_screened_since(organisation_id), *there]


def _with_clients() -> Select[DecisionRow, ClientRow]:
    org, screening = DecisionRow.organisation_id, ScreeningRow.id == DecisionRow.screening_id
    return (
        select(DecisionRow, ClientRow)
        .join(ScreeningRow, and_(ScreeningRow.organisation_id == org, screening))
        .join(ClientRow, and_(ClientRow.organisation_id == org, ClientRow.id == ScreeningRow.client_id))
    )


def _screened_since(organisation_id: uuid.UUID) -> ColumnElement[bool]:
    later = aliased(ScreeningRow)
    return exists().where(
        later.organisation_id == organisation_id,
        later.client_id == ScreeningRow.client_id,
        later.started_at > DecisionRow.decided_at,
    )


def lost(
    session: Session, organisation_id: uuid.UUID, *, after: tuple[datetime, uuid.UUID] | None, most: int
) -> Sequence[tuple[NeedRow, ClientRow]]:
    """Needs that were closed without help for one of the reasons of LOST, the newest first; with everything before."""
    same = and_(ClientRow.organisation_id == NeedRow.organisation_id, ClientRow.id == NeedRow.client_id)
    wanted = select(NeedRow, ClientRow).join(ClientRow, same)
    wanted = wanted.where(NeedRow.organisation_id == organisation_id, NeedRow.closing_reason.in_(LOST))
    if after is not None:
        closed_at, need_id = after
        before = or_(
            NeedRow.closed_at < closed_at, and_(NeedRow.closed_at == closed_at, NeedRow.id < need_id)
        )
        wanted = wanted.where(before)
    rows = session.execute(wanted.order_by(NeedRow.closed_at.desc(), NeedRow.id.desc()).limit(most))
    return [(need, client) for need, client in rows]
