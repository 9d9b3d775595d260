"""What is done with a stranger's file in a process of its own: `confined.py` starts it, and nobody else.

The first line of the input says what to do, the rest is the file. The answer is one line of JSON.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from instruments.checking import check_instrument
from instruments.exchange.formats import IMPORTED, UnknownFormat, guessed_format, imported
from instruments.exchange.telling import NotReadable
from instruments.loading import load_definition
from instruments.problems import BadDefinition
from instruments.source import read_source
from service.confined import NO_ROOM, ROOM, SECONDS

Answer = dict[str, Any]


def _check(content: bytes, file: str, _asked: Mapping[str, str]) -> Answer:
    """Every problem of a definition, and what was proved of it."""
    try:
        report = check_instrument(load_definition(content, file), file)
    except BadDefinition as bad:
        return {"refused": str(bad)}
    return {
        "problems": [str(problem) for problem in report.problems],
        "proved": len(report.proved),
        "not_proved": list(report.not_proved),
    }


def _import(content: bytes, file: str, asked: Mapping[str, str]) -> Answer:
    """The definition that a questionnaire amounts to, what was left out, what is to be added."""
    try:
        made = imported(content, file, asked.get("source") or guessed_format(content, file))
    except (NotReadable, UnknownFormat) as bad:
        return {"refused": str(bad)}
    return {"text": made.text, "notes": made.notes.lines(), "to_add": list(made.to_add)}


WORKS: Mapping[str, Callable[[bytes, str, Mapping[str, str]], Answer]] = {"check": _check, "import": _import}


def _warm() -> None:
    """Have everything loaded that reading loads on its way: afterwards no file can be opened."""
    with suppress(BadDefinition):
        read_source("a: {b: [c]}\n", "x")
    with suppress(BadDefinition):
        read_source("a: &b c", "x")
    for source in IMPORTED:
        with suppress(NotReadable):
            imported(b"{}", "x", source)


def _confine() -> None:
    """From here on: two seconds, 200 MB, no file and no socket opened, nothing written to a file."""
    spent = int(time.process_time()) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (spent + SECONDS, spent + SECONDS + 1))
    pages = Path("/proc/self/statm")
    if pages.exists():  # Linux; elsewhere a process cannot be told how much memory it may take
        held = int(pages.read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (held + ROOM, held + ROOM))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))


def main() -> None:
    """Take the file from standard input, and answer."""
    asked = json.loads(sys.stdin.buffer.readline())
    content = sys.stdin.buffer.read()
    _warm()
    _confine()
    try:
        answer = json.dumps(WORKS[asked["work"]](content, asked["file"], asked))
    except MemoryError:
        os._exit(NO_ROOM)
    sys.stdout.write(answer)


if __name__ == "__main__":
    main()
