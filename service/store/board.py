"""The queries of the coordinator's board: counts as ranges of an index, pages walked in order on another.

Nothing is sorted at run time: each (urgency, stretch of deadlines) is a range of an index, read by keyset.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import product
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, func, literal, or_, select, true, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from referral.model import ClosingReason, Stage, Urgency
from service.store.accounts import UserRow
from service.store.clients import ClientRow
from service.store.needs import AttemptRow, NeedRow
from service.store.organisations import OrganisationRow, SiteRow

Column = InstrumentedAttribute[uuid.UUID]
Line = tuple[NeedRow, ClientRow, str, str]
"""A need, its client, the client's building and the owner's name."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which needs the board shows; None is all."""

    owner_id: uuid.UUID | None = None
    pathway: str | None = None
    stage: Stage | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Open needs of one urgency whose deadlines lie in [start, end); None is unbounded."""

    rank: int
    start: datetime | None
    end: datetime | None


@dataclass(frozen=True, slots=True)
class StageCount:
    """How many open needs of one urgency stand in one stage, and how many of them are overdue or due soon."""

    stage: Stage
    rank: int
    every: int
    overdue: int
    soon: int


def count_open(
    session: Session, organisation_id: uuid.UUID, wanted: Wanted, *, now: datetime, soon: datetime
) -> Sequence[StageCount]:
    """Open needs by stage and urgency, with those due before `now` (overdue) and from `now` until `soon`.

    Each number is the length of a range of an index: looking at each need to sort it out takes ten times as long.
    """
    cells = _cells()
    # Within the organisation by the session alone: said twice, it is compared twice with each of 100,000 entries.
    here = (
        NeedRow.closed_at.is_(None),
        *_chosen(wanted),
        NeedRow.stage == cells.c.stage,
        NeedRow.rank == cells.c.rank,
    )
    overdue, due_soon = (NeedRow.due_at < now,), (NeedRow.due_at >= now, NeedRow.due_at < soon)
    numbers = (
        select(func.count()).select_from(NeedRow).where(*here, *when).scalar_subquery()
        for when in ((), overdue, due_soon)
    )
    rows = session.execute(
        select(cells.c.stage, cells.c.rank, *numbers)
        .select_from(OrganisationRow)
        .join(cells, true())
        .where(OrganisationRow.id == organisation_id)
    )
    return [StageCount(stage, rank, every, late, near) for stage, rank, every, late, near in rows if every]


@cache
def _cells() -> Subquery[Any]:
    """Every stage with every urgency."""
    each = (
        select(literal(stage, NeedRow.stage.type).label("stage"), literal(urgency.rank).label("rank"))
        for stage, urgency in product(Stage, Urgency)
    )
    return union_all(*each).subquery("cells")


def count_closed(
    session: Session, organisation_id: uuid.UUID, wanted: Wanted, *, since: datetime
) -> Sequence[tuple[ClosingReason, int]]:
    """Needs closed since a moment, by the reason they closed with."""
    rows = session.execute(
        select(NeedRow.closing_reason, func.count())
        .where(*_closed(organisation_id, wanted, since))
        .group_by(NeedRow.closing_reason)
    )
    return [(reason, count) for reason, count in rows if reason is not None]


def open_needs(
    session: Session,
    organisation_id: uuid.UUID,
    wanted: Wanted,
    stretch: Stretch,
    *,
    after: tuple[datetime, uuid.UUID] | None,
    most: int,
) -> Sequence[Line]:
    """Open needs of one stretch, nearest deadline first; `after` goes on behind the last one shown."""
    asked = _lines().where(*_open(organisation_id, wanted), NeedRow.rank == stretch.rank)
    if stretch.start is not None:
        asked = asked.where(NeedRow.due_at >= stretch.start)
    if stretch.end is not None:
        asked = asked.where(NeedRow.due_at < stretch.end)
    if after is not None:
        due_at, need_id = after
        behind = or_(NeedRow.due_at > due_at, and_(NeedRow.due_at == due_at, NeedRow.id > need_id))
        asked = asked.where(NeedRow.due_at >= due_at, behind)
    rows = session.execute(asked.order_by(NeedRow.due_at, NeedRow.id).limit(most))
    return [(need, client, site, owner) for need, client, site, owner in rows]


def closed_needs(
    session: Session,
    organisation_id: uuid.UUID,
    wanted: Wanted,
    *,
    since: datetime,
    helped: bool,
    after: tuple[datetime, uuid.UUID] | None,
    most: int,
) -> Sequence[Line]:
    """Needs closed since a moment, with or without help, newest first."""
    asked = _lines().where(*_closed(organisation_id, wanted, since))
    begun = NeedRow.closing_reason == ClosingReason.HELP_BEGAN
    asked = asked.where(begun if helped else ~begun)
    if after is not None:
        closed_at, need_id = after
        before = or_(
            NeedRow.closed_at < closed_at, and_(NeedRow.closed_at == closed_at, NeedRow.id < need_id)
        )
        asked = asked.where(before)
    rows = session.execute(asked.order_by(NeedRow.closed_at.desc(), NeedRow.id.desc()).limit(most))
    return [(need, client, site, owner) for need, client, site, owner in rows]


def last_attempts(
    session: Session, organisation_id: uuid.UUID, need_ids: Sequence[uuid.UUID]
) -> Sequence[tuple[AttemptRow, str]]:
    """Every attempt about these needs with the name of who made it, oldest first."""
    rows = session.execute(
        select(AttemptRow, UserRow.name)
        .join(
            UserRow,
            _same(AttemptRow.organisation_id, UserRow.organisation_id, AttemptRow.made_by, UserRow.id),
        )
        .where(AttemptRow.organisation_id == organisation_id, AttemptRow.need_id.in_(need_ids))
        .order_by(AttemptRow.made_at, AttemptRow.id)
    )
    return [(attempt, name) for attempt, name in rows]


def _lines() -> Select[NeedRow, ClientRow, str, str]:
    org = NeedRow.organisation_id
    return (
        select(NeedRow, ClientRow, SiteRow.name, UserRow.name)
        .join(ClientRow, _same(org, ClientRow.organisation_id, NeedRow.client_id, ClientRow.id))
        .join(SiteRow, _same(org, SiteRow.organisation_id, ClientRow.site_id, SiteRow.id))
        .join(UserRow, _same(org, UserRow.organisation_id, NeedRow.owner_id, UserRow.id))
    )


def _same(left_org: Column, right_org: Column, left: Column, right: Column) -> ColumnElement[bool]:
    return and_(left_org == right_org, left == right)


def _open(organisation_id: uuid.UUID, wanted: Wanted) -> list[ColumnElement[bool]]:
    return [NeedRow.organisation_id == organisation_id, NeedRow.closed_at.is_(None), *_chosen(wanted)]


def _closed(organisation_id: uuid.UUID, wanted: Wanted, since: datetime) -> list[ColumnElement[bool]]:
    return [NeedRow.organisation_id == organisation_id, NeedRow.closed_at >= since, *_chosen(wanted)]


def _chosen(wanted: Wanted) -> list[ColumnElement[bool]]:
    asked = (
        (NeedRow.owner_id, wanted.owner_id),
        (NeedRow.pathway, wanted.pathway),
        (NeedRow.stage, wanted.stage),
    )
    return [column == value for column, value in asked if value is not None]
