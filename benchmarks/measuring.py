"""Time taken in turns, medians and percentiles. What is measured against what is each benchmark's business."""

import statistics
import time
from collections.abc import Callable, Sequence


def seconds(work: Callable[[], object]) -> float:
    """How long one run of the work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def cpu_seconds(work: Callable[[], object]) -> float:
    """What one run costs this thread's processor: its time on a machine where nothing else is busy."""
    began = time.thread_time()
    work()
    return time.thread_time() - began


def in_turns(works: Sequence[Callable[[], object]], rounds: int) -> list[list[float]]:
    """Seconds of each work in each round, one after the other (A B A B): a busy machine is busy for all of them."""
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for mine, work in zip(taken, works, strict=True):
            mine.append(seconds(work))
    return taken


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return statistics.median(values)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that this share (0 to 1) of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
