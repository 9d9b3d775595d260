"""Letters that were made: which event tells of each, and the salt of what that event commits to."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from service.store.base import Base, Tenant, within
from service.store.sealed import SealedBytes


class LetterRow(Tenant, Base):
    """One letter. The paper itself is not kept: with the salt, whoever holds it can prove it; without, nobody."""

    __tablename__ = "letters"
    __table_args__ = (
        within("referral_id", "referrals"),
        within("made_by", "users"),
        UniqueConstraint("organisation_id", "event_id"),
        Index("ix_letters_of_referral", "organisation_id", "referral_id", "made_at"),
    )

    referral_id: Mapped[uuid.UUID]
    made_by: Mapped[uuid.UUID]
    """Who of the organisation stands behind it: who made it, or sent it where its receiver, outside, drew it."""
    made_at: Mapped[datetime]
    event_id: Mapped[uuid.UUID]
    salt: Mapped[bytes] = mapped_column(SealedBytes)


def letters_of(session: Session, organisation_id: uuid.UUID, referral_id: uuid.UUID) -> Sequence[LetterRow]:
    """The letters made of a referral, the newest first."""
    wanted = select(LetterRow).where(
        LetterRow.organisation_id == organisation_id, LetterRow.referral_id == referral_id
    )
    return session.scalars(wanted.order_by(LetterRow.made_at.desc(), LetterRow.id.desc())).all()
