"""One line of JSON in, its explanation out: what `handrail explain` does to each line, as text and as JSON.

In: the same lines as for scoring (`lines.py`). Out: every scale, band set and finding with what it looked at, in
the items' own words, its threshold and its verdict. A line with problems has these instead of an explanation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from instruments.answers import Answers, Checker, InvalidAnswers, Problem
from instruments.conditions import Kind
from instruments.lines import read_line
from instruments.model import Instrument
from instruments.trace import Step, Trace

Explain = Callable[[Answers], Trace]

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "title": "{id}: {instrument} {version}",
        Kind.SCORE: "Score",
        Kind.BAND: "Band",
        Kind.FINDING: "Finding",
        "source": "source: {source}",
        "problems": "{id}: cannot be explained",
    },
    "es": {
        "title": "{id}: {instrument} {version}",
        Kind.SCORE: "Puntuación",
        Kind.BAND: "Nivel",
        Kind.FINDING: "Resultado",
        "source": "fuente: {source}",
        "problems": "{id}: no puede explicarse",
    },
}
_VERDICTS: Final[Mapping[str, Mapping[str, str]]] = {"es": {"yes": "sí", "no": "no", "unknown": "no se sabe"}}


@dataclass(frozen=True, slots=True)
class Explained:
    """One line's explanation, or what is wrong with the line."""

    id: str | None
    trace: Trace | None
    problems: tuple[Problem, ...]


class LineExplainer:
    """Explains lines of answers to one instrument."""

    def __init__(self, instrument: Instrument, explain: Explain) -> None:
        self._check, self._explain = Checker(instrument), explain

    def __call__(self, line: bytes) -> Explained:
        """The explanation of one line, or its problems. Never raises for what the line holds."""
        entry = read_line(line)
        problems = entry.problems
        try:
            answers = self._check(entry.answers)
        except InvalidAnswers as error:
            problems += error.problems
        if problems:
            return Explained(entry.id, None, problems)
        return Explained(entry.id, self._explain(answers), ())


def as_object(found: Explained) -> dict[str, Any]:
    """A plain object: id, instrument, version, digest, language, steps and problems."""
    told: dict[str, Any] = {} if found.trace is None else _trace(found.trace)
    return {"id": found.id, **told, "problems": [asdict(problem) for problem in found.problems]}


def _trace(trace: Trace) -> dict[str, Any]:
    steps = [
        {
            **step._asdict(),
            "inputs": [asdict(one) for one in step.inputs],
            "because": [asdict(line) for line in step.because],
        }
        for step in trace.steps
    ]
    return {
        "instrument": trace.instrument,
        "version": trace.version,
        "digest": trace.digest,
        "language": trace.language,
        "steps": steps,
    }


def as_text(found: Explained, language: str) -> Iterator[str]:
    """Lines for a person to read, what follows from what indented."""
    words = _WORDS.get(language, _WORDS["en"])
    if found.trace is None:
        yield words["problems"].format(id=found.id or "?")
        yield from (f"  {problem.message}" for problem in found.problems)
        return
    trace = found.trace
    yield words["title"].format(id=found.id, instrument=trace.instrument, version=trace.version)
    for step in trace.steps:
        yield f"  {words[step.kind]} {step.id}, {step.label}: {step.found}"
        yield from (f"    {line}" for line in _details(step, language))
        yield "    " + words["source"].format(source=step.source)


def _details(step: Step, language: str) -> Iterator[str]:
    verdicts = _VERDICTS.get(language, {})
    if step.note:
        yield step.note
    for one in step.inputs:
        yield f"{one.label}: {one.found}"
    for line in step.because:
        verdict = verdicts.get(line.verdict, str(line.verdict))
        yield f"{'  ' * line.depth}[{verdict}] {line.text}"
