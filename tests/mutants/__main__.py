"""What became of each mutant, module by module, from what mutmut left in `mutants/`: `python -m tests.mutants`.

Ends with an error where fewer than nine in ten were killed. A mutant that makes a test run for ever counts as killed:
the test would not have passed.
"""

import json
import sys
from collections import Counter
from pathlib import Path

from mutmut.stats import status_by_exit_code

LEAST = 0.9
KINDS = ("killed", "timeout", "survived", "no tests", "not checked")


def found():
    """Each module with what became of its mutants: (module, {mutant: kind})."""
    for path in sorted(Path("mutants").glob("**/*.py.meta")):
        exits = json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
        name = str(path.relative_to("mutants")).removesuffix(".meta")
        yield name, {mutant: status_by_exit_code[code] for mutant, code in exits.items()}


def share(kinds):
    """How many of those that were tried were killed, from 0 to 1."""
    tried = kinds.total() - kinds["not checked"]
    return (kinds["killed"] + kinds["timeout"]) / tried if tried else 0.0


def row(name, kinds):
    return " | ".join(["", name, *(str(kinds[kind]) for kind in KINDS), f"{share(kinds):.1%}", ""]).strip()


def main():
    modules = dict(found())
    whole = Counter()
    sys.stdout.write(f"| module | {' | '.join(KINDS)} | share |\n|{' --- |' * (len(KINDS) + 2)}\n")
    for name, mutants in modules.items():
        kinds = Counter(mutants.values())
        whole += kinds
        sys.stdout.write(row(name, kinds) + "\n")
    sys.stdout.write(row("all", whole) + "\n")
    for mutant, kind in sorted(pair for mutants in modules.values() for pair in mutants.items()):
        if kind in {"survived", "no tests"}:
            sys.stdout.write(f"{kind}: {mutant}\n")
    return int(share(whole) < LEAST)


if __name__ == "__main__":
    sys.exit(main())
