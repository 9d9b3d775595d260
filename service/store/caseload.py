"""Whom one person has in their care, of clients that are named: asked where a building's people open only those.

What counts is told in docs/audit.md; what follows from it is `access.py`'s business.
"""

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from referral.event_groups import EventGroup, kinds_in
from referral.events import EventKind
from service.ids import first_id_at
from service.store.alerts import AlertRow, SafetyAssessmentRow
from service.store.audit import AuditEventRow
from service.store.needs import NeedRow
from service.store.trail_search import actor_in

WORK_BEFORE = timedelta(days=30)
ALERT_BEFORE = timedelta(days=2)
"""How long work for a client, and an alert about one, go on counting."""
REASON_AT_LEAST = timedelta(hours=2)
"""How long a reason opens a record when the day ends sooner: what was begun before midnight is finished after it."""
_AT_ONCE = 500
_LOOKS = (EventGroup.REFUSALS, EventGroup.LOOKS, EventGroup.RELEASES)
NO_WORK = frozenset({EventKind.CLIENT_CHANGED}).union(*map(kinds_in, _LOOKS))
"""What is no work for a client. Adding one by hand is: counselors bring in no roster."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Whose caseload, when, and when their own day began: a reason of today opens a record."""

    organisation_id: uuid.UUID
    user_id: uuid.UUID
    now: datetime
    today: datetime


def on_caseload(session: Session, desk: Desk, client_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of these clients that are on this person's caseload, or whose record they opened with a reason today."""
    before = _last_before(session, desk)
    found: set[uuid.UUID] = set()
    ids = sorted(client_ids)
    for some in (ids[at : at + _AT_ONCE] for at in range(0, len(ids), _AT_ONCE)):
        for row, conditions in _questions(desk, before):
            wanted = select(row.client_id).where(
                row.organisation_id == desk.organisation_id, row.client_id.in_(some), *conditions
            )
            found.update(session.scalars(wanted.distinct()))
    return found


def _last_before(session: Session, desk: Desk) -> int:
    """The last place in the trail that counts no more, for the index of a client's events by place; 0 for none.

    Ids are made at their moment: of several made in the same millisecond, whichever comes last will do.
    """
    wanted = select(AuditEventRow.seq).where(
        AuditEventRow.organisation_id == desk.organisation_id,
        AuditEventRow.id < first_id_at(desk.now - WORK_BEFORE),
    )
    return session.scalar(wanted.order_by(AuditEventRow.id.desc()).limit(1)) or 0


def _questions(desk: Desk, before: int) -> Iterator[tuple[Any, tuple[ColumnElement[bool], ...]]]:
    event, alert = AuditEventRow, AlertRow
    since = min(desk.today, desk.now - REASON_AT_LEAST)
    opened = (event.kind == EventKind.OPENED_WITH_REASON) & (event.id >= first_id_at(since))
    mine = str(desk.user_id).encode()
    yield NeedRow, (NeedRow.owner_id == desk.user_id, NeedRow.closed_at.is_(None))
    yield alert, (or_(alert.closed_at.is_(None), alert.raised_at >= desk.now - ALERT_BEFORE),)
    yield SafetyAssessmentRow, (SafetyAssessmentRow.done_at.is_(None),)
    yield (
        event,
        (
            event.seq > before,
            event.id >= first_id_at(desk.now - WORK_BEFORE),
            or_(event.kind.not_in(sorted(NO_WORK)), opened),
            actor_in() == mine,
        ),
    )
