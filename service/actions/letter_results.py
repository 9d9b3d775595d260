"""What a letter tells of each instrument: score, band or findings, and the time before. Never an answer.

In an instrument without bands a finding may be one answer in other words. A letter therefore tells only those for
whose sake somebody must act, all of them, and only where the pathway's letter may speak of safety.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from instruments.model import Band, BandSet, Instrument, Text, text_in
from service.access import Act
from service.actions.letter_contents import Before, LetterResult, Segment
from service.actions.stored import StoredResult, read_result
from service.actions.telling import told_without_answers
from service.store.screenings import AdministrationRow, ScreeningRow, administrations_in, screenings_of

ADULTS = "adult"
"""How the population of a band set begins that rests on adults: "adults", "adult veterans in primary care"."""

NO_TOTAL: Text = {
    "en": "No total: not every question was answered",
    "es": "Sin total: no se respondieron todas las preguntas",
}
NOTHING_FOUND: Text = {"en": "Nothing that stands out", "es": "Nada que destaque"}
NOT_DECIDED: Text = {
    "en": "Not every question was answered; not decided",
    "es": "No se respondieron todas las preguntas; sin decidir",
}
NOT_TOLD: Text = {
    "en": "Answered; not told in this letter",
    "es": "Respondido; no se detalla en esta carta",
}


@dataclass(frozen=True, slots=True)
class MayTell:
    """What a pathway's letter may tell of results besides the bands."""

    scores: bool
    safety: bool


def letter_results(
    session: Session, screening: ScreeningRow, may: MayTell, *, act: Act
) -> tuple[LetterResult, ...]:
    """The results of one screening, as far as they may be told."""
    before = _before(session, screening, may, act)
    rows = administrations_in(session, act.organisation_id, [screening.id])
    return tuple(_result(row, before.get(row.instrument), may, act) for row in rows if row.result)


def _before(session: Session, screening: ScreeningRow, may: MayTell, act: Act) -> Mapping[str, Before]:
    """What each instrument showed the last time before this screening."""
    earlier = [
        row
        for row in screenings_of(session, act.organisation_id, screening.client_id)
        if row.ended_at is not None and row.started_at < screening.started_at
    ]
    when = {row.id: row.started_at for row in earlier}
    rows = [row for row in administrations_in(session, act.organisation_id, list(when)) if row.result]
    found: dict[str, Before] = {}
    for row in sorted(rows, key=lambda each: when[each.screening_id], reverse=True):
        told = _result(row, None, may, act)
        found.setdefault(row.instrument, Before(when[row.screening_id].date(), told.score, told.words))
    return found


def _result(row: AdministrationRow, before: Before | None, may: MayTell, act: Act) -> LetterResult:
    instrument = act.definitions.instruments.get(row.instrument, row.version)
    result = read_result(row.result or {})
    name = f"{instrument.name} {instrument.version}"
    bands = _main_bands(instrument)
    if bands is None:
        return LetterResult(name, _findings(instrument, result, safety=may.safety), before=before)
    band = next((each for each in bands.bands if each.name == result.bands.get(bands.id)), None)
    words = NO_TOTAL if band is None else band.label
    for_adults = band is not None and bands.population.startswith(ADULTS)
    if not may.scores:
        return LetterResult(name, words, before=before, for_adults=for_adults)
    return LetterResult(
        name,
        words,
        result.scores.get(bands.scale),
        bands.bands[-1].highest,
        None if band is None else _segment(band),
        tuple(_segment(each) for each in bands.bands),
        before,
        for_adults,
    )


def _main_bands(instrument: Instrument) -> BandSet | None:
    """The band set by which the first scale is read: it carries the scale's own id."""
    scales: Sequence[str] = [scale.id for scale in instrument.scales]
    return next(
        (each for each in instrument.band_sets if each.id == each.scale and each.scale in scales[:1]), None
    )


def _segment(band: Band) -> Segment:
    return Segment(band.label, band.lowest, band.highest)


def _findings(instrument: Instrument, result: StoredResult, *, safety: bool) -> Text:
    """Every finding that may be told, and that some are still open; nothing is said to be absent while one holds."""
    may_tell = told_without_answers(instrument) if safety else ()
    told = [finding.label for finding in may_tell if finding.id in result.findings]
    if result.undecided:
        told.append(NOT_DECIDED)
    if told:
        return _joined(told)
    return NOT_TOLD if result.findings or not instrument.findings else NOTHING_FOUND


def _joined(parts: Sequence[Text]) -> Text:
    languages = dict.fromkeys(language for part in parts for language in part)
    return {language: "; ".join(text_in(part, language) for part in parts) for language in languages}
