"""Legal holds, and what was asked to be erased: ids and codes only, so both stay when a client is gone."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from service.store.base import Base, Tenant, within


class HoldRow(Tenant, Base):
    """One hold on one client's records, or on those of the whole organisation. Another person lifts it."""

    __tablename__ = "legal_holds"
    __table_args__ = (
        within("set_by", "users"),
        within("lifted_by", "users"),
        CheckConstraint(
            "(lifted_at IS NULL) = (lifted_by IS NULL) AND (lifted_at IS NULL) = (lift_reason IS NULL)",
            name="lifted_with_a_reason",
        ),
        CheckConstraint("lifted_by IS NULL OR lifted_by != set_by", name="lifted_by_another"),
        Index("ix_legal_holds_of_client", "organisation_id", "client_id", "lifted_at"),
    )

    client_id: Mapped[uuid.UUID | None]
    reason: Mapped[str] = mapped_column(String(40))
    set_by: Mapped[uuid.UUID]
    set_at: Mapped[datetime]
    lifted_by: Mapped[uuid.UUID | None]
    lifted_at: Mapped[datetime | None]
    lift_reason: Mapped[str | None] = mapped_column(String(40))


class ErasureRow(Tenant, Base):
    """One client who is to be erased before the time: asked for by one person, approved by another, then done."""

    __tablename__ = "erasures"
    __table_args__ = (
        within("asked_by", "users"),
        within("approved_by", "users"),
        CheckConstraint("(approved_at IS NULL) = (approved_by IS NULL)", name="approved_together"),
        CheckConstraint("approved_by IS NULL OR approved_by != asked_by", name="approved_by_another"),
        CheckConstraint("done_at IS NULL OR approved_at IS NOT NULL", name="done_when_approved"),
        Index("ix_erasures_to_do", "organisation_id", "done_at", "asked_at"),
    )

    client_id: Mapped[uuid.UUID]
    reason: Mapped[str] = mapped_column(String(40))
    asked_by: Mapped[uuid.UUID]
    asked_at: Mapped[datetime]
    approved_by: Mapped[uuid.UUID | None]
    approved_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]


def holds_in_force(session: Session, organisation_id: uuid.UUID) -> Sequence[HoldRow]:
    """The holds that nobody has lifted, oldest first."""
    wanted = select(HoldRow).where(HoldRow.organisation_id == organisation_id, HoldRow.lifted_at.is_(None))
    return session.scalars(wanted.order_by(HoldRow.set_at, HoldRow.id)).all()


def find_hold(session: Session, organisation_id: uuid.UUID, hold_id: uuid.UUID) -> HoldRow | None:
    """One hold of this organisation, locked until commit, or None."""
    return session.get(HoldRow, (organisation_id, hold_id), with_for_update=True)


def erasures_to_do(session: Session, organisation_id: uuid.UUID) -> Sequence[ErasureRow]:
    """What was asked for and is not done, oldest first."""
    wanted = select(ErasureRow).where(
        ErasureRow.organisation_id == organisation_id, ErasureRow.done_at.is_(None)
    )
    return session.scalars(wanted.order_by(ErasureRow.asked_at, ErasureRow.id)).all()


def find_erasure(session: Session, organisation_id: uuid.UUID, erasure_id: uuid.UUID) -> ErasureRow | None:
    """One erasure of this organisation, locked until commit, or None."""
    return session.get(ErasureRow, (organisation_id, erasure_id), with_for_update=True)
