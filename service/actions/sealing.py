"""Signing what the audit trails have become: each grows its tree, and a checkpoint of it is signed and kept.

Asynchronous, within a second of the act. The chain in `store/audit.py` is what an act waits for; this is what an
outsider can hold against whoever owns the database. Only events that prove themselves are signed.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice

from sqlalchemy.orm import Session

from referral import audit as chains
from referral.audit import Head, StoredEvent, Tampered
from referral.checkpoints import Checkpoint, origin_of
from referral.merkle import leaf_digest, tree_root
from referral.notes import SecretKey, signed
from referral.tiles import Place, grown, subtrees
from service.store import audit, checkpoints
from service.store.checkpoints import DEPLOYMENT

MOST_AT_ONCE = 5_000
"""Events that one transaction takes into a tree: a long trail is caught up in steps that hold nobody up."""


@dataclass(frozen=True, slots=True)
class Seal:
    """With what is signed: the deployment's name, and the keys (two while they change)."""

    deployment: str
    keys: Sequence[SecretKey]


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one step came to: how many events are in the tree now, or which one proves that something is wrong."""

    size: int
    more: bool = False
    tampered: Tampered | None = None


def organisations_behind(session: Session) -> Sequence[uuid.UUID]:
    """The organisations with events that are not signed yet."""
    return checkpoints.behind(session)


def seal(session: Session, organisation_id: uuid.UUID, *, by: Seal, at: datetime) -> Sealed:
    """Take the next events of a trail into its tree and sign a checkpoint. Somebody else may be at it: then nothing."""
    tree = checkpoints.hold_tree(session, organisation_id)
    if tree is None:
        return Sealed(0)
    events = list(islice(audit.stored_events(session, organisation_id, after=tree.size), MOST_AT_ONCE))
    if not events:
        return Sealed(tree.size)
    bad = _bad(session, organisation_id, tree.size, events)
    if bad is not None:
        return Sealed(tree.size, tampered=bad)
    leaves = [leaf_digest(event.entry) for event in events]
    note = _sign(
        session, organisation_id, tree.size, leaves, origin_of(by.deployment, str(organisation_id)), by, at
    )
    tree.size += len(leaves)
    checkpoints.add_deployment_entry(session, checkpoints.deployment_size(session) + 1, note.encode())
    session.flush()
    return Sealed(tree.size, more=len(events) == MOST_AT_ONCE)


def seal_deployment(session: Session, *, by: Seal, at: datetime) -> int:
    """Sign the log of all checkpoints; how many entries it has. Nothing is signed when nothing is new."""
    tree = checkpoints.hold_tree(session, DEPLOYMENT)
    if tree is None:
        return 0
    leaves = [leaf_digest(entry) for entry in checkpoints.deployment_entries(session, tree.size)]
    if leaves:
        _sign(session, DEPLOYMENT, tree.size, leaves, origin_of(by.deployment, "deployment"), by, at)
        tree.size += len(leaves)
    return tree.size


def reader(session: Session, log_id: uuid.UUID) -> Callable[[Place], bytes]:
    """The tiles of a log."""
    return partial(checkpoints.tile, session, log_id)


def _sign(
    session: Session,
    log_id: uuid.UUID,
    size: int,
    leaves: Sequence[bytes],
    origin: str,
    by: Seal,
    at: datetime,
) -> str:
    tiles = grown(size, leaves, reader(session, log_id))
    checkpoints.keep_tiles(session, log_id, tiles)
    session.flush()
    whole = size + len(leaves)
    root = tree_root(whole, subtrees(reader(session, log_id)))
    text = Checkpoint(origin, whole, root).text
    checkpoints.add_checkpoint(session, log_id, whole, at, str(signed(text, by.keys)))
    return text


def _bad(
    session: Session, organisation_id: uuid.UUID, size: int, events: Sequence[StoredEvent]
) -> Tampered | None:
    """The first of these events that does not prove itself behind those that were signed."""
    organisation = str(organisation_id)
    digest = (
        checkpoints.chain_end(session, organisation_id, size) if size else chains.genesis(organisation).digest
    )
    if digest is None:
        return Tampered(size, None, chains.Damage.MISSING)
    found = chains.verify(events, organisation, after=Head(size, digest))
    return found if isinstance(found, Tampered) else None
