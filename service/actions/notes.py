"""Notes on a client's record: written, opened, corrected, struck out. Nothing of one is ever lost.

That a note is there, whose it is and when it was made, everybody sees who may read the client. What it says is
opened one note at a time, and each opening is an event.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from instruments.model import Text
from referral.entries import commitment
from referral.events import EventKind, SubjectKind
from service.access import Act, access_client, access_note, may_open
from service.actions.refusals import Conflict, FieldProblem, Invalid
from service.actions.saying import name_of, say
from service.permissions import NotAllowed, Permission
from service.store import audit
from service.store.notes import ClientNoteRow, NoteWordingRow, lock_note, notes_of, wordings_of

MOST_WORDS = 4000

_EMPTY: Text = {"en": "Write what should be kept.", "es": "Escriba lo que se debe conservar."}
_TOO_LONG: Text = {
    "en": "Use at most {most} characters; these are {found}.",
    "es": "Use {most} caracteres como máximo; aquí hay {found}.",
}
_SAME: Text = {"en": "This is what the note says already.", "es": "La nota ya dice esto."}
_STRUCK: Text = {
    "en": "This note was struck out by {name}.",
    "es": "Esta nota fue tachada por {name}.",
}


@dataclass(frozen=True, slots=True)
class WriteNote:
    """What to keep, and whether few may read it."""

    text: str
    restricted: bool = False


@dataclass(frozen=True, slots=True)
class NoteLine:
    """One note as a list shows it: never what it says."""

    id: uuid.UUID
    restricted: bool
    by: str
    at: datetime
    wordings: int
    struck_at: datetime | None
    struck_by: str
    may_open: bool


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording of a note, and since when it stood."""

    number: int
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Note:
    """One note, opened: its wordings, the newest first, and what the reader may do with it."""

    line: NoteLine
    client_id: uuid.UUID
    wordings: tuple[Wording, ...]
    may_correct: bool
    may_strike_out: bool


def lines(session: Session, client_id: uuid.UUID, *, act: Act) -> tuple[NoteLine, ...]:
    """The notes of a client whom the caller already reached, the newest first."""
    return tuple(_line(session, row, act) for row in notes_of(session, act.organisation_id, client_id))


def index(session: Session, client_id: uuid.UUID, *, act: Act) -> tuple[NoteLine, ...]:
    """The notes of a client; seeing that they are there is an event."""
    client = access_client(session, client_id, act, Permission.READ_CLIENT)
    subject = (SubjectKind.CLIENT, client.id)
    found = lines(session, client.id, act=act)
    seen = EventKind.RECORD_VIEWED
    audit.append(session, act.event(seen, subject, client=client.id, view="notes", count=len(found)))
    return found


def write(session: Session, client_id: uuid.UUID, command: WriteNote, *, act: Act) -> uuid.UUID:
    """Keep a note on a client's record; returns its id. Raises Invalid naming the field."""
    client = access_client(session, client_id, act, Permission.WRITE_NOTES)
    return keep(session, client.id, command, act=act)


def keep(session: Session, client_id: uuid.UUID, command: WriteNote, *, act: Act) -> uuid.UUID:
    """Keep a note about a client whom the caller already reached."""
    text = _checked(command.text, act)
    row = ClientNoteRow(
        organisation_id=act.organisation_id,
        id=act.new_id(),
        client_id=client_id,
        restricted=command.restricted,
        made_by=act.by.id,
        made_at=act.now,
    )
    session.add(row)
    session.flush()
    commit = _word(session, row, 1, text, act)
    subject = (SubjectKind.NOTE, row.id)
    event = act.event(
        EventKind.NOTE_WRITTEN, subject, client=client_id, commit=commit, restricted=row.restricted
    )
    audit.append(session, event)
    return row.id


def show(session: Session, note_id: uuid.UUID, *, act: Act) -> Note:
    """What a note says; opening it is an event. Raises NotAllowed where only its existence is for the actor."""
    row = access_note(session, note_id, act, Permission.READ_CLIENT)
    if not may_open(row, act.by):
        struck = row.struck_at is not None
        need = Permission.OVERSEE_NOTES if struck else Permission.READ_RESTRICTED
        raise NotAllowed(act.by.role, need, row.client_id)
    viewed = (SubjectKind.NOTE, row.id)
    audit.append(session, act.event(EventKind.RECORD_VIEWED, viewed, client=row.client_id, view="note"))
    wordings = wordings_of(session, act.organisation_id, row.id)
    open_ = row.struck_at is None
    return Note(
        _line(session, row, act),
        row.client_id,
        tuple(Wording(each.number, each.text, each.written_at) for each in wordings),
        may_correct=open_ and _is_author(row, act) and act.by.may(Permission.WRITE_NOTES),
        may_strike_out=open_ and _may_strike_out(row, act),
    )


def correct(session: Session, note_id: uuid.UUID, text: str, *, act: Act) -> None:
    """Give a note a new wording; the one before is kept. Its author alone may.

    Raises NotAllowed, Conflict once it was struck out, Invalid.
    """
    row = _own(session, note_id, act)
    wanted = _checked(text, act)
    newest = wordings_of(session, act.organisation_id, row.id)[0]
    if newest.text == wanted:
        raise Invalid(FieldProblem("text", say(act, _SAME)))
    number = newest.number + 1
    commit = _word(session, row, number, wanted, act)
    subject = (SubjectKind.NOTE, row.id)
    corrected = EventKind.NOTE_CORRECTED
    audit.append(session, act.event(corrected, subject, client=row.client_id, commit=commit, version=number))


def strike_out(session: Session, note_id: uuid.UUID, *, act: Act) -> uuid.UUID:
    """Say that a note was entered in error: kept, and hidden from all but the supervisor; whose record it is on.

    Its author may, and the supervisor. Raises NotAllowed, and Conflict when it was done before.
    """
    row = access_note(session, note_id, act, Permission.WRITE_NOTES)
    if not _may_strike_out(row, act):
        raise NotAllowed(act.by.role, Permission.OVERSEE_NOTES, row.client_id)
    _must_stand(session, row, act)
    row.struck_at, row.struck_by = act.now, act.by.id
    audit.append(
        session, act.event(EventKind.NOTE_STRUCK_OUT, (SubjectKind.NOTE, row.id), client=row.client_id)
    )
    return row.client_id


def _own(session: Session, note_id: uuid.UUID, act: Act) -> ClientNoteRow:
    row = access_note(session, note_id, act, Permission.WRITE_NOTES)
    if not _is_author(row, act):
        raise NotAllowed(act.by.role, Permission.OVERSEE_NOTES, row.client_id)
    _must_stand(session, row, act)
    return row


def _must_stand(session: Session, row: ClientNoteRow, act: Act) -> None:
    lock_note(session, row)
    if row.struck_at is not None:
        raise Conflict(say(act, _STRUCK, name=name_of(session, row.struck_by, act)))


def _is_author(row: ClientNoteRow, act: Act) -> bool:
    return row.made_by == act.by.id


def _may_strike_out(row: ClientNoteRow, act: Act) -> bool:
    return _is_author(row, act) or act.by.may(Permission.OVERSEE_NOTES)


def _checked(text: str, act: Act) -> str:
    wanted = text.strip()
    if not wanted:
        raise Invalid(FieldProblem("text", say(act, _EMPTY), found="nothing"))
    if len(wanted) > MOST_WORDS:
        most, found = str(MOST_WORDS), str(len(wanted))
        words = say(act, _TOO_LONG, most=most, found=found)
        raise Invalid(FieldProblem("text", words, found=found, allowed=most))
    return wanted


def _word(session: Session, note: ClientNoteRow, number: int, text: str, act: Act) -> str:
    """Keep a wording; what its event commits to it with."""
    salt = act.new_id().bytes + act.new_id().bytes
    row = NoteWordingRow(
        organisation_id=act.organisation_id,
        id=act.new_id(),
        note_id=note.id,
        number=number,
        text=text,
        salt=salt,
        written_at=act.now,
    )
    session.add(row)
    return commitment(salt, text.encode())


def _line(session: Session, row: ClientNoteRow, act: Act) -> NoteLine:
    return NoteLine(
        row.id,
        row.restricted,
        name_of(session, row.made_by, act),
        row.made_at,
        len(wordings_of(session, act.organisation_id, row.id)),
        row.struck_at,
        name_of(session, row.struck_by, act),
        may_open(row, act.by),
    )
