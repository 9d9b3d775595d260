"""Why a form scored as it did: every scale, band and finding, also those that did not come about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from instruments.conditions import Kind, Verdict
from instruments.formulas import items_of
from instruments.model import BandSet, Finding, Scale, text_in
from instruments.reasons import Because, explain_condition, range_in_words
from instruments.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Input:
    """One item that a number or rule looked at: its id, its question and what was answered, in words."""

    item: str
    label: str
    found: str


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that scoring worked out.

    `kind` is score, band or finding; `found` the number, band or verdict in words; `verdict` whether it is
    certain (a score that exists, a band or finding that holds: yes). `because` tells each condition of a
    finding; `note` the threshold or the reason why there is nothing to show.
    """

    kind: Kind
    id: str
    label: str
    found: str
    verdict: Verdict
    note: str
    inputs: tuple[Input, ...]
    because: tuple[Because, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Trace:
    """Every step of scoring one form, in the order of the definition: scores, then bands, then findings."""

    instrument: str
    version: str
    digest: str
    language: str
    steps: tuple[Step, ...]

    def step(self, kind: Kind, name: str) -> Step:
        """The step of one score, band set or finding. Raises KeyError when there is none."""
        return {(step.kind, step.id): step for step in self.steps}[kind, name]


def trace_of(sheet: Sheet, language: str) -> Trace:
    """The whole trace of a form, in a language (English where words are lacking)."""
    instrument = sheet.index.instrument
    return Trace(
        instrument.id, instrument.version, instrument.digest, language, tuple(_steps(sheet, language))
    )


def _steps(sheet: Sheet, language: str) -> Iterator[Step]:
    instrument = sheet.index.instrument
    for scale in instrument.scales:
        yield _score_step(scale, sheet, language)
    for band_set in instrument.band_sets:
        yield _band_step(band_set, sheet, language)
    for finding in instrument.findings:
        yield _finding_step(finding, sheet, language)


def _score_step(scale: Scale, sheet: Sheet, language: str) -> Step:
    known = sheet.known(scale.id)
    return Step(
        kind=Kind.SCORE,
        id=scale.id,
        label=text_in(scale.label, language),
        found=sheet.found(Kind.SCORE, scale.id, language),
        verdict=Verdict.UNKNOWN if known is None else Verdict.YES,
        note=_missing_note(scale, sheet, language),
        inputs=tuple(_input(item, sheet, language) for item in items_of(scale.formula)),
        because=(),
        source=scale.source,
    )


def _band_step(one: BandSet, sheet: Sheet, language: str) -> Step:
    name = sheet.text(Kind.BAND, one.id)
    band = next((band for band in one.bands if band.name == name), None)
    score = sheet.found(Kind.SCORE, one.scale, language)
    return Step(
        kind=Kind.BAND,
        id=one.id,
        label=text_in(one.label, language),
        found=text_in(band.label, language) if band else sheet.found(Kind.BAND, one.id, language),
        verdict=Verdict.YES if band else Verdict.UNKNOWN,
        note=f"{score}: {range_in_words(band.lowest, band.highest, language)}" if band else score,
        inputs=(),
        because=(),
        source=one.source,
    )


def _finding_step(finding: Finding, sheet: Sheet, language: str) -> Step:
    return Step(
        kind=Kind.FINDING,
        id=finding.id,
        label=text_in(finding.label, language),
        found=sheet.found(Kind.FINDING, finding.id, language),
        verdict=sheet.verdict(finding.id),
        note=finding.population,
        inputs=(),
        because=explain_condition(finding.when, sheet, language),
        source=finding.source,
    )


def _input(item: str, sheet: Sheet, language: str) -> Input:
    return Input(item, sheet.label(Kind.ITEM, item, language), sheet.found(Kind.ITEM, item, language))


def _missing_note(scale: Scale, sheet: Sheet, language: str) -> str:
    open_items = sheet.open_items(scale)
    if not open_items:
        return ""
    numbers = ", ".join(open_items)
    if sheet.known(scale.id) is None:
        text = {
            "es": "no hay puntuación porque falta: {items}",
            "en": "no score, because there is no answer to {items}",
        }
    else:
        text = {"es": "calculada sin: {items}", "en": "worked out without an answer to {items}"}
    return text.get(language, text["en"]).format(items=numbers)
