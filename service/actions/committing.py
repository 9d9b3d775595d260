"""Binding what an event does not say into it: a commitment whose salt is made from the client's key.

With the key go all salts, so that nobody can guess an answer back from what the trail keeps. Salts that are stored
(letters, notes of attempts) are sealed under the same key.
"""

import uuid
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from instruments.canonical import canonical_bytes
from referral.entries import commitment
from referral.events import Event
from service.store.vault import key_of


def committed(session: Session, event: Event, payload: Mapping[str, object]) -> Event:
    """The event with its commitment to a payload, in the canonical JSON that docs/audit-format.md names."""
    key = key_of(session, uuid.UUID(event.organisation), uuid.UUID(event.client))
    return replace(event, commit=commitment(key.salt(event.id), canonical_bytes(payload)))
