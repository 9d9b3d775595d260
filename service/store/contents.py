"""What is kept sealed about one thing that an event is about: everything that the event may have committed to."""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.events import EventKind, SubjectKind
from service.store.alerts import SafetyAssessmentRow, find_alert
from service.store.base import Base
from service.store.needs import AttemptRow, NeedNoteRow, find_need
from service.store.notes import NoteWordingRow
from service.store.overrides import OverrideRow
from service.store.referrals import find_referral
from service.store.screenings import administrations_in, answers_in

Payload = Mapping[str, Any]
Entry = Mapping[str, Any]


def salted(session: Session, organisation_id: uuid.UUID, entry: Entry) -> Iterator[tuple[bytes, bytes]]:
    """(salt, payload) of everything kept about the subject that has a salt of its own."""
    subject = uuid.UUID(entry["subject"])
    for note in _of(session, organisation_id, NoteWordingRow, note_id=subject):
        yield note.salt, note.text.encode()
    for attempt in _of(session, organisation_id, AttemptRow, need_id=subject):
        if attempt.note_salt:
            yield attempt.note_salt, attempt.note.encode()


def keyed(session: Session, organisation_id: uuid.UUID, entry: Entry) -> Iterator[Payload]:
    """Everything kept about the subject that is bound by a salt made from the client's key."""
    tell = _TOLD.get(SubjectKind(entry["subject_kind"]))
    if tell is not None:
        yield from tell(session, organisation_id, uuid.UUID(entry["subject"]), entry)


def _alert(
    session: Session, organisation_id: uuid.UUID, subject: uuid.UUID, _entry: Entry
) -> Iterator[Payload]:
    yield from _wrote(find_alert(session, organisation_id, subject), "safety_steps took_over")


def _assessment(
    session: Session, organisation_id: uuid.UUID, subject: uuid.UUID, _entry: Entry
) -> Iterator[Payload]:
    row = session.get(SafetyAssessmentRow, (organisation_id, subject))
    yield from _wrote(row, "note took_over why_no_safety_plan")


def _need(
    session: Session, organisation_id: uuid.UUID, subject: uuid.UUID, _entry: Entry
) -> Iterator[Payload]:
    need = find_need(session, organisation_id, subject)
    for note in _of(session, organisation_id, NeedNoteRow, need_id=subject):
        yield from _wrote(note, "text took_over")
        why = None if need is None else need.why_no_safety_plan
        yield {"wrote": {**_words(note, "text took_over"), **({"why_no_safety_plan": why} if why else {})}}
    yield from _wrote(need, "why_no_safety_plan")
    for row in _of(session, organisation_id, OverrideRow, need_id=subject):
        yield from _wrote(row, "words")
        yield from _wrote(row, "review_note")


def _referral(
    session: Session, organisation_id: uuid.UUID, subject: uuid.UUID, entry: Entry
) -> Iterator[Payload]:
    row = find_referral(session, organisation_id, subject)
    for column in ("receiver_reason", "decline_note", "outcome_note"):
        yield from _wrote(row, column)
    if row is not None:
        yield from _need(session, organisation_id, row.need_id, entry)


def _screening(
    session: Session, organisation_id: uuid.UUID, subject: uuid.UUID, entry: Entry
) -> Iterator[Payload]:
    forms = administrations_in(session, organisation_id, [subject])
    if entry["kind"] == EventKind.SCREENING_SUBMITTED:
        yield {"results": {form.instrument: form.result for form in forms}}
        return
    about = {"instrument": entry["details"]["instrument"], "item": entry["details"]["item"]}
    mine = [form.id for form in forms if form.instrument == about["instrument"]]
    for row in answers_in(session, organisation_id, mine):
        if row.item == about["item"]:
            yield {"answer": row.answer, **about}


_TOLD: Mapping[SubjectKind, Callable[[Session, uuid.UUID, uuid.UUID, Entry], Iterator[Payload]]] = {
    SubjectKind.ALERT: _alert,
    SubjectKind.ASSESSMENT: _assessment,
    SubjectKind.NEED: _need,
    SubjectKind.REFERRAL: _referral,
    SubjectKind.SCREENING: _screening,
}


def _words(row: Any, columns: str) -> dict[str, str]:  # noqa: ANN401  any row
    return {name: getattr(row, name) for name in columns.split() if getattr(row, name)}


def _wrote(row: Any, columns: str) -> Iterator[Payload]:  # noqa: ANN401  any row, or none
    if row is not None:
        yield {"wrote": _words(row, columns)}


def _of(session: Session, organisation_id: uuid.UUID, row: type[Base], **where: uuid.UUID) -> Sequence[Any]:
    kept: Any = row
    named = [getattr(row, name) == value for name, value in where.items()]
    return session.scalars(select(row).where(kept.organisation_id == organisation_id, *named)).all()
