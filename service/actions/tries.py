"""Tries with a wrong password: each that is looked at is an event, and after five the next one has to wait.

They are counted in the trail itself, for each kind of device apart, so that somebody who guesses from elsewhere keeps
nobody out who signs in where they always do. A try that comes too early is not looked at, and not written down.
"""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from referral.events import EventKind, SubjectKind
from service.access import Act
from service.ids import first_id_at, made_at
from service.permissions import system
from service.store import audit, trail
from service.store.accounts import lock_user
from service.store.trail_search import Narrowed, matching

FREE = 5
"""Wrong tries after which the next one waits. NIST SP 800-63B-4 (3.2.2) asks for a limit and leaves the number open."""
LONGEST_WAIT = timedelta(minutes=30)
REMEMBERED = timedelta(days=1)
_MOST = 1_000
"""Newer events of one account than these say nothing about whether it waits: a day has room for 56 wrong ones."""


class Surface(StrEnum):
    """Where a password was typed."""

    NEW = "new device"
    KNOWN = "known device"
    HANDED_OVER = "handed-over device"


class Why(StrEnum):
    """Why a try was refused."""

    WRONG = "wrong password"
    RAN_OUT = "temporary password over"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What happened with one's account since a moment: wrong tries, and whether somebody came in on a new device."""

    wrong: int
    last_wrong: datetime | None
    came_in: datetime | None


def wait_after(wrong: int) -> timedelta:
    """How long the next try waits after so many wrong ones in a row: 1 minute after five, then twice as long each."""
    return timedelta() if wrong < FREE else min(timedelta(minutes=2 ** min(wrong - FREE, 10)), LONGEST_WAIT)


def must_wait(session: Session, user_id: uuid.UUID, surface: Surface, *, act: Act) -> bool:
    """Whether a try would come too early.

    The account is locked until the transaction ends, so that tries at once count as one after another.
    """
    lock_user(session, act.organisation_id, user_id)
    wrong = []
    for kind, at, where in _told(session, user_id, act.now - REMEMBERED, act):
        if where == surface and kind == EventKind.SIGNED_IN:
            break
        if where == surface:
            wrong.append(at)
    return bool(wrong) and act.now < wrong[0] + wait_after(len(wrong))


def note(session: Session, user_id: uuid.UUID, surface: Surface, why: Why, *, act: Act) -> None:
    """Write a refused try down, as the program's own: whoever typed it is not known to be the account's owner."""
    nobody = Act(system(act.organisation_id), act.now, act.new_id, act.definitions)
    subject = (SubjectKind.ACCOUNT, user_id)
    audit.append(
        session, nobody.event(EventKind.SIGN_IN_REFUSED, subject, reason=str(why), surface=str(surface))
    )


def elsewhere(session: Session, user_id: uuid.UUID, since: datetime, *, act: Act) -> Elsewhere:
    """What somebody who signs in on a device that they used before is told of the time since then."""
    told = [each for each in _told(session, user_id, since, act) if each[2] != Surface.KNOWN]
    wrong = [at for kind, at, _where in told if kind == EventKind.SIGN_IN_REFUSED]
    came = [at for kind, at, where in told if kind == EventKind.SIGNED_IN and where == Surface.NEW]
    return Elsewhere(len(wrong), max(wrong, default=None), max(came, default=None))


def _told(
    session: Session, user_id: uuid.UUID, since: datetime, act: Act
) -> Iterator[tuple[str, datetime, str | None]]:
    """(kind, when, where) of the account's sign-ins and refused tries since a moment, the newest first."""
    kinds = frozenset({EventKind.SIGNED_IN, EventKind.SIGN_IN_REFUSED})
    wanted = Narrowed(kinds, subject=user_id, first=first_id_at(since))
    for row in matching(session, act.organisation_id, wanted, most=_MOST):
        details: Mapping[str, Any] = trail.read_entry(row).get("details", {})
        yield row.kind, made_at(row.id), details.get("surface")
