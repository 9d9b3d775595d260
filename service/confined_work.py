"""What is done with a stranger's file in a process of its own: `confined.py` starts it, and nobody else.

The first line of the input says what to do, the rest is the file, or two. The answer is one line of JSON.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from instruments.attaching import attach
from instruments.checking import check_instrument
from instruments.comparing import NotComparable, compare_versions
from instruments.comparing_words import outcome_lines
from instruments.exchange.formats import IMPORTED, UnknownFormat, guessed_format, imported
from instruments.exchange.telling import NotReadable
from instruments.loading import load_definition
from instruments.model import Instrument
from instruments.parts import step_between
from instruments.problems import BadDefinition
from instruments.source import read_source
from service.confined import NO_ROOM, ROOM, seconds_for

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Given:
    """A file, perhaps a second one beside it, and what else was said about them."""

    content: bytes
    beside: bytes
    asked: Mapping[str, str]

    @property
    def file(self) -> str:
        """The name of the file."""
        return self.asked["file"]


def _check(given: Given) -> Answer:
    """Every problem of a definition, and what was proved of it."""
    report = check_instrument(load_definition(given.content, given.file), given.file)
    return {
        "problems": [str(problem) for problem in report.problems],
        "proved": len(report.proved),
        "not_proved": list(report.not_proved),
    }


def _import(given: Given) -> Answer:
    """The definition that a questionnaire amounts to, what was left out, what is to be added."""
    source = given.asked.get("source") or guessed_format(given.content, given.file)
    made = imported(given.content, given.file, source)
    return {"text": made.text, "notes": made.notes.lines(), "to_add": list(made.to_add)}


def _diff(given: Given) -> Answer:
    """What a second version changes: its parts, whether its number says so, who moves in outcome."""
    old = load_definition(given.content, given.file)
    new = load_definition(given.beside, given.asked["beside"])
    if old.id != new.id:
        return {"two": [old.id, new.id]}
    step = step_between(old, new)
    return {"changed": list(step.changed), "problem": step.problem, "outcomes": _outcomes(old, new)}


def _outcomes(old: Instrument, new: Instrument) -> list[str]:
    try:
        return outcome_lines(compare_versions(old, new)) or ["no outcome moves"]
    except NotComparable as refused:
        return [f"outcomes not compared: {refused}"]


def _attach(given: Given) -> Answer:
    """The definition that has a clinic's words."""
    return {"text": attach(given.content, given.file, given.beside, given.asked["beside"]).text}


WORKS: Mapping[str, Callable[[Given], Answer]] = {
    "check": _check,
    "import": _import,
    "diff": _diff,
    "attach": _attach,
}


def _warm() -> None:
    """Have everything loaded that reading loads on its way: afterwards no file can be opened."""
    with suppress(BadDefinition):
        read_source("a: {b: [c]}\n", "x")
    with suppress(BadDefinition):
        read_source("a: &b c", "x")
    for source in IMPORTED:
        with suppress(NotReadable):
            imported(b"{}", "x", source)


def _confine(seconds: int) -> None:
    """From here on: a few seconds, 200 MB, no file and no socket opened, nothing written to a file."""
    spent = int(time.process_time()) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (spent + seconds, spent + seconds + 1))
    pages = Path("/proc/self/statm")
    if pages.exists():  # Linux; elsewhere a process cannot be told how much memory it may take
        held = int(pages.read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (held + ROOM, held + ROOM))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))


def _done(work: str, given: Given) -> Answer:
    try:
        return WORKS[work](given)
    except (BadDefinition, NotReadable, UnknownFormat) as bad:
        return {"refused": str(bad)}


def main() -> None:
    """Take the files from standard input, and answer."""
    asked = json.loads(sys.stdin.buffer.readline())
    content = sys.stdin.buffer.read()
    given = Given(content[: asked["size"]], content[asked["size"] :], asked)
    _warm()
    _confine(seconds_for(asked["work"]))
    try:
        answer = json.dumps(_done(asked["work"], given))
    except MemoryError:
        os._exit(NO_ROOM)
    sys.stdout.write(answer)


if __name__ == "__main__":
    main()
