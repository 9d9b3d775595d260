"""Choosing one's own password. Its rules follow NIST SP 800-63B-4 (3.1.1.2): long, free, not guessed."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from referral.events import EventKind, SubjectKind
from referral.model import Problem
from service.access import Act
from service.actions import tries
from service.actions.saying import problem, refuse_any
from service.actions.tries import Surface, Why
from service.passwords import Passwords
from service.store import audit
from service.store.accounts import UserRow, find_user
from service.store.organisations import find_organisation

SHORTEST, LONGEST = 12, 128
FEWEST_LETTERS = 5
"""Different ones, so that "aaaaaaaaaaaa" is none."""


@dataclass(frozen=True, slots=True)
class NewPassword:
    """What somebody typed: the password of now, the new one, and the new one again."""

    now: str = field(repr=False)
    new: str = field(repr=False)
    again: str = field(repr=False)


def choose(session: Session, command: NewPassword, *, passwords: Passwords, act: Act) -> None:
    """Take another password: every sign-in of this person, this one too, is over. Raises Invalid."""
    user = find_user(session, act.organisation_id, act.by.id)
    if user is None:
        message = "somebody signed in without an account"
        raise LookupError(message)
    place = find_organisation(session, act.organisation_id).name
    known = passwords.matches(user.password_hash, command.now)
    known = known and not tries.must_wait(session, user.id, Surface.KNOWN, act=act)
    refuse_any([*_now_problems(known=known), *_problems(command, user, place)], act)
    user.password_hash, user.password_until = passwords.hash(command.new), None
    event = act.event(EventKind.ACCOUNT_CHANGED, (SubjectKind.ACCOUNT, user.id), fields=("password",))
    audit.append(session, event)


def count_wrong(session: Session, *, act: Act) -> None:
    """Write down that the password of now was another one, unless tries must wait."""
    if not tries.must_wait(session, act.by.id, Surface.KNOWN, act=act):
        tries.note(session, act.by.id, Surface.KNOWN, Why.WRONG, act=act)


def _now_problems(*, known: bool) -> Iterator[Problem]:
    if not known:
        yield problem("now", "This is not your password of now.", "Esta no es su contraseña actual.")


def _problems(command: NewPassword, user: UserRow, place: str) -> Iterator[Problem]:
    new = command.new
    if not SHORTEST <= len(new) <= LONGEST:
        yield problem(
            "new",
            f"Use {SHORTEST} to {LONGEST} characters. A sentence is good.",
            f"Use de {SHORTEST} a {LONGEST} caracteres. Una frase sirve.",
        )
    elif _is_guessed(new, user, place) or new == command.now:
        yield problem(
            "new",
            "This would be guessed: use another one, without your name, your e-mail or the name of this place.",
            "Sería fácil de adivinar: use otra, sin su nombre, su correo ni el nombre de este lugar.",
        )
    if command.again != new:
        yield problem("again", "The two are not the same.", "Las dos no son iguales.")


def _is_guessed(new: str, user: UserRow, place: str) -> bool:
    """Whether it is made of what everybody knows, or of hardly anything."""
    plain = new.casefold()
    words = [*user.name.split(), *place.split(), user.email.partition("@")[0], "handrail", "password"]
    left = plain
    for word in words:
        left = left.replace(word.casefold(), "") if len(word) > 2 else left  # noqa: PLR2004  "of" is no clue
    return len(set(plain)) < FEWEST_LETTERS or len(left) < SHORTEST // 2
