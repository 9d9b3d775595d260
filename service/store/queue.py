"""The queue's questions: one page of open referrals, the most pressing first, and how many there are."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select, true, tuple_
from sqlalchemy.orm import Session

from referral.model import State
from service.store.accounts import UserRow
from service.store.clients import ClientRow
from service.store.referrals import ReferralRow
from service.store.screenings import DecisionRow

Place = tuple[int, datetime, uuid.UUID]
"""Where a page ended: rank, deadline and id of its last referral."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose queue it is: one team's; certain teams' and all that is immediate; or the organisation's."""

    organisation_id: uuid.UUID
    team_id: uuid.UUID | None = None
    teams_and_immediate: tuple[uuid.UUID, ...] | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which referrals of the queue: each field that is set narrows them."""

    states: tuple[State, ...] | None = None
    holders: tuple[uuid.UUID | None, ...] | None = None
    late_at: datetime | None = None
    rank: int | None = None


def _reached(reach: Reach) -> list[ColumnElement[bool]]:
    conditions = [ReferralRow.organisation_id == reach.organisation_id, ReferralRow.open.is_(True)]
    if reach.team_id is not None:
        conditions.append(ReferralRow.receiver_id == reach.team_id)
    if reach.teams_and_immediate is not None:
        theirs = ReferralRow.receiver_id.in_(reach.teams_and_immediate)
        conditions.append(or_(ReferralRow.rank == 0, theirs))
    return conditions


def _held(holders: Collection[uuid.UUID | None]) -> ColumnElement[bool]:
    people = [holder for holder in holders if holder is not None]
    nobody = [ReferralRow.claimed_by.is_(None)] if None in holders else []
    return or_(*nobody, *([ReferralRow.claimed_by.in_(people)] if people else []))


def _kept(wanted: Filter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.states is not None:
        conditions.append(ReferralRow.state.in_(wanted.states))
    if wanted.holders is not None:
        conditions.append(_held(wanted.holders))
    if wanted.late_at is not None:
        conditions.append(ReferralRow.due_at < wanted.late_at)
    if wanted.rank is not None:
        conditions.append(ReferralRow.rank == wanted.rank)
    return conditions


def _after(place: Place) -> ColumnElement[bool]:
    columns = (ReferralRow.rank, ReferralRow.due_at, ReferralRow.id)
    values = (literal(value, column.type) for value, column in zip(place, columns, strict=True))
    return tuple_(*columns) > tuple_(*values)


def open_referrals(
    session: Session, reach: Reach, filters: Sequence[Filter], *, after: Place | None, most: int
) -> Sequence[tuple[ReferralRow, ClientRow]]:
    """The next referrals that every filter keeps, with their clients: most urgent first, then by deadline."""
    same_client = and_(
        ClientRow.organisation_id == ReferralRow.organisation_id, ClientRow.id == ReferralRow.client_id
    )
    wanted = select(ReferralRow, ClientRow).join(ClientRow, same_client).where(*_reached(reach))
    for each in filters:
        wanted = wanted.where(*_kept(each))
    if after is not None:
        wanted = wanted.where(_after(after))
    ordered = wanted.order_by(ReferralRow.rank, ReferralRow.due_at, ReferralRow.id)
    return [(row[0], row[1]) for row in session.execute(ordered.limit(most))]


def count_open(session: Session, reach: Reach, filters: Mapping[str, Sequence[Filter]]) -> Mapping[str, int]:
    """How many referrals each named set of filters keeps, all counted in one pass."""
    counts = [func.count(case((_all_of(each), 1))) for each in filters.values()]
    row = session.execute(select(*counts).where(*_reached(reach))).one()
    return dict(zip(filters, row, strict=True))


def _all_of(filters: Sequence[Filter]) -> ColumnElement[bool]:
    return and_(true(), *(condition for each in filters for condition in _kept(each)))


def names_of(
    session: Session, organisation_id: uuid.UUID, ids: Collection[uuid.UUID]
) -> Mapping[uuid.UUID, str]:
    """The names of these people, by id."""
    theirs = (UserRow.organisation_id == organisation_id, UserRow.id.in_(ids))
    rows = session.execute(select(UserRow.id, UserRow.name).where(*theirs)) if ids else ()
    return {row.id: row.name for row in rows}


def decisions_behind(
    session: Session, organisation_id: uuid.UUID, need_ids: Collection[uuid.UUID]
) -> Sequence[DecisionRow]:
    """The decisions that these needs rest on, newest first."""
    wanted = select(DecisionRow).where(
        DecisionRow.organisation_id == organisation_id, DecisionRow.need_id.in_(need_ids)
    )
    return session.scalars(wanted.order_by(DecisionRow.decided_at.desc(), DecisionRow.id)).all()
