"""The first steps of an organisation, by whoever runs the machine: its row, its trail, its first administrator."""

import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from referral.events import EventKind, SubjectKind
from referral.model import Problem
from service.access import Act, NotFound
from service.actions.account_checks import new_problems, text_problems
from service.actions.accounts import GOOD_FOR
from service.actions.audit_trail import names
from service.actions.refusals import Conflict
from service.actions.saying import problem, refuse_any
from service.kinds import OrganisationKind
from service.permissions import Role, system
from service.store import audit
from service.store.accounts import UserRow, user_at
from service.store.organisations import OrganisationRow

NOBODY = system(uuid.UUID(int=0))
"""Who acts before there is an organisation: only ids are asked of this act."""


@dataclass(frozen=True, slots=True)
class NewOrganisation:
    """A tenant to be, and its first programme administrator."""

    name: str
    kind: OrganisationKind
    calendar: str
    crisis_phone: str
    admin_name: str
    admin_email: str


def refuse_twice(session: Session, name: str, *, act: Act) -> None:
    """Raise Conflict where an organisation has this name already."""
    if name.strip().casefold() in {known.casefold() for known in names(session)}:
        raise Conflict(f"an organisation is named {name!r} already ({act.now:%Y-%m-%d})")


def found(session: Session, command: NewOrganisation, password_hash: str, *, act: Act) -> None:
    """The organisation of this act, with an empty trail and one administrator. Raises Invalid naming every field."""
    refuse_any(_problems(command, act), act)
    row = OrganisationRow(
        id=act.organisation_id,
        name=command.name.strip(),
        kind=command.kind,
        zone=act.definitions.calendars[command.calendar].zone.key,
        calendar=command.calendar,
        crisis_phone=command.crisis_phone.strip(),
    )
    session.add(row)
    session.flush()
    audit.begin_chain(session, row.id)
    subject = (SubjectKind.ORGANISATION, row.id)
    audit.append(
        session, act.event(EventKind.SETTING_CHANGED, subject, setting="organisation", status="added")
    )
    admin = UserRow(
        organisation_id=row.id,
        id=act.new_id(),
        email=command.admin_email.strip().lower(),
        name=command.admin_name.strip(),
        role=Role.ADMINISTRATOR,
        password_hash=password_hash,
        password_until=act.now + GOOD_FOR,
    )
    session.add(admin)
    session.flush()
    added = act.event(EventKind.ACCOUNT_ADDED, (SubjectKind.ACCOUNT, admin.id), role=str(admin.role))
    audit.append(session, added)


def let_in(session: Session, email: str, password_hash: str, *, act: Act) -> None:
    """Another first password for an administrator. Raises NotFound, for anybody who is none too."""
    row = user_at(session, act.organisation_id, email.strip().lower())
    if row is None or row.role is not Role.ADMINISTRATOR or not row.active:
        noun = "administrator"
        raise NotFound(noun)
    row.password_hash, row.password_until = password_hash, act.now + GOOD_FOR
    event = act.event(EventKind.ACCOUNT_CHANGED, (SubjectKind.ACCOUNT, row.id), fields=("password",))
    audit.append(session, event)


def _problems(command: NewOrganisation, act: Act) -> list[Problem]:
    found = [*text_problems("name", command.name, needed=True)]
    found += text_problems("crisis_phone", command.crisis_phone, needed=True)
    found += text_problems("admin_name", command.admin_name, needed=True)
    found += new_problems(command.admin_email.strip().lower(), taken=False)
    if command.calendar not in act.definitions.calendars:
        known = ", ".join(sorted(act.definitions.calendars))
        found.append(
            problem(
                "calendar",
                f"There is no calendar {command.calendar!r}; there are: {known}.",
                f"No hay ningún calendario {command.calendar!r}; hay: {known}.",
            )
        )
    return found
