"""Making a referral letter: what was handed out is bound into the audit trail, so that its receiver can prove it."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256

from sqlalchemy.orm import Session

from referral.entries import commitment
from referral.events import EventKind, SubjectKind
from service.access import Act, access_referral
from service.actions import letters
from service.actions.letter_contents import LetterContents
from service.permissions import Permission, Role
from service.store import audit
from service.store.letters import LetterRow


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as it was handed out: its referral's number, and the paper."""

    number: str
    paper: bytes


def make(
    session: Session, referral_id: uuid.UUID, draw: Callable[[LetterContents], bytes], *, act: Act
) -> Letter:
    """The letter of a referral, drawn by `draw`; the event commits to the very bytes. Raises as every look at it."""
    referral = access_referral(session, referral_id, act, Permission.READ_REFERRAL)
    letter_id, salt = act.new_id(), act.new_id().bytes + act.new_id().bytes
    event = act.event(
        EventKind.LETTER_MADE,
        (SubjectKind.LETTER, letter_id),
        client=referral.client_id,
        referral=str(referral.id),
    )
    said = letters.contents(session, referral, trail=event.id, act=act)
    paper = draw(said)
    audit.append(session, replace(event, commit=commitment(salt, sha256(paper).digest())))
    session.add(
        LetterRow(
            organisation_id=act.organisation_id,
            id=letter_id,
            referral_id=referral.id,
            made_by=referral.sent_by if act.by.role is Role.LINK else act.by.id,
            made_at=act.now,
            event_id=uuid.UUID(event.id),
            salt=salt,
        )
    )
    return Letter(said.number, paper)
