"""Whose name is near to what was typed: word by word, whichever name comes first. Reads no database.

A word with a digit is an id or a class and must stand there as typed: an id with one digit changed is
somebody else's.
"""

import re
import uuid
from collections.abc import Iterable, Mapping
from functools import cache
from statistics import fmean

from rapidfuzz.distance import JaroWinkler

NEAR_WORD = 0.72
NEAR_NAME = 0.8
"""Programme choice: a slip in each word still finds a name; below this, other people's names crowd the list."""

SHORTEST_BEGINNING = 4
_WORD = re.compile(r"[^\W_]+")


def nearest(query: str, known: Mapping[uuid.UUID, str], *, most: int) -> list[uuid.UUID]:
    """The ids of the names nearest to the query, the nearest first. Both sides are folded text.

    Each word typed counts with the one word of the name that it is nearest to (Jaro-Winkler, 0 to 1); a word
    of four letters or more may also be the beginning of one.
    """
    typed = _WORD.findall(query)
    near = cache(_likeness)  # names repeat: each pair of words is compared once a search
    found = []
    for person, text in known.items():
        words = _WORD.findall(text)
        likeness = [max((near(each, word) for word in words), default=0.0) for each in typed]
        if likeness and min(likeness) >= NEAR_WORD and fmean(likeness) >= NEAR_NAME:
            found.append((-fmean(likeness), text, person))
    return [person for _, _, person in sorted(found)[:most]]


def _likeness(typed: str, word: str) -> float:
    if _has_digit(typed) or _has_digit(word):
        return float(typed in word)
    return max(float(JaroWinkler.similarity(typed, each)) for each in _beginnings(word, len(typed)))


def _beginnings(word: str, length: int) -> Iterable[str]:
    if length < SHORTEST_BEGINNING:
        return (word,)
    return (word, word[:length], word[: length + 1])  # the letter left out may be the first one


def _has_digit(word: str) -> bool:
    return any(map(str.isdigit, word))
