"""compile_instrument(instrument) -> Scorer: answers in, Result out. The one way in for everybody who scores.

Generated Python from `compiling.py` does the work, one function for complete answers and one for any; the
interpreter in `sheet.py` says the same more slowly, and in words. That they agree is proved in the tests.
Results are frozen and shared: the same outcome of the same instrument is the same object.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from types import MappingProxyType
from typing import Final

from instruments.answers import Answers, Checker
from instruments.compiling import MISSING, Compiled, compile_functions
from instruments.conditions import Verdict, evaluate
from instruments.explaining import Explainer
from instruments.model import Instrument, Item
from instruments.sheet import Sheet, index_of
from instruments.trace import Trace

__all__ = ["Result", "Scorer", "Trace", "asked", "compile_instrument", "explain", "next_item"]

_MOST_KEPT = 4096
_MOST_EXPLAINERS = 64
_MAKING: Final = Lock()


@dataclass(frozen=True, slots=True)
class Result:
    """What scoring says about one form.

    `complete`: every item that was to be asked has an answer. `scores`: scale -> number, None when the
    answers give none. `bands`: band set -> band name. `findings` hold; `undecided` cannot be decided from
    these answers and are never to be read as "no". `critical`: items whose answer alone calls for action
    today. `unanswered`: items that were to be asked and have no answer, missing or refused.
    """

    instrument: str
    version: str
    digest: str
    complete: bool
    scores: Mapping[str, int | None]
    bands: Mapping[str, str | None]
    findings: tuple[str, ...]
    undecided: tuple[str, ...]
    critical: tuple[str, ...]
    unanswered: tuple[str, ...]


class Scorer:
    """Scores forms of one instrument version. Made by compile_instrument; safe to share between threads."""

    __slots__ = ("_checker", "_compiled", "_index", "_kept", "_kept_open", "instrument")

    def __init__(self, instrument: Instrument, compiled: Compiled) -> None:
        self.instrument = instrument
        self._checker = Checker(instrument)
        self._index = index_of(instrument)
        self._compiled = compiled
        self._kept: dict[tuple[int, ...], Result] = {}
        self._kept_open: dict[tuple[int, ...], Result] = {}

    def __call__(self, answers: Answers) -> Result:
        """The result of checked answers, complete or not. Raises ValueError for another instrument's."""
        if answers.instrument != self.instrument.id:
            message = f"answers to {answers.instrument} cannot be scored as {self.instrument.id}"
            raise ValueError(message)
        if not answers.refused:
            key = self._compiled.key(answers.values)
            if key is not MISSING:
                return self._kept.get(key) or self._keep(key)
        key = self._compiled.open_key(answers.values.get, answers.refused)
        return self._kept_open.get(key) or self._keep_open(key)

    def score(self, raw: Mapping[str, object]) -> Result:
        """The result of raw answers, each one validated. Raises InvalidAnswers naming every problem."""
        key = self._compiled.checked_key(raw)
        if key is not MISSING:
            return self._kept.get(key) or self._keep(key)
        return self(self._checker(raw))

    def exactly(self, answers: Answers) -> Result:
        """The result by the interpreter alone: the reference that the generated functions must agree with."""
        return result_of(Sheet(self._index, answers))

    def _keep(self, key: tuple[int, ...]) -> Result:
        *scores, findings, critical = key
        result = self._result(tuple(scores), findings, findings, critical, 0)
        if len(self._kept) < _MOST_KEPT:
            self._kept[key] = result
        return result

    def _keep_open(self, key: tuple[int, ...]) -> Result:
        *ends, certain, possible, critical, unanswered = key
        scores = tuple(low if low == high else None for low, high in zip(ends[::2], ends[1::2], strict=True))
        result = self._result(scores, certain, possible, critical, unanswered)
        if len(self._kept_open) < _MOST_KEPT:
            self._kept_open[key] = result
        return result

    def _result(
        self, scores: tuple[int | None, ...], certain: int, possible: int, critical: int, unanswered: int
    ) -> Result:
        """The result that the packed numbers of a generated function stand for."""
        instrument, findings = self.instrument, tuple(self._index.findings)
        by_scale = dict(zip(self._index.scales, scores, strict=True))
        return Result(
            instrument=instrument.id,
            version=instrument.version,
            digest=instrument.digest,
            complete=not unanswered,
            scores=MappingProxyType(by_scale),
            bands=_bands(instrument, by_scale),
            findings=_picked(findings, certain),
            undecided=_picked(findings, possible & ~certain),
            critical=_picked(self._compiled.critical_items, critical),
            unanswered=_picked(tuple(self._index.items), unanswered),
        )


def compile_instrument(instrument: Instrument) -> Scorer:
    """The scorer of an instrument. Costs milliseconds, so make it once and keep it (the catalogue does)."""
    return Scorer(instrument, compile_functions(instrument))


def explain(instrument: Instrument, answers: Answers, language: str = "en") -> Trace:
    """Every scale, band and finding: its inputs in the item's own words, its threshold and its verdict."""
    known = _EXPLAINERS.get((id(instrument), language))
    if known is None or known.instrument is not instrument:
        known = _new_explainer(instrument, language)
    return known(answers)


_EXPLAINERS: Final[dict[tuple[int, str], Explainer]] = {}
"""By the very object that each was made for, which it keeps alive: no other of its name is served by it."""


def _new_explainer(instrument: Instrument, language: str) -> Explainer:
    """An explainer to keep, in place of the oldest where there are many."""
    made = Explainer(instrument, language)
    with _MAKING:
        while len(_EXPLAINERS) >= _MOST_EXPLAINERS:
            del _EXPLAINERS[next(iter(_EXPLAINERS))]
        _EXPLAINERS[id(instrument), language] = made
    return made


def asked(instrument: Instrument, answers: Answers) -> tuple[Item, ...]:
    """The items to be asked given the answers so far. A branch that is still open is not asked yet."""
    sheet = Sheet(index_of(instrument), answers)
    return tuple(item for item in instrument.items if sheet.asked(item.id) is Verdict.YES)


def next_item(instrument: Instrument, answers: Answers) -> Item | None:
    """The first item to be asked that is neither answered nor refused yet, None when there is none."""
    done = answers.values.keys() | answers.refused
    return next((item for item in asked(instrument, answers) if item.id not in done), None)


def sure_to_be_asked(instrument: Instrument, answers: Answers) -> tuple[tuple[Item, ...], bool]:
    """The items that are asked whatever the answers still to come: those before the first branch that is open.

    Also whether that is all of the instrument. An answer that is added never closes a branch that is decided.
    """
    sheet = Sheet(index_of(instrument), answers)
    found: list[Item] = []
    for item in instrument.items:
        verdict = sheet.asked(item.id)
        if verdict is Verdict.UNKNOWN:
            return tuple(found), False
        if verdict is Verdict.YES:
            found.append(item)
    return tuple(found), True


def result_of(sheet: Sheet) -> Result:
    """The result of a form by the exact way."""
    instrument = sheet.index.instrument
    scores = {scale.id: sheet.known(scale.id) for scale in instrument.scales}
    verdicts = {finding.id: sheet.verdict(finding.id) for finding in instrument.findings}
    unanswered = sheet.unanswered()
    return Result(
        instrument=instrument.id,
        version=instrument.version,
        digest=instrument.digest,
        complete=not unanswered,
        scores=MappingProxyType(scores),
        bands=_bands(instrument, scores),
        findings=_with(Verdict.YES, verdicts),
        undecided=_with(Verdict.UNKNOWN, verdicts),
        critical=critical_items(sheet),
        unanswered=unanswered,
    )


def critical_items(sheet: Sheet) -> tuple[str, ...]:
    """The items whose answer alone calls for action today, as far as the form has been filled in."""
    return tuple(
        item.id
        for item in sheet.index.instrument.items
        if item.critical is not None and evaluate(item.critical, sheet) is Verdict.YES
    )


def _bands(instrument: Instrument, scores: Mapping[str, int | None]) -> Mapping[str, str | None]:
    return MappingProxyType({one.id: one.band_for(scores[one.scale]) for one in instrument.band_sets})


def _with(verdict: Verdict, verdicts: Mapping[str, Verdict]) -> tuple[str, ...]:
    return tuple(name for name, found in verdicts.items() if found is verdict)


def _picked(names: tuple[str, ...], bits: int) -> tuple[str, ...]:
    return tuple(name for place, name in enumerate(names) if bits >> place & 1)
