"""Whether what is kept is still what the trail committed to: needs the keys that open what is sealed.

The chain shows that no event was changed; this shows that no answer, result or note was changed beside it. Files of
letters are not kept here: whoever has one proves it by its receipt.
"""

import hmac
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

from sqlalchemy.orm import Session

from instruments.canonical import canonical_bytes
from referral.entries import commitment, read_entry
from referral.events import EventKind
from referral.payloads import Unreadable
from service.store import audit, contents
from service.store.clients import existing_clients
from service.store.contents import Kept
from service.store.scope import enter
from service.store.trail_rows import as_bytes, entries_by_subject
from service.store.vault import expect, forget_keys, kept_key

NOT_KEPT = frozenset({EventKind.LETTER_MADE})
AT_ONCE = 500
"""Events whose contents are asked for together, and held in memory."""
_COMMITS = b'"commit":"'
_ERASED = f'"kind":"{EventKind.SCREENING_ERASED}"'.encode()
_REOPENS = f'"kind":"{EventKind.NEED_REOPENED}"'.encode()
_ANSWERS = frozenset({EventKind.ANSWER_SAVED, EventKind.ANSWER_CHANGED})


Entry = Mapping[str, Any]


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
    compared, erased = 0, 0
    differing: list[tuple[int, str, str]] = []
    for entries in _batches(session, organisation_id):
        clients = {uuid.UUID(entry["client"]) for entry in entries}
        there = existing_clients(session, organisation_id, clients)
        standing = [entry for entry in entries if uuid.UUID(entry["client"]) in there]
        compared, erased = compared + len(standing), erased + len(entries) - len(standing)
        wrong = _differing(session, organisation_id, standing)
        differing += [(entry["seq"], entry["id"], entry["kind"]) for entry in wrong]
        # Nothing of what was opened stays in memory.
        session.expunge_all()
        forget_keys(session)
    return Compared(name, compared, erased, tuple(sorted(differing)))


def _batches(session: Session, organisation_id: uuid.UUID) -> Iterator[Sequence[Entry]]:
    """The events whose contents should still be there, those about one thing together."""
    batch: list[Entry] = []
    with closing(entries_by_subject(session, organisation_id)) as found:
        for _subject, rows in groupby(chain.from_iterable(found), itemgetter(0)):
            batch += _standing(as_bytes(entry) for _, entry in rows)
            if len(batch) >= AT_ONCE:
                yield batch
                batch = []
    yield batch


def _standing(rows: Iterable[bytes]) -> Iterable[Entry]:
    """Of events about one thing, those whose contents should still be there: of an answer that changed, the last."""
    found: dict[object, Entry] = {}
    for row in rows:
        # Most events commit to nothing: they are not even read.
        if _COMMITS in row or _REOPENS in row or _ERASED in row:
            _count(found, read_entry(row) or {})
    return found.values()


def _count(found: dict[object, Entry], entry: Entry) -> None:
    if entry.get("kind") == EventKind.SCREENING_ERASED:
        found.clear()
    if entry.get("kind") == EventKind.NEED_REOPENED:
        found.pop((entry["subject"], EventKind.NEED_CLOSED), None)
    if entry.get("commit") and entry["kind"] not in NOT_KEPT:
        found[_about(entry)] = entry


def _about(entry: Entry) -> object:
    if entry["kind"] in _ANSWERS:
        return (entry["subject"], entry["details"]["instrument"], entry["details"]["item"])
    if entry["kind"] == EventKind.NEED_CLOSED:
        return (entry["subject"], EventKind.NEED_CLOSED)
    return entry["id"]


def _differing(session: Session, organisation_id: uuid.UUID, entries: Sequence[Entry]) -> list[Entry]:
    """The events whose contents are not what they committed to, a question a table for all of them.

    Where something opens nowhere, each is asked for alone: what is wrong with one says nothing of the others.
    """
    near = Kept(session, organisation_id, [uuid.UUID(entry["subject"]) for entry in entries])
    expect(session, [uuid.UUID(entry["client"]) for entry in entries])
    try:
        return [entry for entry in entries if not _fits(session, organisation_id, entry, near)]
    except Unreadable:
        session.expunge_all()
    return [entry for entry in entries if not _fits_alone(session, organisation_id, entry)]


def _fits_alone(session: Session, organisation_id: uuid.UUID, entry: Entry) -> bool:
    try:
        return fits(session, organisation_id, entry)
    except Unreadable:
        return False  # what was sealed for another place, or changed, opens nowhere


def fits(session: Session, organisation_id: uuid.UUID, entry: Entry) -> bool:
    """Whether what is kept is what this one event committed to; raises Unreadable where it opens nowhere."""
    return _fits(session, organisation_id, entry, Kept(session, organisation_id))


def _fits(session: Session, organisation_id: uuid.UUID, entry: Entry, kept: Kept) -> bool:
    key = kept_key(session, organisation_id, uuid.UUID(entry["client"]))
    keyed = []
    if key is not None:
        salt = key.salt(entry["id"], contents.apart(kept, entry))
        payloads = [canonical_bytes(each) for each in contents.keyed(kept, entry)]
        keyed = [(salt, each) for each in (*payloads, *contents.digested(kept, entry))]
    own = list(contents.salted(kept, entry))
    return any(hmac.compare_digest(commitment(*each), entry["commit"]) for each in (*keyed, *own))
