"""What a page may ask while its connection is gone: the questions sure to follow, and the answers that alarm."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from instruments.answers import REFUSED
from instruments.scoring import sure_to_be_asked
from referral.model import Urgency
from service.access import Act, access_screening
from service.actions import following
from service.actions.forms import Form, Question, forms_of, questions_of, results_of
from service.permissions import Permission
from service.store.screenings import ScreeningRow, answers_in

Key = tuple[str, str]
"""An instrument and one of its items."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """The questions after the one shown, in order, and for each question the answers that raise an alert at once."""

    questions: tuple[Question, ...]
    alarming: Mapping[Key, frozenset[int | str]]


def look_ahead(session: Session, screening_id: uuid.UUID, shown: Question, *, act: Act) -> Ahead:
    """What follows the question shown, for a page that goes on alone.

    Nothing follows a question that was answered before: changing an answer may change what is asked.
    """
    screening = access_screening(session, screening_id, act, Permission.SCREEN)
    forms = forms_of(session, screening, act=act)
    coming = _coming(forms, shown) if shown.given is None else ()
    judged = following.judge(session, screening, act=act)
    # Where there is an alert already, no answer raises another.
    raised = following.alert_of(session, screening, act=act) is not None
    alarming = {
        _key(each): frozenset() if raised else _alarming(forms, each, judged, act)
        for each in (shown, *coming)
    }
    return Ahead(coming, alarming)


def _key(question: Question) -> Key:
    return (question.instrument.id, question.item.id)


def _coming(forms: Sequence[Form], shown: Question) -> tuple[Question, ...]:
    sure = _sure(forms)
    open_ = [each for each in questions_of(forms) if each.given is None and each.position > shown.position]
    return tuple(each for each in open_ if _key(each) in sure)


def _sure(forms: Sequence[Form]) -> set[Key]:
    found: set[Key] = set()
    for form in forms:
        items, whole = sure_to_be_asked(form.instrument, form.answers)
        found.update((form.instrument.id, item.id) for item in items)
        if not whole:
            break
    return found


def _alarming(
    forms: Sequence[Form], question: Question, judged: following.Judge, act: Act
) -> frozenset[int | str]:
    if question.item.critical is None:
        return frozenset()
    every: list[int | str] = [REFUSED, *(option.value for option in question.item.options)]
    return frozenset(answer for answer in every if _alarms(forms, question, answer, judged, act))


def _alarms(
    forms: Sequence[Form], question: Question, answer: int | str, judged: following.Judge, act: Act
) -> bool:
    given = [
        form.answered(question.item.id, answer) if form.instrument.id == question.instrument.id else form
        for form in forms
    ]
    decisions = following.pressing(results_of(given, act=act), judged)
    return any(each.urgency is Urgency.IMMEDIATE for each in decisions)


def alarmed_before(
    session: Session,
    screening: ScreeningRow,
    forms: Sequence[Form],
    given: Sequence[tuple[str, str, int | str]],
    *,
    act: Act,
) -> bool:
    """Whether one of these answers raised the alert when it first came: who heard no reply is told of it again."""
    alert = following.alert_of(session, screening, act=act)
    if alert is None:
        return False
    by_row = {form.row.id: form for form in forms}
    return any(
        (by_row[row.administration_id].instrument.id, row.item, by_row[row.administration_id].given(row.item))
        in given
        for row in answers_in(session, act.organisation_id, list(by_row))
        if row.answered_at == alert.raised_at
    )
