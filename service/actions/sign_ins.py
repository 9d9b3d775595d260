"""Signing in and out, and handing a tablet over. A sign-in is a row: ending it ends it on every surface."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from referral.events import EventKind, SubjectKind
from service.access import Act, access_screening
from service.actions import tries
from service.actions.organisations import Organisation
from service.actions.tries import Surface, Why
from service.passwords import Passwords
from service.permissions import Actor, Permission
from service.settings import Settings
from service.store import audit
from service.store.accounts import (
    SignInRow,
    UserRow,
    digest_of,
    find_user,
    sign_in_by_secret,
)
from service.store.directory import SignInBehind, sign_in_behind
from service.store.engine import begins_at_once

_SEEN_EVERY = timedelta(minutes=1)


class SignInRefused(Exception):
    """E-mail and password do not go together. Never says which of the two is wrong."""

    def __init__(self) -> None:
        super().__init__("this e-mail and password do not go together")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who a secret belongs to, and whether their device is in a client's hands just now."""

    actor: Actor
    sign_in_id: uuid.UUID
    handed_over: uuid.UUID | None
    stale: bool
    """Whether the note of last use is more than a minute old."""
    organisation: Organisation
    """Where they work, as it stands at this request."""
    must_choose: bool = False
    """Whether they came with a password that somebody else made, and choose their own before anything else."""
    suspended: bool = False
    """Whether their organisation is suspended: then it opens nothing."""


def actor_of(user: UserRow) -> Actor:
    """The person as actions know them."""
    return Actor(user.id, user.organisation_id, user.role, user.name, user.site_id, user.language)


def start(session: Session, secret: str, *, act: Act, surface: Surface = Surface.KNOWN) -> uuid.UUID:
    """Begin a sign-in under a fresh secret (256 random bits, made by the edge); returns the sign-in's id."""
    user = find_user(session, act.organisation_id, act.by.id)
    row = SignInRow(
        organisation_id=act.organisation_id,
        id=act.new_id(),
        user_id=act.by.id,
        secret_digest=digest_of(secret),
        password_digest="" if user is None else digest_of(user.password_hash),
        started_at=act.now,
        seen_at=act.now,
    )
    session.add(row)
    _note_begun(session, row.id, surface, act)
    return row.id


def resume(session: Session, secret: str, *, now: datetime, settings: Settings) -> SignedIn | None:
    """Who this secret belongs to now, or None: unknown, ended, idle too long, too old, or the account was closed.

    Nor does it open anything once the person's password is another than the one it was begun with.
    """
    found = sign_in_behind(session, secret)
    if (
        found is None
        or _is_over(found, now, settings)
        or not _stands(found.password_digest, found.password_hash)
    ):
        return None
    return SignedIn(
        actor=_actor_behind(found),
        sign_in_id=found.id,
        handed_over=found.handed_over_screening_id,
        stale=now - found.seen_at >= _SEEN_EVERY,
        organisation=_organisation_behind(found),
        must_choose=found.password_until is not None,
        suspended=found.suspended_at is not None,
    )


def touch(session: Session, secret: str, *, now: datetime) -> None:
    """Note that the sign-in is in use; while somebody else writes, not now: a look at a page waits for nobody."""
    if not begins_at_once(session):
        return
    row = sign_in_by_secret(session, secret)
    if row is not None:
        row.seen_at = now


def end(session: Session, secret: str, *, act: Act) -> None:
    """End the sign-in; its secret opens nothing from now on."""
    row = sign_in_by_secret(session, secret)
    if row is not None:
        row.ended_at = act.now
        audit.append(
            session, act.event(EventKind.SIGNED_OUT, (SubjectKind.ACCOUNT, act.by.id), session=str(row.id))
        )


def hand_over(session: Session, secret: str, screening_id: uuid.UUID, *, act: Act) -> None:
    """Put the device into the client's hands: until it is taken back, it reaches this one screening only."""
    screening = access_screening(session, screening_id, act, Permission.SCREEN)
    row = sign_in_by_secret(session, secret)
    if row is not None:
        row.handed_over_screening_id = screening.id
        subject = (SubjectKind.SCREENING, screening.id)
        audit.append(session, act.event(EventKind.SCREENING_HANDED_OVER, subject, client=screening.client_id))


def take_back(session: Session, secret: str, password: str, *, passwords: Passwords, act: Act) -> bool:
    """Take the device back with the password of whoever handed it over; whether it was the right one.

    Whoever has the device in their hands may guess: each wrong try is an event, and after five the next one waits.
    """
    row, user = sign_in_by_secret(session, secret), find_user(session, act.organisation_id, act.by.id)
    fits = passwords.matches(None if user is None else user.password_hash, password)
    if row is None or tries.must_wait(session, act.by.id, Surface.HANDED_OVER, act=act):
        return False
    if not fits:
        tries.note(session, act.by.id, Surface.HANDED_OVER, Why.WRONG, act=act)
        return False
    row.handed_over_screening_id = None
    row.seen_at = act.now
    _note_begun(session, row.id, Surface.HANDED_OVER, act)
    return True


def _note_begun(session: Session, sign_in_id: uuid.UUID, surface: Surface, act: Act) -> None:
    subject = (SubjectKind.ACCOUNT, act.by.id)
    told = act.event(EventKind.SIGNED_IN, subject, session=str(sign_in_id), surface=str(surface))
    audit.append(session, told)


def _actor_behind(found: SignInBehind) -> Actor:
    return Actor(
        found.user_id,
        found.organisation_id,
        found.role,
        found.name,
        found.site_id,
        found.language,
        screening_id=found.handed_over_screening_id,
    )


def _organisation_behind(found: SignInBehind) -> Organisation:
    return Organisation(
        found.organisation_id,
        found.organisation,
        found.kind,
        found.zone,
        found.calendar,
        found.crisis_phone,
    )


def _stands(password_digest: str, password_hash: str) -> bool:
    return password_digest == digest_of(password_hash)


def _is_over(row: SignInBehind, now: datetime, settings: Settings) -> bool:
    idle = now - row.seen_at > timedelta(minutes=settings.idle_minutes)
    # A tablet in a client's hands is quiet while they think: only the absolute limit ends it.
    idle = idle and row.handed_over_screening_id is None
    return idle or now - row.started_at > timedelta(hours=settings.longest_hours)
