"""A person's own calendar program reads their appointments: times and nothing else, under a secret address.

Of the secret only a digest is kept; it is shown once. Whoever takes it back, or closes the account, ends it.
"""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from instruments.model import Text
from referral.events import EventKind, SubjectKind
from service.access import Act
from service.actions.calendar import MOST, opened, whose_days
from service.actions.saying import say
from service.actions.sign_ins import actor_of
from service.permissions import Actor, Permission
from service.store import agenda, audit
from service.store.accounts import digest_of, find_user
from service.store.directory import feed_behind
from service.store.organisations import find_organisation, is_suspended
from service.store.own import CalendarFeedRow, feeds_of

WHAT: Text = {"en": "Handrail: appointment", "es": "Handrail: cita"}
"""All that is ever said of an appointment outside of Handrail."""
BACK, AHEAD = timedelta(days=14), timedelta(days=180)
"""How much of the past and of the future a calendar program is told."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Whose calendar a token opens."""

    actor: Actor
    feed_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class Slot:
    """One appointment as a calendar may know it: no name, no pathway, no place; `uid` tells nothing and stays."""

    uid: str
    starts: datetime
    changed: datetime


@dataclass(frozen=True, slots=True)
class Feed:
    """Everything that a calendar program is told, and the zone of the wall clock it is meant on."""

    what: str
    zone: ZoneInfo
    slots: tuple[Slot, ...]


def made_at(session: Session, *, act: Act) -> datetime | None:
    """Since when the actor has a calendar address, or None."""
    rows = feeds_of(session, act.organisation_id, act.by.id)
    return rows[0].made_at if rows else None


def make(session: Session, token: str, *, act: Act) -> None:
    """A calendar under a fresh token (256 random bits, made by the edge); the one before opens nothing any more."""
    act.by.must(Permission.READ_REFERRAL)
    _revoke(session, act)
    row = CalendarFeedRow(
        organisation_id=act.organisation_id,
        id=act.new_id(),
        user_id=act.by.id,
        token_digest=digest_of(token),
        made_at=act.now,
    )
    session.add(row)
    _noted(session, act)


def revoke(session: Session, *, act: Act) -> None:
    """Take the address back: it opens nothing from now on. Said twice, it is done once."""
    act.by.must(Permission.READ_REFERRAL)
    if _revoke(session, act):
        _noted(session, act)


def behind(session: Session, token: str) -> Kept | None:
    """Whose calendar this token opens, or None: unknown, taken back, the account closed, or of another role now.

    None too while the organisation is suspended.
    """
    row = feed_behind(session, token)
    user = None if row is None else find_user(session, row.organisation_id, row.user_id)
    if row is None or user is None or not user.active or is_suspended(session, row.organisation_id):
        return None
    actor = actor_of(user)
    return Kept(actor, row.id) if actor.may(Permission.READ_REFERRAL) else None


def read(session: Session, kept: Kept, *, act: Act) -> Feed:
    """The appointments that the person's own calendar page would show, from two weeks back on."""
    rows = agenda.appointments(
        session, whose_days(session, act), act.now - BACK, act.now + AHEAD, most=2 * MOST
    )
    zone = ZoneInfo(find_organisation(session, act.organisation_id).zone)
    slots = [
        Slot(_uid(kept.feed_id, row.id), row.appointment_at, row.state_since)
        for row, _client in opened(session, rows, act)
        if row.appointment_at is not None
    ]
    return Feed(say(act, WHAT), zone, tuple(slots))


def _uid(feed_id: uuid.UUID, referral_id: uuid.UUID) -> str:
    """Two calendars cannot be laid beside each other by it, and nobody finds the record with it."""
    return hashlib.sha256(feed_id.bytes + referral_id.bytes).hexdigest()[:32]


def _revoke(session: Session, act: Act) -> bool:
    rows = feeds_of(session, act.organisation_id, act.by.id)
    for row in rows:
        row.revoked_at = act.now
    session.flush()
    return bool(rows)


def _noted(session: Session, act: Act) -> None:
    subject = (SubjectKind.ACCOUNT, act.by.id)
    audit.append(session, act.event(EventKind.ACCOUNT_CHANGED, subject, fields=("calendar feed",)))
