"""Who was told that the review of a week is open, and has not looked yet. Telling them is in `review_tellings.py`."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from service.access import Act
from service.permissions import Permission
from service.store.misses import TellingRow, telling_of_review
from service.store.organisations import find_organisation


def monday_of(day: date) -> date:
    """The first day of the week of a day."""
    return day - timedelta(days=day.weekday())


def this_week(session: Session, *, act: Act) -> date:
    """The Monday of the organisation's week of now: the review of the week before it is due."""
    zone = ZoneInfo(find_organisation(session, act.organisation_id).zone)
    return monday_of(act.now.astimezone(zone).date())


def ended_at(session: Session, following: date, *, act: Act) -> datetime:
    """When the week ended that this Monday followed."""
    zone = ZoneInfo(find_organisation(session, act.organisation_id).zone)
    return datetime.combine(following, time(), zone).astimezone(UTC)


def open_week(session: Session, *, act: Act) -> date | None:
    """The first day of last week, where the actor was told that its review is open and has not looked at it."""
    if not act.by.may(Permission.READ_AUDIT):
        return None
    following = this_week(session, act=act)
    row = _told(session, following, act)
    return None if row is None or row.seen_at is not None else following - timedelta(days=7)


def seen(session: Session, following: date | None, *, act: Act) -> None:
    """The actor looked at the review of the week that this Monday followed: they are called to it no more."""
    row = None if following is None else _told(session, following, act)
    if row is not None and row.seen_at is None:
        row.seen_at = act.now


def _told(session: Session, following: date, act: Act) -> TellingRow | None:
    since = ended_at(session, following, act=act)
    return telling_of_review(session, act.organisation_id, act.by.id, since)
