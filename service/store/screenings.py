"""Screenings, the administrations within them, their answers, and the decisions that followed."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from instruments.answers import REFUSED
from referral.model import DecisionKind, Urgency
from service.kinds import Mode, ScreeningStatus
from service.store.base import Base, Tenant, one_of, within
from service.store.sealed import Sealed, SealedBytes, SealedJson


class ScreeningRow(Tenant, Base):
    """One occasion on which one client answers one or more instruments."""

    __tablename__ = "screenings"
    __table_args__ = (
        within("client_id", "clients"),
        within("started_by", "users"),
        within("programme_id", "programmes_in_force"),
        UniqueConstraint("organisation_id", "started_by", "idempotency_key"),
        CheckConstraint("(status = 'in progress') = (ended_at IS NULL)", name="ended_together"),
        Index("ix_screenings_of_client", "organisation_id", "client_id", "started_at"),
        Index("ix_screenings_of_programme", "organisation_id", "programme_id"),
        Index("ix_screenings_running", "organisation_id", "status", "touched_at"),
    )

    client_id: Mapped[uuid.UUID]
    programme_id: Mapped[uuid.UUID]
    mode: Mapped[Mode] = mapped_column(one_of(Mode, "mode"))
    language: Mapped[str]
    status: Mapped[ScreeningStatus] = mapped_column(one_of(ScreeningStatus, "screening_status"))
    started_by: Mapped[uuid.UUID]
    started_at: Mapped[datetime]
    touched_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    idempotency_key: Mapped[str | None]
    consent_basis: Mapped[str] = mapped_column(default="")
    routing: Mapped[Mapping[str, Any] | None] = mapped_column(SealedJson)
    """The stored RoutingResult of the last routing, with the digests that let it be replayed."""
    salt: Mapped[bytes | None] = mapped_column(SealedBytes)
    """A part of every salt of this screening's events: deleted with the row, nobody guesses an answer back.

    None in screenings of an older Handrail, which go with their client alone.
    """


class AdministrationRow(Tenant, Base):
    """One instrument within a screening, pinned to its version and digest."""

    __tablename__ = "administrations"
    __table_args__ = (
        within("screening_id", "screenings"),
        UniqueConstraint("organisation_id", "screening_id", "position"),
        UniqueConstraint("organisation_id", "screening_id", "instrument"),
    )

    screening_id: Mapped[uuid.UUID]
    position: Mapped[int]
    instrument: Mapped[str]
    version: Mapped[str]
    digest: Mapped[str]
    result: Mapped[Mapping[str, Any] | None] = mapped_column(SealedJson)


class AnswerRow(Tenant, Base):
    """One answer: a value on the item's scale, or a refusal. An item without a row is missing.

    It stands sealed; `value` and `refused` hold answers from before there were seals, until they are sealed as well.
    """

    __tablename__ = "answers"
    __table_args__ = (
        within("administration_id", "administrations"),
        UniqueConstraint("organisation_id", "administration_id", "item"),
        CheckConstraint(
            "CASE WHEN sealed IS NULL THEN refused = (value IS NULL) ELSE value IS NULL AND NOT refused END",
            name="a_value_or_a_refusal",
        ),
    )

    administration_id: Mapped[uuid.UUID]
    item: Mapped[str]
    sealed: Mapped[str | None] = mapped_column(Sealed)
    value: Mapped[int | None]
    refused: Mapped[bool] = mapped_column(default=False)
    answered_at: Mapped[datetime]

    @property
    def answer(self) -> int | str | None:
        """The value, or the word for a refusal."""
        if self.sealed is None:
            return REFUSED if self.refused else self.value
        words = self.sealed.strip()
        return REFUSED if words == REFUSED else int(words)

    def say(self, answer: int | str | None) -> None:
        """Take another answer. All are equally long before they are sealed, so the length of a seal tells none."""
        self.sealed, self.value, self.refused = str(answer).ljust(len(REFUSED)), None, False


class DecisionRow(Tenant, Base):
    """One decision of the routing rules about one screening, with its reasons in words."""

    __tablename__ = "decisions"
    __table_args__ = (
        within("screening_id", "screenings"),
        within("need_id", "needs"),
        Index("ix_decisions_of_need", "organisation_id", "need_id"),
        Index("ix_decisions_again", "organisation_id", "rescreen_days", "decided_at"),
    )

    screening_id: Mapped[uuid.UUID] = mapped_column(index=True)
    kind: Mapped[DecisionKind] = mapped_column(one_of(DecisionKind, "decision_kind"))
    pathway: Mapped[str | None]
    urgency: Mapped[Urgency | None] = mapped_column(one_of(Urgency, "urgency"))
    first: Mapped[str | None]
    rescreen_days: Mapped[int | None]
    rules: Mapped[list[Any]]
    reasons: Mapped[list[Any]] = mapped_column(SealedJson)
    need_id: Mapped[uuid.UUID | None]
    decided_at: Mapped[datetime]


def find_screening(
    session: Session, organisation_id: uuid.UUID, screening_id: uuid.UUID
) -> ScreeningRow | None:
    """One screening of this organisation, or None."""
    return session.get(ScreeningRow, (organisation_id, screening_id))


def lock_screening(session: Session, row: ScreeningRow) -> ScreeningRow:
    """The screening as it stands now, locked until commit: two who end it at once take turns."""
    session.refresh(row, with_for_update=True)
    return row


def screening_by_key(
    session: Session, organisation_id: uuid.UUID, started_by: uuid.UUID, key: str
) -> ScreeningRow | None:
    """The screening that this person already started under the same idempotency key, or None."""
    wanted = select(ScreeningRow).where(
        ScreeningRow.organisation_id == organisation_id,
        ScreeningRow.started_by == started_by,
        ScreeningRow.idempotency_key == key,
    )
    return session.scalars(wanted).one_or_none()


def screenings_of(
    session: Session, organisation_id: uuid.UUID, client_id: uuid.UUID
) -> Sequence[ScreeningRow]:
    """The client's screenings, newest first."""
    wanted = select(ScreeningRow).where(
        ScreeningRow.organisation_id == organisation_id, ScreeningRow.client_id == client_id
    )
    return session.scalars(wanted.order_by(ScreeningRow.started_at.desc(), ScreeningRow.id.desc())).all()


def administrations_in(
    session: Session, organisation_id: uuid.UUID, screening_ids: Sequence[uuid.UUID]
) -> Sequence[AdministrationRow]:
    """The instruments within these screenings, in the order in which they are asked."""
    wanted = select(AdministrationRow).where(
        AdministrationRow.organisation_id == organisation_id,
        AdministrationRow.screening_id.in_(screening_ids),
    )
    return session.scalars(wanted.order_by(AdministrationRow.screening_id, AdministrationRow.position)).all()


def answers_in(
    session: Session, organisation_id: uuid.UUID, administration_ids: Sequence[uuid.UUID]
) -> Sequence[AnswerRow]:
    """Every answer to these administrations."""
    wanted = select(AnswerRow).where(
        AnswerRow.organisation_id == organisation_id, AnswerRow.administration_id.in_(administration_ids)
    )
    return session.scalars(wanted.order_by(AnswerRow.administration_id, AnswerRow.item)).all()


def plain_answers(session: Session, organisation_id: uuid.UUID, *, most: int) -> Sequence[AnswerRow]:
    """Some of the answers from before answers were sealed, held until the transaction ends."""
    wanted = select(AnswerRow).where(AnswerRow.organisation_id == organisation_id, AnswerRow.sealed.is_(None))
    return session.scalars(wanted.order_by(AnswerRow.id).limit(most).with_for_update()).all()


FOUND_FIRST = (DecisionRow.kind == DecisionKind.REVIEW, DecisionRow.pathway, DecisionRow.id)
"""Of decisions made at one moment: what was found comes before what could not be decided."""

NEWEST_FIRST = (
    DecisionRow.screening_id.desc(),
    DecisionRow.kind == DecisionKind.REVIEW,
    DecisionRow.decided_at.desc(),
    *FOUND_FIRST,
)
"""The newest screening first; of one, what was found, although a critical answer is followed before its end."""


def decisions_of(
    session: Session, organisation_id: uuid.UUID, screening_id: uuid.UUID
) -> Sequence[DecisionRow]:
    """What was decided about one screening, oldest first."""
    wanted = select(DecisionRow).where(
        DecisionRow.organisation_id == organisation_id, DecisionRow.screening_id == screening_id
    )
    return session.scalars(wanted.order_by(DecisionRow.decided_at, *FOUND_FIRST)).all()


def decisions_for(session: Session, organisation_id: uuid.UUID, need_id: uuid.UUID) -> Sequence[DecisionRow]:
    """Every decision that led to this need, of whichever screening, newest first."""
    wanted = select(DecisionRow).where(
        DecisionRow.organisation_id == organisation_id, DecisionRow.need_id == need_id
    )
    return session.scalars(wanted.order_by(*NEWEST_FIRST)).all()


def untouched_since(
    session: Session, organisation_id: uuid.UUID, moment: datetime, *, most: int
) -> Sequence[ScreeningRow]:
    """Screenings still in progress that nobody has touched since then, oldest first."""
    wanted = select(ScreeningRow).where(
        ScreeningRow.organisation_id == organisation_id,
        ScreeningRow.status == ScreeningStatus.IN_PROGRESS,
        ScreeningRow.touched_at < moment,
    )
    return session.scalars(wanted.order_by(ScreeningRow.touched_at).limit(most)).all()


def routed_screenings(
    session: Session, organisation_id: uuid.UUID, after: uuid.UUID, *, most: int
) -> Sequence[ScreeningRow]:
    """Screenings that were routed, by id, behind the one named."""
    wanted = select(ScreeningRow).where(
        ScreeningRow.organisation_id == organisation_id,
        ScreeningRow.id > after,
        ScreeningRow.routing.is_not(None),
    )
    return session.scalars(wanted.order_by(ScreeningRow.id).limit(most)).all()
