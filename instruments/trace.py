"""Why a form scored as it did: every scale, band and finding, also those that did not come about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

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


class Step(NamedTuple):
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


class Trace(NamedTuple):
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
    """The whole trace of a form by the interpreter alone: what the fast way (`explaining.py`) must say."""
    instrument = sheet.index.instrument
    steps = (
        *(score_step(scale, sheet, language) for scale in instrument.scales),
        *(band_step(one, sheet, language) for one in instrument.band_sets),
        *(finding_step(finding, sheet, language) for finding in instrument.findings),
    )
    return Trace(instrument.id, instrument.version, instrument.digest, language, steps)


def score_step(scale: Scale, sheet: Sheet, language: str) -> Step:
    """A score, the answers it was made of, and which of them are lacking."""
    known = sheet.known(scale.id) is not None
    return Step(
        kind=Kind.SCORE,
        id=scale.id,
        label=text_in(scale.label, language),
        found=sheet.found(Kind.SCORE, scale.id, language),
        verdict=Verdict.YES if known else Verdict.UNKNOWN,
        note=missing_note(sheet.open_items(scale), language, known=known),
        inputs=tuple(input_of(item, sheet, language) for item in items_of(scale.formula)),
        because=(),
        source=scale.source,
    )


def band_step(one: BandSet, sheet: Sheet, language: str) -> Step:
    """A band and the range of scores that it stands for."""
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


def finding_step(finding: Finding, sheet: Sheet, language: str) -> Step:
    """A finding with every line of its condition."""
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


def input_of(item: str, sheet: Sheet, language: str) -> Input:
    """An item as a score looks at it."""
    return Input(item, sheet.label(Kind.ITEM, item, language), sheet.found(Kind.ITEM, item, language))


def missing_note(open_items: Sequence[str], language: str, *, known: bool) -> str:
    """Which answers a score lacks, and whether it is there all the same; nothing when none are lacking."""
    if not open_items:
        return ""
    text = _WITHOUT if known else _NONE
    return text.get(language, text["en"]).format(items=", ".join(open_items))


_NONE: Mapping[str, str] = {
    "es": "no hay puntuación porque falta: {items}",
    "en": "no score, because there is no answer to {items}",
}
_WITHOUT: Mapping[str, str] = {
    "es": "calculada sin: {items}",
    "en": "worked out without an answer to {items}",
}
