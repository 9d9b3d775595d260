"""What an exchange says of itself: what could not be carried and where it stood, and what was not readable.

Nothing is dropped silently: whoever leaves something out notes it here, with the path at which it stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula: OWASP, CSV Injection."""

_PLACES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that was left out, or taken in a way that a person must know: where, what, and why or how."""

    path: str
    what: str
    why: str


@dataclass(slots=True)
class Notes:
    """The notes of one exchange, in the order in which they were made."""

    made: list[Note] = field(default_factory=list)

    def add(self, path: str, what: str, why: str) -> None:
        """Note one thing."""
        self.made.append(Note(path, what, why))

    def lines(self) -> list[str]:
        """The notes as lines; what was noted in the same words at many places is one line that names the first."""
        places: dict[tuple[str, str], list[str]] = {}
        for note in self.made:
            places.setdefault((note.what, note.why), []).append(note.path)
        return [
            printable(f"{_listed(list(dict.fromkeys(paths)))}: {what}: {why}")
            for (what, why), paths in places.items()
        ]


@dataclass(frozen=True, slots=True)
class Exported:
    """An instrument in another format, and what that format could not carry."""

    text: str
    notes: Notes


@dataclass(frozen=True, slots=True)
class Imported:
    """A definition made from another format, what could not be carried, and what a person must still add."""

    text: str
    notes: Notes
    to_add: tuple[str, ...]


class NotReadable(Exception):
    """A file that no instrument can be made of. `problems` names every reason, each with its path."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(printable(problem) for problem in problems)
        super().__init__("\n".join(self.problems))


def printable(words: str) -> str:
    """One line of words, what a terminal would obey or hide written out: the names in it may be a stranger's."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in words)


def _listed(paths: list[str]) -> str:
    shown = ", ".join(paths[:_PLACES_SHOWN])
    more = len(paths) - _PLACES_SHOWN
    return f"{shown} and {more} more places" if more > 0 else shown
