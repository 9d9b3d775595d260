"""Where the next page of the queue begins, as an address carries it: nothing of a person."""

import base64
import binascii
import struct
import uuid
from datetime import UTC, datetime, timedelta
from typing import Protocol

from instruments.model import Text
from referral.model import Urgency
from referral.pressure import LENGTHS
from service.access import Act
from service.actions.refusals import FieldProblem, Invalid
from service.actions.saying import say
from service.store.queue_pages import Place

# A cursor is the place of the last referral shown, and the moment of the first page.
_CURSOR = struct.Struct(">BqqB16s")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_YEARS = range(2000, 2200)
"""No page and no deadline is of another year."""
_NOT_OURS: Text = {"en": "is not one that this queue gave", "es": "no es uno que haya dado esta cola"}


class Placed(Protocol):
    """What has a place in the queue."""

    @property
    def id(self) -> uuid.UUID:
        """Its id."""

    @property
    def rank(self) -> int:
        """Its urgency as a number."""

    @property
    def due_at(self) -> datetime | None:
        """Its deadline; whatever stands in the queue has one."""

    @property
    def length(self) -> int:
        """How long its deadline is."""


def cursor_after(row: Placed, at: datetime) -> str:
    """The cursor of the page that follows this referral, among shares as they were at this moment."""
    micros = ((moment - _EPOCH) // _MICROSECOND for moment in (at, row.due_at or _EPOCH))
    packed = _CURSOR.pack(row.rank, *micros, row.length, row.id.bytes)
    return base64.urlsafe_b64encode(packed).decode("ascii").rstrip("=")


def read_cursor(cursor: str, act: Act) -> Place:
    """The place that a cursor names; raises Invalid for one that this service did not give."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        rank, at, due_at, length, raw = _CURSOR.unpack(
            base64.b64decode(padded, altchars=b"-_", validate=True)
        )
        moments = [_EPOCH + micros * _MICROSECOND for micros in (at, due_at)]
        known = rank in range(len(Urgency)) and length in range(len(LENGTHS))
        if known and all(moment.year in _YEARS for moment in moments):
            return Place(moments[0], rank, moments[1], length, uuid.UUID(bytes=raw))
    except (binascii.Error, struct.error, ValueError, OverflowError):
        pass
    raise Invalid(FieldProblem("cursor", say(act, _NOT_OURS), found=cursor[:60], allowed="next_cursor"))
