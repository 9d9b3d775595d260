"""Looks at the open alerts, and at a screening on its way: each is an event, once a request."""

import uuid
from collections.abc import Sequence

from sqlalchemy.orm import Session

from referral.events import EventKind, SubjectKind
from service.access import Act
from service.actions import alerts, screenings
from service.actions.alerts import LiveAlert
from service.actions.forms import Progress
from service.permissions import Permission
from service.store import audit


def live_alerts(session: Session, *, act: Act) -> Sequence[LiveAlert]:
    """Every alert that nobody has ended."""
    act.by.must(Permission.ANSWER_ALERT)
    found = alerts.live(session, act=act)
    subject = (SubjectKind.ORGANISATION, act.organisation_id)
    audit.append(session, act.event(EventKind.RECORD_VIEWED, subject, view="alerts", count=len(found)))
    return found


def screening(session: Session, screening_id: uuid.UUID, *, act: Act) -> Progress:
    """Where a screening stands."""
    found = screenings.progress(session, screening_id, act=act)
    subject = (SubjectKind.SCREENING, screening_id)
    event = act.event(EventKind.RECORD_VIEWED, subject, client=found.client_id, view="screening")
    audit.append(session, event)
    return found
