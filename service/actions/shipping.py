"""Bringing checkpoints to places outside: only what lies elsewhere can show that somebody rewrote a whole trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from referral.merkle import consistency_path
from referral.notes import read_note
from referral.tiles import subtrees
from referral.witnessing import Cosignature, Request, asking
from service.actions.sealing import reader
from service.store import checkpoints, witnesses

AGAIN = timedelta(seconds=30)
"""How long a place that took nothing is left alone."""


@dataclass(frozen=True, slots=True)
class ToSend:
    """The newest checkpoint of a log."""

    log_id: UUID
    size: int
    note: str


def due(session: Session, place: str, *, at: datetime) -> Sequence[ToSend]:
    """What a place has not got yet."""
    rows = checkpoints.to_send(session, place, tried_before=at - AGAIN)
    return [ToSend(row.log_id, row.size, row.note) for row in rows]


def request_for(session: Session, place: str, sent: ToSend, *, told: int | None = None) -> Request:
    """What a witness is asked: to cosign behind what it took last, or behind the size that it told itself.

    Raises TileMissing, BadNote or BadCheckpoint where our own tree does not hold what it must.
    """
    sizes = {row.place: row.size for row in checkpoints.shipments(session, sent.log_id)}
    old = sizes.get(place, 0) if told is None else told
    path = consistency_path(old, sent.size, subtrees(reader(session, sent.log_id)))
    return asking(old, path, read_note(sent.note))


def taken(
    session: Session, place: str, sent: ToSend, lines: Sequence[Cosignature] = (), *, at: datetime
) -> None:
    """The place has it; with the cosignatures that it gave."""
    checkpoints.note_sending(session, place, sent.log_id, at, size=sent.size)
    for each in lines:
        witnesses.add_cosignature(session, sent.log_id, sent.size, str(each.key), each.at, each.line)


def not_taken(session: Session, place: str, sent: ToSend, *, at: datetime) -> None:
    """The place has it not; it is tried again in a while."""
    checkpoints.note_sending(session, place, sent.log_id, at, size=None)
