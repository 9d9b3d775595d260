"""Rows of a table in, columns of results out, a piece at a time: what `handrail score --batch` does to each piece.

A table has a column for each item and perhaps `id`. A cell holds a whole number, `refused`, or nothing. A row that
cannot be scored says why under `problems` and has no score; an answer in it that calls for action today is told all
the same. How tables are read from files and written to them stands elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from instruments.answers import REFUSED as REFUSED_WORD
from instruments.answers import Checker, InvalidAnswers, shown
from instruments.batch import MISSING, REFUSED, VERDICTS, BatchScorer, Results
from instruments.model import Instrument
from instruments.problems import nearest

ID: Final = "id"

WRONG: Final = 127
"""The code of a cell that holds no answer, which no item allows."""

Codes: TypeAlias = npt.NDArray[np.int8]
Rows: TypeAlias = npt.NDArray[np.bool_]


class BadTable(Exception):
    """A table that is not one of answers to this instrument, or cannot be read on."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of a table: the number of the first one, its ids, its items' codes and what each cell held.

    `unreadable` names what is wrong with rows as a whole, by their place in the piece.
    """

    first: int
    size: int
    ids: Sequence[str | None] | None
    codes: Mapping[str, Codes]
    cell: Callable[[str, int], object]
    unreadable: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Numbers:
    """Whole numbers, where `known`."""

    values: npt.NDArray[Any]
    known: Rows


@dataclass(frozen=True, slots=True)
class Words:
    """One of a few words in each row, by its place among them; -1 for none."""

    places: npt.NDArray[np.int16]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flags:
    """True or false in each row."""

    values: Rows


@dataclass(frozen=True, slots=True)
class Texts:
    """Any text in each row, None for none."""

    values: Sequence[str | None]


Column: TypeAlias = "Numbers | Words | Flags | Texts"


class TableScorer:
    """Scores tables of answers to one instrument version. `bad_rows` counts the rows that had problems."""

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument
        self.bad_rows = 0
        self._score, self._check = BatchScorer(instrument), Checker(instrument)

    def check_header(self, names: Sequence[str]) -> tuple[str, ...]:
        """The needed items that have no column. Raises BadTable for a column that is none, or stands twice."""
        items = tuple(item.id for item in self.instrument.items)
        unknown = [name for name in names if name not in (ID, *items)]
        repeated = sorted(name for name, times in Counter(names).items() if times > 1)
        if unknown:
            meant = nearest(unknown[0], items)
            hint = f"; did you mean {meant}?" if meant else ""
            raise BadTable(
                f"{', '.join(shown(name) for name in unknown[:10])}: not a column of {self.instrument.id}"
                f" (allowed: {ID}, {', '.join(items)}{hint})"
            )
        if repeated or not set(names) & set(items):
            problem = (
                f"{', '.join(repeated)}: twice among the columns" if repeated else "no item has a column"
            )
            raise BadTable(f"{problem} (allowed: {ID}, {', '.join(items)}, each once)")
        return tuple(item.id for item in self.instrument.items if not item.optional and item.id not in names)

    def __call__(self, piece: Piece) -> dict[str, Column]:
        """The columns of results of some rows, always the same ones in the same order."""
        results = self._score(piece.codes)
        results.invalid[list(piece.unreadable)] = True
        problems: list[str | None] = [None] * piece.size
        for row in np.flatnonzero(results.invalid).tolist():
            problems[row] = self._problems(piece, row)
            self.bad_rows += 1
        numbers = [str(piece.first + row) for row in range(piece.size)] if piece.ids is None else piece.ids
        return {
            ID: Texts(numbers),
            "instrument": Words(np.zeros(piece.size, np.int16), (self.instrument.id,)),
            "version": Words(np.zeros(piece.size, np.int16), (self.instrument.version,)),
            "complete": Flags(results.complete & ~results.invalid),
            **dict(_told(results)),
            "problems": Texts(problems),
        }

    def _problems(self, piece: Piece, row: int) -> str:
        found = [piece.unreadable[row]] if row in piece.unreadable else []
        try:
            self._check({item: piece.cell(item, row) for item in piece.codes})
        except InvalidAnswers as error:
            found += [problem.message for problem in error.problems]
        return "; ".join(found)


def _told(results: Results) -> Iterator[tuple[str, Column]]:
    """Scores, bands, findings and critical items. A row with problems has no score, band or verdict."""
    sound = ~results.invalid
    for scale, low in results.low.items():
        yield f"score_{scale}", Numbers(low, (low == results.high[scale]) & sound)
    for one in results.instrument.band_sets:
        places = np.where(sound, results.band(one), -1).astype(np.int16)
        yield f"band_{one.id}", Words(places, tuple(band.name for band in one.bands))
    verdicts = tuple(str(verdict) for verdict in VERDICTS)
    for finding, found in results.findings.items():
        yield f"finding_{finding}", Words(np.where(sound, found, -1).astype(np.int16), verdicts)
    for item, flags in results.critical.items():
        yield f"critical_{item}", Flags(flags)


def codes_of_words(cells: Iterable[str | None], size: int) -> Codes:
    """The codes of cells that hold text: a whole number written plainly, `refused`, or nothing."""
    return np.fromiter(map(_CODES.get, cells, repeat(WRONG)), np.int8, size)


def codes_of_numbers(values: npt.NDArray[np.integer[Any]], missing: Rows) -> Codes:
    """The codes of cells that hold whole numbers."""
    inside = (values >= 0) & (values < WRONG)
    return np.where(missing, MISSING, np.where(inside, values, WRONG)).astype(np.int8)


def value_of_word(cell: str | None) -> object:
    """What a cell of text holds, as a raw answer."""
    code = _CODES.get(cell, WRONG)
    if cell is None or code == MISSING:
        return None
    return code if 0 <= code < WRONG else int(cell) if _is_number(cell) else cell


def _is_number(cell: str) -> bool:
    digits = cell.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) < 19 and str(int(cell)) == cell  # noqa: PLR2004 - as 64 bits


_CODES: Final[Mapping[str | None, int]] = {
    **{str(value): value for value in range(WRONG)},
    "": MISSING,
    None: MISSING,
    REFUSED_WORD: REFUSED,
}
