"""Needs: what a client was found to need, open until help has begun; attempts to reach people, and notes."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from referral.escalation import PostponeReason
from referral.lifecycle import Actor
from referral.model import AttemptResult, Channel, ClosingReason, Stage, Urgency
from service.kinds import NoteKind
from service.store.base import Base, Tenant, one_of, within
from service.store.sealed import Sealed, SealedBytes


class NeedRow(Tenant, Base):
    """One need of one client on one pathway: it has an owner and, while open, a next step with a deadline."""

    __tablename__ = "needs"
    __table_args__ = (
        within("client_id", "clients"),
        within("owner_id", "users"),
        within("screening_id", "screenings"),
        CheckConstraint("(closed_at IS NULL) = (closing_reason IS NULL)", name="closed_with_a_reason"),
        CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed_by_somebody"),
        CheckConstraint("closed_at IS NOT NULL OR due_at IS NOT NULL", name="an_open_need_has_a_deadline"),
        Index("ix_needs_open", "organisation_id", "closed_at", "rank", "due_at", "id"),
        Index("ix_needs_of_owner", "organisation_id", "owner_id", "closed_at", "rank", "due_at", "id"),
        Index(
            "ix_needs_tally",
            "organisation_id",
            "closed_at",
            "owner_id",
            "pathway",
            "stage",
            "rank",
            "due_at",
            "closing_reason",
        ),
        Index(
            "ix_needs_counts",
            "organisation_id",
            "closed_at",
            "stage",
            "rank",
            "due_at",
            "pathway",
            "owner_id",
        ),
        Index("ix_needs_of_client", "organisation_id", "client_id", "pathway"),
        Index("ix_needs_calls", "organisation_id", "closed_at", "call_on"),
    )

    client_id: Mapped[uuid.UUID]
    pathway: Mapped[str]
    urgency: Mapped[Urgency] = mapped_column(one_of(Urgency, "need_urgency"))
    rank: Mapped[int]
    """The urgency as a number, 0 the most pressing: the board walks an index in this order."""
    stage: Mapped[Stage] = mapped_column(one_of(Stage, "need_stage"))
    """The board's column, kept beside the latest referral's state by `loop.set_clocks`."""
    owner_id: Mapped[uuid.UUID]
    screening_id: Mapped[uuid.UUID | None]
    opened_at: Mapped[datetime]
    reopened_at: Mapped[datetime | None]
    next_actor: Mapped[Actor] = mapped_column(one_of(Actor, "next_actor"))
    next_step: Mapped[Mapping[str, Any]]
    """What is to be done next, in words of each language."""
    due_at: Mapped[datetime | None]
    postponed_for: Mapped[PostponeReason | None] = mapped_column(one_of(PostponeReason, "postponed_for"))
    """Why the clock waits until `due_at`; none while it runs as the lifecycle has it."""
    call_on: Mapped[date | None]
    """The day for which the last attempt promised another call: none once somebody tried again."""
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[uuid.UUID | None]
    closing_reason: Mapped[ClosingReason | None] = mapped_column(one_of(ClosingReason, "closing_reason"))
    took_over: Mapped[str | None] = mapped_column(Sealed)
    why_no_safety_plan: Mapped[str | None] = mapped_column(Sealed)
    second_person: Mapped[uuid.UUID | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads it so

    @property
    def since(self) -> datetime:
        """When the need was opened, or opened again: what was done before does not count for its closing."""
        return self.reopened_at or self.opened_at


class AttemptRow(Tenant, Base):
    """One attempt to reach the client or family about a need."""

    __tablename__ = "attempts"
    __table_args__ = (
        within("need_id", "needs"),
        within("made_by", "users"),
        Index("ix_attempts_of_need", "organisation_id", "need_id", "made_at"),
    )

    need_id: Mapped[uuid.UUID]
    made_by: Mapped[uuid.UUID]
    made_at: Mapped[datetime]
    channel: Mapped[Channel] = mapped_column(one_of(Channel, "channel"))
    result: Mapped[AttemptResult] = mapped_column(one_of(AttemptResult, "attempt_result"))
    note: Mapped[str] = mapped_column(Sealed, default="")
    note_salt: Mapped[bytes | None] = mapped_column(SealedBytes)
    """What the note is committed to with in the trail: delete note and salt, and nobody can guess the note back."""
    next_call_on: Mapped[date | None]


class NeedNoteRow(Tenant, Base):
    """What a person wrote when a need changed hands or course: beside the trail, which holds codes only."""

    __tablename__ = "need_notes"
    __table_args__ = (
        within("need_id", "needs"),
        within("made_by", "users"),
        Index("ix_need_notes_of_need", "organisation_id", "need_id", "made_at"),
    )

    need_id: Mapped[uuid.UUID]
    kind: Mapped[NoteKind] = mapped_column(one_of(NoteKind, "note_kind"))
    made_by: Mapped[uuid.UUID]
    made_at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Sealed)
    took_over: Mapped[str | None] = mapped_column(Sealed)


def owned_by(session: Session, organisation_id: uuid.UUID, user_id: uuid.UUID) -> Sequence[NeedRow]:
    """The open needs that somebody owns, in the order of their opening, locked."""
    wanted = select(NeedRow).where(
        NeedRow.organisation_id == organisation_id, NeedRow.owner_id == user_id, NeedRow.closed_at.is_(None)
    )
    return session.scalars(wanted.order_by(NeedRow.opened_at, NeedRow.id).with_for_update()).all()


def find_need(session: Session, organisation_id: uuid.UUID, need_id: uuid.UUID) -> NeedRow | None:
    """One need of this organisation, or None."""
    return session.get(NeedRow, (organisation_id, need_id))


def needs_of(session: Session, organisation_id: uuid.UUID, client_id: uuid.UUID) -> Sequence[NeedRow]:
    """The client's needs, newest first."""
    wanted = select(NeedRow).where(NeedRow.organisation_id == organisation_id, NeedRow.client_id == client_id)
    return session.scalars(wanted.order_by(NeedRow.opened_at.desc(), NeedRow.id)).all()


def open_need_on(
    session: Session, organisation_id: uuid.UUID, client_id: uuid.UUID, pathway: str
) -> NeedRow | None:
    """The client's open need on this pathway, which a new finding joins instead of paging anybody again."""
    wanted = select(NeedRow).where(
        NeedRow.organisation_id == organisation_id,
        NeedRow.client_id == client_id,
        NeedRow.pathway == pathway,
        NeedRow.closed_at.is_(None),
    )
    return session.scalars(wanted.order_by(NeedRow.opened_at)).first()


def attempts_about(session: Session, organisation_id: uuid.UUID, need_id: uuid.UUID) -> Sequence[AttemptRow]:
    """Attempts made about this need, oldest first."""
    wanted = select(AttemptRow).where(
        AttemptRow.organisation_id == organisation_id, AttemptRow.need_id == need_id
    )
    return session.scalars(wanted.order_by(AttemptRow.made_at, AttemptRow.id)).all()


def notes_about(session: Session, organisation_id: uuid.UUID, need_id: uuid.UUID) -> Sequence[NeedNoteRow]:
    """What people wrote about this need when it changed hands or course, oldest first."""
    wanted = select(NeedNoteRow).where(
        NeedNoteRow.organisation_id == organisation_id, NeedNoteRow.need_id == need_id
    )
    return session.scalars(wanted.order_by(NeedNoteRow.made_at, NeedNoteRow.id)).all()


def lock_need(session: Session, need: NeedRow) -> None:
    """Wait for whoever is changing this need, and see what they did (SQLite has one writer anyway)."""
    session.refresh(need, with_for_update=True)
