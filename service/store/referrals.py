"""Referrals: each one attempt to meet a need, tracked until its outcome is known and seen."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Select, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from referral.lifecycle import Actor
from referral.model import (
    AppointmentReason,
    CancelReason,
    DeclineReason,
    ErrorReason,
    Outcome,
    State,
    Urgency,
)
from service.store.base import Base, Tenant, one_of, within
from service.store.sealed import Sealed


class ReferralRow(Tenant, Base):
    """One request that a team takes a client on. `rank`, `length` and `due_at` put the most pressing first."""

    __tablename__ = "referrals"
    __table_args__ = (
        within("need_id", "needs"),
        within("client_id", "clients"),
        within("receiver_id", "sites"),
        within("previous_id", "referrals"),
        UniqueConstraint("organisation_id", "number"),
        CheckConstraint("(claimed_at IS NULL) = (claimed_by IS NULL)", name="claimed_together"),
        CheckConstraint("(accepted_at IS NULL) = (accepted_by IS NULL)", name="accepted_together"),
        CheckConstraint("state != 'declined' OR decline_reason IS NOT NULL", name="declined_with_a_reason"),
        CheckConstraint("state != 'completed' OR outcome IS NOT NULL", name="completed_with_an_outcome"),
        CheckConstraint("state != 'scheduled' OR appointment_at IS NOT NULL", name="scheduled_with_a_time"),
        CheckConstraint("state != 'waitlisted' OR review_at IS NOT NULL", name="waitlisted_with_a_review"),
        # The state and the holder stand in the queue's indexes so that views and counts never read the rows.
        Index(
            "ix_referrals_pressing",
            *(
                "organisation_id",
                "receiver_id",
                "open",
                "rank",
                "length",
                "due_at",
                "id",
                "state",
                "claimed_by",
            ),
        ),
        Index(
            "ix_referrals_pressing_of_all",
            *(
                "organisation_id",
                "open",
                "rank",
                "length",
                "due_at",
                "id",
                "state",
                "claimed_by",
                "receiver_id",
            ),
        ),
        Index(
            "ix_referrals_waiting",
            *(
                "organisation_id",
                "next_actor",
                "rank",
                "length",
                "due_at",
                "id",
                "receiver_id",
                "state",
                "claimed_by",
            ),
        ),
        Index("ix_referrals_late", "organisation_id", "open", "due_at", "receiver_id", "rank", "claimed_by"),
        Index("ix_referrals_counts", "organisation_id", "open", "state", "receiver_id", "rank"),
        Index(
            "ix_referrals_holding", "organisation_id", "claimed_by", "open", "rank", "length", "due_at", "id"
        ),
        Index("ix_referrals_of_need", "organisation_id", "need_id", "opened_at"),
        Index("ix_referrals_of_client", "organisation_id", "client_id"),
        Index("ix_referrals_appointments", "organisation_id", "appointment_at", "id"),
    )

    number: Mapped[str]
    need_id: Mapped[uuid.UUID]
    client_id: Mapped[uuid.UUID]
    pathway: Mapped[str]
    urgency: Mapped[Urgency] = mapped_column(one_of(Urgency, "referral_urgency"))
    rank: Mapped[int]
    state: Mapped[State] = mapped_column(one_of(State, "state"))
    state_since: Mapped[datetime]
    open: Mapped[bool]
    """True while the receiving side has something to do: what its queue lists."""
    next_actor: Mapped[Actor] = mapped_column(
        one_of(Actor, "next_actor"), default=Actor.NOBODY, server_default="nobody"
    )
    """Who acts next, while this is the latest attempt to meet a need that is open; nobody on any other."""
    receiver_id: Mapped[uuid.UUID | None]
    receiver_reason: Mapped[str] = mapped_column(Sealed, default="")
    opened_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    sent_by: Mapped[uuid.UUID | None]
    claimed_at: Mapped[datetime | None]
    claimed_by: Mapped[uuid.UUID | None]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[uuid.UUID | None]
    appointment_at: Mapped[datetime | None]
    decline_reason: Mapped[DeclineReason | None] = mapped_column(one_of(DeclineReason, "decline_reason"))
    decline_note: Mapped[str] = mapped_column(Sealed, default="")
    cancel_reason: Mapped[CancelReason | None] = mapped_column(one_of(CancelReason, "cancel_reason"))
    appointment_reason: Mapped[AppointmentReason | None] = mapped_column(
        one_of(AppointmentReason, "appointment_reason")
    )
    error_reason: Mapped[ErrorReason | None] = mapped_column(one_of(ErrorReason, "error_reason"))
    review_at: Mapped[datetime | None]
    happened_at: Mapped[datetime | None]
    handoff_note: Mapped[str] = mapped_column(Sealed, default="", server_default="")
    """Who was there at the first contact: a warm handoff names whoever brought the client."""
    outcome: Mapped[Outcome | None] = mapped_column(one_of(Outcome, "outcome"))
    outcome_note: Mapped[str] = mapped_column(Sealed, default="")
    reported_by: Mapped[uuid.UUID | None]
    signed_off_by: Mapped[uuid.UUID | None]
    outcome_read_at: Mapped[datetime | None]
    due_step: Mapped[str | None]
    due_at: Mapped[datetime | None]
    """By when `next_actor` acts; `due_step` names the clock while the attempt runs."""
    length: Mapped[int] = mapped_column(default=0, server_default="0")
    """How long the deadline is, as one of `referral.pressure.LENGTHS`."""
    previous_id: Mapped[uuid.UUID | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads it so

    @property
    def went_outside(self) -> bool:
        """Whether it was sent to a receiver without an account: to no team of the organisation."""
        return self.sent_at is not None and self.receiver_id is None


def find_referral(session: Session, organisation_id: uuid.UUID, referral_id: uuid.UUID) -> ReferralRow | None:
    """One referral of this organisation, or None."""
    return session.get(ReferralRow, (organisation_id, referral_id))


def referral_numbered(session: Session, organisation_id: uuid.UUID, number: str) -> uuid.UUID | None:
    """The id of the referral with this number, however it is written, or None."""
    wanted = select(ReferralRow.id).where(
        ReferralRow.organisation_id == organisation_id, ReferralRow.number == number.upper()
    )
    return session.scalars(wanted).one_or_none()


def referrals_for(
    session: Session, organisation_id: uuid.UUID, need_ids: Sequence[uuid.UUID]
) -> Sequence[ReferralRow]:
    """The referrals made for these needs, oldest first; of two made at once, the one that followed is later."""
    wanted = select(ReferralRow).where(
        ReferralRow.organisation_id == organisation_id, ReferralRow.need_id.in_(need_ids)
    )
    rows = {row.id: row for row in session.scalars(wanted)}
    return sorted(rows.values(), key=lambda row: (row.opened_at, _attempts_before(row, rows), row.id))


def _attempts_before(row: ReferralRow, rows: Mapping[uuid.UUID, ReferralRow]) -> int:
    before = None if row.previous_id is None else rows.get(row.previous_id)
    return 0 if before is None else 1 + _attempts_before(before, rows)


def team_reaches_client(
    session: Session, organisation_id: uuid.UUID, team_id: uuid.UUID, client_id: uuid.UUID
) -> bool:
    """Whether the team has ever been sent a referral for this client."""
    wanted = select(ReferralRow.id).where(
        ReferralRow.organisation_id == organisation_id,
        ReferralRow.receiver_id == team_id,
        ReferralRow.client_id == client_id,
        ReferralRow.sent_at.is_not(None),
    )
    return session.scalars(wanted.limit(1)).first() is not None


def latest_referral(session: Session, organisation_id: uuid.UUID, need_id: uuid.UUID) -> ReferralRow | None:
    """The newest attempt to meet this need, or None."""
    return next(reversed(referrals_for(session, organisation_id, [need_id])), None)


def held_by(session: Session, organisation_id: uuid.UUID, user_id: uuid.UUID) -> Sequence[ReferralRow]:
    """The open referrals that somebody holds at a receiving desk, oldest first."""
    return session.scalars(_held(organisation_id, user_id)).all()


def lock_held(session: Session, organisation_id: uuid.UUID, user_id: uuid.UUID) -> Sequence[ReferralRow]:
    """As `held_by`, each locked until commit."""
    locked = _held(organisation_id, user_id).with_for_update()
    return session.scalars(locked.execution_options(populate_existing=True)).all()


def _held(organisation_id: uuid.UUID, user_id: uuid.UUID) -> Select[ReferralRow]:
    wanted = select(ReferralRow).where(
        ReferralRow.organisation_id == organisation_id,
        ReferralRow.open.is_(True),
        ReferralRow.claimed_by == user_id,
    )
    return wanted.order_by(ReferralRow.id)


def count_held(session: Session, organisation_id: uuid.UUID) -> Mapping[uuid.UUID, int]:
    """How many open referrals each person holds."""
    wanted = select(ReferralRow.claimed_by, func.count(ReferralRow.id)).where(
        ReferralRow.organisation_id == organisation_id,
        ReferralRow.open.is_(True),
        ReferralRow.claimed_by.is_not(None),
    )
    found = session.execute(wanted.group_by(ReferralRow.claimed_by))
    return {user_id: int(count) for user_id, count in found if user_id is not None}
