"""Bringing checkpoints to places outside: only what lies elsewhere can show that somebody rewrote a whole trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from service.store import checkpoints

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


def taken(session: Session, place: str, sent: ToSend, *, at: datetime) -> None:
    """The place has it."""
    checkpoints.note_sending(session, place, sent.log_id, at, size=sent.size)


def not_taken(session: Session, place: str, sent: ToSend, *, at: datetime) -> None:
    """The place has it not; it is tried again in a while."""
    checkpoints.note_sending(session, place, sent.log_id, at, size=None)
