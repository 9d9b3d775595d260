"""The queue's questions: one page of open referrals, the most pressing first, and how many there are.

Each class of length within an urgency is a range of an index, read from where the page before ended; the few that
each gives are merged by the share of time left. Nothing is sorted over all rows: `referral/pressure.py` says why.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, func, literal, or_, select, type_coerce, union_all
from sqlalchemy.orm import Session

from referral.lifecycle import OPEN
from referral.model import State, Urgency
from referral.pressure import LENGTHS, due_with, share_left
from service.store.accounts import UserRow
from service.store.clients import ClientRow
from service.store.referrals import ReferralRow
from service.store.screenings import FOUND_FIRST, DecisionRow


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: the moment that its shares are of, and its last referral."""

    at: datetime
    rank: int
    due_at: datetime
    length: int
    id: uuid.UUID

    @property
    def share(self) -> int:
        """The share of time that the last referral had left at that moment."""
        return share_left(self.due_at, self.length, self.at)


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


def reaches(reach: Reach, row: ReferralRow) -> bool:
    """Whether a referral that was read stands in this queue: the same as the conditions above."""
    if not row.open or reach.team_id not in {None, row.receiver_id}:
        return False
    teams = reach.teams_and_immediate
    return teams is None or row.rank == 0 or row.receiver_id in teams


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


FEW = 500
"""So many are quicker read and put in order than walked class by class."""


def open_referrals(
    session: Session,
    reach: Reach,
    filters: Sequence[Filter],
    *,
    at: datetime,
    after: Place | None,
    most: int,
    few: bool = False,
) -> Sequence[ReferralRow]:
    """The next referrals that every filter keeps: most urgent first, then by the share of time left at a moment.

    `few`: the caller has counted them, and there are at most FEW. The answer is the same.
    """
    conditions = [*_reached(reach), *_all_of(filters)]
    if few:
        found = _in_order(session, conditions, at, after)[:most]
    else:
        found = _walked(session, conditions, _ranks(filters, after), at, after, most)
    rows = {row.id: row for row in referrals_by_id(session, reach.organisation_id, found)}
    return [rows[each] for each in found if each in rows]


def referrals_by_id(
    session: Session, organisation_id: uuid.UUID, ids: Collection[uuid.UUID]
) -> Sequence[ReferralRow]:
    """These referrals, in no order. By key alone: with more conditions SQLite would read all that are open."""
    wanted = select(ReferralRow).where(
        ReferralRow.organisation_id == organisation_id, ReferralRow.id.in_(ids)
    )
    return session.scalars(wanted).all() if ids else ()


def _in_order(
    session: Session, conditions: Sequence[ColumnElement[bool]], at: datetime, after: Place | None
) -> Sequence[uuid.UUID]:
    columns = (ReferralRow.rank, ReferralRow.due_at, ReferralRow.length, ReferralRow.id)
    lines = session.execute(select(*columns).where(*conditions)).all()
    places = sorted((line.rank, share_left(line.due_at, line.length, at), line.id) for line in lines)
    last = None if after is None else (after.rank, after.share, after.id)
    return [place[2] for place in places if last is None or place > last]


def _walked(
    session: Session,
    conditions: Sequence[ColumnElement[bool]],
    ranks: Sequence[int],
    at: datetime,
    after: Place | None,
    most: int,
) -> Sequence[uuid.UUID]:
    found: list[uuid.UUID] = []
    for rank in ranks:
        behind = after if after is not None and after.rank == rank else None
        asked = [*conditions, ReferralRow.rank == rank]
        found += _most_pressing(session, asked, at=at, after=behind, most=most - len(found))
        if len(found) == most:
            break
    return found


def _ranks(filters: Sequence[Filter], after: Place | None) -> Sequence[int]:
    chosen = {each.rank for each in filters if each.rank is not None}
    first = 0 if after is None else after.rank
    return [rank for rank in range(first, len(Urgency)) if chosen <= {rank}]


def _most_pressing(
    session: Session,
    conditions: Sequence[ColumnElement[bool]],
    *,
    at: datetime,
    after: Place | None,
    most: int,
) -> Sequence[uuid.UUID]:
    """The ids of the first of one urgency: so many of each length are enough to find so many of all."""
    parts = [_of_length(length, conditions, after, most) for length in range(len(LENGTHS))]
    lines = session.execute(union_all(*parts)).all()
    ordered = sorted(lines, key=lambda line: (share_left(line.due_at, line.length, at), line.id))
    return [line.id for line in ordered[:most]]


def _of_length(
    length: int, conditions: Sequence[ColumnElement[bool]], after: Place | None, most: int
) -> Select[Any]:
    wanted = select(ReferralRow.id, ReferralRow.due_at, ReferralRow.length)
    wanted = wanted.where(*conditions, ReferralRow.length == length)
    if after is not None:
        edge, exact = due_with(after.share, length, after.at)
        same = and_(ReferralRow.due_at == edge, ReferralRow.id > after.id)
        # Both branches have the same shape, so that one compiled statement serves every page.
        wanted = wanted.where(
            ReferralRow.due_at >= edge, or_(ReferralRow.due_at > edge, and_(literal(exact), same))
        )
    few = wanted.order_by(ReferralRow.due_at, ReferralRow.id).limit(most).subquery()
    return select(few.c.id, few.c.due_at, few.c.length)


def clients_by_id(
    session: Session, organisation_id: uuid.UUID, ids: Collection[uuid.UUID]
) -> Mapping[uuid.UUID, ClientRow]:
    """These clients, by id. Asked apart from the referrals, so that no plan reads them all to sort."""
    wanted = select(ClientRow).where(ClientRow.organisation_id == organisation_id, ClientRow.id.in_(ids))
    return {row.id: row for row in session.scalars(wanted)} if ids else {}


@dataclass(frozen=True, slots=True)
class Counts:
    """How many open referrals there are: in each state, held by one person, late; kept by some filters, if asked."""

    by_state: Mapping[State, int]
    held: int
    late: int
    kept: int | None


def count_open(
    session: Session, reach: Reach, holder: uuid.UUID, late_at: datetime, filters: Sequence[Filter] | None
) -> Counts:
    """All counts in one query; each part of it reads one index and no row. Without filters none is counted for them."""
    state = type_coerce(ReferralRow.state, String)
    states = select(state, func.count()).where(*_reached(reach), ReferralRow.state.in_(OPEN)).group_by(state)
    named = {"held": [ReferralRow.claimed_by == holder], "late": [ReferralRow.due_at < late_at]}
    if filters is not None:
        named["kept"] = _all_of(filters)
    parts = (
        select(literal(name), func.count()).where(*_reached(reach), *conditions)
        for name, conditions in named.items()
    )
    found = {row[0]: int(row[1]) for row in session.execute(union_all(states, *parts))}
    by_state = {state: found.get(state, 0) for state in OPEN}
    return Counts(by_state, found["held"], found["late"], found.get("kept"))


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
