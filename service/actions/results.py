"""What a screening says, put together for people: scores on their bands, what stands out, what follows and why."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from instruments.answers import REFUSED
from instruments.model import Band, BandSet, Finding, Instrument, Item, Scale, Text
from instruments.scoring import Trace, asked, explain
from referral.events import EventKind, SubjectKind
from referral.model import DecisionKind, Disposition, State, Urgency
from service.access import Act, access_client, access_screening
from service.actions import consents
from service.actions.clients import Client, describe
from service.actions.forms import Form, forms_of, results_of
from service.actions.stored import StoredResult, read_result, result_json
from service.actions.telling import told_without_answers
from service.kinds import Mode, ScreeningStatus
from service.permissions import NotAllowed, Permission
from service.store import audit
from service.store.accounts import find_user
from service.store.alerts import alert_about, assessment_about
from service.store.referrals import latest_referral
from service.store.screenings import (
    DecisionRow,
    ScreeningRow,
    administrations_in,
    decisions_of,
    screenings_of,
)


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One answer in the item's own words. `answer` is None for a refusal; `critical` calls for action today."""

    instrument: Instrument
    item: Item
    answer: Text | None
    value: int | None
    refused: bool
    critical: bool


@dataclass(frozen=True, slots=True)
class Before:
    """The same scale at the screening before this one."""

    score: int
    on: datetime


@dataclass(frozen=True, slots=True)
class ScaleLine:
    """One scale with the band sets that read it. `score` is None where the answers give none."""

    scale: Scale
    score: int | None
    readings: tuple[tuple[BandSet, Band | None], ...]
    before: Before | None


@dataclass(frozen=True, slots=True)
class InstrumentResult:
    """One instrument of the screening: its scales, its findings in words, what is undecided, its answers.

    Where single answers are hidden, `result` too holds no more findings than are told, and no item that alarms.
    """

    instrument: Instrument
    result: StoredResult
    scales: tuple[ScaleLine, ...]
    findings: tuple[Finding, ...]
    undecided: tuple[Finding, ...]
    answers: tuple[AnswerLine, ...]


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One decision with its reasons and where its referral stands."""

    id: uuid.UUID
    kind: DecisionKind
    pathway: str | None
    urgency: Urgency | None
    first: str | None
    rescreen_days: int | None
    rules: tuple[str, ...]
    reasons: tuple[Text, ...]
    need_id: uuid.UUID | None
    referral_id: uuid.UUID | None
    referral_state: State | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Assessment:
    """The safety assessment that this screening asked for."""

    due_at: datetime
    done_at: datetime | None
    disposition: Disposition | None


@dataclass(frozen=True, slots=True)
class ScreeningResult:
    """Everything that a screening says, most pressing first."""

    id: uuid.UUID
    client: Client
    mode: Mode
    language: str
    status: ScreeningStatus
    started_at: datetime
    ended_at: datetime | None
    by: str
    consent_basis: str
    instruments: tuple[InstrumentResult, ...]
    decisions: tuple[DecisionLine, ...]
    verdicts: tuple[Mapping[str, Any], ...]
    rules: str
    alert_id: uuid.UUID | None
    alert_ended_at: datetime | None
    assessment: Assessment | None
    shows_answers: bool

    @property
    def urgency(self) -> Urgency | None:
        """The most urgent of all decisions."""
        found = [line.urgency for line in self.decisions if line.urgency is not None]
        return min(found, key=lambda urgency: urgency.rank, default=None)

    @property
    def critical(self) -> tuple[AnswerLine, ...]:
        """The answers that call for action today by themselves."""
        return tuple(line for each in self.instruments for line in each.answers if line.critical)


def show(session: Session, screening_id: uuid.UUID, *, act: Act) -> ScreeningResult:
    """What the screening says; seeing it is an event. One in progress shows what is known so far."""
    screening = access_screening(session, screening_id, act, Permission.READ_CLIENT)
    subject = (SubjectKind.SCREENING, screening.id)
    audit.append(
        session, act.event(EventKind.RECORD_VIEWED, subject, client=screening.client_id, view="result")
    )
    client = access_client(session, screening.client_id, act, Permission.READ_CLIENT)
    starter = find_user(session, act.organisation_id, screening.started_by)
    forms = forms_of(session, screening, act=act)
    routing = screening.routing or {}
    shows = consents.may_see_answers(session, client, act=act)
    before = _before(session, screening, act)
    now = results_of(forms, act=act)
    alert = alert_about(session, act.organisation_id, screening.id)
    return ScreeningResult(
        id=screening.id,
        client=describe(session, client, act=act),
        mode=screening.mode,
        language=screening.language,
        status=screening.status,
        started_at=screening.started_at,
        ended_at=screening.ended_at,
        by=starter.name if starter else "",
        consent_basis=screening.consent_basis,
        instruments=tuple(
            _instrument(
                form, read_result(form.row.result or result_json(now[form.instrument.id])), before, shows
            )
            for form in forms
        ),
        decisions=tuple(_decision(session, row, act) for row in _most_urgent_first(session, screening, act)),
        verdicts=tuple(routing.get("verdicts", ())) if shows else (),
        rules=f"{routing['rules']} {routing['version']}" if routing else "",
        alert_id=getattr(alert, "id", None),
        alert_ended_at=getattr(alert, "closed_at", None),
        assessment=_assessment(session, screening, act),
        shows_answers=shows,
    )


def trace(session: Session, screening_id: uuid.UUID, instrument: str, *, act: Act) -> Trace | None:
    """The full explanation of one instrument's result, run again from the answers; needs READ_ANSWERS."""
    screening = access_screening(session, screening_id, act, Permission.READ_ANSWERS)
    client = access_client(session, screening.client_id, act, Permission.READ_ANSWERS)
    if not consents.may_see_answers(session, client, act=act):
        raise NotAllowed(act.by.role, Permission.READ_ANSWERS)
    for form in forms_of(session, screening, act=act):
        if form.instrument.id == instrument:
            return explain(form.instrument, form.answers, act.by.language)
    return None


def _most_urgent_first(session: Session, screening: ScreeningRow, act: Act) -> list[DecisionRow]:
    rows = decisions_of(session, act.organisation_id, screening.id)
    return sorted(rows, key=lambda row: row.urgency.rank if row.urgency else 9)


def _before(session: Session, screening: ScreeningRow, act: Act) -> dict[tuple[str, str], Before]:
    earlier = [
        row
        for row in screenings_of(session, act.organisation_id, screening.client_id)
        if row.ended_at is not None and row.started_at < screening.started_at
    ]
    when = {row.id: row.started_at for row in earlier}
    rows = administrations_in(session, act.organisation_id, list(when)) if when else ()
    found: dict[tuple[str, str], Before] = {}
    for row in sorted(rows, key=lambda each: when[each.screening_id], reverse=True):
        for scale, score in (row.result or {}).get("scores", {}).items():
            if score is not None:
                found.setdefault((row.instrument, scale), Before(score, when[row.screening_id]))
    return found


def _instrument(
    form: Form,
    result: StoredResult,
    before: Mapping[tuple[str, str], Before],
    shows: bool,  # noqa: FBT001  a right
) -> InstrumentResult:
    instrument = form.instrument
    told = instrument.findings if shows else told_without_answers(instrument)
    result = result if shows else _without_answers(result, {each.id for each in told})
    return InstrumentResult(
        instrument,
        result,
        tuple(_scale(instrument, scale, result, before) for scale in instrument.scales),
        tuple(each for each in told if each.id in result.findings),
        tuple(each for each in told if each.id in result.undecided),
        _answers(form, result) if shows else (),
    )


def _without_answers(result: StoredResult, told: Collection[str]) -> StoredResult:
    findings = tuple(name for name in result.findings if name in told)
    return replace(result, findings=findings, undecided=(), critical=())


def _scale(
    instrument: Instrument, scale: Scale, result: StoredResult, before: Mapping[tuple[str, str], Before]
) -> ScaleLine:
    sets = [each for each in instrument.band_sets if each.scale == scale.id]
    readings = tuple((each, _band(each, result.bands.get(each.id))) for each in sets)
    return ScaleLine(scale, result.scores.get(scale.id), readings, before.get((instrument.id, scale.id)))


def _band(bands: BandSet, name: str | None) -> Band | None:
    return next((band for band in bands.bands if band.name == name), None)


def _answers(form: Form, result: StoredResult) -> tuple[AnswerLine, ...]:
    return tuple(_answer(form, item, result) for item in asked(form.instrument, form.answers))


def _answer(form: Form, item: Item, result: StoredResult) -> AnswerLine:
    given = form.given(item.id)
    labels = {option.value: option.label for option in item.options}
    value = given if isinstance(given, int) else None
    words = labels.get(value) if value is not None else None
    return AnswerLine(form.instrument, item, words, value, given == REFUSED, item.id in result.critical)


def _decision(session: Session, row: DecisionRow, act: Act) -> DecisionLine:
    referral = latest_referral(session, act.organisation_id, row.need_id) if row.need_id else None
    return DecisionLine(
        id=row.id,
        kind=row.kind,
        pathway=row.pathway,
        urgency=row.urgency,
        first=row.first,
        rescreen_days=row.rescreen_days,
        rules=tuple(row.rules),
        reasons=tuple(reason["text"] for reason in row.reasons),
        need_id=row.need_id,
        referral_id=referral.id if referral else None,
        referral_state=referral.state if referral else None,
        due_at=referral.due_at if referral else None,
    )


def _assessment(session: Session, screening: ScreeningRow, act: Act) -> Assessment | None:
    row = assessment_about(session, act.organisation_id, screening.id)
    return None if row is None else Assessment(row.due_at, row.done_at, row.disposition)


def earlier_scores(
    session: Session, client_id: uuid.UUID, instrument: str, scale: str, *, act: Act
) -> Sequence[tuple[datetime, int]]:
    """One scale over time for a client already reached, oldest first: what the chart draws."""
    rows = [row for row in screenings_of(session, act.organisation_id, client_id) if row.ended_at is not None]
    when = {row.id: row.started_at for row in rows}
    found = administrations_in(session, act.organisation_id, list(when)) if when else ()
    scores = [
        (when[row.screening_id], row.result["scores"].get(scale))
        for row in found
        if row.instrument == instrument and row.result is not None
    ]
    return sorted((at, score) for at, score in scores if score is not None)
