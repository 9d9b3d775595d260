"""What the screening behind a referral showed: bands for both sides, answers for those who may read them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from instruments.model import Instrument, Text
from instruments.scoring import asked
from service.access import Act
from service.actions.forms import Form, forms_of, results_of
from service.store.needs import NeedRow
from service.store.screenings import find_screening


@dataclass(frozen=True, slots=True)
class BandLine:
    """One scale of the screening behind a referral: its band, and its score where scores may be told."""

    instrument: str
    scale: Text
    score: int | None
    highest: int
    band: Text | None


@dataclass(frozen=True, slots=True)
class AnswerGiven:
    """One answer in the item's own words; None for "would rather not say" or nothing."""

    instrument: str
    asked: Text
    said: Text | None


def forms_behind(session: Session, need: NeedRow, act: Act) -> list[Form]:
    """The forms of the screening that a need rests on; none when a person judged so without one."""
    if need.screening_id is None:
        return []
    screening = find_screening(session, act.organisation_id, need.screening_id)
    return [] if screening is None else forms_of(session, screening, act=act)


def bands_of(forms: Sequence[Form], *, scores: bool, act: Act) -> list[BandLine]:
    """Every scale that the answers give a score, with its band; the score itself only with `scores`."""
    results = results_of(forms, act=act)
    found = [
        (form.instrument, scale, results[form.instrument.id].scores.get(scale.id))
        for form in forms
        for scale in form.instrument.scales
    ]
    return [
        BandLine(
            instrument.name,
            scale.label,
            score if scores else None,
            scale.high,
            _band(instrument, scale.id, score),
        )
        for instrument, scale, score in found
        if score is not None
    ]


def _band(instrument: Instrument, scale: str, score: int) -> Text | None:
    """The band of the scale's main set, whose id is the scale's own."""
    main = next((each for each in instrument.band_sets if each.id == scale), None)
    name = None if main is None else main.band_for(score)
    return next((band.label for band in main.bands if band.name == name), None) if main else None


def answers_of(forms: Sequence[Form]) -> list[AnswerGiven]:
    """Every item that was to be asked, with what was said to it."""
    return [
        AnswerGiven(form.instrument.name, item.ask, _said(form, item.id))
        for form in forms
        for item in asked(form.instrument, form.answers)
    ]


def _said(form: Form, item_id: str) -> Text | None:
    given = form.given(item_id)
    return next(
        (option.label for option in form.instrument.item(item_id).options if option.value == given), None
    )
