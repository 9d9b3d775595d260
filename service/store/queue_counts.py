"""How many referrals stand how: the database counts them itself with each change, in the same transaction.

Triggers keep the rows (migration 0016): each referral counts in two, anybody's and that of whoever holds it. What the
clock changes is counted as a range of an index.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Uuid, bindparam, func, literal, or_, select, union_all
from sqlalchemy.orm import Mapped, Session, mapped_column

from referral.lifecycle import Actor
from referral.model import State
from service.store.audit import lock_head
from service.store.base import Base, Owned, one_of
from service.store.queue import Desk, Filter, Holder, Shape, kept_by, reached, shape_of, values_of
from service.store.referrals import ReferralRow
from service.store.scope import ask, kept_within

ANYBODY = uuid.UUID(int=2**128 - 1)
"""Stands for whoever holds a referral, or nobody: the count of all."""
NOBODY = uuid.UUID(int=0)
"""Stands for no holder, and for no team."""
KEY = ("holder_id", "receiver_id", "state", "open", "rank", "next_actor")


class QueueCountRow(Owned, Base):
    """So many referrals stand alike. No row of it is about a client."""

    __tablename__ = "queue_counts"

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    holder_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    receiver_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    state: Mapped[State] = mapped_column(one_of(State, "counted_state"), primary_key=True)
    open: Mapped[bool] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    next_actor: Mapped[Actor] = mapped_column(one_of(Actor, "counted_actor"), primary_key=True)
    number: Mapped[int]


@dataclass(frozen=True, slots=True)
class Alike:
    """So many referrals of a queue stand alike: held by one person, by nobody, or counted whoever holds them."""

    holder_id: uuid.UUID
    state: State
    open: bool
    rank: int
    next_actor: Actor
    number: int


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted of one person's queue: what stands alike, and what is late; of that, what filters keep."""

    person_id: uuid.UUID
    alike: tuple[Alike, ...]
    late: int
    late_kept: int

    def of(self, *filters: Filter) -> int:
        """How many referrals all of these filters keep; none of them may be about the clock."""
        ids = {Holder.NOBODY: NOBODY, Holder.ME: self.person_id}
        chosen = [each.holders for each in filters if each.holders is not None]
        held = {ids[each] for each in frozenset.intersection(*chosen)} if chosen else {ANYBODY}
        whose_turn = any(each.next_actors is not None for each in filters)
        stand = (each for each in self.alike if (each.open or whose_turn) and each.holder_id in held)
        return sum(each.number for each in stand if all(_keeps(wanted, each) for wanted in filters))


def _keeps(wanted: Filter, each: Alike) -> bool:
    in_state = wanted.states is None or each.state in wanted.states
    in_turn = wanted.next_actors is None or each.next_actor in wanted.next_actors
    return in_state and in_turn and wanted.rank in {None, each.rank}


def count_queue(session: Session, desk: Desk, filters: Sequence[Filter] = ()) -> Counts:
    """Everything that the pages of one person's queue are told, in one question.

    `late_kept` is what these filters keep of the late ones; without any, all. The cost grows with what is late,
    and with nothing else.
    """
    found = ask(session, _counting(shape_of(desk.reach, filters)), values_of(desk)).all()
    alike = tuple(Alike(row[0], row[1], row[2], row[3], row[4], int(row[5])) for row in found)
    # Where nothing was ever counted, nothing is late.
    late, late_kept = (found[0][6], found[0][-1]) if found else (0, 0)
    return Counts(desk.person_id, alike, late, late_kept)


@lru_cache(maxsize=512)
def _counting(shape: Shape) -> Any:  # noqa: ANN401  a question
    row = QueueCountRow
    columns = (row.holder_id, row.state, row.open, row.rank, row.next_actor)
    late = [_late(shape, ())] + ([_late(shape, shape.filters)] if shape.filters else [])
    held = row.holder_id.in_((ANYBODY, NOBODY, bindparam("person", type_=Uuid)))
    wanted = select(*columns, func.sum(row.number), *late).where(*_counted_in(shape), held)
    return kept_within(wanted.group_by(*columns))


def _late(shape: Shape, filters: Sequence[Filter]) -> ColumnElement[int]:
    kept = kept_by([Filter(late=True), *filters])
    return select(func.count()).where(*reached(shape), *kept).scalar_subquery()


def _counted_in(shape: Shape) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if shape.of_team:
        conditions.append(QueueCountRow.receiver_id == bindparam("team"))
    if shape.of_teams_and_immediate:
        theirs = QueueCountRow.receiver_id.in_(bindparam("teams", expanding=True))
        conditions.append(or_(QueueCountRow.rank == 0, theirs))
    return conditions


def miscounted(session: Session, organisation_id: uuid.UUID) -> Sequence[tuple[Any, ...]]:
    """Every count that is not what counting the referrals says now: its key, and by how much it is too high."""
    kept = select(*(getattr(QueueCountRow, name) for name in KEY), QueueCountRow.number)
    holder = func.coalesce(ReferralRow.claimed_by, literal(NOBODY))
    there = (_one_less(organisation_id, each) for each in (literal(ANYBODY), holder))
    every = union_all(kept.where(QueueCountRow.organisation_id == organisation_id), *there).subquery()
    key, number = [every.c[name] for name in KEY], func.sum(every.c.number)
    rows = session.execute(select(*key, number).group_by(*key).having(number != 0))
    return [(*row[:-1], int(row[-1])) for row in rows]


def _one_less(organisation_id: uuid.UUID, holder: ColumnElement[uuid.UUID]) -> Any:  # noqa: ANN401  a question
    row, team = ReferralRow, func.coalesce(ReferralRow.receiver_id, literal(NOBODY))
    columns = (holder, team, row.state, row.open, row.rank, row.next_actor, literal(-1))
    return select(*columns).where(row.organisation_id == organisation_id)


def recount(session: Session, organisation_id: uuid.UUID) -> int:
    """Set right every count that is not what counting says; how many were not. Nobody else counts meanwhile."""
    lock_head(session, organisation_id)
    found = miscounted(session, organisation_id)
    for *key, too_many in found:
        row = session.get(QueueCountRow, (organisation_id, *key))
        if row is None:
            row = QueueCountRow(organisation_id=organisation_id, number=0, **dict(zip(KEY, key, strict=True)))
            session.add(row)
        row.number -= too_many
    return len(found)
