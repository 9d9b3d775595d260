"""From a definition's file to a scorer: read, check and prove, compile, each for every instrument of the library.

CPU time of this thread, the best of some rounds; nothing is kept between rounds. `checked` is what `handrail
instruments check` does: every example by the compiled scorer, every band and finding, every assertion over all
reachable answers. A service does not check again: it reads and compiles what it is asked for, once in the life of a
process, and not at all where it was kept (`kept`: from the file that an earlier start left, to a scorer).
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from benchmarks.measuring import cpu_seconds
from instruments.catalogue import Catalogue, load_catalogue
from instruments.checking import check_instrument
from instruments.loading import load_definition
from instruments.scoring import compile_instrument

ROUNDS = 3
GOAL_MS, KEPT_MS = 100.0, 5.0
MOST_TOLD = 6


def report(catalogue: Catalogue, names: Sequence[str] = ()) -> Iterator[str]:
    """Every line of the report: the slowest instruments, and all together."""
    found = sorted(
        (_stages(catalogue, name) for name in names or catalogue.ids()), key=lambda row: -sum(row[1][:3])
    )
    yield f"{'from a file to a scorer, CPU':<28}{'read':>10}{'checked':>10}{'compiled':>10}{'all':>10}{'kept':>10}"
    for name, stages in found[:MOST_TOLD]:
        yield _line(name, stages)
    sums = [sum(stages[place] for _, stages in found) for place in range(4)]
    yield _line(f"all {len(found)}", sums)
    within = sum(sum(stages[:3]) <= GOAL_MS / 1000 for _, stages in found)
    yield f"{within} of {len(found)} in {GOAL_MS:.0f} ms or less"
    soon, longest = sum(stages[3] <= KEPT_MS / 1000 for _, stages in found), max(s[3] for _, s in found)
    yield f"{soon} of {len(found)} kept ones in {KEPT_MS:.0f} ms or less, the longest {longest * 1e3:.1f} ms"
    yield f"{'a Python process that does nothing':<48}{_process('pass') * 1e3:10.1f} ms"
    yield f"{'a Python process that imports the core':<48}{_process('import instruments.scoring') * 1e3:10.1f} ms"
    scored = f"{_READY}; load_catalogue().scorer('phq-9')"
    yield f"{'the same, ready to score PHQ-9':<48}{_process(scored) * 1e3:10.1f} ms"


_READY = "from instruments.catalogue import load_catalogue"


def _stages(catalogue: Catalogue, name: str) -> tuple[str, list[float]]:
    path, instrument = catalogue.file(name), catalogue.get(name)
    scorer = compile_instrument(instrument)
    load_catalogue().scorer(name)
    works: list[Callable[[], Any]] = [
        lambda: load_definition(path.read_bytes(), path.name),
        lambda: check_instrument(instrument, path.name, scorer=scorer),
        lambda: compile_instrument(instrument),
        lambda: load_catalogue().scorer(name),
    ]
    return name, [min(cpu_seconds(work) for _ in range(ROUNDS)) for work in works]


def _line(name: str, seconds: list[float]) -> str:
    *made, kept = seconds
    figures = "".join(f"{each * 1e3:7.1f} ms" for each in [*made, sum(made), kept])
    return f"{name:<28}{figures}"


def _process(program: str) -> float:
    """Wall seconds of a new process, the best of some."""
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", program], check=True)  # noqa: S603  our own words
        taken.append(time.perf_counter() - began)
    return min(taken)
