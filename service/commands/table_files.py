"""Tables of answers in files, read and written a piece at a time: CSV here, Arrow and Parquet in `arrow_files.py`."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Protocol, TextIO

from instruments.exchange.telling import FORMULA_SIGNS
from instruments.table_rows import (
    ID,
    BadTable,
    Column,
    Flags,
    Numbers,
    Piece,
    Texts,
    codes_of_words,
    value_of_word,
)

ROWS_AT_ONCE = 65_536
_ENDED = "\r\n"
_BREAK = re.compile(r"\r\n|\r|\n")


class TableReader(Protocol):
    """A table that is read a piece at a time. `length` and `done` are of one unit: how far reading has come."""

    names: Sequence[str]
    length: int

    @property
    def done(self) -> int:
        """How much has been read."""
        ...

    def pieces(self) -> Iterator[Piece]:
        """Every piece, in order. Raises BadTable where the file cannot be read on."""

    def close(self) -> None:
        """Close the file."""


class TableWriter(Protocol):
    """A table that is written a piece at a time."""

    def write(self, columns: dict[str, Column]) -> None:
        """Write some rows."""

    def close(self) -> None:
        """Finish the file."""


class CsvReader:
    """A CSV file in UTF-8, its first line the names of the columns. Quoting that is not sound is never guessed at."""

    def __init__(self, path: Path) -> None:
        self.length = path.stat().st_size
        self._bytes = path.open("rb")
        text = io.TextIOWrapper(self._bytes, encoding="utf-8-sig", errors="backslashreplace", newline="")
        self._rows = csv.reader(text, strict=True)
        self.names: Sequence[str] = [*chain(*self._read(1))]

    @property
    def done(self) -> int:
        """Bytes."""
        return self._bytes.tell()

    def pieces(self) -> Iterator[Piece]:
        """Every piece. A row of another length than the header's is unreadable."""
        first = 1
        while rows := self._read(ROWS_AT_ONCE):
            yield self._piece(first, rows)
            first += len(rows)

    def close(self) -> None:
        """Close the file."""
        self._bytes.close()

    def _read(self, most: int) -> list[list[str]]:
        """The next rows, at most so many, those without a cell left out; none at the end of the file."""
        while True:
            begun, rows = self._rows.line_num, list[list[str]]()
            try:
                rows.extend(islice(self._rows, most))
            except csv.Error as error:
                begun += sum(map(_lines, rows))  # what was read before the error stays in the list
                raise BadTable(f"the row that begins in line {begun + 1} cannot be read: {error}") from None
            if not rows or any(rows):
                return [row for row in rows if row]

    def _piece(self, first: int, rows: list[list[str]]) -> Piece:
        wide, unreadable = len(self.names), {}
        for place, row in enumerate(rows):
            if len(row) != wide:
                unreadable[place] = f"found {len(row)} cells, allowed: {wide}, as in the header"
                rows[place] = [*row, *([""] * wide)][:wide]
        columns = dict(zip(self.names, zip(*rows, strict=True), strict=True))
        ids = columns.pop(ID, None)
        codes = {item: codes_of_words(cells, len(rows)) for item, cells in columns.items()}
        return Piece(
            first, len(rows), ids, codes, lambda item, row: value_of_word(columns[item][row]), unreadable
        )


class _Lines:
    """Rows into lines that end with a line feed. The writer quotes only the breaks that it ends rows with itself."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, row: str) -> int:
        """Write one row."""
        return self._file.write(row.removesuffix(_ENDED) + "\n")


class CsvWriter:
    """A CSV file in UTF-8. Nothing stands where there is no score, band or verdict.

    A text that a spreadsheet would run as a formula has an apostrophe before it; ids are anybody's words.
    """

    def __init__(self, path: Path, metadata: dict[str, str]) -> None:
        del metadata  # every row names the instrument and its version
        self._file = path.open("w", encoding="utf-8", newline="")
        self._rows = csv.writer(_Lines(self._file), lineterminator=_ENDED)
        self._begun = False

    def write(self, columns: dict[str, Column]) -> None:
        """Write some rows, the names of the columns before the first."""
        if not self._begun:
            self._rows.writerow(columns)
            self._begun = True
        self._rows.writerows(zip(*(_cells(column) for column in columns.values()), strict=True))

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


def _lines(row: list[str]) -> int:
    """How many lines of the file a row took: breaks inside its cells count too."""
    return 1 + sum(len(_BREAK.findall(cell)) for cell in row)


def _guarded(text: str | None) -> str | None:
    return f"'{text}" if text is not None and text.startswith(FORMULA_SIGNS) else text


def _cells(column: Column) -> Sequence[object]:
    if isinstance(column, Texts):
        return [_guarded(text) for text in column.values]
    if isinstance(column, Flags):
        return [("no", "yes")[value] for value in column.values.tolist()]
    if isinstance(column, Numbers):
        known = column.known.tolist()
        return [value if there else None for value, there in zip(column.values.tolist(), known, strict=True)]
    words: tuple[str | None, ...] = (*column.words, None)
    return [words[place] for place in column.places.tolist()]
