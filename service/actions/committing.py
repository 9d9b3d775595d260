"""Binding what an event does not say into it: a commitment whose salt is made from the client's key.

With the key go all salts, so that nobody can guess an answer back from what the trail keeps. Salts that are stored
(letters, notes of attempts) are sealed under the same key.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from sqlalchemy.orm import Session

from instruments.canonical import canonical_bytes
from referral.entries import commitment
from referral.events import Code, Event
from referral.model import Step
from service.store.referrals import ReferralRow
from service.store.vault import key_of

Words = Mapping[str, str | None]
"""What a person wrote, by the column that keeps it sealed."""

NOTHING: Words = MappingProxyType({})

WRITTEN_WITH: Mapping[Step, str] = {
    Step.SEND: "receiver_reason",
    Step.DECLINE: "decline_note",
    Step.RECORD_ATTENDED: "handoff_note",
    Step.REPORT_OUTCOME: "outcome_note",
    Step.REPORT_NOT_REACHED: "outcome_note",
}
"""The column of a referral that keeps what is written with a step."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What the event of a step says beside the step: facts, and words kept elsewhere that it is bound to."""

    facts: Mapping[str, Code] = field(default_factory=dict)
    words: Words = field(default_factory=lambda: NOTHING)


NOTHING_BESIDE = Beside()


def committed(
    session: Session, event: Event, payload: Mapping[str, object], *, apart: bytes | None = None
) -> Event:
    """The event with its commitment to a payload, in the canonical JSON that docs/audit-format.md names.

    `apart`: the salt of what may be erased while the client's key stays.
    """
    key = key_of(session, uuid.UUID(event.organisation), uuid.UUID(event.client))
    return replace(event, commit=commitment(key.salt(event.id, apart or b""), canonical_bytes(payload)))


def bound(session: Session, event: Event, wrote: Words) -> Event:
    """The event bound to what a person wrote in the same act, by the columns that keep it; as it is without words."""
    said = written(wrote)
    return committed(session, event, said) if said else event


def written(wrote: Words) -> Mapping[str, object]:
    """The payload of what a person wrote; empty where they wrote nothing."""
    said = {name: words for name, words in wrote.items() if words}
    return {"wrote": said} if said else {}


def step_words(referral: ReferralRow, step: Step) -> Words:
    """What was written at a referral with this step."""
    column = WRITTEN_WITH.get(step)
    return NOTHING if column is None else {column: getattr(referral, column)}
