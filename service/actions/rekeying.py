"""A change of the keys that sign: told in every trail, so that also one where nothing else happens is signed anew.

A checkpoint of a size is signed once. So the change itself is the event that the new key's first checkpoint covers.
"""

import uuid
from collections.abc import Sequence

from sqlalchemy.orm import Session

from referral.events import EventKind, SubjectKind
from referral.notes import read_note
from service.access import Act
from service.actions.sealing import Seal
from service.store import audit, checkpoints
from service.store.checkpoints import CheckpointRow

SETTING = "signing keys"


def organisations_to_tell(session: Session, *, by: Seal) -> Sequence[uuid.UUID]:
    """The organisations whose whole trail is signed, but not by every key of now."""
    behind = set(checkpoints.behind(session))
    found = checkpoints.newest_of_each(session)
    return [row.log_id for row in found if row.log_id not in behind and _lacks_a_key(row, by)]


def tell(session: Session, *, by: Seal, act: Act) -> bool:
    """Write the keys of now into the trail of one organisation; whether that was still to be done."""
    tree = checkpoints.hold_tree(session, act.organisation_id)
    newest = checkpoints.newest_checkpoint(session, act.organisation_id)
    head = audit.lock_head(session, act.organisation_id)
    if tree is None or newest is None or head.seq > newest.size or not _lacks_a_key(newest, by):
        return False
    subject = (SubjectKind.ORGANISATION, act.organisation_id)
    hints = tuple(key.public.hint.hex() for key in by.keys)
    audit.append(session, act.event(EventKind.SETTING_CHANGED, subject, setting=SETTING, digest=hints))
    return True


def _lacks_a_key(row: CheckpointRow, by: Seal) -> bool:
    there = {(line.name, line.hint) for line in read_note(row.note).signatures}
    return any((key.name, key.public.hint) not in there for key in by.keys)
