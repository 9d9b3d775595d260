"""Alerts that someone must act on now, and the safety assessments that follow a positive screen."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from referral.model import Disposition
from service.store.accounts import UserRow
from service.store.base import Base, Tenant, one_of, within
from service.store.clients import ClientRow
from service.store.organisations import SiteRow
from service.store.scope import ask, kept_within
from service.store.sealed import Sealed
from service.store.vault import expect, opened


class AlertRow(Tenant, Base):
    """One immediate alert about a client. It ends only with a named adult, safety steps and a disposition."""

    __tablename__ = "alerts"
    __table_args__ = (
        within("client_id", "clients"),
        within("screening_id", "screenings"),
        within("need_id", "needs"),
        UniqueConstraint("organisation_id", "screening_id"),
        CheckConstraint(
            "(acknowledged_at IS NULL) = (acknowledged_by IS NULL)", name="acknowledged_together"
        ),
        CheckConstraint(
            "closed_at IS NULL OR (closed_by IS NOT NULL AND acknowledged_at IS NOT NULL"
            " AND took_over IS NOT NULL AND safety_steps IS NOT NULL AND disposition IS NOT NULL)",
            name="closed_with_what_was_done",
        ),
        Index("ix_alerts_open", "organisation_id", "closed_at", "raised_at"),
    )

    client_id: Mapped[uuid.UUID]
    screening_id: Mapped[uuid.UUID | None]
    """The screening whose answers raised it; none when a person's judgement did."""
    need_id: Mapped[uuid.UUID]
    raised_at: Mapped[datetime]
    due_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(Sealed, default="")
    rule: Mapped[str]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[uuid.UUID | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[uuid.UUID | None]
    took_over: Mapped[str | None] = mapped_column(Sealed)
    took_over_at: Mapped[datetime | None]
    """When they took over in person, as it was said; none on alerts that ended before this was asked."""
    safety_steps: Mapped[str | None] = mapped_column(Sealed)
    disposition: Mapped[Disposition | None] = mapped_column(one_of(Disposition, "alert_disposition"))


class SafetyAssessmentRow(Tenant, Base):
    """One brief safety assessment: due the same day after a positive screen, done by a trained person."""

    __tablename__ = "safety_assessments"
    __table_args__ = (
        within("client_id", "clients"),
        within("screening_id", "screenings"),
        within("need_id", "needs"),
        UniqueConstraint("organisation_id", "screening_id"),
        CheckConstraint("(screening_id IS NULL) != (need_id IS NULL)", name="asked_for_once"),
        CheckConstraint("(done_at IS NULL) = (done_by IS NULL)", name="done_by_somebody"),
        CheckConstraint("(done_at IS NULL) = (disposition IS NULL)", name="done_with_a_result"),
    )

    client_id: Mapped[uuid.UUID] = mapped_column(index=True)
    screening_id: Mapped[uuid.UUID | None]
    need_id: Mapped[uuid.UUID | None]
    """What asked for it: a screening, or a need that a person opened without one."""
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[uuid.UUID | None]
    disposition: Mapped[Disposition | None] = mapped_column(one_of(Disposition, "safety_disposition"))
    took_over: Mapped[str | None] = mapped_column(Sealed)
    safety_plan: Mapped[bool] = mapped_column(default=False)
    why_no_safety_plan: Mapped[str | None] = mapped_column(Sealed)
    note: Mapped[str] = mapped_column(Sealed, default="")


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """An alert that nobody has ended, with the names of whom it is about and who is with them."""

    id: uuid.UUID
    client_id: uuid.UUID
    need_id: uuid.UUID
    place: str
    raised_at: datetime
    due_at: datetime
    given_name: str
    family_name: str
    acknowledged_by: str | None

    @property
    def client_name(self) -> str:
        """Given name first: how people are called here."""
        return f"{self.given_name} {self.family_name}"


def find_alert(session: Session, organisation_id: uuid.UUID, alert_id: uuid.UUID) -> AlertRow | None:
    """One alert of this organisation, or None."""
    return session.get(AlertRow, (organisation_id, alert_id))


def alert_about(session: Session, organisation_id: uuid.UUID, screening_id: uuid.UUID) -> AlertRow | None:
    """The alert that this screening raised, or None."""
    wanted = select(AlertRow).where(
        AlertRow.organisation_id == organisation_id, AlertRow.screening_id == screening_id
    )
    return session.scalars(wanted).one_or_none()


def live_alert_on(session: Session, organisation_id: uuid.UUID, need_id: uuid.UUID) -> AlertRow | None:
    """The newest alert about this need that nobody has ended, or None."""
    wanted = select(AlertRow).where(
        AlertRow.organisation_id == organisation_id, AlertRow.need_id == need_id, AlertRow.closed_at.is_(None)
    )
    return session.scalars(wanted.order_by(AlertRow.raised_at.desc())).first()


def live_alert_about(session: Session, organisation_id: uuid.UUID, client_id: uuid.UUID) -> AlertRow | None:
    """The newest alert about this client that nobody has ended, or None."""
    wanted = select(AlertRow).where(
        AlertRow.organisation_id == organisation_id,
        AlertRow.client_id == client_id,
        AlertRow.closed_at.is_(None),
    )
    return session.scalars(wanted.order_by(AlertRow.raised_at.desc())).first()


def ended_alerts_of(session: Session, organisation_id: uuid.UUID, client_id: uuid.UUID) -> Sequence[AlertRow]:
    """The alerts about this client that somebody has ended, newest first."""
    wanted = select(AlertRow).where(
        AlertRow.organisation_id == organisation_id,
        AlertRow.client_id == client_id,
        AlertRow.closed_at.is_not(None),
    )
    return session.scalars(wanted.order_by(AlertRow.raised_at.desc())).all()


def lock_alert(session: Session, alert: AlertRow) -> None:
    """Wait for whoever is answering this alert, and see what they did (SQLite has one writer anyway)."""
    session.refresh(alert, with_for_update=True)


def open_alerts(session: Session, organisation_id: uuid.UUID) -> Sequence[OpenAlert]:
    """Alerts not ended, unacknowledged first, oldest first, with the names that they are told by: every page asks."""
    found = [OpenAlert(*row) for row in ask(session, _open_alerts())]
    expect(session, [each.client_id for each in found])
    return [replace(each, place=_place_of(session, organisation_id, each)) for each in found]


def _place_of(session: Session, organisation_id: uuid.UUID, alert: OpenAlert) -> str:
    return str(opened(session, AlertRow, "place", (organisation_id, alert.id), alert.place))


@cache
def _open_alerts() -> Any:  # noqa: ANN401  a question
    row, client, user = AlertRow, ClientRow, UserRow
    own = (row.id, row.client_id, row.need_id, row.place, row.raised_at, row.due_at)
    wanted = (
        select(*own, client.given_name, client.family_name, user.name)
        .join(client, (client.organisation_id == row.organisation_id) & (client.id == row.client_id))
        .outerjoin(user, (user.organisation_id == row.organisation_id) & (user.id == row.acknowledged_by))
        .where(row.closed_at.is_(None))
        .order_by(row.acknowledged_at.is_not(None), row.raised_at)
    )
    return kept_within(wanted)


def assessment_about(
    session: Session, organisation_id: uuid.UUID, screening_id: uuid.UUID
) -> SafetyAssessmentRow | None:
    """The safety assessment that this screening asked for, or None."""
    wanted = select(SafetyAssessmentRow).where(
        SafetyAssessmentRow.organisation_id == organisation_id,
        SafetyAssessmentRow.screening_id == screening_id,
    )
    return session.scalars(wanted).one_or_none()


def assessment_for_need(
    session: Session, organisation_id: uuid.UUID, need_id: uuid.UUID
) -> SafetyAssessmentRow | None:
    """The newest safety assessment that a need without a screening asked for, or None."""
    wanted = select(SafetyAssessmentRow).where(
        SafetyAssessmentRow.organisation_id == organisation_id, SafetyAssessmentRow.need_id == need_id
    )
    return session.scalars(wanted.order_by(SafetyAssessmentRow.due_at.desc())).first()


def lock_assessment(session: Session, assessment: SafetyAssessmentRow) -> None:
    """Wait for whoever is recording this assessment, and see what they wrote."""
    session.refresh(assessment, with_for_update=True)


def assessments_due(
    session: Session, organisation_id: uuid.UUID, *, site_id: uuid.UUID | None, most: int
) -> Sequence[tuple[SafetyAssessmentRow, ClientRow, str]]:
    """Assessments not done yet with client and building, the earliest due first, of one building or all."""
    same = SafetyAssessmentRow.organisation_id
    wanted = (
        select(SafetyAssessmentRow, ClientRow, SiteRow.name)
        .join(
            ClientRow, (ClientRow.organisation_id == same) & (ClientRow.id == SafetyAssessmentRow.client_id)
        )
        .join(SiteRow, (SiteRow.organisation_id == same) & (SiteRow.id == ClientRow.site_id))
        .where(same == organisation_id, SafetyAssessmentRow.done_at.is_(None))
    )
    if site_id is not None:
        wanted = wanted.where(ClientRow.site_id == site_id)
    rows = session.execute(wanted.order_by(SafetyAssessmentRow.due_at, SafetyAssessmentRow.id).limit(most))
    return [(row, client, site) for row, client, site in rows]


def assessments_of(
    session: Session, organisation_id: uuid.UUID, client_id: uuid.UUID
) -> Sequence[SafetyAssessmentRow]:
    """All safety assessments of one client, newest due first."""
    wanted = select(SafetyAssessmentRow).where(
        SafetyAssessmentRow.organisation_id == organisation_id, SafetyAssessmentRow.client_id == client_id
    )
    return session.scalars(wanted.order_by(SafetyAssessmentRow.due_at.desc())).all()
