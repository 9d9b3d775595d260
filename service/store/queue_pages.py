"""One page of the queue, the most pressing first, in two questions: which referrals, and all that their lines show.

Each class of length within an urgency is a range of an index, read from where the page before ended; the few that
each gives are merged by the share of time left. Nothing is sorted over all rows: `referral/pressure.py` says why.
"""

import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Integer,
    and_,
    bindparam,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from referral.model import DecisionKind, State, Urgency
from referral.pressure import LENGTHS, due_with, share_left
from service.store.accounts import UserRow
from service.store.base import UtcDateTime, spelled
from service.store.clients import ClientRow
from service.store.organisations import SiteRow
from service.store.queue import Desk, Filter, Shape, kept_by, reached, shape_of, values_of
from service.store.referrals import ReferralRow
from service.store.scope import ask, kept_within
from service.store.screenings import NEWEST_FIRST, DecisionRow
from service.store.vault import opened

FEW = 500
"""So many are quicker read and put in order than walked class by class."""


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
class Listed:
    """One referral as a line of the queue tells it, with the names of whoever is in it."""

    id: uuid.UUID
    number: str
    client_id: uuid.UUID
    need_id: uuid.UUID
    pathway: str
    urgency: Urgency
    state: State
    due_at: datetime
    length: int
    outside: bool
    held: bool
    mine: bool
    read: bool
    signed_off: bool
    given_name: str
    family_name: str
    born_on: date
    site: str
    team: str | None
    holder: str | None

    @property
    def client_name(self) -> str:
        """Given name first: how people are called here."""
        return f"{self.given_name} {self.family_name}"

    @property
    def rank(self) -> int:
        """The urgency as a number."""
        return self.urgency.rank


def page_of(
    session: Session,
    desk: Desk,
    filters: Sequence[Filter],
    *,
    at: datetime,
    after: Place | None,
    most: int,
    few: bool = False,
) -> Sequence[Listed]:
    """The next referrals that every filter keeps: most urgent first, then by the share of time left at a moment.

    `few`: the caller has counted them, and there are at most FEW. The answer is the same.
    """
    shape, values = shape_of(desk.reach, filters), values_of(desk)
    if few:
        found = _in_order(session, shape, values, at, after)[:most]
    else:
        found = _walked(session, shape, values, at=at, after=after, most=most)
    lines = lines_of(session, desk, found)
    return [lines[each] for each in found if each in lines]


def _in_order(
    session: Session, shape: Shape, values: Mapping[str, object], at: datetime, after: Place | None
) -> Sequence[uuid.UUID]:
    places = sorted(
        (line.rank, share_left(line.due_at, line.length, at), line.id)
        for line in ask(session, _all_of(shape), values).all()
    )
    last = None if after is None else (after.rank, after.share, after.id)
    return [place[2] for place in places if last is None or place > last]


def _walked(
    session: Session,
    shape: Shape,
    values: Mapping[str, object],
    *,
    at: datetime,
    after: Place | None,
    most: int,
) -> Sequence[uuid.UUID]:
    found: list[uuid.UUID] = []
    way = _beside if session.get_bind().dialect.name == "postgresql" else _one_by_one
    for rank in _ranks(shape.filters, after):
        behind = after if after is not None and after.rank == rank else None
        asked = {**values, **_edges(behind), "rank": rank, "most": most - len(found)}
        lines = ask(session, _of_rank(shape, way, going_on=behind is not None), asked).all()
        # So many of each length are enough to find so many of all.
        ordered = sorted((share_left(line.due_at, line.length, at), line.id) for line in lines)
        found += [line[1] for line in ordered[: most - len(found)]]
        if len(found) == most:
            break
    return found


def _ranks(filters: Sequence[Filter], after: Place | None) -> Sequence[int]:
    chosen = {each.rank for each in filters if each.rank is not None}
    first = 0 if after is None else after.rank
    return [rank for rank in range(first, len(Urgency)) if chosen <= {rank}]


def _edges(after: Place | None) -> Mapping[str, object]:
    """Where each class of length goes on behind the last referral of the page before."""
    if after is None:
        return {}
    edges = {length: due_with(after.share, length, after.at) for length in range(len(LENGTHS))}
    return (
        {f"edge_{length}": edge for length, (edge, _exact) in edges.items()}
        | {f"exact_{length}": exact for length, (_edge, exact) in edges.items()}
        | {"after_id": after.id}
    )


@lru_cache(maxsize=512)
def _all_of(shape: Shape) -> Any:  # noqa: ANN401  a question
    columns = (ReferralRow.rank, ReferralRow.due_at, ReferralRow.length, ReferralRow.id)
    wanted = select(*columns).where(*reached(shape), *kept_by(shape.filters))
    return kept_within(wanted)


@lru_cache(maxsize=512)
def _of_rank(shape: Shape, way: Callable[[Any, bool], Any], *, going_on: bool) -> Any:  # noqa: ANN401  a question
    row = ReferralRow
    conditions = [*reached(shape), *kept_by(shape.filters), row.rank == bindparam("rank")]
    wanted = select(row.id, row.due_at, row.length).where(*conditions)
    wanted = wanted.order_by(row.due_at, row.id).limit(bindparam("most"))
    return kept_within(way(wanted, going_on))


def _one_by_one(wanted: Any, going_on: bool) -> Any:  # noqa: ANN401, FBT001  a question
    """The first of each length, one question after the other."""
    parts = (_of_length(wanted, *each, going_on=going_on).subquery() for each in _lengths())
    return union_all(*(select(few.c.id, few.c.due_at, few.c.length) for few in parts))


def _beside(wanted: Any, going_on: bool) -> Any:  # noqa: ANN401, FBT001  a question
    """As above, beside a table of lengths: PostgreSQL plans one question there, and twelve of the other for longer."""
    # Not a list of values: SQLAlchemy would put the whole question together anew each time.
    names = ("length", "edge", "exact") if going_on else ("length",)
    rows = ([each.label(name) for name, each in zip(names, row, strict=False)] for row in _lengths())
    lengths = union_all(*(select(*row) for row in rows)).subquery("lengths")
    edge = (lengths.c.edge, lengths.c.exact) if going_on else (None, None)
    few = _of_length(wanted, lengths.c.length, *edge, going_on=going_on).lateral()
    return select(few.c.id, few.c.due_at, few.c.length).select_from(lengths.join(few, true()))


def _lengths() -> Iterator[tuple[Any, Any, Any]]:
    for length in range(len(LENGTHS)):
        edge = bindparam(f"edge_{length}", type_=UtcDateTime)
        yield literal_column(str(length), Integer), edge, bindparam(f"exact_{length}", type_=Boolean)


def _of_length(wanted: Any, length: Any, edge: Any, exact: Any, *, going_on: bool) -> Any:  # noqa: ANN401  a question, a number or its column
    row = ReferralRow
    wanted = wanted.where(row.length == length)
    if not going_on:
        return wanted
    same = and_(exact, row.due_at == edge, row.id > bindparam("after_id"))
    return wanted.where(row.due_at >= edge, or_(row.due_at > edge, same))


def lines_of(session: Session, desk: Desk, ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, Listed]:
    """What the lines of these referrals show, by id. By key alone: what keeps them was asked before."""
    rows = ask(session, _lines(), {"ids": ids, "person": desk.person_id}).all() if ids else ()
    return {row[0]: Listed(*row) for row in rows}


@cache
def _lines() -> Any:  # noqa: ANN401  a question
    row, building, team = ReferralRow, aliased(SiteRow), aliased(SiteRow)
    own = (
        *(row.id, row.number, row.client_id, row.need_id, row.pathway, row.urgency, row.state),
        *(row.due_at, row.length, and_(row.sent_at.is_not(None), row.receiver_id.is_(None))),
        *(row.claimed_by.is_not(None), func.coalesce(row.claimed_by == bindparam("person"), false())),
        *(row.outcome_read_at.is_not(None), row.signed_off_by.is_not(None)),
    )
    client = (ClientRow.given_name, ClientRow.family_name, ClientRow.born_on)
    wanted = (
        select(*own, *client, building.name, team.name, UserRow.name)
        .join(ClientRow, _same(row.client_id, ClientRow))
        .join(building, _same(ClientRow.site_id, building))
        .outerjoin(team, _same(row.receiver_id, team))
        .outerjoin(UserRow, _same(row.claimed_by, UserRow))
        .where(row.id.in_(bindparam("ids", expanding=True)))
    )
    return kept_within(wanted)


def reasons_of(
    session: Session, organisation_id: uuid.UUID, need_ids: Collection[uuid.UUID]
) -> Sequence[tuple[uuid.UUID, list[Any]]]:
    """(need, reasons) of each decision that led to these needs, the newest first."""
    rows = ask(session, _reasons(), {"needs": need_ids}).all() if need_ids else ()
    return [
        (row.need_id, opened(session, DecisionRow, "reasons", (organisation_id, row.id), row.reasons))
        for row in rows
    ]


@cache
def _reasons() -> Any:  # noqa: ANN401  a question
    row = DecisionRow
    wanted = select(row.id, row.need_id, row.reasons).where(
        row.need_id.in_(bindparam("needs", expanding=True)),
        row.kind.in_(spelled(DecisionKind.REFER, DecisionKind.REVIEW)),
    )
    return kept_within(wanted.order_by(*NEWEST_FIRST))


def _same(column: ColumnElement[Any] | Any, other: Any) -> ColumnElement[bool]:  # noqa: ANN401  any column, any table
    return and_(other.organisation_id == ReferralRow.organisation_id, other.id == column)
