"""What a person keeps for their own work, about no client: the address of their calendar, and views of the queue."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Index, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from service.store.base import Base, Tenant, within
from service.store.scope import ask, kept_within


class CalendarFeedRow(Tenant, Base):
    """A calendar that one person's own program reads without a sign-in: of its secret, only the digest is kept."""

    __tablename__ = "calendar_feeds"
    __table_args__ = (
        within("user_id", "users"),
        Index("ix_calendar_feeds_of", "organisation_id", "user_id", "made_at"),
    )

    user_id: Mapped[uuid.UUID]
    token_digest: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class SavedViewRow(Tenant, Base):
    """A view of the queue with its filters, under a name that one person gave it."""

    __tablename__ = "saved_views"
    __table_args__ = (within("user_id", "users"), UniqueConstraint("organisation_id", "user_id", "name"))

    user_id: Mapped[uuid.UUID]
    name: Mapped[str]
    query: Mapped[str]
    """The filters as they stand in the queue's address."""
    made_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


def feeds_of(session: Session, organisation_id: uuid.UUID, user_id: uuid.UUID) -> Sequence[CalendarFeedRow]:
    """The person's calendar in force, the newest first: one, whatever two windows did at once."""
    wanted = select(CalendarFeedRow).where(
        CalendarFeedRow.organisation_id == organisation_id,
        CalendarFeedRow.user_id == user_id,
        CalendarFeedRow.revoked_at.is_(None),
    )
    return session.scalars(wanted.order_by(CalendarFeedRow.made_at.desc())).all()


def views_kept(session: Session, user_id: uuid.UUID) -> Sequence[tuple[uuid.UUID, str, str]]:
    """(id, name, query) of each view that the person keeps, by name: every look at the queue asks."""
    rows = ask(session, _views_kept(), {"person": user_id})
    return [(row[0], row[1], row[2]) for row in rows]


@cache
def _views_kept() -> Any:  # noqa: ANN401  a question
    row = SavedViewRow
    theirs = (row.user_id == bindparam("person"), row.withdrawn_at.is_(None))
    return kept_within(select(row.id, row.name, row.query).where(*theirs).order_by(row.name, row.id))


def views_of(session: Session, organisation_id: uuid.UUID, user_id: uuid.UUID) -> Sequence[SavedViewRow]:
    """Every view that the person ever saved, those taken away too, by name."""
    wanted = select(SavedViewRow).where(
        SavedViewRow.organisation_id == organisation_id, SavedViewRow.user_id == user_id
    )
    return session.scalars(wanted.order_by(SavedViewRow.name, SavedViewRow.id)).all()
