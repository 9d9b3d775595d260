"""Proof that the ways of scoring agree: generated functions, columns, explanation and interpreter, on every state.

The states are those that the findings and bands of an instrument can tell apart, missing and refused answers
included. Where these are too many to walk, the proof says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from instruments.answers import Answers
from instruments.batch import VERDICTS, BatchScorer, Results, columns_of
from instruments.checking import answers_in_words
from instruments.conditions import Condition, Kind, Named, OneOf, Verdict
from instruments.explaining import Explainer
from instruments.model import Instrument
from instruments.scoring import Result, Scorer, compile_instrument
from instruments.sheet import Sheet, index_of
from instruments.trace import trace_of
from instruments.walking import MAX_STATES, Quest, witnesses

_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many states were compared, whether these were all of them, and every difference in words."""

    states: int
    finished: bool
    differences: tuple[str, ...]


def prove_agreement(instrument: Instrument, *, most: int = MAX_STATES) -> Agreement:
    """Compare the ways of scoring on every complete state, then on every state, as far as `most` allows."""
    questions = _questions(instrument)
    found = [
        witnesses(index_of(instrument), Quest(questions, partial, most=most)) for partial in (False, True)
    ]
    forms = [form for part in found if part is not None for form in part]
    return Agreement(
        len(forms), None not in found, tuple(_differences(compile_instrument(instrument), forms))
    )


def _questions(instrument: Instrument) -> tuple[Condition, ...]:
    findings = [Named(finding.id) for finding in instrument.findings]
    bands = [OneOf(Kind.BAND, one.id, (one.bands[0].name,)) for one in instrument.band_sets]
    return (*findings, *bands)


def _differences(scorer: Scorer, forms: list[Answers]) -> Iterator[str]:
    instrument = scorer.instrument
    index, explain = index_of(instrument), Explainer(instrument, _LANGUAGE)
    results = BatchScorer(instrument)(columns_of(instrument, forms))
    for row, form in enumerate(forms):
        exact = scorer.exactly(form)
        if scorer(form) != exact:
            yield f"{answers_in_words(form)}: the generated functions differ from the interpreter"
        if not _same(results, row, exact):
            yield f"{answers_in_words(form)}: the columns differ from the interpreter"
        if explain(form) != trace_of(Sheet(index, form), _LANGUAGE):
            yield f"{answers_in_words(form)}: the explanation differs from the interpreter"


def _same(results: Results, row: int, exact: Result) -> bool:
    """Whether one row of a batch says what the interpreter says."""
    scores = {
        scale: int(low[row]) if low[row] == results.high[scale][row] else None
        for scale, low in results.low.items()
    }
    verdicts = {finding: VERDICTS[column[row]] for finding, column in results.findings.items()}
    expected = dict.fromkeys(verdicts, Verdict.NO)
    expected |= dict.fromkeys(exact.findings, Verdict.YES) | dict.fromkeys(exact.undecided, Verdict.UNKNOWN)
    critical = tuple(item for item, column in results.critical.items() if column[row])
    bands = {one.id: _band(results, one.id, row) for one in results.instrument.band_sets}
    return (scores, verdicts, critical, bool(results.complete[row]), bands) == (
        dict(exact.scores),
        expected,
        exact.critical,
        exact.complete,
        dict(exact.bands),
    )


def _band(results: Results, band_set: str, row: int) -> str | None:
    one = next(one for one in results.instrument.band_sets if one.id == band_set)
    place = int(results.band(one)[row])
    return one.bands[place].name if place >= 0 else None
