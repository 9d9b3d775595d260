"""What proves a trail to an outsider: receipts of single events, and whole trails as bundles."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from referral.audit import Head
from referral.bundles import bundle_lines
from referral.checkpoints import Receipt
from referral.merkle import inclusion_path
from referral.notes import read_note
from referral.tiles import subtrees
from service.actions.sealing import reader
from service.store import audit, checkpoints


@dataclass(frozen=True, slots=True)
class NotYet:
    """The event is there, and no checkpoint covers it yet: within a second or two one does."""

    seq: int


def receipt_of(session: Session, organisation_id: uuid.UUID, event_id: uuid.UUID) -> Receipt | NotYet | None:
    """The receipt of an event by the newest checkpoint of its trail; None when the trail has no such event."""
    found = audit.entry_of(session, organisation_id, event_id)
    if found is None:
        return None
    seq, entry = found
    newest = checkpoints.newest_checkpoint(session, organisation_id)
    if newest is None or newest.size < seq:
        return NotYet(seq)
    path = inclusion_path(seq - 1, newest.size, subtrees(reader(session, organisation_id)))
    return Receipt(entry, seq - 1, path, read_note(newest.note))


def bundle_of(session: Session, organisation_id: uuid.UUID) -> Iterator[bytes]:
    """The whole trail of an organisation with all its checkpoints, line by line."""
    head = audit.recorded_head(session, organisation_id) or Head(0, b"")
    notes = checkpoints.checkpoints_of(session, organisation_id)
    rows = audit.stored_events(session, organisation_id)
    return bundle_lines(str(organisation_id), head, notes, rows)
