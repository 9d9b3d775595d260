"""How far an organisation's trail is signed, and which places outside have that: for people who audit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from referral.audit import Head
from referral.notes import PublicKey
from service.access import Act
from service.permissions import Permission
from service.store import audit, checkpoints, witnesses
from service.store.checkpoints import ShipmentRow
from service.store.witnesses import CosignatureRow

ENOUGH = 2
"""Places outside below which one alone could be lost or talked round (design of the audit trail)."""


@dataclass(frozen=True, slots=True)
class Provable:
    """What the settings say of the trail's proof: our own public keys, and the names of the places outside."""

    keys: Sequence[PublicKey] = ()
    places: Sequence[str] = ()


NOTHING_SIGNED = Provable()


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """A place outside: up to which event it has the trail, when it was sent to last, since when it takes nothing."""

    name: str
    size: int = 0
    at: datetime | None = None
    failing_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class WitnessLine:
    """Another organisation that signed as well, up to which event, and when it says that it did."""

    name: str
    size: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Signing:
    """Since when a trail is signed, its newest checkpoint, how many events follow it, and who else has it."""

    since: datetime | None
    size: int
    at: datetime | None
    behind: int
    places: tuple[PlaceLine, ...]
    witnesses: tuple[WitnessLine, ...]

    @property
    def enough(self) -> bool:
        """Whether the trail goes to as many places as it should."""
        return len(self.places) >= ENOUGH


def signing(session: Session, *, act: Act, provable: Provable) -> Signing:
    """How far the trail of the actor's own organisation is signed."""
    act.by.must(Permission.READ_AUDIT)
    log_id = act.organisation_id
    head = audit.recorded_head(session, log_id) or Head(0, b"")
    first, last = (
        checkpoints.oldest_checkpoint(session, log_id),
        checkpoints.newest_checkpoint(session, log_id),
    )
    reached = {row.place: row for row in checkpoints.shipments(session, log_id)}
    size = last.size if last else 0
    return Signing(
        since=first.at if first else None,
        size=size,
        at=last.at if last else None,
        behind=head.count - size,
        places=tuple(_place(name, reached.get(name)) for name in provable.places),
        witnesses=tuple(map(_witness, witnesses.newest_cosignatures(session, log_id))),
    )


def _place(name: str, row: ShipmentRow | None) -> PlaceLine:
    return PlaceLine(name) if row is None else PlaceLine(name, row.size, row.at, row.failing_since)


def _witness(row: CosignatureRow) -> WitnessLine:
    """A key is written as name+hint+key."""
    return WitnessLine(row.key.partition("+")[0], row.size, row.at)
