"""Receipts of a referral: what proves to somebody outside that it was sent, answered, closed, or put into a letter."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from instruments.model import Text
from referral.events import EventKind, SubjectKind
from referral.model import Step
from service.access import Act, NotFound, access_referral
from service.actions import receipts
from service.actions.happenings import PLAIN
from service.actions.receipts import NotYet
from service.actions.step_words import DONE
from service.permissions import Permission
from service.store import audit, checkpoints, trail
from service.store.audit import AuditEventRow
from service.store.letters import LetterRow, letters_of
from service.store.referrals import ReferralRow


@dataclass(frozen=True, slots=True)
class Provable:
    """One event of a referral: its place in the trail, what happened, when, and whether its receipt is there yet."""

    seq: int
    event_id: uuid.UUID
    words: Text
    at: datetime
    ready: bool


@dataclass(frozen=True, slots=True)
class ReferralReceipts:
    """Everything about a referral that can be proved, the newest first."""

    referral_id: uuid.UUID
    number: str
    lines: tuple[Provable, ...]


def show(session: Session, referral_id: uuid.UUID, *, act: Act) -> ReferralReceipts:
    """What can be proved of a referral. Raises as every look at it does."""
    referral = access_referral(session, referral_id, act, Permission.READ_REFERRAL)
    _note_look(session, referral, act)
    newest = checkpoints.newest_checkpoint(session, act.organisation_id)
    signed = 0 if newest is None else newest.size
    made = letters_of(session, act.organisation_id, referral.id)
    lines = [*_letters(made, session, act, signed), *_steps(session, referral, act, signed)]
    lines.sort(key=lambda line: line.seq, reverse=True)
    return ReferralReceipts(referral.id, referral.number, tuple(lines))


def receipt(session: Session, referral_id: uuid.UUID, event_id: uuid.UUID, *, act: Act) -> str | None:
    """The receipt of one event of a referral; None while no checkpoint covers it. Raises NotFound for any other."""
    referral = access_referral(session, referral_id, act, Permission.READ_REFERRAL)
    made = {row.event_id: row for row in letters_of(session, act.organisation_id, referral.id)}
    steps = {row.id for row in _events(session, referral, act)}
    noun = "receipt"
    if event_id not in steps and event_id not in made:
        raise NotFound(noun)
    _note_look(session, referral, act)
    found = receipts.receipt_of(session, act.organisation_id, event_id)
    if found is None:
        raise NotFound(noun)
    if isinstance(found, NotYet):
        return None
    return str(replace(found, salt=made[event_id].salt) if event_id in made else found)


def own_letter(session: Session, referral_id: uuid.UUID, *, act: Act) -> uuid.UUID | None:
    """The event of the newest letter that the actor drew themself; None where they drew none."""
    referral = access_referral(session, referral_id, act, Permission.READ_REFERRAL)
    made = [row.event_id for row in letters_of(session, act.organisation_id, referral.id)]
    theirs = f'{{"actor":"{act.by.id}",'.encode()
    drawn = ((each, trail.entry_of(session, act.organisation_id, each)) for each in made)
    return next((each for each, found in drawn if found and found[1].startswith(theirs)), None)


def _note_look(session: Session, referral: ReferralRow, act: Act) -> None:
    subject = (SubjectKind.REFERRAL, referral.id)
    event = act.event(EventKind.RECORD_VIEWED, subject, client=referral.client_id, view="receipts")
    audit.append(session, event)


def _letters(made: Sequence[LetterRow], session: Session, act: Act, signed: int) -> Sequence[Provable]:
    words = PLAIN[EventKind.LETTER_MADE]
    places = trail.places_of(session, act.organisation_id, [row.event_id for row in made])
    return [
        Provable(places[row.event_id], row.event_id, words, row.made_at, ready=places[row.event_id] <= signed)
        for row in made
        if row.event_id in places
    ]


def _steps(session: Session, referral: ReferralRow, act: Act, signed: int) -> Sequence[Provable]:
    told = [(row, trail.read_entry(row)) for row in _events(session, referral, act)]
    return [
        Provable(row.seq, row.id, _words(entry), _at(entry), ready=row.seq <= signed)
        for row, entry in told
        if entry
    ]


def _events(session: Session, referral: ReferralRow, act: Act) -> Sequence[AuditEventRow]:
    rows = trail.events_about(session, act.organisation_id, referral.id)
    return [row for row in rows if row.kind == EventKind.REFERRAL_STEP]


def _words(entry: Mapping[str, Any]) -> Text:
    return DONE[Step(entry["details"]["step"])]


def _at(entry: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(entry["at"]).astimezone(UTC)
