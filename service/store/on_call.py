"""The roster: who is on call on which days, between which hours."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, select
from sqlalchemy.orm import Mapped, Session

from service.store.base import Base, Tenant, within


class ShiftRow(Tenant, Base):
    """One shift of one person, week after week. A shift is ended, never deleted: who was on call stays known."""

    __tablename__ = "shifts"
    __table_args__ = (
        within("user_id", "users"),
        within("made_by", "users"),
        CheckConstraint("days BETWEEN 1 AND 127", name="on_some_day"),
        CheckConstraint("last IS NULL OR last >= first", name="ends_after_it_begins"),
    )

    user_id: Mapped[uuid.UUID]
    days: Mapped[int]
    """The weekdays on which it begins, one bit each; Monday is the lowest."""
    starts: Mapped[time]
    ends: Mapped[time]
    first: Mapped[date]
    last: Mapped[date | None]
    made_by: Mapped[uuid.UUID]
    made_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    """When it was taken off the roster before its last day."""


def shifts_of(session: Session, organisation_id: uuid.UUID) -> Sequence[ShiftRow]:
    """Every shift on the roster, by hour."""
    wanted = select(ShiftRow).where(
        ShiftRow.organisation_id == organisation_id, ShiftRow.withdrawn_at.is_(None)
    )
    return session.scalars(wanted.order_by(ShiftRow.starts, ShiftRow.days, ShiftRow.id)).all()


def find_shift(session: Session, organisation_id: uuid.UUID, shift_id: uuid.UUID) -> ShiftRow | None:
    """One shift of this organisation, or None."""
    return session.get(ShiftRow, (organisation_id, shift_id))
