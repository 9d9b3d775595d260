"""Whether what is kept is still what the trail committed to: needs the keys that open what is sealed.

The chain shows that no event was changed; this shows that no answer, result or note was changed beside it. Files of
letters are not kept here: whoever has one proves it by its receipt.
"""

import hmac
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from instruments.canonical import canonical_bytes
from referral.entries import commitment, read_entry
from referral.events import EventKind
from referral.payloads import Unreadable
from service.store import audit, contents
from service.store.clients import find_client
from service.store.scope import enter
from service.store.vault import key_of

NOT_KEPT = frozenset({EventKind.LETTER_MADE})
_ANSWERS = frozenset({EventKind.ANSWER_SAVED, EventKind.ANSWER_CHANGED})


@dataclass(frozen=True, slots=True)
class Compared:
    """One trail's contents: how many were compared, of how many the key was destroyed, and which differ."""

    organisation: str
    compared: int
    erased: int
    differing: tuple[tuple[int, str, str], ...]
    """(place, id and kind of the event) whose contents are not what it committed to, or are gone."""


def compare_all(session: Session, *, organisation: str | None = None) -> tuple[Compared, ...]:
    """The contents of every organisation, or of the one with this name, held against their trails."""
    return tuple(
        _compare(session, uuid.UUID(tenant), name)
        for tenant, name in audit.tenants(session)
        if organisation in {None, name}
    )


def _compare(session: Session, organisation_id: uuid.UUID, name: str) -> Compared:
    enter(session, organisation_id)
    compared, erased, differing = 0, 0, []
    for entry in _standing(session, organisation_id):
        if find_client(session, organisation_id, uuid.UUID(entry["client"])) is None:
            erased += 1
            continue
        compared += 1
        if not _fits(session, organisation_id, entry):
            differing.append((entry["seq"], entry["id"], entry["kind"]))
    return Compared(name, compared, erased, tuple(differing))


def _standing(session: Session, organisation_id: uuid.UUID) -> Iterator[Mapping[str, Any]]:
    """The events whose contents should still be there: of an answer that was changed, the last."""
    found: dict[object, Mapping[str, Any]] = {}
    for row in audit.stored_events(session, organisation_id):
        entry = read_entry(row.entry) or {}
        if entry.get("kind") == EventKind.NEED_REOPENED:
            found.pop((entry["subject"], EventKind.NEED_CLOSED), None)
        if entry.get("commit") and entry["kind"] not in NOT_KEPT:
            found[_about(entry)] = entry
    yield from found.values()


def _about(entry: Mapping[str, Any]) -> object:
    if entry["kind"] in _ANSWERS:
        return (entry["subject"], entry["details"]["instrument"], entry["details"]["item"])
    if entry["kind"] == EventKind.NEED_CLOSED:
        return (entry["subject"], EventKind.NEED_CLOSED)
    return entry["id"]


def _fits(session: Session, organisation_id: uuid.UUID, entry: Mapping[str, Any]) -> bool:
    salt = key_of(session, organisation_id, uuid.UUID(entry["client"])).salt(entry["id"])
    try:
        keyed = [(salt, canonical_bytes(each)) for each in contents.keyed(session, organisation_id, entry)]
        own = list(contents.salted(session, organisation_id, entry))
    except Unreadable:
        return False  # what was sealed for another place, or changed, opens nowhere
    return any(hmac.compare_digest(commitment(*each), entry["commit"]) for each in (*keyed, *own))
