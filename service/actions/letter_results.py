"""What a letter tells of each instrument: score, band or findings, and the time before. Never an answer."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from instruments.model import Band, BandSet, Instrument, Text
from service.access import Act
from service.actions.letter_contents import Before, LetterResult, Segment
from service.actions.stored import StoredResult, read_result
from service.store.screenings import AdministrationRow, ScreeningRow, administrations_in, screenings_of

NO_TOTAL: Text = {
    "en": "No total: not every question was answered",
    "es": "Sin total: no se respondieron todas las preguntas",
}
NOTHING_FOUND: Text = {"en": "Nothing that stands out", "es": "Nada que destaque"}


def letter_results(
    session: Session, screening: ScreeningRow, *, scores: bool, act: Act
) -> tuple[LetterResult, ...]:
    """The results of one screening; without any number unless `scores` may be told."""
    before = _before(session, screening, act, scores=scores)
    rows = administrations_in(session, act.organisation_id, [screening.id])
    return tuple(_result(row, before.get(row.instrument), act, scores=scores) for row in rows if row.result)


def _before(session: Session, screening: ScreeningRow, act: Act, *, scores: bool) -> Mapping[str, Before]:
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
        told = _result(row, None, act, scores=scores)
        found.setdefault(row.instrument, Before(when[row.screening_id].date(), told.score, told.words))
    return found


def _result(row: AdministrationRow, before: Before | None, act: Act, *, scores: bool) -> LetterResult:
    instrument = act.definitions.instruments.get(row.instrument, row.version)
    result = read_result(row.result or {})
    name = f"{instrument.name} {instrument.version}"
    bands = _main_bands(instrument)
    if bands is None:
        return LetterResult(name, _findings(instrument, result), before=before)
    band = next((each for each in bands.bands if each.name == result.bands.get(bands.id)), None)
    words = NO_TOTAL if band is None else band.label
    if not scores:
        return LetterResult(name, words, before=before)
    return LetterResult(
        name,
        words,
        result.scores.get(bands.scale),
        bands.bands[-1].highest,
        None if band is None else _segment(band),
        tuple(_segment(each) for each in bands.bands),
        before,
    )


def _main_bands(instrument: Instrument) -> BandSet | None:
    """The band set by which the first scale is read: it carries the scale's own id."""
    scales: Sequence[str] = [scale.id for scale in instrument.scales]
    return next(
        (each for each in instrument.band_sets if each.id == each.scale and each.scale in scales[:1]), None
    )


def _segment(band: Band) -> Segment:
    return Segment(band.label, band.lowest, band.highest)


def _findings(instrument: Instrument, result: StoredResult) -> Text:
    """The last finding that holds: definitions go from the general ("positive") to the particular."""
    labels = {finding.id: finding.label for finding in instrument.findings}
    held = [labels[name] for name in result.findings if name in labels]
    return held[-1] if held else NOTHING_FOUND
