"""One line of JSON in, one plain object out: what `handrail score` does to each line.

In: `{"id": "a-1", "answers": {"q1": 0, "q2": null, "q3": "refused"}}`. Out: id, instrument, version,
complete, scores, bands, findings, critical and problems, always all of them; on request also undecided, the findings
that missing or refused answers leave open (of a line with problems: every one). A line that cannot be scored
has its reasons under problems (each names the item, what was found and what is allowed) and no score.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from instruments.answers import InvalidAnswers, Problem, shown
from instruments.scoring import Result, Scorer

MAX_LINE = 1024 * 1024
_MAX_DIGITS = 19
_MAX_ID = 200
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_KEYS = ("id", "answers")


def score_lines(
    lines: Iterable[bytes], scorer: Scorer, *, undecided: bool = False
) -> Iterator[dict[str, Any]]:
    """One object for each line that is not blank. Holds one line at a time."""
    for line in lines:
        if line.strip():
            yield score_line(line, scorer, undecided=undecided)


def score_line(line: bytes, scorer: Scorer, *, undecided: bool = False) -> dict[str, Any]:
    """The result of one line, or its problems. Never raises for what the line holds."""
    entry = read_line(line)
    problems = list(entry.problems)
    try:
        result = scorer.score(entry.answers)
    except InvalidAnswers as error:
        problems += error.problems
    if problems:
        return refused_row(entry.id, scorer, problems, entry.answers.pairs, undecided=undecided)
    return result_row(entry.id, result, undecided=undecided)


class Pairs(dict[str, Any]):
    """A JSON object that remembers which of its keys came more than once."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.pairs = pairs
        self.repeated = sorted(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line as it came: its id, its raw answers, and what is wrong around them."""

    id: str | None
    answers: Pairs
    problems: tuple[Problem, ...]


def read_line(line: bytes) -> Entry:
    """One line of answers. Never raises: what is wrong with the line is among its problems."""
    try:
        entry = _object(line)
    except _Unreadable as error:
        return Entry(None, Pairs([]), (Problem("", error.found, error.allowed, str(error)),))
    line_id, answers = entry.get("id"), entry.get("answers")
    return Entry(
        line_id if isinstance(line_id, str) else None,
        answers if isinstance(answers, Pairs) else Pairs([]),
        tuple(_entry_problems(entry)),
    )


class _Unreadable(Exception):
    """A line that is not one JSON object."""

    def __init__(self, message: str, found: str, allowed: str) -> None:
        self.found, self.allowed = found, allowed
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class _Odd:
    """A number that JSON text can spell and no answer can be: NaN, Infinity, hundreds of digits."""

    written: str

    def __repr__(self) -> str:
        return self.written


def _object(line: bytes) -> Pairs:
    if len(line) > MAX_LINE:
        message = f"the line is too long ({len(line)} bytes, allowed: {MAX_LINE})"
        raise _Unreadable(message, f"{len(line)} bytes", f"{MAX_LINE} bytes")
    try:
        text = line.removeprefix(_BYTE_ORDER_MARK).decode("utf-8")
    except UnicodeDecodeError as error:
        found = f"byte 0x{line[error.start]:02x}" if error.start < len(line) else "broken bytes"
        message = f"the line is not UTF-8 (found {found} at position {error.start + 1})"
        raise _Unreadable(message, found, "UTF-8 text") from None
    try:
        entry = _READ.decode(text)
    except json.JSONDecodeError as error:
        message = f"the line is not JSON ({error.msg} at position {error.pos + 1})"
        raise _Unreadable(message, shown(text.strip()), "one JSON object") from None
    except (RecursionError, ValueError):
        raise _Unreadable("the line is nested too deeply", "deep nesting", "one JSON object") from None
    if not isinstance(entry, Pairs):
        raise _Unreadable("the line is not a JSON object", shown(entry), "one JSON object")
    return entry


def _entry_problems(entry: Pairs) -> Iterator[Problem]:
    """What is wrong with a line around its answers."""
    for key in entry.repeated:
        yield Problem(key, "the key twice", "once", f"the key {shown(key)} stands twice in the line")
    for key in entry.keys() - set(_KEYS):
        yield Problem(
            key, shown(key), "id, answers", f"the key {shown(key)} is not allowed (allowed: id, answers)"
        )
    yield from id_problems(entry)
    answers = entry.get("answers")
    if not isinstance(answers, Pairs):
        found = shown(answers) if "answers" in entry else "nothing"
        yield Problem(
            "answers", found, "an object", f"answers: found {found}, allowed: an object of item to answer"
        )
        return
    for item in answers.repeated:
        yield Problem(
            item, "the item twice", "once", f"{shown(item)}: answered twice in one line, allowed: once"
        )


def id_problems(entry: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with the id of an entry."""
    line_id = entry.get("id")
    if not isinstance(line_id, str) or not 0 < len(line_id) <= _MAX_ID:
        found = shown(line_id) if "id" in entry else "nothing"
        allowed = f"a text of 1 to {_MAX_ID} characters"
        yield Problem("id", found, allowed, f"id: found {found}, allowed: {allowed}")


def result_row(line_id: str | None, result: Result, *, undecided: bool = False) -> dict[str, Any]:
    """The row of an entry that was scored; on request with what missing answers leave open."""
    return {
        "id": line_id,
        "instrument": result.instrument,
        "version": result.version,
        "complete": result.complete,
        "scores": dict(result.scores),
        "bands": dict(result.bands),
        "findings": list(result.findings),
        **({"undecided": list(result.undecided)} if undecided else {}),
        "critical": list(result.critical),
        "problems": [],
    }


def refused_row(
    line_id: str | None,
    scorer: Scorer,
    problems: Iterable[Problem],
    given: Iterable[tuple[str, Any]],
    *,
    undecided: bool = False,
) -> dict[str, Any]:
    """The row of an entry that is not scored. An answer that calls for action today is told all the same."""
    instrument = scorer.instrument
    return {
        "id": line_id,
        "instrument": instrument.id,
        "version": instrument.version,
        "complete": False,
        "scores": {scale.id: None for scale in instrument.scales},
        "bands": {one.id: None for one in instrument.band_sets},
        "findings": [],
        **({"undecided": [each.id for each in instrument.findings]} if undecided else {}),
        "critical": _critical(given, scorer),
        "problems": [asdict(problem) for problem in problems],
    }


def _critical(given: Iterable[tuple[str, Any]], scorer: Scorer) -> list[str]:
    """The critical items among the answers that are valid by themselves, repeated ones included."""
    found: set[str] = set()
    for name, answer in given:
        try:
            found.update(scorer.score({name: answer}).critical)
        except InvalidAnswers:
            continue
    return [item.id for item in scorer.instrument.items if item.id in found]


def _whole(written: str) -> object:
    return int(written) if len(written) <= _MAX_DIGITS else _Odd(f"a whole number of {len(written)} digits")


_READ = json.JSONDecoder(object_pairs_hook=Pairs, parse_int=_whole, parse_constant=_Odd)
