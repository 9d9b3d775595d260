"""How pressing one thing is beside another: its urgency, then the time left as a share of its deadline.

A share changes with every second, so no index can keep it. What an index can keep is how long a deadline is: of
deadlines that are equally long, the one that ends first has the smallest share left. So the length of each is
counted as the nearest of a few (`LENGTHS`, programme choice: what the pathways use), and lists of these few are
merged by the share that is left at one moment. A deadline that has passed has less than nothing left.
"""

from bisect import bisect_left
from datetime import datetime, timedelta
from math import lcm

LENGTHS = tuple(timedelta(hours=hours) for hours in (0.25, 1, 4, 8, 24, 48, 72, 120, 168, 336, 720, 1440))
"""From a quarter of an hour to sixty days."""
_SECONDS = tuple(int(length.total_seconds()) for length in LENGTHS)
_COMMON = lcm(*_SECONDS)
_MICROSECOND = timedelta(microseconds=1)
_FARTHEST = timedelta(days=36_500)
"""No deadline lies farther from now than a hundred years."""


def length_class(began: datetime, due_at: datetime) -> int:
    """Which of LENGTHS a deadline is counted as: the nearest by ratio."""
    seconds = max((due_at - began).total_seconds(), 1)
    above = min(bisect_left(_SECONDS, seconds), len(_SECONDS) - 1)
    below = max(above - 1, 0)
    return below if seconds * seconds < _SECONDS[below] * _SECONDS[above] else above


def share_left(due_at: datetime, length: int, at: datetime) -> int:
    """How much of a deadline of this class is left at a moment, as a whole number that only compares: less is more."""
    return (due_at - at) // _MICROSECOND * (_COMMON // _SECONDS[length])


def due_with(share: int, length: int, at: datetime) -> tuple[datetime, bool]:
    """The latest deadline of this class with at most this share left, and whether it has exactly this share."""
    micros, rest = divmod(share, _COMMON // _SECONDS[length])
    most = _FARTHEST // _MICROSECOND
    kept = min(max(micros, -most), most)
    return at + kept * _MICROSECOND, rest == 0 and kept == micros
