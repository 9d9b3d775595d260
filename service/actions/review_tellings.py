"""Calling those who may do it to the review of last week: once, when the first working day begins, if anything waits.

Who was told is a row for each person; the e-mail names nobody. A second round finds the rows and does nothing.
"""

from datetime import timedelta

from sqlalchemy.orm import Session

from referral.events import EventKind, SubjectKind
from service.access import Act
from service.actions import access_review, review_due
from service.actions.escalating import write_tellings
from service.kinds import ToldAbout
from service.permissions import GRANTS, Permission
from service.store import audit
from service.store.accounts import people_of
from service.store.misses import tellings_about
from service.store.organisations import find_organisation, lock_organisation


def waiting_now(session: Session, *, act: Act) -> int:
    """How many findings of last week wait, once people are at work and until they were told.

    It only looks: judging a week may take a second, and nobody who writes should wait for that.
    """
    if not _begun(session, act) or _told_before(session, act):
        return 0
    last = review_due.this_week(session, act=act) - timedelta(days=1)
    return access_review.count_waiting(session, last, act=act)


def tell_open(session: Session, waiting: int, *, act: Act) -> int:
    """Tell whoever may review last week that so much waits in it; how many were told."""
    people = [
        user
        for user in people_of(session, act.organisation_id)
        if user.active and Permission.READ_AUDIT in GRANTS[user.role]
    ]
    # Two workers may have come as far as this: whoever is second finds the rows of the first.
    lock_organisation(session, act.organisation_id)
    if not people or _told_before(session, act):
        return 0
    since = review_due.ended_at(session, review_due.this_week(session, act=act), act=act)
    write_tellings(session, (ToldAbout.REVIEW, act.organisation_id), None, since, 0, people, act)
    subject = (SubjectKind.ORGANISATION, act.organisation_id)
    told = tuple(str(user.id) for user in people)
    audit.append(session, act.event(EventKind.REVIEW_DUE, subject, count=waiting, told=told))
    return len(people)


def _begun(session: Session, act: Act) -> bool:
    """Whether people are at work: nobody is called at night."""
    calendar = act.definitions.calendars[find_organisation(session, act.organisation_id).calendar]
    return calendar.is_open(act.now)


def _told_before(session: Session, act: Act) -> bool:
    since = review_due.ended_at(session, review_due.this_week(session, act=act), act=act)
    return any(
        row.since == since for row in tellings_about(session, act.organisation_id, act.organisation_id)
    )
