"""What was done with accounts, for the weekly review: who gave which role to whom, and who made a password for whom."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from instruments.model import Text
from referral.access_week import AccountDeed
from referral.events import EventKind
from service.access import Act
from service.actions.access_words import ROLES, SOMEBODY
from service.ids import made_at
from service.permissions import Role
from service.store import review_facts as facts
from service.store import trail
from service.store.accounts import UserRow
from service.store.audit import AuditEventRow
from service.store.review_facts import Span

BEFORE = timedelta(days=7)
"""What was given this long before the week still stands beside what the account opens in it."""
MOST = 2_000
POWERFUL = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR})
"""Who gets one of these with a new account is always told."""
_KINDS = (EventKind.ACCOUNT_ADDED, EventKind.ACCOUNT_CHANGED)


def account_deeds(
    session: Session, span: Span, people: Mapping[str, UserRow], *, act: Act
) -> Sequence[AccountDeed]:
    """Roles given and passwords made for somebody else, in a week and the one before, newest first."""
    wide = span[0] - BEFORE, span[1]
    rows = facts.events_in(session, act.organisation_id, wide, _KINDS, most=MOST)
    read = ((row, trail.read_entry(row)) for row in rows)
    found = (_deed(row, entry, people) for row, entry in read if entry and row.subject_id is not None)
    return [deed for deed in found if deed is not None]


def _deed(row: AuditEventRow, entry: Mapping[str, Any], people: Mapping[str, UserRow]) -> AccountDeed | None:
    """What an event gave to an account; None for what gives nothing, and what people do with their own."""
    account = str(row.subject_id)
    about = _about(entry, _name(account, people)) if entry["actor"] != account else None
    if about is None:
        return None
    new = row.kind == EventKind.ACCOUNT_ADDED
    listed = not new or Role(entry["details"]["role"]) in POWERFUL
    return AccountDeed(
        row.seq, made_at(uuid.UUID(str(row.id))), entry["actor"], account, about, listed=listed
    )


def _about(entry: Mapping[str, Any], name: Text) -> Text | None:
    details = entry["details"]
    if entry["kind"] == EventKind.ACCOUNT_ADDED:
        return _said(
            "Made an account for {name}: {role}", "Creó una cuenta para {name}: {role}", name, details["role"]
        )
    if "role" in details["fields"]:
        english, spanish = "Gave {name} another role: {role}", "Dio a {name} otra función: {role}"
        return _said(english, spanish, name, entry["after"])
    if "password" in details["fields"]:
        english, spanish = "Made a temporary password for {name}", "Creó una contraseña temporal para {name}"
        return _said(english, spanish, name)
    return None


def _said(english: str, spanish: str, name: Text, role: str | None = None) -> Text:
    role_words = {"en": "", "es": ""} if role is None else ROLES[Role(role)]
    return {
        "en": english.format(name=name["en"], role=role_words["en"]),
        "es": spanish.format(name=name["es"], role=role_words["es"]),
    }


def _name(account: str, people: Mapping[str, UserRow]) -> Text:
    person = people.get(account)
    return SOMEBODY if person is None else {"en": person.name, "es": person.name}
