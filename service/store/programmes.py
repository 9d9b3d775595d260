"""Which programmes ran in an organisation, in which version, from when until when."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, Index, func, select, text
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from service.store.base import Base, Tenant, within
from service.store.screenings import ScreeningRow

_OPEN = text("ended_at IS NULL")


class ProgrammeRow(Tenant, Base):
    """One version of one programme while it was in force; a screening names the row that it was begun under.

    Moving to another version ends one row and begins another, so a running screening keeps what it began with.
    """

    __tablename__ = "programmes_in_force"
    __table_args__ = (
        within("started_by", "users"),
        within("ended_by", "users"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
        Index(
            "ix_programmes_in_force_once",
            "organisation_id",
            "programme",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    programme: Mapped[str]
    version: Mapped[str]
    digest: Mapped[str]
    """Covers the programme, its rules and every instrument that it pins."""
    started_by: Mapped[uuid.UUID]
    started_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="")
    """Why this version may lower what the one before it asked for; empty where it does not."""
    ended_by: Mapped[uuid.UUID | None]
    ended_at: Mapped[datetime | None]


def programmes_in_force(session: Session, organisation_id: uuid.UUID) -> Sequence[ProgrammeRow]:
    """What runs here now: first what was started here first, in whichever version, then by id."""
    earlier = aliased(ProgrammeRow)
    begun = select(func.min(earlier.started_at)).where(
        earlier.organisation_id == organisation_id, earlier.programme == ProgrammeRow.programme
    )
    wanted = select(ProgrammeRow).where(
        ProgrammeRow.organisation_id == organisation_id, ProgrammeRow.ended_at.is_(None)
    )
    return session.scalars(wanted.order_by(begun.scalar_subquery(), ProgrammeRow.programme)).all()


def lock_programme(session: Session, organisation_id: uuid.UUID, programme: str) -> ProgrammeRow | None:
    """The programme as it runs now, locked until commit: two who move it at once take turns."""
    wanted = select(ProgrammeRow).where(
        ProgrammeRow.organisation_id == organisation_id,
        ProgrammeRow.programme == programme,
        ProgrammeRow.ended_at.is_(None),
    )
    return session.scalars(wanted.with_for_update()).one_or_none()


def begun_under(session: Session, screening: ScreeningRow) -> ProgrammeRow:
    """The programme that a screening was begun under."""
    return session.get_one(ProgrammeRow, (screening.organisation_id, screening.programme_id))
