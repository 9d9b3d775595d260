"""Organisations that have opened themselves for referrals of others: which pathways, and which team takes them.

What of it another organisation is told is one question, marked as asked across; on PostgreSQL a function answers it.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CheckConstraint, Integer, Select, String, UniqueConstraint, Uuid, column, func, select
from sqlalchemy.orm import Mapped, Session

from service.store.base import Base, Tenant, within
from service.store.organisations import OrganisationRow, SiteRow
from service.store.scope import across


class IntakeRow(Tenant, Base):
    """One pathway on which an organisation takes referrals of others; `closed_at` while it does not."""

    __tablename__ = "intakes"
    __table_args__ = (
        within("team_id", "sites"),
        within("changed_by", "users"),
        UniqueConstraint("organisation_id", "pathway"),
        CheckConstraint("closed_at IS NULL OR closed_at >= opened_at", name="closed_after_it_was_opened"),
    )

    pathway: Mapped[str]
    team_id: Mapped[uuid.UUID]
    changed_by: Mapped[uuid.UUID]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class Opened:
    """What another organisation is told of an open pathway: whose it is, and what its team says of itself."""

    organisation_id: uuid.UUID
    organisation: str
    pathway: str
    team: str
    languages: str
    hours: str
    phone: str
    wait_days: int


_TOLD = (
    column("organisation_id", Uuid),
    *(column(name, String) for name in ("organisation", "pathway", "team", "languages", "hours", "phone")),
    column("wait_days", Integer),
)


def opened_intakes(session: Session) -> Sequence[Opened]:
    """Every open pathway of every organisation, by name; whoever asks leaves its own out."""
    wanted: Select = _told()
    if session.get_bind().dialect.name == "postgresql":
        wanted = select(*_TOLD).select_from(func.handrail_intakes().table_valued(*_TOLD))
    found = [Opened(*row) for row in session.execute(across(wanted))]
    return sorted(found, key=lambda each: (each.organisation, each.organisation_id, each.pathway))


def _told() -> Select:
    team = (SiteRow.organisation_id == IntakeRow.organisation_id) & (SiteRow.id == IntakeRow.team_id)
    wanted = select(
        *(IntakeRow.organisation_id, OrganisationRow.name, IntakeRow.pathway, SiteRow.name),
        *(SiteRow.languages, SiteRow.hours, SiteRow.phone, SiteRow.wait_days),
    )
    wanted = wanted.join(OrganisationRow, OrganisationRow.id == IntakeRow.organisation_id).join(SiteRow, team)
    return wanted.where(IntakeRow.closed_at.is_(None), OrganisationRow.suspended_at.is_(None))


def intakes_of(session: Session, organisation_id: uuid.UUID) -> Sequence[IntakeRow]:
    """The pathways that an organisation has ever opened, by name."""
    wanted = select(IntakeRow).where(IntakeRow.organisation_id == organisation_id)
    return session.scalars(wanted.order_by(IntakeRow.pathway)).all()


def lock_intake(session: Session, organisation_id: uuid.UUID, pathway: str) -> IntakeRow | None:
    """The organisation's intake of a pathway, open or not, locked until commit: two that bring something take turns."""
    wanted = select(IntakeRow).where(
        IntakeRow.organisation_id == organisation_id, IntakeRow.pathway == pathway
    )
    return session.scalars(wanted.with_for_update()).one_or_none()
