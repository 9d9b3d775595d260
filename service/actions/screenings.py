"""A screening from its start to its last answer. What follows from the answers is in following.py."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from instruments.answers import check_answers
from instruments.catalogue import UnknownInstrument
from instruments.model import Instrument
from instruments.scoring import asked
from referral.consent import ConsentStatus, Giver, NotPermitted, Purpose
from referral.events import Details, EventKind, SubjectKind
from service.access import Act, access_client, access_screening
from service.actions import consents, following, offering, programmes
from service.actions.ahead import alarmed_before
from service.actions.committing import committed
from service.actions.forms import Form, Progress, Question, forms_of, questions_of
from service.actions.refusals import Conflict, FieldProblem, Invalid
from service.actions.saying import say
from service.actions.screening_rows import administration_row, screening_row
from service.actions.screening_words import (
    ANSWERED_MEANWHILE,
    ASK_FIRST,
    ENDED,
    HOW_MANY,
    KEY_USED,
    NOT_ASKED,
    NOT_PART,
)
from service.kinds import Mode, ScreeningStatus
from service.permissions import Permission
from service.store import audit
from service.store.clients import find_client, lock_client
from service.store.screenings import (
    AnswerRow,
    ScreeningRow,
    answers_in,
    lock_screening,
    screening_by_key,
)

MOST_INSTRUMENTS = 8


@dataclass(frozen=True, slots=True)
class StartScreening:
    """Which client answers which instruments, how, in which language. `agrees` is the client's own yes, today."""

    client_id: uuid.UUID
    instruments: tuple[str, ...]
    mode: Mode
    language: str = "en"
    agrees: bool = False
    idempotency_key: str | None = None
    programme: str | None = None
    """The id of the programme; needed where several are in force."""


UNTOLD = "untold"
"""Nobody says what stood there before."""


@dataclass(frozen=True, slots=True)
class GiveAnswer:
    """One answer: a value of the item's scale, or "refused"; `was` is what stood there when the question was shown."""

    instrument: str
    item: str
    answer: int | str
    was: int | str | None = UNTOLD


def keyed(command: StartScreening, key: str | None) -> StartScreening:
    """The command under an idempotency key."""
    return replace(command, idempotency_key=key)


def start(session: Session, command: StartScreening, *, act: Act) -> uuid.UUID:
    """Begin a screening and return its id; the same idempotency key gives the same screening again.

    Raises Conflict with the reason when consent does not allow it, Invalid naming every field that does not fit.
    """
    client = access_client(session, command.client_id, act, Permission.SCREEN)
    if command.idempotency_key is not None:
        lock_client(session, act.organisation_id, client.id)  # whoever sends it twice at once takes turns
        earlier = screening_by_key(session, act.organisation_id, act.by.id, command.idempotency_key)
        if earlier is not None:
            return _same(earlier, command, act)
    under = programmes.chosen(session, command.programme, act=act)
    asking = offering.asking_of(session, client, command.language, under.programme, act=act)
    chosen = _chosen(command, asking, act)
    verdict = consents.screening_verdict(session, client, act=act)
    if isinstance(verdict, NotPermitted):
        raise Conflict(say(act, verdict.reason.text))
    agreed = consents.RecordConsent(Purpose.SCREENING, ConsentStatus.GIVEN, Giver.CLIENT)
    consents.record(session, client.id, agreed, act=act)
    how = command.mode, command.language
    row = screening_row(client, under.id, how, verdict.reason.rule, act)
    row.idempotency_key = command.idempotency_key
    session.add(row)
    session.flush()
    session.add_all(administration_row(row, place, each, act) for place, each in enumerate(chosen))
    details: Details = {
        "instruments": tuple(f"{each.id}/{each.version}" for each in chosen),
        "mode": str(command.mode),
        "programme": f"{under.programme.id}/{under.programme.version}",
    }
    subject = (SubjectKind.SCREENING, row.id)
    audit.append(session, act.event(EventKind.SCREENING_STARTED, subject, client=client.id, details=details))
    return row.id


def _same(earlier: ScreeningRow, command: StartScreening, act: Act) -> uuid.UUID:
    if earlier.client_id != command.client_id:
        raise Conflict(say(act, KEY_USED))
    return earlier.id


def _chosen(command: StartScreening, asking: offering.Asking, act: Act) -> list[Instrument]:
    problems = offering.not_of_this_age(asking, act)
    chosen: list[Instrument] = []
    names, pinned = command.instruments, asking.programme.pinned
    if not 1 <= len(names) <= MOST_INSTRUMENTS or len(set(names)) < len(names):
        problems.append(FieldProblem("instruments", say(act, HOW_MANY, most=str(MOST_INSTRUMENTS))))
    if not command.agrees:
        problems.append(FieldProblem("agrees", say(act, ASK_FIRST)))
    for name in names:
        try:
            instrument = pinned[name] if name in pinned else act.definitions.instruments.get(name)
        except UnknownInstrument as unknown:
            problems.append(FieldProblem("instruments", say(act, unknown.text), found=name))
            continue
        chosen.append(instrument)
        problems += offering.cannot_be_asked(instrument, asking, act)
    if problems:
        raise Invalid(*problems)
    return chosen


def progress(session: Session, screening_id: uuid.UUID, *, act: Act) -> Progress:
    """Where the screening stands; this is how an interrupted one resumes."""
    screening = access_screening(session, screening_id, act, Permission.SCREEN)
    return _progress(session, screening, forms_of(session, screening, act=act), act)


def _progress(session: Session, screening: ScreeningRow, forms: Sequence[Form], act: Act) -> Progress:
    questions = questions_of(forms)
    alert = following.alert_of(session, screening, act=act)
    return Progress(
        id=screening.id,
        client_id=screening.client_id,
        mode=screening.mode,
        language=screening.language,
        languages=tuple(sorted(set.intersection(*(set(form.instrument.languages) for form in forms)))),
        status=screening.status,
        answered=sum(each.given is not None for each in questions),
        of=len(questions),
        next=next((each for each in questions if each.given is None), None),
        alert_id=None if alert is None else alert.id,
        raised=alert is not None and alert.raised_at == act.now,
    )


def question(session: Session, screening_id: uuid.UUID, instrument: str, item: str, *, act: Act) -> Question:
    """One question of a running screening, to look at again; raises Invalid when it is not asked here."""
    screening = access_screening(session, screening_id, act, Permission.SCREEN)
    for each in questions_of(forms_of(session, screening, act=act)):
        if (each.instrument.id, each.item.id) == (instrument, item):
            return each
    raise Invalid(FieldProblem("item", say(act, NOT_ASKED), found=f"{instrument} {item}"))


def last_question(session: Session, screening_id: uuid.UUID, *, act: Act) -> Question | None:
    """The last question asked as things stand: where "back" leads from the last step."""
    screening = access_screening(session, screening_id, act, Permission.SCREEN)
    return next(reversed(questions_of(forms_of(session, screening, act=act))), None)


def first_name(session: Session, screening_id: uuid.UUID, *, act: Act) -> str:
    """What the client is called on their own pages."""
    screening = access_screening(session, screening_id, act, Permission.SCREEN)
    client = find_client(session, act.organisation_id, screening.client_id)
    return "" if client is None else client.given_name


def answer(session: Session, screening_id: uuid.UUID, command: GiveAnswer, *, act: Act) -> Progress:
    """Save one answer. A critical one is followed at once, before the rest of the form is known.

    Raises InvalidAnswers naming item, found and allowed; Invalid when the item is not asked; Conflict when ended.
    """
    return answer_all(session, screening_id, [command], act=act)


def answer_all(
    session: Session, screening_id: uuid.UUID, commands: Sequence[GiveAnswer], *, act: Act
) -> Progress:
    """Save answers in the order given, all of them or none; as `answer` for each."""
    screening = lock_screening(session, access_screening(session, screening_id, act, Permission.SCREEN))
    if screening.status is not ScreeningStatus.IN_PROGRESS:
        raise Conflict(say(act, ENDED))
    forms = forms_of(session, screening, act=act)
    given = [(each.instrument, each.item, each.answer) for each in commands]
    repeated = alarmed_before(session, screening, forms, given, act=act)
    for command in commands:
        form = _form_for(forms, command, act)
        if _save(session, form, screening, command, act):
            screening.touched_at = act.now
            forms[forms.index(form)] = form.answered(command.item, command.answer)
    session.flush()
    following.at_once(session, screening, forms, act=act)
    found = _progress(session, screening, forms, act)
    return replace(found, raised=True) if repeated else found


def _form_for(forms: Sequence[Form], command: GiveAnswer, act: Act) -> Form:
    form = next((each for each in forms if each.instrument.id == command.instrument), None)
    if form is None:
        known = ", ".join(each.instrument.id for each in forms)
        problem = FieldProblem("instrument", say(act, NOT_PART), found=command.instrument, allowed=known)
        raise Invalid(problem)
    check_answers(form.instrument, {command.item: command.answer})
    if command.item not in {item.id for item in asked(form.instrument, form.answers)}:
        raise Invalid(FieldProblem("item", say(act, NOT_ASKED), found=command.item))
    return form


def _save(session: Session, form: Form, screening: ScreeningRow, command: GiveAnswer, act: Act) -> bool:
    """Write the answer down; False when it already stood so."""
    before = form.given(command.item)
    if before == command.answer:
        return False
    if command.was not in {UNTOLD, before}:
        raise Conflict(say(act, ANSWERED_MEANWHILE))
    if before is None:
        session.add(_answer_row(form, command, act))
    else:
        _change(session, form, command, act)
    kind = EventKind.ANSWER_SAVED if before is None else EventKind.ANSWER_CHANGED
    subject = (SubjectKind.SCREENING, screening.id)
    about = {"instrument": command.instrument, "item": command.item}
    event = act.event(kind, subject, client=screening.client_id, details=about)
    audit.append(
        session, committed(session, event, {"answer": command.answer, **about}, apart=screening.salt)
    )
    return True


def _answer_row(form: Form, command: GiveAnswer, act: Act) -> AnswerRow:
    row = AnswerRow(
        organisation_id=act.organisation_id,
        id=act.new_id(),
        administration_id=form.row.id,
        item=command.item,
        answered_at=act.now,
    )
    row.say(command.answer)
    return row


def _change(session: Session, form: Form, command: GiveAnswer, act: Act) -> None:
    for row in answers_in(session, act.organisation_id, [form.row.id]):
        if row.item == command.item:
            row.say(command.answer)
            row.answered_at = act.now


def end(session: Session, screening_id: uuid.UUID, status: ScreeningStatus, *, act: Act) -> Progress:
    """End a screening: submitted or stopped by a person, abandoned by the clock. Ending it again changes nothing."""
    screening = lock_screening(session, access_screening(session, screening_id, act, Permission.SCREEN))
    forms = forms_of(session, screening, act=act)
    if screening.status is ScreeningStatus.IN_PROGRESS:
        following.conclude(session, screening, forms, status, act=act)
        session.flush()
    return _progress(session, screening, forms, act)
