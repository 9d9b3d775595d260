"""T35: files from strangers end in an instrument or in a refusal with its reasons: no crash, no code, little time.

Each door is also broken on purpose in six ways, and each way must be seen.
"""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from instruments.source import MAX_BYTES, MAX_DEPTH, MAX_VALUES
from tests.proofs.crafted_yaml import BOUNDS, READ, REFUSED
from tests.proofs.doors import ENDS
from tests.proofs.trying import PLANTED

SECONDS = 1.0
SECONDS_USED = 2.0


def run(*planted):
    done = subprocess.run(
        [sys.executable, "-m", "tests.proofs.trying", *planted],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


def faults(files):
    """Each file that did not end as it must, did more than be read, or took too long."""
    for one in files:
        slow = one["reading"] > SECONDS or one["seconds"] > SECONDS_USED
        if one["end"] not in ENDS or one["done"] or slow:
            yield one


def misjudged(files):
    """What must be refused and was not, what is sound and was not read, and the bounds that lie elsewhere."""
    ends = {one["name"]: one["end"] for one in files if one["door"] == "definition"}
    yield from (name for name in REFUSED if ends[name] != "refused")
    yield from (name for name in READ if ends[name] != "read")
    yield from (what for what in BOUNDS if ends[f"{what} at the most"] != "read")
    yield from (what for what in BOUNDS if ends[f"{what} over the most"] != "refused")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("chosen", "fewest"),
    [
        pytest.param(("some",), 400, id="suite"),
        pytest.param((), 900, marks=pytest.mark.long, id="all"),
    ],
)
def test_every_crafted_file_ends_as_it_must_runs_nothing_and_takes_no_second(capsys, chosen, fewest):
    files = run(*chosen)

    assert list(faults(files)) == []
    assert list(misjudged(files)) == []
    assert len(files) >= fewest
    ends = Counter(one["end"] for one in files)
    slowest = max(files, key=lambda one: one["seconds"])
    with capsys.disabled():
        sys.stdout.write(
            f"\nT35: 0 faults in {len(files)} crafted files ({ends['refused']} refused, {ends['read']} read);"
            f" slowest {slowest['seconds']:.2f} s ({slowest['name']}), 200 MB held\n"
        )


@pytest.mark.slow
def test_each_broken_door_is_seen():
    seen = [one["name"] for one in faults(run("planted"))]

    assert seen == list(PLANTED)


def test_the_limits_are_those_that_were_set():
    assert (MAX_DEPTH, MAX_VALUES, MAX_BYTES) == (20, 10_000, 256 * 1024)
