"""Screenings that led to nothing and whose period is over: erased apart from their client, who stays.

What stops the erasure of a client stops this as well: a hold, and whatever is open. The event stays, with how many
rows went; the screening's salt goes with them, so that no answer can be guessed back from the trail.
"""

import uuid
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from referral.events import EventKind, SubjectKind
from referral.retention import Kept, RecordClass, kept_until
from service.access import Act
from service.actions.consents import today_in
from service.actions.retention import judge_all, schedule_of
from service.permissions import Permission
from service.store import audit, erasing
from service.store.clients import find_client, lock_client
from service.store.organisations import find_organisation
from service.store.retention import without_finding

_STAY = frozenset({Kept.PERIOD, Kept.ALWAYS})
"""What keeps a client's record as a whole, and no screening without a finding in it."""


def clients_with_due(session: Session, *, act: Act) -> tuple[uuid.UUID, ...]:
    """The clients of whom a screening is due apart from them, as far as nothing stands against it."""
    act.by.must(Permission.KEEP_RECORDS)
    due = _due(session, None, act)
    staying = {each.client_id for each in judge_all(session, act=act) if each.verdict.kept in _STAY}
    return tuple(dict.fromkeys(client_id for client_id, _screening in due if client_id in staying))


def count_due(session: Session, *, act: Act) -> int:
    """How many screenings would go today apart from their clients."""
    whose = set(clients_with_due(session, act=act))
    return sum(client_id in whose for client_id, _screening in _due(session, None, act))


def erase(session: Session, client_id: uuid.UUID, *, act: Act) -> int:
    """Erase those of one client, as things stand now; how many went. A second time none does."""
    act.by.must(Permission.KEEP_RECORDS)
    if find_client(session, act.organisation_id, client_id) is None:
        return 0
    lock_client(session, act.organisation_id, client_id)
    if judge_all(session, client_id, act=act)[0].verdict.kept not in _STAY:
        return 0
    found = [screening_id for _client, screening_id in _due(session, client_id, act)]
    for screening_id in found:
        _erase(session, client_id, screening_id, act)
    return len(found)


def _erase(session: Session, client_id: uuid.UUID, screening_id: uuid.UUID, act: Act) -> None:
    gone = erasing.erase_screening(session, act.organisation_id, screening_id)
    event = act.event(
        EventKind.SCREENING_ERASED,
        (SubjectKind.SCREENING, screening_id),
        client=client_id,
        schedule=schedule_of(session, act=act).digest,
        counts=(f"{RecordClass.SCREENING}:{gone}",),
    )
    audit.append(session, event)


def _due(session: Session, client_id: uuid.UUID | None, act: Act) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """(client, screening) of those whose period is over."""
    schedule, today = schedule_of(session, act=act), today_in(session, act)
    rule, zone = (
        schedule.rules[RecordClass.SCREENING],
        ZoneInfo(find_organisation(session, act.organisation_id).zone),
    )
    found = []
    for whose, screening_id, touched, born in without_finding(session, act.organisation_id, client_id):
        until = kept_until(rule, touched.astimezone(zone).date(), born, schedule)
        if until is not None and until <= today:
            found.append((whose, screening_id))
    return found
