"""`handrail explain`: lines of answers in, and why each form scored as it did, to read or as JSON."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from typing import BinaryIO

import click

from instruments.model import Instrument
from instruments.scoring import explain as explain_form
from instruments.trace_lines import Explained, LineExplainer, as_object, as_text
from service.commands.score import (
    READER_GONE,
    SOME_LINES_HAD_PROBLEMS,
    STANDARD,
    bounded,
    open_files_of,
    scorer_of,
)
from service.commands.telling import give_up

LANGUAGES = ("en", "es")
"""The words of an explanation exist in these, whatever language the questions are in."""


@click.command()
@click.argument("instrument")
@click.option(
    "--input", "source", required=True, metavar="FILE", help="Answers, one JSON object a line; - reads them."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--language", default="en", show_default=True, help="The language to explain in.")
@click.option("--version", "version", metavar="V", help="An older version of the instrument.")
def explain(instrument: str, source: str, version: str | None, language: str, *, as_json: bool) -> None:
    """Explain each form of INSTRUMENT: every score, band and finding, what it looked at and why.

    Exits with 1 when any line had problems.
    """
    found = scorer_of(instrument, version).instrument
    _must_speak(found, language)
    told: Callable[[Explained], str] = _json if as_json else partial(_text, language=language)
    explained = LineExplainer(found, partial(explain_form, found, language=language))
    with ExitStack() as open_files:
        lines, results = open_files_of(source, STANDARD, open_files)
        try:
            clean = _explain_all(lines, results, explained, told)
        except BrokenPipeError:
            raise SystemExit(READER_GONE) from None
        except OSError as error:
            give_up(f"explaining stopped: {error.strerror}")
    raise SystemExit(0 if clean else SOME_LINES_HAD_PROBLEMS)


def _must_speak(instrument: Instrument, language: str) -> None:
    allowed = tuple(dict.fromkeys((*LANGUAGES, *instrument.languages)))
    if language not in allowed:
        give_up(f"--language {language}: allowed: {', '.join(allowed)}")


def _explain_all(
    lines: BinaryIO, results: BinaryIO, explained: LineExplainer, told: Callable[[Explained], str]
) -> bool:
    clean = True
    for found in _each(lines, explained):
        clean = clean and not found.problems
        results.write(told(found).encode("utf-8") + b"\n")
    results.flush()
    return clean


def _each(lines: BinaryIO, explained: LineExplainer) -> Iterator[Explained]:
    return (explained(line) for line in bounded(lines) if line.strip())


def _json(found: Explained) -> str:
    return json.dumps(as_object(found))


def _text(found: Explained, language: str) -> str:
    return "\n".join(as_text(found, language)) + "\n"
