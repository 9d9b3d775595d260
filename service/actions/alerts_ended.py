"""Alerts that have ended, for whoever comes back to them: what was decided, and where to read what was done.

Raising is in `alerts.py`, answering in `alert_answers.py`, the page of one in `alert_facts.py`.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from referral.events import EventKind
from referral.model import Disposition
from service.access import Act
from service.actions.saying import name_of
from service.permissions import Permission
from service.store import trail
from service.store.alerts import AlertRow, ended_alerts_of
from service.store.clients import find_client
from service.store.misses import ended_alerts_told

LOOKED_FOR = timedelta(days=14)
"""How long somebody who was told of an alert is led to what was done, unless they opened it: a holiday and a week."""


@dataclass(frozen=True, slots=True)
class EndedAlert:
    """One alert that has ended: when, by whom, and what was concluded. What was done stands on its own page."""

    id: uuid.UUID
    need_id: uuid.UUID
    client_name: str
    raised_at: datetime
    ended_at: datetime | None
    by: str
    disposition: Disposition | None


def of_client(session: Session, client_id: uuid.UUID, *, act: Act) -> tuple[EndedAlert, ...]:
    """The ended alerts about a client whom the caller already reached, newest first; none for who answers none."""
    if not act.by.may(Permission.ANSWER_ALERT):
        return ()
    return tuple(
        _ended(session, row, act) for row in ended_alerts_of(session, act.organisation_id, client_id)
    )


def unread(session: Session, *, act: Act) -> Sequence[EndedAlert]:
    """Alerts that the actor was told of, that somebody else ended, and that they have not opened since."""
    if not act.by.may(Permission.ANSWER_ALERT):
        return ()
    found = ended_alerts_told(session, act.organisation_id, act.by.id, act.now - LOOKED_FOR)
    return [_ended(session, row, act) for row in found if not _opened(session, row, act)]


def _opened(session: Session, row: AlertRow, act: Act) -> bool:
    looks = (
        trail.read_entry(event)
        for event in trail.events_about(session, act.organisation_id, row.id)
        if event.kind == EventKind.RECORD_VIEWED
    )
    mine = (entry["at"] for entry in looks if entry and entry["actor"] == str(act.by.id))
    return row.closed_at is not None and any(datetime.fromisoformat(at) >= row.closed_at for at in mine)


def _ended(session: Session, row: AlertRow, act: Act) -> EndedAlert:
    client = find_client(session, act.organisation_id, row.client_id)
    by = name_of(session, row.closed_by, act)
    name = "" if client is None else client.name
    return EndedAlert(row.id, row.need_id, name, row.raised_at, row.closed_at, by, row.disposition)
