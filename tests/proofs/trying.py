"""Crafted files through their doors, in a process that watches itself: `python -m tests.proofs.trying [planted|some]`.

One line of JSON for each file: how it ended, the processor time, and whatever was done besides reading. The process
may take 200 MB beyond what it holds once everything is loaded. `planted` takes doors that are broken on purpose,
`some` takes all definitions and one in three of the others.
"""

import ast
import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

from tests.instruments.strangers import load
from tests.proofs.crafted_questionnaires import CSV, FHIR, FORMULAS, LINES, REDCAP, WORDS
from tests.proofs.crafted_referral import spoilt
from tests.proofs.crafted_tables import tables
from tests.proofs.crafted_yaml import BOUNDS, READ, REFUSED, SOUND
from tests.proofs.doors import DOORS
from tests.proofs.referral_doors import KINDS, READ_ALONE, sound

ROOM = 200 * 1024 * 1024
OURS = "<instrument>"
"""The name under which the compiler compiles what it has built and checked."""

LOOKING = {"glob.glob", "glob.glob/2", "os.scandir", "os.listdir", "os.walk"}
"""The YAML reader looks into its own folder for plug-ins, a calendar into the machine's for time zones."""

HARMLESS = {
    "builtins.id",
    "sys._getframe",
    "object.__getattr__",
    "object.__setattr__",
    "object.__delattr__",
} | LOOKING
TABLES = {
    "definition": {**READ, **REFUSED},
    "expression": FORMULAS,
    "fhir": FHIR,
    "redcap": REDCAP,
    "csv": CSV,
    "lines": LINES,
    "words": WORDS,
}


CRAFTED_TABLES = list(tables())
FIRST = {
    kind: [content for door, name, content in CRAFTED_TABLES if door == kind and name in {"numbers", "words"}]
    for kind in ("arrow", "parquet")
}


ALONE = {"definition": load, **READ_ALONE}


def crafted():
    """Every file: its door, its name, its bytes."""
    yield from CRAFTED_TABLES
    yield from spoilt()
    for door, table in TABLES.items():
        yield from ((door, name, content) for name, content in table.items())
    for what, (most, made) in BOUNDS.items():
        yield "definition", f"{what} at the most", made(most)
        yield "definition", f"{what} over the most", made(most + 1)
    for door in ("fhir", "redcap", "csv", "lines", "words", "guessed"):
        yield from (
            (door, f"{name} for a definition", REFUSED[f"{name} bytes"]) for name in ("zip", "pickle", "nul")
        )


def chosen(files):
    """All files, or as many as `some` takes."""
    for place, (door, name, content) in enumerate(files):
        if "some" not in sys.argv or door == "definition" or place % 3 == 0:
            yield door, name, content


class Watch:
    """An audit hook: what Python does while a file is taken. A hook cannot be removed, so it is armed and disarmed."""

    def __init__(self):
        self.done = None
        sys.addaudithook(self)

    def __call__(self, event, given):
        if self.done is not None and not _is_reading(event, given):
            self.done.append(f"{event} {given!r}"[:120])


def _is_reading(event, given):
    if event == "compile":
        return isinstance(given[0], ast.Module)  # a tree that was built; a text is never compiled
    if event == "exec":
        return getattr(given[0], "co_filename", "") == OURS
    if event == "open":
        return not given[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC)
    return event in HARMLESS


def tried(door, content, watch):
    """How a file ended at a door, in how much processor time, and what was done besides."""
    content = content.encode() if isinstance(content, str) else content
    watch.done = []
    began = time.process_time()
    try:
        end = door(content)
    except Exception as fault:  # noqa: BLE001 - whatever it is, it is what this proof looks for
        end = f"{type(fault).__name__}: {fault}"[:200]
    took = time.process_time() - began
    done, watch.done = watch.done, None
    return {"end": end, "seconds": took, "done": done}


def _evaluated(content):
    eval(content.decode("utf-8", "replace")[:0] + "1 + 1")  # noqa: S307 - the planted fault
    return "read"


def _written(_content):
    with tempfile.TemporaryFile() as file:
        file.write(b"x")
    return "read"


def _run(_content):
    os.system("true")  # noqa: S605 - the planted fault
    return "read"


def _greedy(_content):
    return "read" if bytearray(ROOM * 2) else ""


def _slow(_content):
    began = time.process_time()
    while time.process_time() - began < 1.2:
        pass
    return "read"


def _crashing(_content):
    return str(max([]))


PLANTED = {
    "evaluates": _evaluated,
    "writes": _written,
    "runs": _run,
    "takes too much": _greedy,
    "is slow": _slow,
    "crashes": _crashing,
}


def _warm(watch):
    """Take every kind of file once, so that what Python loads but once is no file's doing."""
    for name, door in DOORS.items():
        ours = [sound(name)] if name in KINDS else FIRST.get(name, [])
        for content in (*list(TABLES.get(name, {}).values())[:3], *ours, SOUND, b"{}"):
            tried(door, content, watch)
    held = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (held + ROOM, held + ROOM))


def main():
    """Take every file, or a sound one by each broken door."""
    watch = Watch()
    _warm(watch)
    broken = [(PLANTED[name], "planted", name, SOUND) for name in PLANTED]
    ours = ((DOORS[door], door, name, content) for door, name, content in chosen(crafted()))
    for take, door, name, content in broken if "planted" in sys.argv else ours:
        found = tried(take, content, watch)
        if found["seconds"] > 1:  # once more: the machine may have been busy
            found = min(found, tried(take, content, watch), key=lambda one: one["seconds"])
        reading = found["seconds"]
        if door in ALONE and reading > 1:  # these are used here, too: reading them alone is what counts
            reading = tried(ALONE[door], content, watch)["seconds"]
        sys.stdout.write(json.dumps({"door": door, "name": name, **found, "reading": reading}) + "\n")


if __name__ == "__main__":
    main()
