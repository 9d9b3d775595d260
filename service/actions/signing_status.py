"""How far an organisation's trail is signed, and which places outside have that: for people who audit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from referral.notes import BadNote, PublicKey, read_note, signers
from service.access import Act
from service.permissions import Permission
from service.store import checkpoints, trail, witnesses
from service.store.checkpoints import CheckpointRow, ShipmentRow
from service.store.witnesses import CosignatureRow

ENOUGH = 2
"""Places outside below which one alone could be lost or talked round (design of the audit trail)."""

PATIENCE = timedelta(minutes=1)
"""How long an event may wait for its signature before somebody should look: a second is usual."""


class PlaceKind(StrEnum):
    """What kind of place keeps checkpoints."""

    FILE = "file"
    OWN_LOG = "own log"
    LOG_SERVER = "log server"
    WEB = "web"
    WITNESS = "witness"


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

    @property
    def kind(self) -> PlaceKind:
        """What kind of place it is, by how its name begins."""
        begins = (
            ("file:", PlaceKind.FILE),
            ("syslog:/", PlaceKind.OWN_LOG),
            ("syslog:", PlaceKind.LOG_SERVER),
        )
        known = (*begins, ("witness:", PlaceKind.WITNESS))
        return next((kind for start, kind in known if self.name.startswith(start)), PlaceKind.WEB)

    @property
    def elsewhere(self) -> bool:
        """Whether it is surely not on this machine. A file may be anywhere; plain http is allowed here alone."""
        return self.kind not in {PlaceKind.FILE, PlaceKind.OWN_LOG} and "http://" not in self.name


@dataclass(frozen=True, slots=True)
class WitnessLine:
    """Another organisation that signed as well, up to which event, and when it says that it did."""

    name: str
    size: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Signing:
    """Since when a trail is signed, up to which event, whether by us (None: not known here), and who else has it.

    `waiting_since`: when the first event happened that has waited too long for a signature.
    """

    since: datetime | None
    size: int
    at: datetime | None
    ours: bool | None
    waiting_since: datetime | None
    places: tuple[PlaceLine, ...]
    witnesses: tuple[WitnessLine, ...]

    @property
    def silent(self) -> tuple[PlaceLine, ...]:
        """The places that take nothing now."""
        return tuple(place for place in self.places if place.failing_since is not None)

    @property
    def elsewhere(self) -> bool:
        """Whether at least one place is surely not on this machine."""
        return any(place.elsewhere for place in self.places)

    @property
    def enough(self) -> bool:
        """Whether the trail goes to as many places as it should."""
        return len(self.places) >= ENOUGH


def signing(session: Session, *, act: Act, provable: Provable) -> Signing:
    """How far the trail of the actor's own organisation is signed."""
    act.by.must(Permission.READ_AUDIT)
    log_id = act.organisation_id
    first, last = (
        checkpoints.oldest_checkpoint(session, log_id),
        checkpoints.newest_checkpoint(session, log_id),
    )
    reached = {row.place: row for row in checkpoints.shipments(session, log_id)}
    size = last.size if last else 0
    waiting = first_unsigned(session, log_id, size)
    return Signing(
        since=first.at if first else None,
        size=size,
        at=last.at if last else None,
        ours=_ours(last, provable.keys) if last else None,
        waiting_since=waiting if waiting and act.now - waiting > PATIENCE else None,
        places=tuple(_place(name, reached.get(name)) for name in provable.places),
        witnesses=tuple(map(_witness, witnesses.newest_cosignatures(session, log_id))),
    )


def first_unsigned(session: Session, log_id: UUID, size: int) -> datetime | None:
    """When the first event behind the `size` signed ones happened; None where all are signed."""
    found = trail.newest_events(session, log_id, most=1, before=size + 2)
    entry = trail.read_entry(found[0]) if found and found[0].seq > size else None
    return datetime.fromisoformat(entry["at"]).astimezone(UTC) if entry else None


def _ours(last: CheckpointRow, keys: Sequence[PublicKey]) -> bool | None:
    """Whether one of our own keys signed a checkpoint; None where this program may not read them."""
    try:
        return bool(signers(read_note(last.note), keys)) if keys else None
    except BadNote:
        return False


def _place(name: str, row: ShipmentRow | None) -> PlaceLine:
    return PlaceLine(name) if row is None else PlaceLine(name, row.size, row.at, row.failing_since)


def _witness(row: CosignatureRow) -> WitnessLine:
    """A key is written as name+hint+key."""
    return WitnessLine(row.key.partition("+")[0], row.size, row.at)
