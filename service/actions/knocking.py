"""At the door: an e-mail and a password, which accounts they are for, and whether one of them opens."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from service.access import Act
from service.actions import sign_ins, tries
from service.actions.sign_ins import actor_of
from service.actions.tries import Elsewhere, Surface, Why
from service.passwords import Passwords
from service.permissions import Actor
from service.store.accounts import UserRow, digest_of, find_user
from service.store.directory import users_by_email
from service.store.organisations import is_suspended


class Answer(StrEnum):
    """What came of a knock."""

    IN = "in"
    SHUT = "shut"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Knock:
    """One account under an e-mail that somebody gave. `why` it does not open; None where the password is right."""

    actor: Actor
    password: str
    """A digest of the stored password: of another one, the answer says nothing."""
    why: Why | None


@dataclass(frozen=True, slots=True)
class Device:
    """What the browser that knocks can show: that this person signed in there, last at this moment."""

    seen_at: datetime | None = None

    @property
    def surface(self) -> Surface:
        """As the trail names it."""
        return Surface.NEW if self.seen_at is None else Surface.KNOWN


def knocks(
    session: Session, email: str, password: str, *, passwords: Passwords, now: datetime
) -> tuple[Knock, ...]:
    """The active accounts under this e-mail, those that the password is right for first.

    Hashing takes as long where there is none. Nothing of this may be shown before `answer` has counted it.
    """
    found = users_by_email(session, email)
    if not found:
        passwords.matches(None, password)
    told = [_knock(user, password, passwords, now) for user in found]
    return tuple(sorted(told, key=lambda each: each.why is not None))


def answer(session: Session, knock: Knock, secret: str, device: Device, *, act: Act) -> Answer:
    """Let somebody in under a fresh secret, or write down that it was the wrong password, unless tries must wait."""
    person = knock.actor.id
    if tries.must_wait(session, person, device.surface, act=act) or not _stands(session, knock):
        return Answer.REFUSED
    if knock.why is not None:
        tries.note(session, person, device.surface, knock.why, act=act)
        return Answer.REFUSED
    if is_suspended(session, act.organisation_id):
        return Answer.SHUT
    sign_ins.start(session, secret, act=act, surface=device.surface)
    return Answer.IN


def meanwhile(session: Session, device: Device, *, act: Act) -> Elsewhere | None:
    """What somebody is told who signs in where they did before: what was tried elsewhere since. Else None."""
    return None if device.seen_at is None else tries.elsewhere(session, act.by.id, device.seen_at, act=act)


def password_mark(session: Session, organisation_id: uuid.UUID, user_id: uuid.UUID) -> str:
    """What a device remembers of the password that it was used with: with another one it is a new device."""
    user = find_user(session, organisation_id, user_id)
    return "" if user is None else digest_of(user.password_hash)


def _knock(user: UserRow, password: str, passwords: Passwords, now: datetime) -> Knock:
    right = passwords.matches(user.password_hash, password)
    over = user.password_until is not None and user.password_until <= now
    why = Why.WRONG if not right else Why.RAN_OUT if over else None
    return Knock(actor_of(user), digest_of(user.password_hash), why)


def _stands(session: Session, knock: Knock) -> bool:
    """Whether the account is still open, with the password that was looked at."""
    user = find_user(session, knock.actor.organisation_id, knock.actor.id)
    return user is not None and user.active and digest_of(user.password_hash) == knock.password
