"""Proof that the ways of scoring agree: generated functions, columns and interpreter, on every state there is.

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
from instruments.model import Instrument
from instruments.scoring import Result, Scorer, compile_instrument
from instruments.sheet import index_of
from instruments.walking import MAX_STATES, Quest, witnesses


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many states were compared, whether these were all of them, and every difference in words."""

    states: int
    finished: bool
    differences: tuple[str, ...]


def prove_agreement(instrument: Instrument, *, most: int = MAX_STATES) -> Agreement:
    """Compare the ways of scoring on every complete state, then on every state, as far as `most` allows.

    Where the findings and bands together tell too many states apart, each of them is taken alone.
    """
    index, questions = index_of(instrument), _questions(instrument)
    forms: list[Answers] = []
    finished = True
    for partial in (False, True):
        together = witnesses(index, Quest(questions, partial, most=most))
        finished = finished and together is not None
        alone = [Quest((each,), partial, most=most) for each in questions] if together is None else []
        forms += together or ()
        forms += (form for quest in alone for form in witnesses(index, quest) or ())
    return Agreement(len(forms), finished, tuple(_differences(compile_instrument(instrument), forms)))


def _questions(instrument: Instrument) -> tuple[Condition, ...]:
    findings = [Named(finding.id) for finding in instrument.findings]
    bands = [OneOf(Kind.BAND, one.id, (one.bands[0].name,)) for one in instrument.band_sets]
    return (*findings, *bands)


def _differences(scorer: Scorer, forms: list[Answers]) -> Iterator[str]:
    instrument = scorer.instrument
    results = BatchScorer(instrument)(columns_of(instrument, forms))
    for row, form in enumerate(forms):
        exact = scorer.exactly(form)
        if scorer(form) != exact:
            yield f"{answers_in_words(form)}: the generated functions differ from the interpreter"
        if not _same(results, row, exact):
            yield f"{answers_in_words(form)}: the columns differ from the interpreter"


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
