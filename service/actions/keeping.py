"""How one record stands towards its erasure: held, open, asked for, and until when its period runs.

For whoever answers somebody who asks to be erased. Asking is in `erasing.py`, holds are in `holding.py`.
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from referral.retention import EraseReason, HoldReason
from service.access import Act, access_client
from service.actions.retention import judge_all
from service.actions.saying import known_name
from service.permissions import Permission
from service.store.holds import ErasureRow, HoldRow, erasures_to_do, holds_in_force


@dataclass(frozen=True, slots=True)
class HeldBy:
    """A hold that covers the record: why, by whom, since when. `everybody`: it is on the whole organisation."""

    id: uuid.UUID
    reason: HoldReason
    by: str
    at: datetime
    everybody: bool
    mine: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """That the record be erased: why, who asked and when, and when somebody else approved."""

    reason: EraseReason
    by: str
    at: datetime
    approved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds a record, whether something is open, what was asked, and when its period ends, if it does."""

    holds: tuple[HeldBy, ...]
    open: bool
    wish: Wish | None
    until: date | None

    @property
    def may_be_asked(self) -> bool:
        """Whether somebody may ask for its erasure now."""
        return not self.holds and not self.open and self.wish is None


def standing(session: Session, client_id: uuid.UUID, *, act: Act) -> Standing:
    """How the record of this client stands. Raises NotFound."""
    client = access_client(session, client_id, act, Permission.ASK_ERASURE)
    verdict = judge_all(session, client.id, act=act)[0].verdict
    wanted = [row for row in erasures_to_do(session, act.organisation_id) if row.client_id == client.id]
    covering = holds_in_force(session, act.organisation_id)
    return Standing(
        tuple(_held(session, row, act) for row in covering if row.client_id in {None, client.id}),
        bool(verdict.open),
        _wish(session, wanted[0], act) if wanted else None,
        verdict.until,
    )


def _held(session: Session, row: HoldRow, act: Act) -> HeldBy:
    by = known_name(session, row.set_by, act) or ""
    return HeldBy(
        row.id, HoldReason(row.reason), by, row.set_at, row.client_id is None, row.set_by == act.by.id
    )


def _wish(session: Session, row: ErasureRow, act: Act) -> Wish:
    by = known_name(session, row.asked_by, act) or ""
    return Wish(EraseReason(row.reason), by, row.asked_at, row.approved_at)
