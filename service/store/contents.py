"""What is kept sealed about one thing that an event is about: everything that the event may have committed to."""

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.events import EventKind, SubjectKind
from service.store.alerts import AlertRow, SafetyAssessmentRow
from service.store.base import Base
from service.store.items import ItemsRequestRow
from service.store.needs import AttemptRow, NeedNoteRow, NeedRow
from service.store.notes import NoteWordingRow
from service.store.overrides import OverrideRow
from service.store.packets import PacketOutRow
from service.store.referrals import ReferralRow
from service.store.screenings import AdministrationRow, AnswerRow, ScreeningRow

Payload = Mapping[str, Any]
Entry = Mapping[str, Any]


_PACKETS = frozenset({EventKind.PACKET_SENT, EventKind.ITEMS_SHARED})
_LEADS_TO: Mapping[type[Base], str] = {ReferralRow: "need_id", AdministrationRow: "id"}
"""Rows on which others hang that are asked for next, and the column that names those."""


class Kept:
    """What is kept about things by their ids; about all that are `near` with one question a table."""

    def __init__(self, session: Session, organisation_id: uuid.UUID, near: Iterable[uuid.UUID] = ()) -> None:
        self._session, self._organisation_id = session, organisation_id
        self._near = set(near)
        self._together = bool(self._near)
        self._found: dict[tuple[type[Base], str], dict[uuid.UUID, list[Any]]] = {}

    def of(self, table: type[Base], column: str, value: uuid.UUID) -> Sequence[Any]:
        """The rows of a table that name this id there. Raises Unreadable where one of those that were asked for is."""
        found = self._found.setdefault((table, column), {})
        if value not in found:
            wanted = {value, *self._near} - found.keys()
            rows = self._asked(table, column, wanted)
            found |= {each: [] for each in wanted}
            for row in rows:
                found[getattr(row, column)].append(row)
        return found[value]

    def one(self, table: type[Base], key: uuid.UUID) -> Any:  # noqa: ANN401  a row of any table, or None
        """The row of a table with this id; None when it is gone."""
        return next(iter(self.of(table, "id", key)), None)

    def _asked(self, table: type[Base], column: str, wanted: Iterable[uuid.UUID]) -> Sequence[Any]:
        kept: Any = table
        mine = select(table).where(
            kept.organisation_id == self._organisation_id, getattr(kept, column).in_(wanted)
        )
        rows = self._session.scalars(mine).all()
        if self._together and table in _LEADS_TO:
            self._near.update(getattr(row, _LEADS_TO[table]) for row in rows)
        return rows


def salted(kept: Kept, entry: Entry) -> Iterator[tuple[bytes, bytes]]:
    """(salt, payload) of everything kept about the subject that has a salt of its own."""
    subject = uuid.UUID(entry["subject"])
    for note in kept.of(NoteWordingRow, "note_id", subject):
        yield note.salt, note.text.encode()
    for attempt in kept.of(AttemptRow, "need_id", subject):
        if attempt.note_salt:
            yield attempt.note_salt, attempt.note.encode()


def apart(kept: Kept, entry: Entry) -> bytes:
    """What must be known beside the client's key: the salt of a screening, for what its events committed to."""
    if entry["subject_kind"] != SubjectKind.SCREENING:
        return b""
    row = kept.one(ScreeningRow, uuid.UUID(entry["subject"]))
    return b"" if row is None or row.salt is None else bytes(row.salt)


def keyed(kept: Kept, entry: Entry) -> Iterator[Payload]:
    """Everything kept about the subject that is bound by a salt made from the client's key."""
    tell = _TOLD.get(SubjectKind(entry["subject_kind"]))
    if tell is not None:
        yield from tell(kept, uuid.UUID(entry["subject"]), entry)


def digested(kept: Kept, entry: Entry) -> Iterator[bytes]:
    """The SHA-256 of every packet that went out about the subject: what a packet's event commits to."""
    if entry["kind"] in _PACKETS:
        for table in (PacketOutRow, ItemsRequestRow):
            rows = kept.of(table, "referral_id", uuid.UUID(entry["subject"]))
            yield from (sha256(bytes(row.contents)).digest() for row in rows if row.contents)


def _alert(kept: Kept, subject: uuid.UUID, _entry: Entry) -> Iterator[Payload]:
    yield from _wrote(kept.one(AlertRow, subject), "safety_steps took_over")


def _assessment(kept: Kept, subject: uuid.UUID, _entry: Entry) -> Iterator[Payload]:
    yield from _wrote(kept.one(SafetyAssessmentRow, subject), "note took_over why_no_safety_plan")


def _need(kept: Kept, subject: uuid.UUID, _entry: Entry) -> Iterator[Payload]:
    need = kept.one(NeedRow, subject)
    for note in kept.of(NeedNoteRow, "need_id", subject):
        yield from _wrote(note, "text took_over")
        why = None if need is None else need.why_no_safety_plan
        yield {"wrote": {**_words(note, "text took_over"), **({"why_no_safety_plan": why} if why else {})}}
    yield from _wrote(need, "why_no_safety_plan")
    for row in kept.of(OverrideRow, "need_id", subject):
        yield from _wrote(row, "words")
        yield from _wrote(row, "review_note")


def _referral(kept: Kept, subject: uuid.UUID, entry: Entry) -> Iterator[Payload]:
    row = kept.one(ReferralRow, subject)
    for column in ("receiver_reason", "decline_note", "handoff_note", "outcome_note"):
        yield from _wrote(row, column)
    if row is not None:
        yield from _need(kept, row.need_id, entry)


def _screening(kept: Kept, subject: uuid.UUID, entry: Entry) -> Iterator[Payload]:
    forms = kept.of(AdministrationRow, "screening_id", subject)
    if entry["kind"] == EventKind.SCREENING_SUBMITTED:
        results = {form.instrument: form.result for form in forms}
        yield from (
            {"results": results, "routing": row.routing} for row in kept.of(ScreeningRow, "id", subject)
        )
        yield {"results": results}  # what was bound before routings were
        return
    about = {"instrument": entry["details"]["instrument"], "item": entry["details"]["item"]}
    for form in forms:
        if form.instrument == about["instrument"]:
            rows = kept.of(AnswerRow, "administration_id", form.id)
            yield from ({"answer": row.answer, **about} for row in rows if row.item == about["item"])


_TOLD: Mapping[SubjectKind, Callable[[Kept, uuid.UUID, Entry], Iterator[Payload]]] = {
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
