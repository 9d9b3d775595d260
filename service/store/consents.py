"""Consent given, refused or withdrawn: by whom, for what, until when. Judging it is referral.consent."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import CheckConstraint, false, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from referral.consent import ConsentStatus, Giver, Purpose
from service.store.base import Base, Tenant, one_of, within
from service.store.clients import GuardianRow


class ConsentRow(Tenant, Base):
    """One answer to one question of consent. Later rows about the same thing supersede earlier ones."""

    __tablename__ = "consents"
    __table_args__ = (
        within("client_id", "clients"),
        within("guardian_id", "guardians"),
        CheckConstraint("(purpose = 'sharing') = (pathway IS NOT NULL)", name="sharing_names_a_pathway"),
        CheckConstraint("(giver = 'guardian') = (guardian_id IS NOT NULL)", name="a_guardian_is_named"),
    )

    client_id: Mapped[uuid.UUID] = mapped_column(index=True)
    purpose: Mapped[Purpose] = mapped_column(one_of(Purpose, "consent_purpose"))
    pathway: Mapped[str | None]
    status: Mapped[ConsentStatus] = mapped_column(one_of(ConsentStatus, "consent_status"))
    giver: Mapped[Giver] = mapped_column(one_of(Giver, "consent_giver"))
    guardian_id: Mapped[uuid.UUID | None]
    given_at: Mapped[datetime]
    valid_until: Mapped[date | None]
    recorded_by: Mapped[uuid.UUID]
    shared_with: Mapped[uuid.UUID | None]
    """The one other organisation that an answer about sharing is about; none: this organisation and its offices."""
    with_items: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether single answers may go there too."""


def consents_of(session: Session, organisation_id: uuid.UUID, client_id: uuid.UUID) -> Sequence[ConsentRow]:
    """What counts of this client's consent, oldest first: not what somebody said who is no guardian any more."""
    guardians = select(GuardianRow.id).where(
        GuardianRow.organisation_id == organisation_id,
        GuardianRow.client_id == client_id,
        GuardianRow.taken_away_at.is_(None),
    )
    wanted = select(ConsentRow).where(
        ConsentRow.organisation_id == organisation_id,
        ConsentRow.client_id == client_id,
        or_(ConsentRow.guardian_id.is_(None), ConsentRow.guardian_id.in_(guardians)),
    )
    return session.scalars(wanted.order_by(ConsentRow.given_at, ConsentRow.id)).all()
