"""What a view needs around it: who acts, when, with which ids, in which transaction. Only here is the clock read."""

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import cast
from uuid import UUID

from flask import current_app, g

from service.access import Act, Opens, Session
from service.actions.signing_status import NOTHING_SIGNED, Provable
from service.actions.witnessing import Witness
from service.definitions import Definitions
from service.ids import uuid7
from service.notify.mail import Mailer
from service.passwords import Passwords
from service.permissions import Actor
from service.settings import Settings
from service.web.language import current_language


def utc_now() -> datetime:
    """The clock of the running program."""
    return datetime.now(UTC)


def random_bits() -> int:
    """The randomness of the running program, for ids."""
    return secrets.randbits(74)


@dataclass(frozen=True, slots=True)
class Parts:
    """What the composition root made: everything that views and commands are handed."""

    settings: Settings
    definitions: Definitions
    passwords: Passwords
    open_write: Opens
    open_read: Opens
    close: Callable[[], None]
    clock: Callable[[], datetime] = utc_now
    random_bits: Callable[[], int] = random_bits
    pause: Callable[[float], object] = time.sleep
    provable: Provable = NOTHING_SIGNED
    witness: Witness | None = None
    mailer: Mailer | None = None

    def act(self, by: Actor) -> Act:
        """The circumstances of something that this person does now."""
        now = self.clock()
        return Act(by, now, lambda: uuid7(now, self.random_bits()), self.definitions)


def parts() -> Parts:
    """The running program's parts."""
    return cast("Parts", current_app.extensions["handrail"])


def actor() -> Actor:
    """Who is signed in; the guard has let nobody else through."""
    return cast("Actor", g.actor)


def act() -> Act:
    """The circumstances of this request: one moment, one actor, in the language of the page."""
    if "act" not in g:
        g.act = parts().act(replace(actor(), language=current_language()))
    return cast("Act", g.act)


def _within() -> UUID | None:
    by = cast("Actor | None", g.get("actor"))
    return None if by is None else by.organisation_id


@contextmanager
def transaction(by: Actor | None = None) -> Iterator[Session]:
    """One transaction within the organisation of whoever acts: all of it happens, with its events, or none of it."""
    within = _within() if by is None else by.organisation_id
    with parts().open_write(within) as session, session.begin():
        yield session


@contextmanager
def reading() -> Iterator[Session]:
    """A look at what concerns nobody's record (lists of instruments, the sign-in itself): no event is written."""
    with parts().open_read(_within()) as session, session.begin():
        yield session
