"""The rows of a REDCap data dictionary: read as CSV, bounded, each row with its place and the columns unread."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from instruments.exchange.redcap_text import COLUMNS
from instruments.exchange.strict_json import MAX_BYTES, decode_text
from instruments.exchange.telling import Notes, NotReadable
from instruments.problems import nearest

MAX_ROWS = 5000
MAX_COLUMNS = 100
_LONGEST = 20_000
_SHORT = (
    *("field_name", "form_name", "section_header", "field_type", "field_label"),
    *("select_choices_or_calculations", "field_note", "text_validation_type_or_show_slider_number"),
    *("text_validation_min", "text_validation_max", "identifier", "branching_logic", "required_field"),
    *("custom_alignment", "question_number", "matrix_group_name", "matrix_ranking", "field_annotation"),
)
_NAMED = re.compile(r"[a-z][a-z0-9_]*\Z")


@dataclass(slots=True)
class Row:
    """One field of the dictionary, by the short names of its columns."""

    place: str
    cells: Mapping[str, str]
    read: set[str] = field(default_factory=set)

    def take(self, column: str) -> str:
        """A cell, which now counts as read."""
        self.read.add(column)
        return self.cells.get(column, "")

    def path(self, column: str) -> str:
        """Where a cell stands, in words."""
        return f"{self.place}, {COLUMNS[_SHORT.index(column)]}"

    def tell_unread(self, notes: Notes) -> None:
        """Note each cell that holds something nobody took."""
        for column, words in self.cells.items():
            if words and column not in self.read:
                notes.add(self.path(column), column, "not carried: a definition has no place for it")


def read_table(content: bytes, file: str) -> list[Row]:
    """Every row. Raises NotReadable with each problem, named by its line."""
    if len(content) > MAX_BYTES:
        raise NotReadable(
            [f"{file}: the file is too large; found {len(content)} bytes; allowed: {MAX_BYTES}"]
        )
    text = decode_text(content, file)
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return _rows(lines, file)
    except csv.Error as error:
        raise NotReadable([f"{file}:{lines.line_num}: not readable as CSV: {error}"]) from None


def _header(lines: Iterator[list[str]], file: str) -> list[str]:
    """The names of the columns, as they stand. Raises NotReadable."""
    header = next(lines, [])
    if len(header) > MAX_COLUMNS:
        raise NotReadable([f"{file}: row 1: found {len(header)} columns; allowed: at most {MAX_COLUMNS}"])
    problems = list(_header_problems(header, file))
    if problems:
        raise NotReadable(problems)
    return header


def _rows(lines: Iterator[list[str]], file: str) -> list[Row]:
    header = _header(lines, file)
    problems: list[str] = []
    columns = [_short(name) for name in header]
    rows: list[Row] = []
    for place, cells in enumerate(lines, start=2):
        if not any(cells):
            continue
        problems += _row_problems(cells, columns, f"{file}: row {place}")
        given = dict(zip(columns, (cell.strip() for cell in cells), strict=False))
        rows.append(Row(f"row {place} ({given.get('field_name', '')[:60]})", given))
        if len(rows) > MAX_ROWS:
            raise NotReadable([f"{file}: more than {MAX_ROWS} rows"])
    problems += _twice(rows, file)
    if problems:
        raise NotReadable(problems[:50])
    return rows


def _short(name: str) -> str:
    cleaned = name.strip().strip('"')
    if cleaned in COLUMNS:
        return _SHORT[COLUMNS.index(cleaned)]
    return cleaned if cleaned in _SHORT else ""


def _header_problems(header: list[str], file: str) -> Iterator[str]:
    for place, name in enumerate(header, start=1):
        if not _short(name):
            meant = nearest(name.strip(), COLUMNS)
            hint = f"; did you mean {meant}?" if meant else ""
            yield f"{file}: row 1, column {place}: an unknown column {name[:60]!r}{hint}"
    known = [_short(name) for name in header]
    for name in ("field_name", "form_name", "field_type", "field_label"):
        if name not in known:
            yield f"{file}: row 1: the column {COLUMNS[_SHORT.index(name)]!r} is missing"
    for name in sorted({name for name in known if name and known.count(name) > 1}):
        yield f"{file}: row 1: the column {COLUMNS[_SHORT.index(name)]!r} twice"


def _row_problems(cells: list[str], columns: list[str], place: str) -> Iterator[str]:
    if len(cells) != len(columns):
        yield f"{place}: found {len(cells)} cells; allowed: {len(columns)}"
    if any(len(cell) > _LONGEST for cell in cells):
        yield f"{place}: a cell of more than {_LONGEST} characters"
    name = cells[columns.index("field_name")].strip() if len(cells) == len(columns) else "a"
    if not _NAMED.match(name):
        yield f"{place}: field name: found {name[:60]!r}; allowed: small letters, digits and underscores"


def _twice(rows: list[Row], file: str) -> Iterator[str]:
    seen: dict[str, str] = {}
    for row in rows:
        name = row.cells.get("field_name", "")
        if name in seen:
            yield f"{file}: {row.place}: the field {name[:60]!r} twice; first in {seen[name]}"
        seen.setdefault(name, row.place)
    forms = list(dict.fromkeys(row.cells.get("form_name", "") for row in rows))
    if len(forms) > 1:
        shown = ", ".join(repr(form[:40]) for form in forms[:6])
        yield f"{file}: {len(forms)} forms: {shown}; allowed: one form in a file, so that it is one instrument"
