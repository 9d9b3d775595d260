"""Tables of answers in files, read and written a piece at a time: CSV here, Arrow and Parquet in `arrow_files.py`."""

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Protocol

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
    """A CSV file in UTF-8, its first line the names of the columns."""

    def __init__(self, path: Path) -> None:
        self.length = path.stat().st_size
        self._bytes = path.open("rb")
        text = io.TextIOWrapper(self._bytes, encoding="utf-8-sig", errors="backslashreplace", newline="")
        self._rows = csv.reader(text)
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
        try:
            return list(islice(filter(None, self._rows), most))
        except csv.Error as error:
            raise BadTable(f"line {self._rows.line_num} cannot be read: {error}") from None

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


class CsvWriter:
    """A CSV file in UTF-8. Nothing stands where there is no score, band or verdict."""

    def __init__(self, path: Path, metadata: dict[str, str]) -> None:
        del metadata  # every row names the instrument and its version
        self._file = path.open("w", encoding="utf-8", newline="")
        self._rows = csv.writer(self._file, lineterminator="\n")
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


def _cells(column: Column) -> Sequence[object]:
    if isinstance(column, Texts):
        return column.values
    if isinstance(column, Flags):
        return [("no", "yes")[value] for value in column.values.tolist()]
    if isinstance(column, Numbers):
        known = column.known.tolist()
        return [value if there else None for value, there in zip(column.values.tolist(), known, strict=True)]
    words: tuple[str | None, ...] = (*column.words, None)
    return [words[place] for place in column.places.tolist()]
