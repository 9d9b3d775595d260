"""Immediate alerts: raised by a critical answer or a judgement, shown on every page while they live.

Answering one (acknowledge, end) is in `alert_answers.py`, its page's facts are in `alert_facts.py`.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from referral.events import EventKind, SubjectKind
from referral.pathways import CRISIS, Pathway, escalations
from service.access import Act
from service.actions import escalating
from service.permissions import Permission
from service.store import audit
from service.store.accounts import find_user
from service.store.alerts import AlertRow, alert_about, live_alert_on, open_alerts
from service.store.clients import ClientRow, find_client
from service.store.needs import NeedRow


@dataclass(frozen=True, slots=True)
class LiveAlert:
    """An alert not ended yet, as the strip of every staff page shows it."""

    id: uuid.UUID
    client_id: uuid.UUID
    need_id: uuid.UUID
    client_name: str
    place: str
    raised_at: datetime
    due_at: datetime
    acknowledged_by: str | None


def live(session: Session, *, act: Act) -> Sequence[LiveAlert]:
    """Every alert of the organisation that is not ended, unacknowledged first."""
    return [
        LiveAlert(
            row.id,
            row.client_id,
            row.need_id,
            row.client_name,
            row.place,
            row.raised_at,
            row.due_at,
            row.acknowledged_by,
        )
        for row in open_alerts(session, act.organisation_id)
    ]


def on_call(session: Session, *, act: Act, refresh: bool = False) -> Sequence[LiveAlert]:
    """As `live`, for the page of whoever is on call; opening it is an event, drawing it again is not."""
    act.by.must(Permission.ANSWER_ALERT)
    if not refresh:
        subject = (SubjectKind.ORGANISATION, act.organisation_id)
        audit.append(session, act.event(EventKind.RECORD_VIEWED, subject, view="on-call"))
    return live(session, act=act)


def raise_alert(
    session: Session,
    client: ClientRow,
    screening_id: uuid.UUID | None,
    need: NeedRow,
    *,
    place: str,
    rule: str,
    act: Act,
) -> LiveAlert:
    """The alert that this screening calls for: raised now, or before, for answers come one by one.

    A judgement without a screening joins an alert that is live on the same need. `due_at` is when the next
    rung of the crisis ladder is told unless somebody acknowledges before.
    """
    row = _standing(session, screening_id, need, act)
    if row is None:
        row = _raise(session, client, screening_id, need, place, rule, act)
    return _live(session, row, act)


def _raise(
    session: Session,
    client: ClientRow,
    screening_id: uuid.UUID | None,
    need: NeedRow,
    place: str,
    rule: str,
    act: Act,
) -> AlertRow:
    row = AlertRow(
        organisation_id=act.organisation_id,
        id=act.new_id(),
        client_id=client.id,
        screening_id=screening_id,
        need_id=need.id,
        raised_at=act.now,
        due_at=_first_call(act.definitions.pathways.get(CRISIS), act.now),
        place=place,
        rule=rule,
    )
    session.add(row)
    session.flush()
    subject, screening = (SubjectKind.ALERT, row.id), None if screening_id is None else str(screening_id)
    event = act.event(
        EventKind.ALERT_RAISED, subject, client=client.id, rule=rule, need=str(need.id), screening=screening
    )
    audit.append(session, event)
    escalating.tell_alert(session, row, act=act)
    return row


def _standing(session: Session, screening_id: uuid.UUID | None, need: NeedRow, act: Act) -> AlertRow | None:
    if screening_id is None:
        return live_alert_on(session, act.organisation_id, need.id)
    return alert_about(session, act.organisation_id, screening_id)


def _first_call(crisis: Pathway, raised_at: datetime) -> datetime:
    return next(at for at, _rung in escalations(crisis, raised_at) if at > raised_at)


def _live(session: Session, row: AlertRow, act: Act) -> LiveAlert:
    client = find_client(session, act.organisation_id, row.client_id)
    holder = row.acknowledged_by and find_user(session, act.organisation_id, row.acknowledged_by)
    return LiveAlert(
        row.id,
        row.client_id,
        row.need_id,
        client.name if client else "",
        row.place,
        row.raised_at,
        row.due_at,
        holder.name if holder else None,
    )
