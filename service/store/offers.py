"""What receivers offer, as somebody stated it last: one row for each team or receiver without an account.

Name, address, languages, hours and the stated wait stand on the receiver itself (`organisations.py`, `outside.py`).
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, UniqueConstraint, and_, exists, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from referral.model import State
from referral.offers import Cost
from service.kinds import SiteKind
from service.store.base import Base, Tenant, one_of, within
from service.store.organisations import SiteRow
from service.store.outside import ReceiverLinkRow
from service.store.referrals import ReferralRow


class OfferRow(Tenant, Base):
    """One receiver's offer. Lists are codes with commas; what nobody stated is empty or null."""

    __tablename__ = "offers"
    __table_args__ = (
        within("team_id", "sites"),
        within("outside_id", "outside_receivers"),
        within("stated_by", "users"),
        UniqueConstraint("organisation_id", "team_id"),
        UniqueConstraint("organisation_id", "outside_id"),
        CheckConstraint("(team_id IS NULL) != (outside_id IS NULL)", name="of_one_receiver"),
        CheckConstraint(
            "lowest_age IS NULL OR highest_age IS NULL OR lowest_age <= highest_age", name="ages"
        ),
        CheckConstraint("per_week IS NULL OR per_week >= 0", name="per_week"),
        CheckConstraint("open_places IS NULL OR open_places >= 0", name="open_places"),
    )

    team_id: Mapped[uuid.UUID | None]
    outside_id: Mapped[uuid.UUID | None]
    pathways: Mapped[str] = mapped_column(default="")
    """Of a receiver outside; a team has one pathway, which stands on it."""
    lowest_age: Mapped[int | None]
    highest_age: Mapped[int | None]
    ways: Mapped[str] = mapped_column(default="")
    outside_school: Mapped[bool | None]
    distance_km: Mapped[int | None]
    access: Mapped[str] = mapped_column(default="")
    insurance: Mapped[str] = mapped_column(default="")
    cost: Mapped[Cost | None] = mapped_column(one_of(Cost, "cost"))
    per_week: Mapped[int | None]
    open_places: Mapped[int | None]
    places: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    """Further places of the receiver: name, distance and access of each."""
    stated_by: Mapped[uuid.UUID]
    stated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads it so

    @property
    def receiver_id(self) -> uuid.UUID | None:
        """Whose offer it is."""
        return self.team_id or self.outside_id


def offers_of(session: Session, organisation_id: uuid.UUID) -> Mapping[uuid.UUID | None, OfferRow]:
    """Every offer of an organisation, by its receiver."""
    rows = session.scalars(select(OfferRow).where(OfferRow.organisation_id == organisation_id))
    return {row.receiver_id: row for row in rows}


def teams_of(session: Session, organisation_id: uuid.UUID) -> Sequence[SiteRow]:
    """Every team that receives referrals, by name."""
    wanted = select(SiteRow).where(SiteRow.organisation_id == organisation_id, SiteRow.kind == SiteKind.TEAM)
    return session.scalars(wanted.order_by(SiteRow.name, SiteRow.id)).all()


def waiting_at(
    session: Session, organisation_id: uuid.UUID, states: Sequence[State]
) -> Mapping[uuid.UUID, int]:
    """How many open referrals stand in these states at each receiver, team or outside; none is left out."""
    theirs = (
        ReferralRow.organisation_id == organisation_id,
        ReferralRow.open.is_(True),
        ReferralRow.state.in_(states),
    )
    inside = select(ReferralRow.receiver_id, func.count()).where(*theirs).group_by(ReferralRow.receiver_id)
    to = (ReceiverLinkRow.organisation_id == ReferralRow.organisation_id) & (
        ReceiverLinkRow.referral_id == ReferralRow.id
    )
    counted = func.count(ReferralRow.id.distinct())
    outside = select(ReceiverLinkRow.receiver_id, counted).join(ReferralRow, to)
    outside = outside.where(*theirs, ReferralRow.receiver_id.is_(None)).group_by(ReceiverLinkRow.receiver_id)
    found = [*session.execute(inside), *session.execute(outside)]
    return {receiver_id: int(count) for receiver_id, count in found if receiver_id is not None}


def open_at(session: Session, organisation_id: uuid.UUID, receiver_id: uuid.UUID) -> Sequence[ReferralRow]:
    """The open referrals that were sent to a team or to a receiver outside, the most pressing first."""
    linked = exists().where(
        ReceiverLinkRow.organisation_id == organisation_id,
        ReceiverLinkRow.referral_id == ReferralRow.id,
        ReceiverLinkRow.receiver_id == receiver_id,
    )
    theirs = or_(ReferralRow.receiver_id == receiver_id, and_(ReferralRow.receiver_id.is_(None), linked))
    wanted = select(ReferralRow).where(
        ReferralRow.organisation_id == organisation_id, ReferralRow.open.is_(True), theirs
    )
    return session.scalars(wanted.order_by(ReferralRow.rank, ReferralRow.due_at, ReferralRow.id)).all()
