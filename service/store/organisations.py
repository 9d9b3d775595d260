"""Organisations (the tenants) and their sites: buildings where people are, teams that receive referrals."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, false, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from service.kinds import OrganisationKind, SiteKind, WithdrawReason
from service.store.base import Base, Itself, Tenant, one_of
from service.store.scope import across


class OrganisationRow(Itself, Base):
    """One tenant: its name, zone and calendar."""

    __tablename__ = "organisations"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[OrganisationKind] = mapped_column(one_of(OrganisationKind, "organisation_kind"))
    zone: Mapped[str]
    calendar: Mapped[str]
    crisis_phone: Mapped[str]
    suspended_at: Mapped[datetime | None]
    """Since when nobody of it is let in; none while it works."""


class SiteRow(Tenant, Base):
    """One building or receiving team, with what a letter needs to reach it."""

    __tablename__ = "sites"
    __table_args__ = (
        CheckConstraint("(kind = 'team') = (pathway IS NOT NULL)", name="a_team_has_a_pathway"),
    )

    name: Mapped[str]
    kind: Mapped[SiteKind] = mapped_column(one_of(SiteKind, "site_kind"))
    pathway: Mapped[str | None]
    address: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    languages: Mapped[str] = mapped_column(default="en")
    hours: Mapped[str] = mapped_column(default="")
    wait_days: Mapped[int] = mapped_column(default=0)
    by_caseload: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether counselors of a building open only their caseload without a reason."""
    withdrawn_at: Mapped[datetime | None]
    """Since when a team is offered to nobody; what was sent there goes on."""
    withdrawn_for: Mapped[WithdrawReason | None] = mapped_column(one_of(WithdrawReason, "withdrawn_for"))


def find_organisation(session: Session, organisation_id: uuid.UUID) -> OrganisationRow:
    """The tenant itself; it always exists for a signed-in person."""
    return session.get_one(OrganisationRow, organisation_id)


def every_organisation(session: Session) -> Sequence[OrganisationRow]:
    """All tenants, by name: for whoever runs the machine, whose login alone is told."""
    return session.scalars(
        across(select(OrganisationRow).order_by(OrganisationRow.name, OrganisationRow.id))
    ).all()


def lock_organisation(session: Session, organisation_id: uuid.UUID) -> OrganisationRow | None:
    """The tenant itself, locked until commit, or None."""
    return session.get(OrganisationRow, organisation_id, with_for_update=True, populate_existing=True)


def is_suspended(session: Session, organisation_id: uuid.UUID) -> bool:
    """Whether nobody of this organisation is let in just now; the session is within it."""
    return find_organisation(session, organisation_id).suspended_at is not None


def find_site(session: Session, organisation_id: uuid.UUID, site_id: uuid.UUID) -> SiteRow | None:
    """One site of this organisation, or None."""
    return session.get(SiteRow, (organisation_id, site_id))


def sites_of(session: Session, organisation_id: uuid.UUID) -> Sequence[SiteRow]:
    """All buildings and teams, by name."""
    return session.scalars(
        select(SiteRow).where(SiteRow.organisation_id == organisation_id).order_by(SiteRow.name)
    ).all()


def receivers_for(session: Session, organisation_id: uuid.UUID, pathway: str) -> Sequence[SiteRow]:
    """Teams that take referrals on this pathway, shortest wait first."""
    wanted = select(SiteRow).where(
        SiteRow.organisation_id == organisation_id,
        SiteRow.pathway == pathway,
        SiteRow.withdrawn_at.is_(None),
    )
    return session.scalars(wanted.order_by(SiteRow.wait_days, SiteRow.name)).all()
