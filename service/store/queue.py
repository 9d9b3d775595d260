"""The queue's questions: one page of open referrals, the most pressing first, and how many there are."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, String, func, literal, or_, select, tuple_, type_coerce, union_all
from sqlalchemy.orm import Session

from referral.lifecycle import OPEN
from referral.model import State, Urgency
from service.store.accounts import UserRow
from service.store.clients import ClientRow
from service.store.referrals import ReferralRow
from service.store.screenings import FOUND_FIRST, DecisionRow

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
    ids: tuple[uuid.UUID, ...] | None = None


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
    if wanted.ids is not None:
        conditions.append(ReferralRow.id.in_(wanted.ids))
    return conditions


def _after(place: Place) -> ColumnElement[bool]:
    columns = (ReferralRow.rank, ReferralRow.due_at, ReferralRow.id)
    values = (literal(value, column.type) for value, column in zip(place, columns, strict=True))
    return tuple_(*columns) > tuple_(*values)


def open_referrals(
    session: Session, reach: Reach, filters: Sequence[Filter], *, after: Place | None, most: int
) -> Sequence[ReferralRow]:
    """The next referrals that every filter keeps: most urgent first, then by deadline."""
    wanted = select(ReferralRow).where(*_reached(reach), *_all_of(filters))
    if after is not None:
        wanted = wanted.where(_after(after))
    ordered = wanted.order_by(ReferralRow.rank, ReferralRow.due_at, ReferralRow.id)
    return session.scalars(ordered.limit(most)).all()


def clients_by_id(
    session: Session, organisation_id: uuid.UUID, ids: Collection[uuid.UUID]
) -> Mapping[uuid.UUID, ClientRow]:
    """These clients, by id. Asked apart from the referrals, so that no plan reads them all to sort."""
    wanted = select(ClientRow).where(ClientRow.organisation_id == organisation_id, ClientRow.id.in_(ids))
    return {row.id: row for row in session.scalars(wanted)} if ids else {}


@dataclass(frozen=True, slots=True)
class Counts:
    """How many open referrals there are: in each state, held by one person, late, and kept by some filters."""

    by_state: Mapping[State, int]
    held: int
    late: int
    kept: int


def count_open(
    session: Session, reach: Reach, holder: uuid.UUID, late_at: datetime, filters: Sequence[Filter]
) -> Counts:
    """All counts in one query; each part of it reads one index and no row."""
    state = type_coerce(ReferralRow.state, String)
    states = select(state, func.count()).where(*_reached(reach), ReferralRow.state.in_(OPEN)).group_by(state)
    # Naming every rank lets the index find the late ones at the beginning of each.
    late = (ReferralRow.due_at < late_at, ReferralRow.rank.in_(range(len(Urgency))))
    named = {"held": [ReferralRow.claimed_by == holder], "late": late, "kept": _all_of(filters)}
    parts = (
        select(literal(name), func.count()).where(*_reached(reach), *conditions)
        for name, conditions in named.items()
    )
    found = {row[0]: int(row[1]) for row in session.execute(union_all(states, *parts))}
    by_state = {state: found.get(state, 0) for state in OPEN}
    return Counts(by_state, found["held"], found["late"], found["kept"])


def _all_of(filters: Sequence[Filter]) -> list[ColumnElement[bool]]:
    return [condition for each in filters for condition in _kept(each)]


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
    return session.scalars(wanted.order_by(DecisionRow.decided_at.desc(), *FOUND_FIRST)).all()
