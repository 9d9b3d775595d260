"""Scoring a million forms in columns against hand-written NumPy of the same rules, in the same run."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import reduce

import numpy as np
import numpy.typing as npt

from benchmarks.by_hand import FORMS, random_forms
from benchmarks.measuring import in_turns
from instruments.batch import MISSING, BatchScorer, Results
from instruments.catalogue import Catalogue
from instruments.ingesting import columns_from

ROWS = 1_000_000
ROUNDS = 9
PIECE = 65_536
DICTS = 100
SEED = 20261122

Column = npt.NDArray[np.int8]


def total(columns: Sequence[Column]) -> Column:
    """The sum of columns."""
    return reduce(np.add, columns)


def at_two(columns: Sequence[Column]) -> Column:
    """How many columns hold 2 or more."""
    return total([(column >= 2).view(np.int8) for column in columns])  # noqa: PLR2004 - as the rules say


def phq_9(items: Sequence[Column]) -> list[npt.NDArray[np.generic]]:
    """PHQ-9 by hand: total, both cut-offs, thoughts, both syndromes."""
    score = total(items)
    symptoms = at_two(items[:8]) + (items[8] >= 1).view(np.int8)
    core = (items[0] >= 2) | (items[1] >= 2)  # noqa: PLR2004 - as the rule says
    major = core & (symptoms >= 5)  # noqa: PLR2004 - as the rule says
    other = core & (symptoms >= 2) & ~major  # noqa: PLR2004 - as the rule says
    return [score, score >= 10, score >= 11, items[8] >= 1, major, other]  # noqa: PLR2004 - the cut-offs


def pcl_5(items: Sequence[Column]) -> list[npt.NDArray[np.generic]]:
    """PCL-5 by hand: total, four clusters, both cut-offs, four criteria and the pattern."""
    parts = items[:5], items[5:7], items[7:14], items[14:]
    clusters = [total(part) for part in parts]
    score = total(clusters)
    met = [at_two(part) >= needed for part, needed in zip(parts, (1, 1, 2, 2), strict=True)]
    return [score, *clusters, score >= 31, score >= 33, *met, reduce(np.logical_and, met)]  # noqa: PLR2004


def seconds(work: Callable[[], object]) -> float:
    """The best time of some rounds."""
    found = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return min(found)


def in_pieces(
    work: Callable[[Sequence[Column]], list[npt.NDArray[np.generic]]], items: Sequence[Column]
) -> None:
    """The same by hand, in pieces that fit the processor's cache, each into its place: the harder floor."""
    length, whole = len(items[0]), list[npt.NDArray[np.generic]]()
    for start in range(0, length, PIECE):
        found = work([item[start : start + PIECE] for item in items])
        whole = whole or [np.empty(length, each.dtype) for each in found]
        for column, each in zip(whole, found, strict=True):
            column[start : start + PIECE] = each


def report(catalogue: Catalogue, rows: int = ROWS) -> list[str]:
    """Every line of the report."""
    random = np.random.default_rng(SEED)
    given = {
        "phq-9": {f"q{place}": random.integers(0, 4, rows).astype(np.int8) for place in range(1, 10)},
        "pcl-5": {f"q{place}": random.integers(0, 5, rows).astype(np.int8) for place in range(1, 21)},
    }
    scorers = {name: BatchScorer(catalogue.get(name)) for name in given}
    hands = {"phq-9": phq_9, "pcl-5": pcl_5}
    for name, columns in given.items():
        _agree(scorers[name](columns), hands[name](list(columns.values())), "total")
    holes = {name: _with_gaps(columns, random) for name, columns in given.items()}
    works = {
        name: (
            lambda name=name: hands[name](list(given[name].values())),
            lambda name=name: in_pieces(hands[name], list(given[name].values())),
            lambda name=name: scorers[name](given[name]),
            lambda name=name: scorers[name](holes[name]),
        )
        for name in given
    }
    found = {name: [min(taken) for taken in in_turns(each, ROUNDS)] for name, each in works.items()}
    both = [sum(pair) for pair in zip(*found.values(), strict=True)]
    head = f"{rows:,} forms in columns, each answer validated"
    yours = ("ours", "by hand", "ratio", "to hand in pieces", "2 % missing")
    return [
        f"{head:<46}" + "".join(f"{word:>19}" for word in yours),
        *(_line(name, times) for name, times in ((*found.items(), ("both", both)))),
        _from_dicts(scorers),
    ]


def _from_dicts(scorers: Mapping[str, BatchScorer]) -> str:
    """A million of both from Python dicts, each answer validated, to results: told from fewer forms."""
    forms = {"phq-9": random_forms(9, 3) * DICTS, "pcl-5": random_forms(20, 4) * DICTS}
    works = [
        lambda name=name, scorer=scorer: scorer(columns_from(scorer.instrument, forms[name]))
        for name, scorer in scorers.items()
    ]
    taken = sum(min(each) for each in in_turns(works, ROUNDS)) / DICTS / FORMS
    return f"{'a million of both from Python dicts':<46}{taken * 1e6:17.2f} s"


def _line(name: str, times: Sequence[float]) -> str:
    hand, pieces, ours, missing = times
    figures = (
        f"{ours * 1e3:.1f} ms",
        f"{hand * 1e3:.1f} ms",
        f"{ours / hand:.2f} x",
        f"{ours / pieces:.2f} x",
    )
    return f"{name:<46}" + "".join(f"{each:>19}" for each in (*figures, f"{missing / hand:.2f} x"))


def _with_gaps(columns: Mapping[str, Column], random: np.random.Generator) -> dict[str, Column]:
    return {
        item: np.where(random.random(len(column)) < 0.02, MISSING, column).astype(np.int8)  # noqa: PLR2004 - 2 %
        for item, column in columns.items()
    }


def _agree(results: Results, by_hand: list[npt.NDArray[np.generic]], scale: str) -> None:
    """Refuse to compare speeds of functions that do not say the same."""
    assert (results.low[scale] == by_hand[0]).all()
    assert results.complete.all()
