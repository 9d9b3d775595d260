"""One JSON object of a packet read strictly: every field there and no other, each problem kept under its field's name.

What a packet holds is in `packets.py`; which field is what in `packet_reading.py`.
"""

import unicodedata
import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TypeVar

from instruments.model import Text
from referral.entries import moment_text

LANGUAGES = ("en", "es")
MOST_LETTERS = 120
MOST_WORDS = 2000
MOST_OF_A_LIST = 400
MOST_SEEN = 40

Member = TypeVar("Member", bound=StrEnum)
Made = TypeVar("Made")


class Fields:
    """The fields of one object; what is wrong is kept in `problems`, and something harmless is answered instead."""

    def __init__(self, found: object, where: str, names: Iterable[str], problems: list[str]) -> None:
        self.where, self.problems = where, problems
        wanted = frozenset(names)
        self._table: dict[str, object] = {}
        if not isinstance(found, dict):
            self._wrong("", found, "an object", None)
            return
        self._table = found
        problems.extend(f"{where}{name}: is missing" for name in sorted(wanted - found.keys()))
        strange = sorted(str(name)[:MOST_SEEN] for name in found.keys() - wanted)
        problems.extend(f"{where}{name!a}: is not a field of a packet" for name in strange)

    def text(self, name: str, *, most: int = MOST_LETTERS, empty: bool = True) -> str:
        """Words without control characters."""
        value = self._table.get(name, "")
        if not isinstance(value, str) or not _plain(value) or len(value) > most or (not value and not empty):
            least = "" if empty else "1 to "
            return self._wrong(name, value, f"{least}{most} letters without control characters", "")
        return value

    def flag(self, name: str) -> bool:
        """True or false."""
        value, no = self._table.get(name, False), False
        return value if isinstance(value, bool) else self._wrong(name, value, "true or false", no)

    def number(self, name: str, most: int) -> int:
        """A whole number from 0."""
        value = self._table.get(name, 0)
        if type(value) is not int or not 0 <= value <= most:
            return self._wrong(name, value, f"a whole number from 0 to {most}", 0)
        return value

    def member(self, name: str, kind: type[Member]) -> Member:
        """One of a closed set."""
        value, known = self._table.get(name, ""), {str(each): each for each in kind}
        first = next(iter(kind))
        if isinstance(value, str) and value in known:
            return known[value]
        return first if name not in self._table else self._wrong(name, value, ", ".join(known), first)

    def id(self, name: str) -> str:
        """An id as the trail writes it."""
        value = self._table.get(name, "")
        try:
            fits = isinstance(value, str) and str(uuid.UUID(value)) == value
        except ValueError:
            fits = False
        if fits:
            return str(value)
        return "" if name not in self._table else self._wrong(name, value, "an id", "")

    def day(self, name: str) -> date:
        """A day such as 2026-10-13."""
        value = self._table.get(name)
        found = _read(value, date.fromisoformat, date.isoformat)
        nothing = date.min
        if found is None and name in self._table:
            return self._wrong(name, value, "a day such as 2026-10-13", nothing)
        return found or nothing

    def moment(self, name: str) -> datetime:
        """A moment as the trail writes it."""
        value = self._table.get(name)
        found = _read(value, _moment, moment_text)
        nothing = datetime.min.replace(tzinfo=UTC)
        if found is None and name in self._table:
            return self._wrong(name, value, "a moment such as 2026-10-13T16:43:07.000012Z", nothing)
        return found or nothing

    def words(self, name: str) -> Text:
        """The same words in each language."""
        inner = Fields(self._table.get(name), f"{self.where}{name}.", LANGUAGES, self.problems)
        return {tag: inner.text(tag, most=MOST_WORDS) for tag in LANGUAGES}

    def is_nothing(self, name: str) -> bool:
        """Whether the field is there and says nothing."""
        return name in self._table and self._table[name] is None

    def inner(self, name: str, names: Iterable[str]) -> "Fields":
        """An object within this one."""
        return Fields(self._table.get(name), f"{self.where}{name}.", names, self.problems)

    def every(self, name: str, read: Callable[[object, str], Made]) -> tuple[Made, ...]:
        """A list, each of it read by `read`, which is told its place."""
        value = self._table.get(name, [])
        if not isinstance(value, list) or len(value) > MOST_OF_A_LIST:
            return self._wrong(name, value, f"a list of at most {MOST_OF_A_LIST}", ())
        return tuple(read(each, f"{self.where}{name}.{place}.") for place, each in enumerate(value, start=1))

    def _wrong(self, name: str, found: object, allowed: str, instead: Made) -> Made:
        where = f"{self.where}{name}".rstrip(".") or "the packet"
        self.problems.append(f"{where}: found {ascii(found)[:MOST_SEEN]}; allowed: {allowed}")
        return instead


def _plain(words: str) -> bool:
    """Whether nothing in it steers how text is shown: no control, format or surrogate characters."""
    return not any(unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co"} for letter in words)


def _moment(words: str) -> datetime:
    found = datetime.fromisoformat(words)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _read(value: object, read: Callable[[str], Made], spell: Callable[[Made], str]) -> Made | None:
    """What the words spell, when they are the one spelling of it."""
    if not isinstance(value, str):
        return None
    try:
        found = read(value)
        return found if spell(found) == value else None
    except (ValueError, OverflowError):
        return None
