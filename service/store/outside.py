"""Receivers without an account, the links that each open one referral to one of them, and their visits."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, Index, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from service.kinds import ReceiverKind, WithdrawReason
from service.store.base import Base, Tenant, one_of, within


class OutsideReceiverRow(Tenant, Base):
    """One person or office that receives referrals and has no account here."""

    __tablename__ = "outside_receivers"
    __table_args__ = (
        within("added_by", "users"),
        Index("ix_outside_receivers_by_name", "organisation_id", "name", "id"),
    )

    name: Mapped[str]
    kind: Mapped[ReceiverKind] = mapped_column(one_of(ReceiverKind, "receiver_kind"))
    phone: Mapped[str]
    """The way by which codes are told: never the way by which links are sent."""
    email: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="en")
    """Of the message that tells them of a referral."""
    languages: Mapped[str] = mapped_column(default="", server_default="")
    """What is spoken there; empty where nobody said."""
    hours: Mapped[str] = mapped_column(default="", server_default="")
    wait_days: Mapped[int | None]
    added_by: Mapped[uuid.UUID]
    added_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    """Since when it is offered to nobody; what was sent there goes on."""
    withdrawn_for: Mapped[WithdrawReason | None] = mapped_column(one_of(WithdrawReason, "withdrawn_for"))


class ReceiverLinkRow(Tenant, Base):
    """One link: of its token and of its code, only digests are kept. The newest of a referral is the one in force."""

    __tablename__ = "receiver_links"
    __table_args__ = (
        within("referral_id", "referrals"),
        within("receiver_id", "outside_receivers"),
        within("made_by", "users"),
        within("revoked_by", "users"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name="revoked_by_somebody"),
        Index("ix_receiver_links_of_referral", "organisation_id", "referral_id", "made_at"),
    )

    referral_id: Mapped[uuid.UUID]
    receiver_id: Mapped[uuid.UUID]
    token_digest: Mapped[str] = mapped_column(unique=True)
    made_by: Mapped[uuid.UUID]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    code_hash: Mapped[str | None]
    """None once the code was used: each code opens once."""
    code_made_at: Mapped[datetime]
    code_asked_at: Mapped[datetime | None]
    """When whoever holds the link asked for a fresh code, until one is made."""
    wrong_codes: Mapped[int] = mapped_column(default=0)
    locked_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[uuid.UUID | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads it so


class ReceiverVisitRow(Tenant, Base):
    """One visit: begun with link and code in one browser, found by the digest of that browser's secret."""

    __tablename__ = "receiver_visits"
    __table_args__ = (
        within("link_id", "receiver_links"),
        Index("ix_receiver_visits_of_link", "organisation_id", "link_id", "started_at"),
    )

    link_id: Mapped[uuid.UUID]
    secret_digest: Mapped[str] = mapped_column(unique=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


def outside_receivers(session: Session, organisation_id: uuid.UUID) -> Sequence[OutsideReceiverRow]:
    """Every receiver without an account whom this organisation has written to or may, by name."""
    wanted = select(OutsideReceiverRow).where(OutsideReceiverRow.organisation_id == organisation_id)
    return session.scalars(wanted.order_by(OutsideReceiverRow.name, OutsideReceiverRow.id)).all()


def find_outside_receiver(
    session: Session, organisation_id: uuid.UUID, receiver_id: uuid.UUID
) -> OutsideReceiverRow | None:
    """One receiver without an account, or None."""
    return session.get(OutsideReceiverRow, (organisation_id, receiver_id))


def find_link(session: Session, organisation_id: uuid.UUID, link_id: uuid.UUID) -> ReceiverLinkRow | None:
    """One link of this organisation, or None."""
    return session.get(ReceiverLinkRow, (organisation_id, link_id))


def lock_link(session: Session, link: ReceiverLinkRow) -> None:
    """Wait for whoever is trying or changing this link, and see what they did."""
    session.refresh(link, with_for_update=True)


def link_of(session: Session, organisation_id: uuid.UUID, referral_id: uuid.UUID) -> ReceiverLinkRow | None:
    """The link in force of a referral, else the newest; None where it went to nobody outside."""
    wanted = select(ReceiverLinkRow).where(
        ReceiverLinkRow.organisation_id == organisation_id, ReceiverLinkRow.referral_id == referral_id
    )
    # At most one is not taken back, whatever the clock says about two that were made at once.
    newest = wanted.order_by(ReceiverLinkRow.revoked_at.is_not(None), ReceiverLinkRow.made_at.desc())
    return session.scalars(newest.limit(1)).first()


def outside_names(
    session: Session, organisation_id: uuid.UUID, referral_ids: Collection[uuid.UUID]
) -> Mapping[uuid.UUID, str]:
    """To whom outside each of these referrals went, by name; those that stayed inside are not there."""
    to = (OutsideReceiverRow.organisation_id == ReceiverLinkRow.organisation_id) & (
        OutsideReceiverRow.id == ReceiverLinkRow.receiver_id
    )
    wanted = select(ReceiverLinkRow.referral_id, OutsideReceiverRow.name).join(OutsideReceiverRow, to)
    theirs = (
        ReceiverLinkRow.organisation_id == organisation_id,
        ReceiverLinkRow.referral_id.in_(referral_ids),
    )
    rows = session.execute(wanted.where(*theirs).order_by(ReceiverLinkRow.made_at)) if referral_ids else ()
    return {row.referral_id: row.name for row in rows}


def visits_of(session: Session, organisation_id: uuid.UUID, link_id: uuid.UUID) -> Sequence[ReceiverVisitRow]:
    """The visits that a link opened, the newest first."""
    wanted = select(ReceiverVisitRow).where(
        ReceiverVisitRow.organisation_id == organisation_id, ReceiverVisitRow.link_id == link_id
    )
    return session.scalars(wanted.order_by(ReceiverVisitRow.started_at.desc())).all()


def end_visits(session: Session, organisation_id: uuid.UUID, now: datetime) -> None:
    """End every visit that a link of this organisation opened; the links stay as they are."""
    live = (ReceiverVisitRow.organisation_id == organisation_id, ReceiverVisitRow.ended_at.is_(None))
    session.execute(update(ReceiverVisitRow).where(*live).values(ended_at=now))
