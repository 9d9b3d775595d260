"""Whose queue is asked for, and which referrals of it: the conditions that its pages and its counts share.

The questions themselves are in `queue_pages.py` and `queue_counts.py`. A question is built once for each shape and
asked with other values each time: building it takes longer than asking it.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from sqlalchemy import ColumnElement, bindparam, or_, select
from sqlalchemy.orm import Session

from referral.lifecycle import Actor
from referral.model import State
from service.store.base import spelled
from service.store.clients import ClientRow
from service.store.referrals import ReferralRow
from service.store.screenings import NEWEST_FIRST, DecisionRow


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose queue it is: one team's; certain teams' and all that is immediate; or the organisation's."""

    organisation_id: uuid.UUID
    team_id: uuid.UUID | None = None
    teams_and_immediate: tuple[uuid.UUID, ...] | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """Whose queue it is, who looks at it, and when."""

    reach: Reach
    person_id: uuid.UUID
    now: datetime


class Holder(Enum):
    """Who holds a referral, seen by whoever looks."""

    NOBODY = auto()
    ME = auto()


@dataclass(frozen=True, slots=True)
class Filter:
    """Which referrals of the queue: each field that is set narrows them.

    `next_actors` asks whose turn it is, of ended referrals too; without it only open ones are kept.
    """

    states: tuple[State, ...] | None = None
    holders: frozenset[Holder] | None = None
    late: bool = False
    rank: int | None = None
    next_actors: tuple[Actor, ...] | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """What stays the same of a question, whoever asks, in which organisation and when."""

    of_team: bool
    of_teams_and_immediate: bool
    filters: tuple[Filter, ...]


def shape_of(reach: Reach, filters: Sequence[Filter]) -> Shape:
    """The shape of a question about a queue."""
    of_teams = reach.teams_and_immediate is not None
    return Shape(reach.team_id is not None, of_teams, tuple(filters))


def values_of(desk: Desk) -> dict[str, object]:
    """What is put into a question of any shape, by the names that the conditions below use."""
    reach = desk.reach
    values = {"team": reach.team_id, "teams": reach.teams_and_immediate}
    return {
        **{name: value for name, value in values.items() if value is not None},
        "person": desk.person_id,
        "now": desk.now,
    }


def reached(shape: Shape) -> list[ColumnElement[bool]]:
    """The referrals of a queue, open or ended.

    The organisation is not named: what is asked with this is kept within it by `scope.py`, and to be compared with
    it twice costs a third of a count.
    """
    conditions: list[ColumnElement[bool]] = []
    if shape.of_team:
        conditions.append(ReferralRow.receiver_id == bindparam("team"))
    if shape.of_teams_and_immediate:
        theirs = ReferralRow.receiver_id.in_(bindparam("teams", expanding=True))
        conditions.append(or_(ReferralRow.rank == 0, theirs))
    return conditions


def kept_by(filters: Sequence[Filter]) -> list[ColumnElement[bool]]:
    """What every filter keeps."""
    asks_whose_turn = any(each.next_actors is not None for each in filters)
    conditions = [] if asks_whose_turn else [ReferralRow.open.is_(True)]
    return [*conditions, *(condition for each in filters for condition in _kept(each))]


def _kept(wanted: Filter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.states is not None:
        conditions.append(ReferralRow.state.in_(spelled(*wanted.states)))
    if wanted.holders is not None:
        conditions.append(_held(wanted.holders))
    if wanted.late:
        conditions.append(ReferralRow.due_at < bindparam("now"))
    if wanted.rank is not None:
        conditions.append(ReferralRow.rank == wanted.rank)
    if wanted.next_actors is not None:
        conditions.append(ReferralRow.next_actor.in_(spelled(*wanted.next_actors)))
    return conditions


def _held(holders: Collection[Holder]) -> ColumnElement[bool]:
    ways = {
        Holder.NOBODY: ReferralRow.claimed_by.is_(None),
        Holder.ME: ReferralRow.claimed_by == bindparam("person"),
    }
    return or_(*(way for holder, way in ways.items() if holder in holders))


def reaches(reach: Reach, row: ReferralRow) -> bool:
    """Whether a referral that was read stands open in this queue: the same as the conditions above."""
    if not row.open or reach.team_id not in {None, row.receiver_id}:
        return False
    teams = reach.teams_and_immediate
    return teams is None or row.rank == 0 or row.receiver_id in teams


def referrals_by_id(
    session: Session, organisation_id: uuid.UUID, ids: Collection[uuid.UUID]
) -> Sequence[ReferralRow]:
    """These referrals, in no order."""
    wanted = select(ReferralRow).where(
        ReferralRow.organisation_id == organisation_id, ReferralRow.id.in_(ids)
    )
    return session.scalars(wanted).all() if ids else ()


def clients_by_id(
    session: Session, organisation_id: uuid.UUID, ids: Collection[uuid.UUID]
) -> Mapping[uuid.UUID, ClientRow]:
    """These clients, by id."""
    wanted = select(ClientRow).where(ClientRow.organisation_id == organisation_id, ClientRow.id.in_(ids))
    return {row.id: row for row in session.scalars(wanted)} if ids else {}


def decisions_behind(
    session: Session, organisation_id: uuid.UUID, need_ids: Collection[uuid.UUID]
) -> Sequence[DecisionRow]:
    """The decisions that these needs rest on, newest first."""
    wanted = select(DecisionRow).where(
        DecisionRow.organisation_id == organisation_id, DecisionRow.need_id.in_(need_ids)
    )
    return session.scalars(wanted.order_by(*NEWEST_FIRST)).all()
