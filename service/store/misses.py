"""Deadlines that were missed, and who was told of what: kept, so that nobody is told twice and every miss counts."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Index, Select, UniqueConstraint, and_, exists, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from referral.lifecycle import Actor
from referral.model import Urgency
from service.kinds import ToldAbout
from service.store.alerts import AlertRow
from service.store.base import Base, Tenant, one_of, within
from service.store.clients import ClientRow
from service.store.needs import NeedRow


class MissRow(Tenant, Base):
    """One deadline of a need that passed before anybody did what was due. Kept for reports, whatever follows."""

    __tablename__ = "misses"
    __table_args__ = (
        within("need_id", "needs"),
        within("client_id", "clients"),
        within("owner_id", "users"),
        UniqueConstraint("organisation_id", "need_id", "due_at"),
        Index("ix_misses_to_tell", "organisation_id", "next_at"),
    )

    need_id: Mapped[uuid.UUID]
    client_id: Mapped[uuid.UUID]
    due_at: Mapped[datetime]
    owner_id: Mapped[uuid.UUID]
    """Who owned the need then."""
    waited_for: Mapped[Actor] = mapped_column(one_of(Actor, "waited_for"))
    told: Mapped[int]
    """How many rungs were told."""
    next_at: Mapped[datetime | None]
    """When the next rung is due; none when all were told, or somebody has acted."""


class TellingRow(Tenant, Base):
    """One person told one thing once: an alert that nobody answers, or a deadline that passed."""

    __tablename__ = "tellings"
    __table_args__ = (
        within("client_id", "clients"),
        within("user_id", "users"),
        UniqueConstraint("organisation_id", "subject_id", "since", "rung", "user_id"),
        Index("ix_tellings_to", "organisation_id", "user_id", "subject_id", "since"),
        Index("ix_tellings_to_mail", "organisation_id", "mail_at"),
    )

    about: Mapped[ToldAbout] = mapped_column(one_of(ToldAbout, "told_about"))
    subject_id: Mapped[uuid.UUID]
    client_id: Mapped[uuid.UUID | None]
    """None for a packet, until it is known here whom it is about, and for a review of access."""
    since: Mapped[datetime]
    """The moment that the alert was raised or the packet came, the deadline that passed, the week's end."""
    rung: Mapped[int]
    user_id: Mapped[uuid.UUID]
    told_at: Mapped[datetime]
    mail_at: Mapped[datetime | None]
    """When an e-mail about it is due, or tried again; none once it was taken, or is not needed any more."""
    mail_tries: Mapped[int] = mapped_column(default=0, server_default="0")
    mailed_at: Mapped[datetime | None]
    """When the mail server took it."""
    seen_at: Mapped[datetime | None]
    """When the person opened the review that they were told of."""


def tellings_about(
    session: Session, organisation_id: uuid.UUID, subject_id: uuid.UUID
) -> Sequence[TellingRow]:
    """Everybody who was told about an alert or a need, in the order of the telling."""
    wanted = select(TellingRow).where(
        TellingRow.organisation_id == organisation_id, TellingRow.subject_id == subject_id
    )
    return session.scalars(wanted.order_by(TellingRow.told_at, TellingRow.rung, TellingRow.id)).all()


def ended_alerts_told(
    session: Session, organisation_id: uuid.UUID, user_id: uuid.UUID, since: datetime
) -> Sequence[AlertRow]:
    """The alerts that this person was told of and that somebody else has ended since then, newest first."""
    told = exists().where(
        TellingRow.organisation_id == organisation_id,
        TellingRow.user_id == user_id,
        TellingRow.about == ToldAbout.ALERT,
        TellingRow.subject_id == AlertRow.id,
    )
    wanted = select(AlertRow).where(
        AlertRow.organisation_id == organisation_id,
        AlertRow.closed_at >= since,
        AlertRow.closed_by != user_id,
        told,
    )
    return session.scalars(wanted.order_by(AlertRow.closed_at.desc())).all()


def telling_of_review(
    session: Session, organisation_id: uuid.UUID, user_id: uuid.UUID, since: datetime
) -> TellingRow | None:
    """That this person was told of the review of the week that ended then, or None."""
    wanted = select(TellingRow).where(
        TellingRow.organisation_id == organisation_id,
        TellingRow.user_id == user_id,
        TellingRow.subject_id == organisation_id,
        TellingRow.since == since,
    )
    return session.scalars(wanted).one_or_none()


def unended_alerts(session: Session, organisation_id: uuid.UUID) -> Sequence[AlertRow]:
    """Alerts that somebody acknowledged and nobody has ended, each locked as those that nobody answered."""
    return session.scalars(_live_alerts(organisation_id).where(AlertRow.acknowledged_at.is_not(None))).all()


def unanswered_alerts(session: Session, organisation_id: uuid.UUID) -> Sequence[AlertRow]:
    """Alerts that nobody has acknowledged or ended, each locked: whoever answers one now waits, or was first."""
    return session.scalars(_live_alerts(organisation_id).where(AlertRow.acknowledged_at.is_(None))).all()


def _live_alerts(organisation_id: uuid.UUID) -> Select[AlertRow]:
    wanted = select(AlertRow).where(AlertRow.organisation_id == organisation_id, AlertRow.closed_at.is_(None))
    ordered = wanted.order_by(AlertRow.raised_at).with_for_update()
    return ordered.execution_options(populate_existing=True)


def newly_late(
    session: Session, organisation_id: uuid.UUID, now: datetime, *, most: int
) -> Sequence[NeedRow]:
    """Open needs whose deadline has passed and is not written down as missed yet, the most pressing first."""
    known = exists().where(
        MissRow.organisation_id == organisation_id,
        MissRow.need_id == NeedRow.id,
        MissRow.due_at == NeedRow.due_at,
    )
    wanted = select(NeedRow).where(
        NeedRow.organisation_id == organisation_id,
        NeedRow.closed_at.is_(None),
        NeedRow.due_at <= now,
        ~known,
    )
    return _locked(session, wanted.order_by(NeedRow.rank, NeedRow.due_at, NeedRow.id), most)


def still_late(
    session: Session, organisation_id: uuid.UUID, now: datetime, *, most: int
) -> Sequence[tuple[MissRow, NeedRow]]:
    """Misses whose next rung is due, each with its need, both locked."""
    wanted = (
        select(MissRow, NeedRow)
        .join(
            NeedRow, and_(NeedRow.organisation_id == MissRow.organisation_id, NeedRow.id == MissRow.need_id)
        )
        .where(MissRow.organisation_id == organisation_id, MissRow.next_at <= now)
        .order_by(MissRow.next_at, MissRow.id)
        .limit(most)
        .with_for_update()
    )
    rows = session.execute(wanted.execution_options(populate_existing=True))
    return [(miss, need) for miss, need in rows]


def told_to(
    session: Session, organisation_id: uuid.UUID, user_id: uuid.UUID, now: datetime, *, most: int
) -> Sequence[tuple[NeedRow, ClientRow]]:
    """Needs that are late still, and that this person owns or was told of, with the client: the most pressing first.

    Two questions, each answered along an index in the order of pressing: one for both would look at every late need.
    """
    told = exists().where(
        TellingRow.organisation_id == organisation_id,
        TellingRow.subject_id == NeedRow.id,
        TellingRow.since == NeedRow.due_at,
        TellingRow.user_id == user_id,
    )
    same = and_(ClientRow.organisation_id == NeedRow.organisation_id, ClientRow.id == NeedRow.client_id)
    late = (
        select(NeedRow, ClientRow)
        .join(ClientRow, same)
        .where(
            NeedRow.organisation_id == organisation_id,
            NeedRow.closed_at.is_(None),
            NeedRow.rank.in_(
                [each.rank for each in Urgency]
            ),  # so that only what is late is looked at, rank by rank
            NeedRow.due_at <= now,
        )
    )
    late = late.order_by(NeedRow.rank, NeedRow.due_at, NeedRow.id).limit(most)
    asked = (session.execute(late.where(which)) for which in (NeedRow.owner_id == user_id, told))
    found = {need.id: (need, client) for rows in asked for need, client in rows}
    return sorted(found.values(), key=lambda each: (each[0].rank, each[0].due_at, each[0].id))[:most]


def known_now(
    session: Session, organisation_id: uuid.UUID, subject_id: uuid.UUID, client_id: uuid.UUID
) -> None:
    """Put what was told about a packet under its client, once that is known: it goes when they are erased."""
    theirs = (TellingRow.organisation_id == organisation_id, TellingRow.subject_id == subject_id)
    session.execute(update(TellingRow).where(*theirs).values(client_id=client_id))


def _locked(session: Session, wanted: Select[NeedRow], most: int) -> Sequence[NeedRow]:
    locked = wanted.limit(most).with_for_update().execution_options(populate_existing=True)
    return session.scalars(locked).all()
