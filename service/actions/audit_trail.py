"""Proving the audit trail of an organisation, and that somebody looked at it. What stands in it is told elsewhere."""

import uuid
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from referral.audit import Damage, Head, Intact, Tampered
from referral.checkpoints import BadCheckpoint, Checkpoint, read_checkpoint
from referral.events import EventKind, SubjectKind
from referral.notes import BadNote, Note, PublicKey, read_note, signers
from referral.stretches import stored_rows, verify_stretches
from service.access import Act
from service.permissions import Permission
from service.store import audit, checkpoints, trail_rows
from service.store.organisations import find_organisation
from service.store.scope import enter

MOST_PROVED_LIVE = 20_000
"""How many events a page proves while one waits; a longer trail is proved by `handrail audit verify`."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What proving one organisation's trail came to. `event_id` names the first bad event where it can be named.

    A trail that no organisation has is called by its id.
    """

    organisation: str
    verdict: Intact | Tampered
    event_id: str | None = None
    checkpoints: int = 0

    @property
    def intact(self) -> bool:
        """Whether every event is proved, up to the recorded end."""
        return isinstance(self.verdict, Intact)


@dataclass(frozen=True, slots=True)
class Against:
    """What trails are held against: checkpoints that were kept elsewhere, and stored ones that these keys signed.

    With `stored`, every stored one counts, whoever signed it: that finds more, and proves less.
    """

    trusted: Sequence[PublicKey] = ()
    kept: Sequence[Note] = ()
    stored: bool = False


NOTHING_KEPT = Against()


@dataclass(frozen=True, slots=True)
class Status:
    """Where the trail stands: its recorded length and end, and the proof, unless it is too long to wait for."""

    count: int
    head: str
    proof: Proof | None
    proved_at: datetime | None


def prove_all(
    session: Session, *, organisation: str | None = None, against: Against = NOTHING_KEPT
) -> tuple[Proof, ...]:
    """The proof of every trail, those that no organisation has included; or of the organisation with this name."""
    found = [
        _prove_stored(session, tenant_id, name, against)
        for tenant_id, name in audit.tenants(session)
        if organisation in {None, name}
    ]
    strays = audit.orphans(session) if organisation is None else ()
    lost = [Proof(each, Tampered(seq, event, Damage.ORPHANED), event) for each, seq, event in strays]
    return (*found, *lost)


def names(session: Session) -> tuple[str, ...]:
    """The names of all organisations."""
    return tuple(name for _tenant_id, name in audit.tenants(session))


def organisation_named(session: Session, name: str) -> uuid.UUID | None:
    """The id of the organisation with this name."""
    return next((uuid.UUID(each) for each, known in audit.tenants(session) if known == name), None)


def _prove_stored(session: Session, tenant_id: str, name: str, against: Against) -> Proof:
    """The proof of an organisation whose own row may be damaged: no trail belongs to an id that is none."""
    try:
        return _prove(session, uuid.UUID(tenant_id), name, against)
    except ValueError:
        return Proof(name, Tampered(0, None, Damage.HEAD))


def _prove(session: Session, organisation_id: uuid.UUID, name: str, against: Against) -> Proof:
    enter(session, organisation_id)
    head = audit.recorded_head(session, organisation_id)
    try:
        known = _known(session, organisation_id, against)
    except (BadNote, BadCheckpoint):
        return Proof(name, Tampered(0, None, Damage.CHECKPOINT))
    with closing(trail_rows.raw_stretches(session, organisation_id)) as rows:
        verdict = verify_stretches(
            rows, str(organisation_id), stored_rows(trail_rows.as_stored), head=head, known=known
        )
    if isinstance(verdict, Intact) and head is None:
        verdict = Tampered(verdict.head.count, None, Damage.HEAD)
    named = None
    if isinstance(verdict, Tampered) and verdict.until is None:
        named = _named(session, organisation_id, verdict)
    return Proof(name, verdict, named, len(known))


def _known(session: Session, organisation_id: uuid.UUID, against: Against) -> Sequence[Checkpoint]:
    """What this trail is held against. Raises BadNote or BadCheckpoint for a stored checkpoint that was changed."""
    wanted = against.trusted or against.stored
    stored = map(read_note, checkpoints.checkpoints_of(session, organisation_id)) if wanted else ()
    notes = (*(note for note in stored if signers(note, against.trusted) or against.stored), *against.kept)
    found = (read_checkpoint(note) for note in notes)
    return [each for each in found if each.organisation == str(organisation_id)]


def _named(session: Session, organisation_id: uuid.UUID, verdict: Tampered) -> str | None:
    """The id of the bad event: its column, which its damaged bytes cannot change, else wherever it was moved to."""
    if verdict.damage is Damage.COLUMN and "id" in verdict.columns:
        return verdict.event_id
    stored = audit.stored_id(session, organisation_id, verdict.seq)
    return stored or verdict.event_id or audit.misplaced_id(session, organisation_id, verdict.seq)


def note_look(session: Session, *, act: Act) -> None:
    """Looking at the trail is an event too. Apart from the look itself, so that proving holds up no writer."""
    act.by.must(Permission.READ_AUDIT)
    viewed = (SubjectKind.ORGANISATION, act.organisation_id)
    audit.append(session, act.event(EventKind.RECORD_VIEWED, viewed, view="audit"))


def status(session: Session, *, act: Act) -> Status:
    """Where the actor's own organisation's trail stands, proved now when it is short enough to wait for.

    It is held against its stored checkpoints too; that it still has those of elsewhere is for whoever keeps them.
    """
    act.by.must(Permission.READ_AUDIT)
    head = audit.recorded_head(session, act.organisation_id) or Head(0, b"")
    if head.count > MOST_PROVED_LIVE:
        return Status(head.count, head.digest.hex(), None, None)
    name = find_organisation(session, act.organisation_id).name
    proof = _prove(session, act.organisation_id, name, Against(stored=True))
    return Status(head.count, head.digest.hex(), proof, act.now)
