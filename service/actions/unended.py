"""Alerts that somebody acknowledged and nobody has ended: they climb a ladder of their own, so that none is forgotten.

The rungs come behind those of the ladder before the acknowledgement (`escalating.py`) and are told once each.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from referral.escalation import MissedRung
from referral.pathways import CRISIS
from service.access import Act
from service.actions import escalating
from service.store.alerts import AlertRow
from service.store.misses import unended_alerts
from service.store.organisations import find_organisation


def rungs_of(session: Session, row: AlertRow, act: Act) -> Iterator[tuple[int, datetime, MissedRung]]:
    """The number of each rung, when it is told unless somebody ends the alert, and the rung; none before the tap."""
    if row.acknowledged_at is None:
        return
    calendar = act.definitions.calendars[find_organisation(session, act.organisation_id).calendar]
    before = len(act.definitions.pathways.get(CRISIS).ladder)
    for number, rung in enumerate(act.definitions.escalation.unended, before):
        yield number, rung.due(row.acknowledged_at, calendar), rung


def tell_unended(session: Session, *, act: Act) -> int:
    """Tell every rung that is due of alerts that are not ended; how many. A second round right after finds nothing."""
    return sum(_tell(session, row, act) for row in unended_alerts(session, act.organisation_id))


def _tell(session: Session, row: AlertRow, act: Act) -> int:
    told = escalating.rungs_told(session, row, act)
    due = [
        (number, rung)
        for number, at, rung in rungs_of(session, row, act)
        if at <= act.now and number not in told
    ]
    for number, rung in due:
        escalating.tell_rung(session, row, number, rung.tell, act=act, owner=row.acknowledged_by)
    return len(due)
