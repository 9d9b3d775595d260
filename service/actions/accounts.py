"""Accounts: who works here, in which role and place. Kept by a programme administrator, who reads nobody's record.

An account is closed, never deleted: what its owner did keeps their name. Nobody's open needs stay behind with
somebody who cannot look after them any more: they are handed to another person in the same act. What somebody has
claimed at a receiving desk goes back to its queue, where it was not handed on before (`handing_on.py`).
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from instruments.model import Text
from referral.events import EventKind, SubjectKind
from service.access import Act, NotFound
from service.actions.account_checks import ROLES, heir_problems, new_problems, person_problems
from service.actions.handing_on import give_back_all
from service.actions.need_rows import write_event, write_note
from service.actions.refusals import Conflict
from service.actions.saying import refuse_any, say
from service.kinds import NoteKind
from service.permissions import GRANTS, WHOLE_ORGANISATION, Permission, Role
from service.store import audit
from service.store.accounts import UserRow, find_user, people_of, user_at
from service.store.needs import owned_by
from service.store.organisations import sites_of

GOOD_FOR = timedelta(days=7)
"""How long a password that somebody else made lets its owner in."""
_HANDED_OVER: Text = {
    "en": "Handed over because the account of its owner changed.",
    "es": "Pasó a otra persona porque cambió la cuenta de su responsable.",
}
_OWN: Text = {
    "en": "Nobody changes the role of their own account, or closes it. Ask another administrator.",
    "es": "Nadie cambia el rol de su propia cuenta ni la cierra. Pídalo a otra persona administradora.",
}
_LAST: Text = {
    "en": "This is the last administrator. Add another one first.",
    "es": "Es la última persona administradora. Añada antes a otra.",
}
_OPEN: Text = {
    "en": "This account is open. Another first password is made on its page.",
    "es": "Esta cuenta está abierta. En su página se crea otra primera contraseña.",
}


@dataclass(frozen=True, slots=True)
class Account:
    """One person as the list and the page of accounts show them."""

    id: uuid.UUID
    name: str
    title: str
    email: str
    role: Role
    site_id: uuid.UUID | None
    site: str
    language: str
    active: bool
    password_until: datetime | None
    open_needs: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    """What an account says about somebody. `heir_id` gets their open needs where they cannot keep them."""

    name: str
    title: str
    role: Role | None
    site_id: uuid.UUID | None
    language: str
    heir_id: uuid.UUID | None = None


def everybody(session: Session, *, act: Act) -> Sequence[Account]:
    """All accounts, the open ones first, by name."""
    act.by.must(Permission.KEEP_ACCOUNTS)
    names = _places(session, act)
    rows = people_of(session, act.organisation_id)
    return [_account(row, names) for row in sorted(rows, key=lambda row: (not row.active, row.name))]


def show(session: Session, user_id: uuid.UUID, *, act: Act) -> Account:
    """One account, with how many open needs its owner has. Raises NotFound."""
    row = _row(session, user_id, act)
    return _account(row, _places(session, act), len(owned_by(session, act.organisation_id, row.id)))


def heirs(session: Session, user_id: uuid.UUID | None, *, act: Act) -> Sequence[tuple[uuid.UUID, str]]:
    """Who may take over anybody's open needs: whoever coordinates the whole organisation, but not this person."""
    act.by.must(Permission.KEEP_ACCOUNTS)
    return [
        (row.id, row.name) for row in people_of(session, act.organisation_id) if _may_inherit(row, user_id)
    ]


def add(session: Session, email: str, person: Person, password_hash: str, *, act: Act) -> uuid.UUID:
    """An account with a password that its owner changes at the first sign-in. Raises Invalid naming every field."""
    act.by.must(Permission.KEEP_ACCOUNTS)
    email = email.strip().lower()
    taken = user_at(session, act.organisation_id, email) is not None
    refuse_any([*new_problems(email, taken=taken), *_person_problems(session, person, act)], act)
    row = UserRow(
        organisation_id=act.organisation_id,
        id=act.new_id(),
        email=email,
        name=person.name.strip(),
        title=person.title.strip(),
        role=person.role,
        site_id=person.site_id,
        language=person.language,
        password_hash=password_hash,
        password_until=act.now + GOOD_FOR,
    )
    session.add(row)
    session.flush()
    event = act.event(EventKind.ACCOUNT_ADDED, (SubjectKind.ACCOUNT, row.id), role=str(row.role))
    audit.append(session, event)
    return row.id


def change(session: Session, user_id: uuid.UUID, person: Person, *, act: Act) -> None:
    """Say anew who somebody is. Raises Invalid, and Conflict where it would leave nobody to keep accounts."""
    row = _row(session, user_id, act)
    refuse_any(_person_problems(session, person, act), act)
    said = {
        "name": person.name.strip(),
        "title": person.title.strip(),
        "role": person.role,
        "site_id": person.site_id,
        "language": person.language,
    }
    changed = [name for name, value in said.items() if getattr(row, name) != value]
    if not changed:
        return
    if "role" in changed:
        _refuse_to_lock_out(session, row, act)
    before = str(row.role)
    if {"role", "site_id"} & set(changed) and person.role not in WHOLE_ORGANISATION:
        _hand_over(session, row, person.heir_id, act)
    if {"role", "site_id"} & set(changed):
        give_back_all(session, row.id, act=act)
    for name in changed:
        setattr(row, name, said[name])
    moved = (before, str(row.role)) if "role" in changed else (None, None)
    _note(session, row, tuple(changed), act, moved)


def renew_password(session: Session, user_id: uuid.UUID, password_hash: str, *, act: Act) -> None:
    """Another temporary password: the old one, and every sign-in begun with it, opens nothing from now on."""
    row = _row(session, user_id, act)
    row.password_hash, row.password_until = password_hash, act.now + GOOD_FOR
    _note(session, row, ("password",), act)


def close(session: Session, user_id: uuid.UUID, heir_id: uuid.UUID | None, *, act: Act) -> None:
    """Close an account: every sign-in ends with its next request. Done twice it is one act."""
    row = _row(session, user_id, act)
    if not row.active:
        return
    _refuse_to_lock_out(session, row, act)
    _hand_over(session, row, heir_id, act)
    give_back_all(session, row.id, act=act)
    row.active = False
    _note(session, row, ("active",), act, ("open", "closed"))


def reopen(session: Session, user_id: uuid.UUID, password_hash: str, *, act: Act) -> None:
    """Open a closed account again, with a temporary password. Raises Conflict where it is open."""
    row = _row(session, user_id, act)
    if row.active:
        raise Conflict(say(act, _OPEN))
    row.active, row.password_hash, row.password_until = True, password_hash, act.now + GOOD_FOR
    _note(session, row, ("active", "password"), act, ("closed", "open"))


def _row(session: Session, user_id: uuid.UUID, act: Act) -> UserRow:
    act.by.must(Permission.KEEP_ACCOUNTS)
    row = find_user(session, act.organisation_id, user_id)
    if row is None:
        noun = "account"
        raise NotFound(noun)
    return row


def _person_problems(session: Session, person: Person, act: Act) -> list:
    sites = {row.id: row.pathway for row in sites_of(session, act.organisation_id)}
    return person_problems(person.name, person.title, person.role, (person.site_id, sites), person.language)


def _refuse_to_lock_out(session: Session, row: UserRow, act: Act) -> None:
    if row.id == act.by.id:
        raise Conflict(say(act, _OWN))
    others = [
        each
        for each in people_of(session, act.organisation_id)
        if each.active and each.id != row.id and each.role is Role.ADMINISTRATOR
    ]
    if row.role is Role.ADMINISTRATOR and not others:
        raise Conflict(say(act, _LAST))


def _hand_over(session: Session, row: UserRow, heir_id: uuid.UUID | None, act: Act) -> None:
    """Give the person's open needs to somebody who reaches everybody. Raises Invalid where nobody is named."""
    needs = owned_by(session, act.organisation_id, row.id)
    able = {user_id for user_id, _name in heirs(session, row.id, act=act)}
    refuse_any(heir_problems(len(needs), heir_id, able), act)
    for need in needs:
        before, need.owner_id = need.owner_id, heir_id or need.owner_id
        wrote = write_note(session, need, NoteKind.HANDOVER, say(act, _HANDED_OVER), act=act)
        change_ = (str(before), str(need.owner_id))
        write_event(session, need, EventKind.NEED_REASSIGNED, act=act, change=change_, wrote=wrote)


def _may_inherit(row: UserRow, user_id: uuid.UUID | None) -> bool:
    leads = row.role in ROLES and Permission.COORDINATE in GRANTS[row.role]
    return row.active and row.id != user_id and leads


def _places(session: Session, act: Act) -> dict[uuid.UUID, str]:
    return {row.id: row.name for row in sites_of(session, act.organisation_id)}


def _account(row: UserRow, places: dict[uuid.UUID, str], open_needs: int = 0) -> Account:
    return Account(
        row.id,
        row.name,
        row.title,
        row.email,
        row.role,
        row.site_id,
        "" if row.site_id is None else places[row.site_id],
        row.language,
        row.active,
        row.password_until,
        open_needs,
    )


def _note(
    session: Session,
    row: UserRow,
    fields: tuple[str, ...],
    act: Act,
    moved: tuple[str | None, str | None] = (None, None),
) -> None:
    subject = (SubjectKind.ACCOUNT, row.id)
    audit.append(session, act.event(EventKind.ACCOUNT_CHANGED, subject, change=moved, fields=fields))
