"""Scoring a million forms in columns against hand-written NumPy of the same rules, in the same run."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import reduce

import numpy as np
import numpy.typing as npt

from instruments.batch import MISSING, BatchScorer, Results
from instruments.catalogue import Catalogue

ROWS = 1_000_000
ROUNDS = 3
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


def report(catalogue: Catalogue, rows: int = ROWS) -> list[str]:
    """Every line of the report."""
    random = np.random.default_rng(SEED)
    phq = {f"q{place}": random.integers(0, 4, rows).astype(np.int8) for place in range(1, 10)}
    pcl = {f"q{place}": random.integers(0, 5, rows).astype(np.int8) for place in range(1, 21)}
    scorers = BatchScorer(catalogue.get("phq-9")), BatchScorer(catalogue.get("pcl-5"))
    _agree(scorers[0](phq), phq_9(list(phq.values())), "total")
    _agree(scorers[1](pcl), pcl_5(list(pcl.values())), "total")
    floor = seconds(lambda: (phq_9(list(phq.values())), pcl_5(list(pcl.values()))))
    ours = seconds(lambda: (scorers[0](phq), scorers[1](pcl)))
    holes = [_with_gaps(columns, random) for columns in (phq, pcl)]
    open_forms = seconds(lambda: (scorers[0](holes[0]), scorers[1](holes[1])))
    return [
        f"{f'{rows:,} forms of PHQ-9 and PCL-5 in columns':<58}{'ours':>10} {'by hand':>10} {'ratio':>8}",
        f"{'every answer there, each validated':<58}{ours * 1e3:7.1f} ms {floor * 1e3:7.1f} ms {ours / floor:6.2f} x",
        f"{'2 % of answers missing':<58}{open_forms * 1e3:7.1f} ms {'':>10} {open_forms / floor:6.2f} x",
    ]


def _with_gaps(columns: Mapping[str, Column], random: np.random.Generator) -> dict[str, Column]:
    return {
        item: np.where(random.random(len(column)) < 0.02, MISSING, column).astype(np.int8)  # noqa: PLR2004 - 2 %
        for item, column in columns.items()
    }


def _agree(results: Results, by_hand: list[npt.NDArray[np.generic]], scale: str) -> None:
    """Refuse to compare speeds of functions that do not say the same."""
    assert (results.low[scale] == by_hand[0]).all()
    assert results.complete.all()
