"""The forms of one screening: pinned definitions with the answers so far, and the questions that follow from them."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from instruments.answers import REFUSED, Answers, check_answers
from instruments.model import Instrument, Item
from instruments.scoring import Result, asked
from service.access import Act
from service.kinds import Mode, ScreeningStatus
from service.store.screenings import (
    AdministrationRow,
    AnswerRow,
    ScreeningRow,
    administrations_in,
    answers_in,
)


@dataclass(frozen=True, slots=True)
class Question:
    """One item as it is to be put to the client, and how far along it is."""

    instrument: Instrument
    item: Item
    position: int
    of: int
    given: int | str | None
    before: tuple[str, str] | None
    """The instrument and item of the question before this one, or None at the first."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a screening stands: the first question not answered yet, or none when all are."""

    id: uuid.UUID
    client_id: uuid.UUID
    mode: Mode
    language: str
    languages: tuple[str, ...]
    """The languages in which every instrument of the screening can be asked."""
    status: ScreeningStatus
    answered: int
    of: int
    next: Question | None
    alert_id: uuid.UUID | None
    raised: bool
    """Whether the alert was raised by this very act: then it comes before anything else."""


@dataclass(frozen=True, slots=True)
class Form:
    """One administration with its pinned definition and the answers so far."""

    row: AdministrationRow
    instrument: Instrument
    answers: Answers

    def given(self, item_id: str) -> int | str | None:
        """The answer so far, "refused", or None."""
        return REFUSED if item_id in self.answers.refused else self.answers.values.get(item_id)

    def answered(self, item_id: str, answer: int | str) -> "Form":
        """The form with one more answer, or one answer changed."""
        raw = {**self.answers.values, **dict.fromkeys(self.answers.refused, REFUSED), item_id: answer}
        return replace(self, answers=check_answers(self.instrument, raw))


def forms_of(session: Session, screening: ScreeningRow, *, act: Act) -> list[Form]:
    """The administrations of one screening with their pinned definitions and answers."""
    rows = administrations_in(session, act.organisation_id, [screening.id])
    given = answers_in(session, act.organisation_id, [row.id for row in rows])
    return [_form(row, [each for each in given if each.administration_id == row.id], act) for row in rows]


def _form(row: AdministrationRow, given: Sequence[AnswerRow], act: Act) -> Form:
    instrument = act.definitions.instruments.get(row.instrument, row.version)
    raw: Mapping[str, object] = {each.item: each.answer for each in given}
    return Form(row, instrument, check_answers(instrument, raw))


def questions_of(forms: Sequence[Form]) -> list[Question]:
    """Every question to be asked as things stand, in order; branches that are still open are not among them."""
    pairs = [(form, item) for form in forms for item in asked(form.instrument, form.answers)]
    found: list[Question] = []
    before: tuple[str, str] | None = None
    for place, (form, item) in enumerate(pairs, start=1):
        given = form.given(item.id)
        found.append(Question(form.instrument, item, place, len(pairs), given, before))
        before = (form.instrument.id, item.id)
    return found


def results_of(forms: Sequence[Form], *, act: Act) -> dict[str, Result]:
    """What scoring says about each form as it stands, complete or not, by instrument id."""
    catalogue = act.definitions.instruments
    return {
        form.instrument.id: catalogue.scorer(form.instrument.id, form.instrument.version)(form.answers)
        for form in forms
    }
