"""Whose name is near to what was typed: word by word, whichever name comes first. Reads no database.

A word with a digit is an id or a class and must stand there as typed, or begin so: an id with one digit changed
is somebody else's. A word without one is never compared with an id or a class.
"""

import re
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

from rapidfuzz.distance import JaroWinkler

NEAR_WORD = 0.72
NEAR_NAME = 0.8
"""Programme choice: a slip in each word still finds a name; below this, other people's names crowd the list."""

SHORTEST_BEGINNING = 4
MOST_WORDS = 5
"""More words are no name typed with a slip, and each one costs a look at everybody."""

_WORD = re.compile(r"[^\W_]+")


def nearest(query: str, known: Mapping[uuid.UUID, str], *, most: int) -> list[uuid.UUID]:
    """The ids of the names nearest to the query, the nearest first. Both sides are folded text.

    Each word typed counts with the one word of the name that it is nearest to (Jaro-Winkler, 0 to 1); a word
    of four letters or more may also be the beginning of one. Nobody is near to more than MOST_WORDS words.
    """
    typed = _WORD.findall(query)
    if not 1 <= len(typed) <= MOST_WORDS:
        return []
    near = cache(_likeness)  # names repeat: each pair of words is compared once a search
    found = []
    for person, text in known.items():
        likeness = _name_likeness(typed, _WORD.findall(text), near)
        if likeness >= NEAR_NAME:
            found.append((-likeness, text, person))
    return [person for _, _, person in sorted(found)[:most]]


def stands_in(words: Iterable[str], text: str) -> bool:
    """Whether each word typed begins a word of the text; an id or a class may be typed in part. All of it folded."""
    return all(each in text if _has_digit(each) else _begins_a_word(each, text) for each in words)


def _begins_a_word(typed: str, text: str) -> bool:
    at = text.find(typed)
    while at > 0 and text[at - 1].isalnum():
        at = text.find(typed, at + 1)
    return at >= 0


def _name_likeness(typed: Sequence[str], words: Sequence[str], near: Callable[[str, str], float]) -> float:
    total = 0.0
    for each in typed:
        nearest_word = max((near(each, word) for word in words), default=0.0)
        if nearest_word < NEAR_WORD:
            return 0.0
        total += nearest_word
    return total / len(typed)


def _likeness(typed: str, word: str) -> float:
    if _has_digit(typed):
        return float(word.startswith(typed))
    if _has_digit(word):
        return 0.0
    return max(float(JaroWinkler.similarity(typed, each)) for each in _beginnings(word, len(typed)))


def _beginnings(word: str, length: int) -> Iterable[str]:
    if length < SHORTEST_BEGINNING:
        return (word,)
    return (word, word[:length], word[: length + 1])  # the letter left out may be the first one


def _has_digit(word: str) -> bool:
    return any(map(str.isdigit, word))
