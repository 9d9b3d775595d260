"""A definition from a stranger, taken as far as it goes: read, compiled, scored, explained; or refused.

`python -m tests.instruments.strangers FILE...` says what became of each, in how many seconds and megabytes.
"""

import resource
import sys
import time
from pathlib import Path

from instruments.answers import Answers
from instruments.batch import MOST, BatchScorer
from instruments.loading import load_definition
from instruments.model import Instrument
from instruments.problems import BadDefinition
from instruments.scoring import compile_instrument, explain

ENDS = {"read", "refused"}


def read_stranger(text):
    """What became of a text: "refused", or "read" and scored. Anything else that is raised is a fault of ours."""
    return use(load(text))


def load(text):
    """The instrument that a text defines; None when it is refused."""
    try:
        return load_definition(text, "stranger.yaml")
    except BadDefinition as bad:
        return None if bad.problems else "refused without a reason"


def use(one):
    """Do everything with an instrument that is done with one; say how it ended."""
    if not isinstance(one, Instrument):
        return one or "refused"
    return "read" if all(_agrees(one)) else "read, and scored in two ways"


def _agrees(one):
    scorer = compile_instrument(one)
    for answers in (Answers(one.id), Answers(one.id, {item.id: item.values[0] for item in one.items})):
        yield scorer(answers) == scorer.exactly(answers)
        yield explain(one, answers).steps is not None
    if all(0 <= value <= MOST for item in one.items for value in item.values):
        yield len(BatchScorer(one)({}).complete) == 0


def _most_megabytes():
    """The most memory that this process held. Linux counts for `getrusage` what the starting process held, too."""
    status = Path("/proc/self/status")
    if status.exists():
        most = next(
            line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM")
        )
        return int(most.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main():
    """Take each file as far as it goes; say how it ended, what reading it cost, and the most memory so far."""
    read_stranger(b"")  # what is loaded once is not a file's cost
    for file in sys.argv[1:]:
        text = Path(file).read_bytes()
        began = time.process_time()
        one = load(text)
        took = time.process_time() - began
        end = use(one)
        sys.stdout.write(f"{end}\t{took:.3f}\t{_most_megabytes():.1f}\n")


if __name__ == "__main__":
    main()
