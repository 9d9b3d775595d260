"""What was wrong with a definition file, all of it at once. Finds none itself."""

from __future__ import annotations

import difflib
import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

MOST_TOLD = 500
_MOST_SHOWN = 24
_MOST_GUESSES = 20  # what a stranger's word may have meant costs a comparison with every word there is
_LONGEST_GUESSED = 80


class Place(NamedTuple):
    """Where in a file something stands: name of the file, line and column, both counted from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class DefinitionProblem:
    """One thing wrong in a file: where, what, what was found, what is allowed, and perhaps what was meant."""

    place: Place
    what: str
    found: str = ""
    allowed: str = ""
    meant: str = ""

    def __str__(self) -> str:
        parts = [f"{self.place}: {self.what}"]
        if self.found:
            parts.append(f"found {self.found}")
        if self.allowed:
            parts.append(f"allowed: {self.allowed}")
        if self.meant:
            parts.append(f"did you mean {self.meant}?")
        return "; ".join(parts)


class BadDefinition(Exception):
    """A definition cannot be used. `problems` holds every problem of the file, in the order of its lines."""

    def __init__(self, problems: Iterable[DefinitionProblem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: (p.place.file, p.place.line, p.place.column)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(slots=True)
class Problems:
    """A list of problems that grows while a file is read; reading goes on after each, so all are told.

    Beyond MOST_TOLD only that there are more is told: nobody mends more at once, and telling them costs time.
    """

    found: list[DefinitionProblem] = field(default_factory=list)
    _guesses: int = 0

    def add(self, place: Place, what: str, *, found: str = "", allowed: str = "", meant: str = "") -> None:
        """Note one problem."""
        if len(self.found) < MOST_TOLD:
            self.found.append(DefinitionProblem(place, what, found, allowed, meant))
        elif len(self.found) == MOST_TOLD:
            self.found.append(DefinitionProblem(place, "more problems from here on; mend these first"))

    def unknown(self, place: Place, what: str, found: str, allowed: Iterable[str]) -> None:
        """Note a word that is not one of the allowed ones, and the nearest one that is."""
        if len(self.found) >= MOST_TOLD:
            self.add(place, what)
            return
        choices, self._guesses = set(allowed), self._guesses + 1
        meant = nearest(found, choices) if self._guesses <= _MOST_GUESSES else ""
        self.add(place, what, found=repr(found), allowed=_listed(choices), meant=meant)

    def raise_if_any(self) -> None:
        """Raise BadDefinition with all that was noted, if anything was."""
        if self.found:
            raise BadDefinition(self.found)


def nearest(word: str, choices: Iterable[str]) -> str:
    """The choice most like the word, or an empty string when none is near. A very long word is like none."""
    if len(word) > _LONGEST_GUESSED:
        return ""
    close = difflib.get_close_matches(word, sorted(choices), n=1, cutoff=0.6)
    return close[0] if close else ""


def _listed(choices: set[str]) -> str:
    shown = ", ".join(heapq.nsmallest(_MOST_SHOWN, choices))
    return f"{shown} and {len(choices) - _MOST_SHOWN} more" if len(choices) > _MOST_SHOWN else shown
