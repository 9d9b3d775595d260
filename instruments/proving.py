"""Proof that the ways of scoring agree: generated functions, columns, explanation and interpreter, on every state.

The states are those that the findings and bands of an instrument can tell apart, missing and refused answers
included. Where these are too many together, each finding, band set and score is walked by itself. Where even that
is too much, the proof says so. `sampling.py` does the same with random answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from instruments.answers import Answers
from instruments.batch import VERDICTS, BatchScorer, Results, columns_of
from instruments.checking import answers_in_words
from instruments.conditions import Condition, Kind, Named, OneOf, Verdict, Within
from instruments.explaining import Explainer
from instruments.model import Instrument
from instruments.scoring import Result, Scorer, compile_instrument
from instruments.sheet import Sheet, index_of
from instruments.trace import Trace, trace_of
from instruments.walking import MAX_STATES, Quest, witnesses

_LANGUAGE = "en"

Outcome = tuple[dict[str, int | None], dict[str, Verdict], dict[str, str | None], tuple[str, ...], bool]
"""Scores, verdicts on findings, bands, critical items, whether all is answered."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many states were compared, whether these were all of them, and every difference in words.

    `together`: the states are those of all findings and bands at once, not of each by itself.
    """

    states: int
    finished: bool
    together: bool
    differences: tuple[str, ...]


def prove_agreement(instrument: Instrument, *, most: int = MAX_STATES) -> Agreement:
    """Compare the ways of scoring on every complete state, then on every state, as far as `most` allows."""
    joint = _walked([_questions(instrument)], instrument, most)
    together = None not in joint
    alone = [_scores(instrument)] if together else [_questions(instrument), _scores(instrument)]
    apart = _walked([(question,) for questions in alone for question in questions], instrument, most)
    forms = _distinct([form for part in (*joint, *apart) if part is not None for form in part])
    return Agreement(
        len(forms), None not in apart, together, tuple(differences(compile_instrument(instrument), forms))
    )


def _walked(
    quests: Sequence[tuple[Condition, ...]], instrument: Instrument, most: int
) -> list[tuple[Answers, ...] | None]:
    """A form for each state, complete ones and any, of each group of questions; None for a group with too many."""
    index = index_of(instrument)
    return [
        witnesses(index, Quest(questions, partial, most=most))
        for questions in quests
        for partial in (False, True)
    ]


def _distinct(forms: list[Answers]) -> list[Answers]:
    found = {(frozenset(form.values.items()), form.refused): form for form in forms}
    return list(found.values())


def _questions(instrument: Instrument) -> tuple[Condition, ...]:
    findings = [Named(finding.id) for finding in instrument.findings]
    bands = [OneOf(Kind.BAND, one.id, (one.bands[0].name,)) for one in instrument.band_sets]
    return (*findings, *bands)


def _scores(instrument: Instrument) -> tuple[Condition, ...]:
    """A question about each score that no band set reads; both its ends are asked for."""
    read = {one.scale for one in instrument.band_sets}
    return tuple(
        Within(Kind.SCORE, scale.id, scale.low, scale.high)
        for scale in instrument.scales
        if scale.id not in read
    )


def differences(scorer: Scorer, forms: Sequence[Answers], *, words_of_each: int = 1) -> Iterator[str]:
    """Where one way of scoring says something else than another, in words.

    The interpreter is asked for one form in `words_of_each`, every word of the explanation compared; on the others
    the ways are compared with one another.
    """
    instrument = scorer.instrument
    explain = Explainer(instrument, _LANGUAGE)
    rows = outcomes_of(BatchScorer(instrument)(columns_of(instrument, forms)))
    for place, (form, row) in enumerate(zip(forms, rows, strict=True)):
        result, trace = scorer(form), explain(form)
        same = {
            "the columns differ from the generated functions": row == outcome_of(result, instrument),
            "the explanation differs from the generated functions": told(trace)
            == told_of(result, instrument),
        }
        if place % words_of_each == 0:
            same |= _as_interpreted(scorer, form, result, trace)
        yield from (f"{answers_in_words(form)}: {what}" for what, holds in same.items() if not holds)


def _as_interpreted(scorer: Scorer, form: Answers, result: Result, trace: Trace) -> dict[str, bool]:
    """Whether the interpreter says the same."""
    words = trace_of(Sheet(index_of(scorer.instrument), form), _LANGUAGE)
    return {
        "the generated functions differ from the interpreter": result == scorer.exactly(form),
        "the explanation differs from the interpreter": trace == words,
    }


def outcome_of(result: Result, instrument: Instrument) -> Outcome:
    """What a result says."""
    verdicts = {finding.id: Verdict.NO for finding in instrument.findings}
    verdicts |= dict.fromkeys(result.findings, Verdict.YES) | dict.fromkeys(result.undecided, Verdict.UNKNOWN)
    return dict(result.scores), verdicts, dict(result.bands), result.critical, result.complete


def outcomes_of(results: Results) -> Iterator[Outcome]:
    """What columns say, row by row."""
    one = results.instrument
    scores = [
        [
            low if low == high else None
            for low, high in zip(column.tolist(), results.high[scale].tolist(), strict=True)
        ]
        for scale, column in results.low.items()
    ]
    findings = [[VERDICTS[code] for code in column.tolist()] for column in results.findings.values()]
    bands = [
        [each.bands[place].name if place >= 0 else None for place in results.band(each).tolist()]
        for each in one.band_sets
    ]
    critical = [column.tolist() for column in results.critical.values()]
    for row, complete in enumerate(results.complete.tolist()):
        yield (
            dict(zip(results.low, [column[row] for column in scores], strict=True)),
            dict(zip(results.findings, [column[row] for column in findings], strict=True)),
            {each.id: column[row] for each, column in zip(one.band_sets, bands, strict=True)},
            tuple(item for item, column in zip(results.critical, critical, strict=True) if column[row]),
            complete,
        )


def told(trace: Trace) -> list[tuple[Kind, str, Verdict]]:
    """What an explanation says, without its words."""
    return [(step.kind, step.id, step.verdict) for step in trace.steps]


def told_of(result: Result, instrument: Instrument) -> list[tuple[Kind, str, Verdict]]:
    """What an explanation of a result must say."""
    scores, verdicts, bands, _critical, _complete = outcome_of(result, instrument)
    return [
        *((Kind.SCORE, name, _known(score)) for name, score in scores.items()),
        *((Kind.BAND, name, _known(band)) for name, band in bands.items()),
        *((Kind.FINDING, name, verdict) for name, verdict in verdicts.items()),
    ]


def _known(found: object) -> Verdict:
    return Verdict.UNKNOWN if found is None else Verdict.YES
