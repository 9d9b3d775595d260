"""What the pages of safety assessments show: one of them, and all that are due, the earliest first."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from instruments.model import Text
from referral.events import EventKind, SubjectKind
from referral.model import Disposition
from service.access import Act, access_client, access_need, access_screening, reach_of
from service.actions.board_cards import Who, who_of
from service.actions.clients import Client, describe
from service.actions.saying import name_of
from service.permissions import Permission
from service.store import audit
from service.store.alerts import (
    SafetyAssessmentRow,
    assessment_about,
    assessment_for_need,
    assessments_due,
    live_alert_about,
)
from service.store.screenings import decisions_of

MOST = 200


@dataclass(frozen=True, slots=True)
class Due:
    """A safety assessment that waits to be done."""

    id: uuid.UUID
    screening_id: uuid.UUID | None
    need_id: uuid.UUID | None
    client: Who
    due_at: datetime


@dataclass(frozen=True, slots=True)
class AssessmentView:
    """One safety assessment with the person it is about and why it was asked for."""

    client: Client
    screening_id: uuid.UUID | None
    need_id: uuid.UUID | None
    reasons: tuple[Text, ...]
    due_at: datetime | None
    done_at: datetime | None
    done_by: str
    disposition: Disposition | None
    took_over: str
    safety_plan: bool
    why_no_safety_plan: str
    note: str
    alert_id: uuid.UUID | None


def due(session: Session, *, act: Act) -> Sequence[Due]:
    """Assessments in reach that wait, the earliest due first, at most 200; looking is an event."""
    act.by.must(Permission.RECORD_SAFETY)
    subject = (SubjectKind.ORGANISATION, act.organisation_id)
    audit.append(session, act.event(EventKind.RECORD_VIEWED, subject, view="safety assessments due"))
    rows = assessments_due(session, act.organisation_id, site_id=reach_of(act.by), most=MOST)
    return [
        Due(row.id, row.screening_id, row.need_id, who_of(client, site), row.due_at)
        for row, client, site in rows
    ]


def show(session: Session, screening_id: uuid.UUID, *, act: Act) -> AssessmentView:
    """The assessment that a screening asked for, or could ask for; seeing it is an event."""
    screening = access_screening(session, screening_id, act, Permission.RECORD_SAFETY)
    row = assessment_about(session, act.organisation_id, screening_id)
    reasons = tuple(
        reason["text"]
        for decision in decisions_of(session, act.organisation_id, screening_id)
        if decision.first is not None
        for reason in decision.reasons
    )
    view = _view(session, screening.client_id, row, reasons, act, screening_id=screening_id)
    _seen(session, (SubjectKind.SCREENING, screening_id), screening.client_id, act)
    return view


def show_for_need(session: Session, need_id: uuid.UUID, *, act: Act) -> AssessmentView:
    """The assessment for a need that a person opened without a screening; seeing it is an event."""
    need = access_need(session, need_id, act, Permission.RECORD_SAFETY)
    row = assessment_for_need(session, act.organisation_id, need_id)
    view = _view(session, need.client_id, row, (), act, need_id=need_id)
    _seen(session, (SubjectKind.NEED, need_id), need.client_id, act)
    return view


def _seen(session: Session, subject: tuple[SubjectKind, uuid.UUID], client_id: uuid.UUID, act: Act) -> None:
    event = act.event(EventKind.RECORD_VIEWED, subject, client=client_id, view="safety assessment")
    audit.append(session, event)


def _view(
    session: Session,
    client_id: uuid.UUID,
    row: SafetyAssessmentRow | None,
    reasons: tuple[Text, ...],
    act: Act,
    *,
    screening_id: uuid.UUID | None = None,
    need_id: uuid.UUID | None = None,
) -> AssessmentView:
    client = access_client(session, client_id, act, Permission.RECORD_SAFETY)
    live = live_alert_about(session, act.organisation_id, client_id)
    row = row or SafetyAssessmentRow(safety_plan=False, note="")
    return AssessmentView(
        client=describe(session, client, act=act),
        screening_id=screening_id,
        need_id=need_id,
        reasons=reasons,
        due_at=row.due_at,
        done_at=row.done_at,
        done_by=name_of(session, row.done_by, act),
        disposition=row.disposition,
        took_over=row.took_over or "",
        safety_plan=row.safety_plan,
        why_no_safety_plan=row.why_no_safety_plan or "",
        note=row.note,
        alert_id=None if live is None else live.id,
    )
