"""What proves a trail to an outsider: receipts of single events, and whole trails as bundles."""

import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from referral.audit import Head
from referral.bundles import bundle_lines
from referral.checkpoints import Receipt
from referral.merkle import inclusion_path
from referral.notes import read_note
from referral.tiles import subtrees
from service.actions.sealing import reader
from service.store import audit, checkpoints, trail, witnesses
from service.store.checkpoints import CheckpointRow


@dataclass(frozen=True, slots=True)
class NotYet:
    """The event is there, and no checkpoint covers it yet: within a second or two one does."""

    seq: int


def receipt_of(session: Session, organisation_id: uuid.UUID, event_id: uuid.UUID) -> Receipt | NotYet | None:
    """The receipt of an event by the newest checkpoint of its trail, or the newest that witnesses cosigned.

    None when the trail has no such event.
    """
    found = trail.entry_of(session, organisation_id, event_id)
    if found is None:
        return None
    seq, entry = found
    covering = _covering(session, organisation_id, seq)
    if covering is None:
        return NotYet(seq)
    path = inclusion_path(seq - 1, covering.size, subtrees(reader(session, organisation_id)))
    lines = witnesses.cosignatures_of(session, organisation_id, covering.size)
    return Receipt(entry, seq - 1, path, read_note(covering.note + "".join(each.line for each in lines)))


def bundle_of(session: Session, organisation_id: uuid.UUID) -> Iterator[bytes]:
    """The whole trail of an organisation with all its checkpoints, line by line."""
    head = audit.recorded_head(session, organisation_id) or Head(0, b"")
    notes = _cosigned(session, organisation_id)
    rows = audit.stored_events(session, organisation_id)
    return bundle_lines(str(organisation_id), head, notes, rows)


def _covering(session: Session, organisation_id: uuid.UUID, seq: int) -> CheckpointRow | None:
    cosigned = witnesses.cosigned_size(session, organisation_id, seq)
    if cosigned is not None:
        return checkpoints.checkpoint_at(session, organisation_id, cosigned)
    newest = checkpoints.newest_checkpoint(session, organisation_id)
    return newest if newest is not None and newest.size >= seq else None


def _cosigned(session: Session, organisation_id: uuid.UUID) -> Sequence[str]:
    """Every checkpoint of a trail, each with the lines of witnesses behind our own."""
    lines: defaultdict[int, str] = defaultdict(str)
    for row in witnesses.cosignatures_of(session, organisation_id):
        lines[row.size] += row.line
    return [row.note + lines[row.size] for row in checkpoints.checkpoint_rows(session, organisation_id)]
