"""Opening the record of somebody outside one's caseload: with a reason, for the day, and seen by others afterwards.

Whose record that is says `access.py`. What is written stands as a note on the record; the trail holds the code.
"""

import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from instruments.model import Text
from referral.events import EventKind, SubjectKind
from service.access import Act, access_with_reason, outside_caseload
from service.actions import notes
from service.actions.notes import WriteNote
from service.actions.refusals import FieldProblem, Invalid
from service.actions.saying import say
from service.kinds import OpenReason
from service.permissions import Permission
from service.store import audit

_SAY_WHY: Text = {"en": "Say why you open this record.", "es": "Indique por qué abre esta ficha."}
_IN_WORDS: Text = {
    "en": "Say in a few words why you open this record.",
    "es": "Indique en pocas palabras por qué abre esta ficha.",
}


@dataclass(frozen=True, slots=True)
class OpenRecord:
    """Why, as a code, and in words where the code does not say it."""

    reason: OpenReason | None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Closed:
    """What is shown of somebody outside the caseload: no more than a search tells."""

    id: uuid.UUID
    name: str
    grade: str
    class_name: str


def ask(session: Session, client_id: uuid.UUID, *, act: Act) -> Closed | None:
    """Whose record it is; None when it is open to the actor anyway. Being told is an event. Raises NotFound."""
    row = access_with_reason(session, client_id, act, Permission.READ_CLIENT)
    if not outside_caseload(session, (row.id,), act):
        return None
    _note_look(session, row.id, act)
    return Closed(row.id, row.name, row.grade, row.class_name)


def open_record(session: Session, client_id: uuid.UUID, command: OpenRecord, *, act: Act) -> bool:
    """Open the record for the rest of the actor's day; whether a reason was needed. Raises NotFound, Invalid.

    Where none was, that somebody tried is an event all the same.
    """
    row = access_with_reason(session, client_id, act, Permission.READ_CLIENT)
    if not outside_caseload(session, (row.id,), act):
        _note_look(session, row.id, act)
        return False
    words = command.words.strip()
    if command.reason is None:
        raise Invalid(FieldProblem("reason", say(act, _SAY_WHY), allowed=", ".join(OpenReason)))
    if command.reason is OpenReason.OTHER and not words:
        raise Invalid(FieldProblem("words", say(act, _IN_WORDS), found="nothing"))
    subject = (SubjectKind.CLIENT, row.id)
    event = act.event(EventKind.OPENED_WITH_REASON, subject, client=row.id, reason=str(command.reason))
    audit.append(session, event)
    if words:
        notes.keep(session, row.id, WriteNote(words), act=act)
    return True


def _note_look(session: Session, client_id: uuid.UUID, act: Act) -> None:
    event = act.event(
        EventKind.RECORD_VIEWED, (SubjectKind.CLIENT, client_id), client=client_id, view="reason"
    )
    audit.append(session, event)
