"""What people decided otherwise than the rules: kept for good beside the decision, and looked at again by somebody."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, Index, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from referral.model import Urgency
from referral.overriding import Direction, OverrideReason, highest
from service.store.base import Base, Tenant, one_of, within
from service.store.needs import NeedRow
from service.store.sealed import Sealed


class OverrideRow(Tenant, Base):
    """One change that a person made to a need, with the decision that it departs from, if rules had made one."""

    __tablename__ = "overrides"
    __table_args__ = (
        within("need_id", "needs"),
        within("client_id", "clients"),
        within("made_by", "users"),
        within("reviewed_by", "users"),
        within("decision_id", "decisions"),
        CheckConstraint("(reviewed_at IS NULL) = (reviewed_by IS NULL)", name="reviewed_by_somebody"),
        Index("ix_overrides_of_need", "organisation_id", "need_id", "made_at"),
        Index("ix_overrides_to_review", "organisation_id", "reviewed_at", "made_at"),
    )

    need_id: Mapped[uuid.UUID]
    client_id: Mapped[uuid.UUID]
    made_by: Mapped[uuid.UUID]
    made_at: Mapped[datetime]
    direction: Mapped[Direction] = mapped_column(one_of(Direction, "override_direction"))
    pathway_before: Mapped[str]
    pathway_after: Mapped[str]
    urgency_before: Mapped[Urgency] = mapped_column(one_of(Urgency, "urgency_before"))
    urgency_after: Mapped[Urgency] = mapped_column(one_of(Urgency, "urgency_after"))
    reason: Mapped[OverrideReason] = mapped_column(one_of(OverrideReason, "override_reason"))
    words: Mapped[str] = mapped_column(Sealed)
    decision_id: Mapped[uuid.UUID | None]
    rule: Mapped[str | None]
    """The rule that led the decision; none where a person had opened the need."""
    reviewed_by: Mapped[uuid.UUID | None]
    reviewed_at: Mapped[datetime | None]
    review_note: Mapped[str] = mapped_column(Sealed, default="")


def find_override(session: Session, organisation_id: uuid.UUID, override_id: uuid.UUID) -> OverrideRow | None:
    """One override, or None. Whoever reviews it waits for whoever is reviewing it."""
    wanted = select(OverrideRow).where(
        OverrideRow.organisation_id == organisation_id, OverrideRow.id == override_id
    )
    return session.scalars(wanted.with_for_update()).one_or_none()


def overrides_of(session: Session, organisation_id: uuid.UUID, need_id: uuid.UUID) -> Sequence[OverrideRow]:
    """What people changed about one need, oldest first."""
    wanted = select(OverrideRow).where(
        OverrideRow.organisation_id == organisation_id, OverrideRow.need_id == need_id
    )
    return session.scalars(wanted.order_by(OverrideRow.made_at, OverrideRow.id)).all()


def highest_of(session: Session, need: NeedRow) -> Urgency:
    """The most urgent that a need ever was: only what people lowered was more urgent than it is."""
    rows = overrides_of(session, need.organisation_id, need.id)
    return highest(need.urgency, (row.urgency_before for row in rows))


def waiting_overrides(session: Session, organisation_id: uuid.UUID, *, most: int) -> Sequence[OverrideRow]:
    """What nobody has looked at yet, oldest first."""
    wanted = select(OverrideRow).where(
        OverrideRow.organisation_id == organisation_id, OverrideRow.reviewed_at.is_(None)
    )
    return session.scalars(wanted.order_by(OverrideRow.made_at, OverrideRow.id).limit(most)).all()


def reviewed_overrides(session: Session, organisation_id: uuid.UUID, *, most: int) -> Sequence[OverrideRow]:
    """What was looked at, the newest review first."""
    wanted = select(OverrideRow).where(
        OverrideRow.organisation_id == organisation_id, OverrideRow.reviewed_at.is_not(None)
    )
    return session.scalars(wanted.order_by(OverrideRow.reviewed_at.desc(), OverrideRow.id).limit(most)).all()


def counted_overrides(
    session: Session, organisation_id: uuid.UUID, since: datetime
) -> Mapping[tuple[str | None, Direction], int]:
    """How often each rule was overridden in each direction since a moment."""
    row = OverrideRow
    wanted = (
        select(row.rule, row.direction, func.count())
        .where(row.organisation_id == organisation_id, row.made_at >= since)
        .group_by(row.rule, row.direction)
    )
    return {(rule, direction): count for rule, direction, count in session.execute(wanted)}
