"""Packets on both sides: what an organisation sent to another, and what came to it. Neither has a row of the other.

What was sent is sealed under its client's key; what came, under a key of its own, since nobody knows yet whom it is
about (`packet_keys.py`).
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, Index, LargeBinary, UniqueConstraint, func, or_, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from referral.lifecycle import OPEN
from referral.model import DeclineReason, State, Urgency
from referral.packet_news import Kindness
from service.kinds import Standing
from service.store.base import Base, Tenant, one_of, within
from service.store.outside import outside_names
from service.store.referrals import ReferralRow
from service.store.sealed import SealedBytes


class PacketOutRow(Tenant, Base):
    """One packet that an organisation sent; its id is the packet's. `heard`: how many messages back were applied."""

    __tablename__ = "packets_out"
    __table_args__ = (
        within("referral_id", "referrals"),
        within("client_id", "clients"),
        within("made_by", "users"),
        UniqueConstraint("organisation_id", "referral_id"),
        Index("ix_packets_out_waiting", "organisation_id", "delivered_at", "id"),
    )

    referral_id: Mapped[uuid.UUID]
    client_id: Mapped[uuid.UUID] = mapped_column(index=True)
    to_id: Mapped[uuid.UUID]
    to_name: Mapped[str]
    hands_over: Mapped[bool]
    contents: Mapped[bytes] = mapped_column(SealedBytes)
    event_id: Mapped[uuid.UUID]
    """The event that commits to the contents: what the receipt proves."""
    made_by: Mapped[uuid.UUID]
    made_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    taken_in_at: Mapped[datetime | None]
    kindness: Mapped[Kindness | None] = mapped_column(one_of(Kindness, "kindness_heard"))
    heard: Mapped[int] = mapped_column(default=0)
    stop_told_at: Mapped[datetime | None]
    turned_back_at: Mapped[datetime | None]
    """Since when the other organisation takes nothing in, because it is suspended; none once it arrived."""
    redirected_at: Mapped[datetime | None]
    """When the other organisation, after it had declined, sent it to another of its teams."""


class PacketInRow(Tenant, Base):
    """One packet that came, under the sender's id of it. `told`: how many messages back were taken there."""

    __tablename__ = "packets_in"
    __table_args__ = (
        within("team_id", "sites"),
        within("client_id", "clients"),
        within("referral_id", "referrals"),
        within("settled_by", "users"),
        CheckConstraint("(contents IS NULL) = (wrapped IS NULL)", name="contents_with_their_key"),
        CheckConstraint("(wrapped IS NULL) = (wrapped_by IS NULL)", name="wrapped_by_a_key"),
        CheckConstraint("(standing = 'taken in') = (referral_id IS NOT NULL)", name="taken_in_as_a_referral"),
        CheckConstraint("(client_id IS NULL) = (referral_id IS NULL)", name="taken_in_for_a_client"),
        CheckConstraint(
            "standing != 'declined' OR decline_reason IS NOT NULL", name="declined_with_a_reason"
        ),
        Index("ix_packets_in_list", "organisation_id", "standing", "rank", "acknowledge_by", "id"),
        Index("ix_packets_in_of_client", "organisation_id", "client_id"),
        Index("ix_packets_in_of_referral", "organisation_id", "referral_id"),
    )

    from_id: Mapped[uuid.UUID]
    from_name: Mapped[str]
    number: Mapped[str]
    """The sender's number of the referral, for the telephone."""
    pathway: Mapped[str]
    urgency: Mapped[Urgency] = mapped_column(one_of(Urgency, "packet_urgency"))
    rank: Mapped[int]
    hands_over: Mapped[bool]
    team_id: Mapped[uuid.UUID]
    arrived_at: Mapped[datetime]
    acknowledge_by: Mapped[datetime]
    standing: Mapped[Standing] = mapped_column(one_of(Standing, "standing"))
    contents: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The packet and its receipt, sealed; gone once it was declined or withdrawn."""
    wrapped_by: Mapped[str | None]
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    client_id: Mapped[uuid.UUID | None]
    referral_id: Mapped[uuid.UUID | None]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[uuid.UUID | None]
    decline_reason: Mapped[DeclineReason | None] = mapped_column(
        one_of(DeclineReason, "packet_decline_reason")
    )
    kindness: Mapped[Kindness | None] = mapped_column(one_of(Kindness, "kindness"))
    told: Mapped[int] = mapped_column(default=0)
    told_version: Mapped[int] = mapped_column(default=0)
    """The version of the referral of which all was told: another one means that there may be news."""
    stop_asked_at: Mapped[datetime | None]
    redirect_told_at: Mapped[datetime | None]


def packet_of(session: Session, organisation_id: uuid.UUID, referral_id: uuid.UUID) -> PacketOutRow | None:
    """The packet that a referral went out as, or None."""
    wanted = select(PacketOutRow).where(
        PacketOutRow.organisation_id == organisation_id, PacketOutRow.referral_id == referral_id
    )
    return session.scalars(wanted).one_or_none()


def undelivered(session: Session, organisation_id: uuid.UUID) -> Sequence[PacketOutRow]:
    """The packets of an organisation that have not arrived yet, oldest first."""
    wanted = select(PacketOutRow).where(
        PacketOutRow.organisation_id == organisation_id,
        PacketOutRow.delivered_at.is_(None),
        PacketOutRow.stop_told_at.is_(None),
    )
    return session.scalars(wanted.order_by(PacketOutRow.id)).all()


def lock_out(session: Session, organisation_id: uuid.UUID, packet_id: uuid.UUID) -> PacketOutRow | None:
    """A packet that was sent, locked until commit, or None."""
    return session.get(
        PacketOutRow, (organisation_id, packet_id), with_for_update=True, populate_existing=True
    )


def find_in(session: Session, organisation_id: uuid.UUID, packet_id: uuid.UUID) -> PacketInRow | None:
    """A packet that came, or None."""
    return session.get(PacketInRow, (organisation_id, packet_id))


def lock_in(session: Session, organisation_id: uuid.UUID, packet_id: uuid.UUID) -> PacketInRow | None:
    """As `find_in`, locked until commit."""
    return session.get(
        PacketInRow, (organisation_id, packet_id), with_for_update=True, populate_existing=True
    )


def packets_in(
    session: Session, organisation_id: uuid.UUID, standings: Collection[Standing], *, most: int
) -> Sequence[PacketInRow]:
    """The packets that came and stand so: the most pressing first."""
    wanted = select(PacketInRow).where(
        PacketInRow.organisation_id == organisation_id, PacketInRow.standing.in_(standings)
    )
    pressing = (PacketInRow.standing, PacketInRow.rank, PacketInRow.acknowledge_by, PacketInRow.id)
    return session.scalars(wanted.order_by(*pressing).limit(most)).all()


def lock_waiting(session: Session, organisation_id: uuid.UUID) -> Sequence[PacketInRow]:
    """The packets that nobody has dealt with, oldest first, each locked: whoever deals with one waits."""
    wanted = select(PacketInRow).where(
        PacketInRow.organisation_id == organisation_id, PacketInRow.standing == Standing.WAITING
    )
    locked = wanted.order_by(PacketInRow.id).with_for_update().execution_options(populate_existing=True)
    return session.scalars(locked).all()


def count_waiting(session: Session, organisation_id: uuid.UUID) -> int:
    """How many packets nobody has dealt with yet."""
    wanted = select(func.count(PacketInRow.id)).where(
        PacketInRow.organisation_id == organisation_id, PacketInRow.standing == Standing.WAITING
    )
    return session.scalar(wanted) or 0


def untold(session: Session, organisation_id: uuid.UUID) -> Sequence[PacketInRow]:
    """The packets of which the sender may not know everything yet, oldest first."""
    to = (ReferralRow.organisation_id == PacketInRow.organisation_id) & (
        ReferralRow.id == PacketInRow.referral_id
    )
    wanted = select(PacketInRow).outerjoin(ReferralRow, to)
    settled = PacketInRow.organisation_id == organisation_id, PacketInRow.standing != Standing.WAITING
    news = or_(PacketInRow.told == 0, ReferralRow.version != PacketInRow.told_version)
    return session.scalars(wanted.where(*settled, news).order_by(PacketInRow.id)).all()


def redirected(session: Session, organisation_id: uuid.UUID) -> Sequence[tuple[PacketInRow, datetime]]:
    """The packets whose referral was declined here and whose need went on to another team, and when; not told yet."""
    first, later = aliased(ReferralRow), aliased(ReferralRow)
    mine = PacketInRow.organisation_id
    wanted = (
        select(PacketInRow, later.sent_at)
        .join(first, (first.organisation_id == mine) & (first.id == PacketInRow.referral_id))
        .join(later, (later.organisation_id == mine) & (later.need_id == first.need_id))
        .where(mine == organisation_id, PacketInRow.redirect_told_at.is_(None))
        .where(PacketInRow.hands_over.is_(False), first.state == State.DECLINED)
        .where(later.id != first.id, later.sent_at.is_not(None), later.state.in_(OPEN))
    )
    found = session.execute(wanted.order_by(PacketInRow.id, later.sent_at.desc()))
    return [(row, sent_at) for row, sent_at in found if sent_at is not None]


def crossed(
    session: Session, organisation_id: uuid.UUID, states: Collection[State]
) -> Sequence[PacketOutRow]:
    """The packets whose referral stands in one of these states and whose stop was not told yet, oldest first."""
    to = (ReferralRow.organisation_id == PacketOutRow.organisation_id) & (
        ReferralRow.id == PacketOutRow.referral_id
    )
    wanted = select(PacketOutRow).join(ReferralRow, to)
    theirs = PacketOutRow.organisation_id == organisation_id, PacketOutRow.stop_told_at.is_(None)
    return session.scalars(
        wanted.where(*theirs, ReferralRow.state.in_(states)).order_by(PacketOutRow.id)
    ).all()


def taken_over(session: Session, organisation_id: uuid.UUID) -> Sequence[PacketOutRow]:
    """The whole needs that another organisation has taken in and that are still open here, oldest first."""
    to = (ReferralRow.organisation_id == PacketOutRow.organisation_id) & (
        ReferralRow.id == PacketOutRow.referral_id
    )
    wanted = select(PacketOutRow).join(ReferralRow, to)
    theirs = PacketOutRow.organisation_id == organisation_id, PacketOutRow.hands_over.is_(True)
    running = PacketOutRow.taken_in_at.is_not(None), ReferralRow.state.in_(OPEN)
    return session.scalars(wanted.where(*theirs, *running).order_by(PacketOutRow.id)).all()


def packet_behind(session: Session, organisation_id: uuid.UUID, referral_id: uuid.UUID) -> PacketInRow | None:
    """The packet that a referral was taken in from; the newest where there were several, None where there was none."""
    wanted = select(PacketInRow).where(
        PacketInRow.organisation_id == organisation_id, PacketInRow.referral_id == referral_id
    )
    return session.scalars(wanted.order_by(PacketInRow.arrived_at.desc()).limit(1)).first()


def organisation_name(session: Session, organisation_id: uuid.UUID, other_id: uuid.UUID) -> str | None:
    """The name of another organisation that a packet went to or came from, or None."""
    to = select(PacketOutRow.to_name).where(
        PacketOutRow.organisation_id == organisation_id, PacketOutRow.to_id == other_id
    )
    sender = select(PacketInRow.from_name).where(
        PacketInRow.organisation_id == organisation_id, PacketInRow.from_id == other_id
    )
    return session.scalars(to.limit(1)).first() or session.scalars(sender.limit(1)).first()


def names_elsewhere(
    session: Session, organisation_id: uuid.UUID, referral_ids: Collection[uuid.UUID]
) -> Mapping[uuid.UUID, str]:
    """To whom outside the organisation's teams each of these referrals went: an office, or another organisation."""
    wanted = select(PacketOutRow.referral_id, PacketOutRow.to_name).where(
        PacketOutRow.organisation_id == organisation_id, PacketOutRow.referral_id.in_(referral_ids)
    )
    crossed = session.execute(wanted) if referral_ids else ()
    names = {row.referral_id: row.to_name for row in crossed}
    return {**outside_names(session, organisation_id, referral_ids), **names}
