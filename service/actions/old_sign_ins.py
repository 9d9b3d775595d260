"""Sign-in records whose period is over: how many there are, and erasing them. What the trail says of sign-ins stays."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from referral.events import EventKind, SubjectKind
from referral.retention import RecordClass, Schedule, last_due
from service.access import Act
from service.actions.consents import today_in
from service.permissions import Permission
from service.store import audit
from service.store.accounts import delete_sign_ins, old_sign_ins
from service.store.holds import holds_in_force
from service.store.organisations import find_organisation

LIVE = timedelta(days=2)
"""A sign-in lasts less than this: whatever a schedule says, nobody is signed out by it."""


def due(session: Session, schedule: Schedule, *, act: Act) -> int:
    """How many sign-in records of the actor's organisation would go today; none while it is held as a whole."""
    before = _before(session, schedule, act)
    return 0 if before is None else old_sign_ins(session, act.organisation_id, before)


def erase(session: Session, schedule: Schedule, *, act: Act) -> int:
    """Erase them, with an event that says how many and by which schedule; how many went."""
    act.by.must(Permission.KEEP_RECORDS)
    before, count = _before(session, schedule, act), due(session, schedule, act=act)
    if before is None or not count:
        return 0
    delete_sign_ins(session, act.organisation_id, before)
    subject = (SubjectKind.ORGANISATION, act.organisation_id)
    told = (f"{RecordClass.SIGN_IN}:{count}",)
    audit.append(session, act.event(EventKind.RECORDS_ERASED, subject, schedule=schedule.digest, counts=told))
    return count


def _before(session: Session, schedule: Schedule, act: Act) -> datetime | None:
    """The moment before which a sign-in must have been used last to be due; None when nothing is."""
    if any(row.client_id is None for row in holds_in_force(session, act.organisation_id)):
        return None
    last = last_due(schedule.rules[RecordClass.SIGN_IN], schedule, today_in(session, act))
    if last is None:
        return None
    zone = ZoneInfo(find_organisation(session, act.organisation_id).zone)
    after = datetime.combine(last + timedelta(days=1), time(), zone)
    return min(after.astimezone(act.now.tzinfo), act.now - LIVE)
