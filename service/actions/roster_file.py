"""Reading a roster: the bytes of a CSV file into lines that each say something about one person. Pure.

Every problem is found at once and named by line and column. A cell is plain text whatever it begins with. The file
comes from whoever is signed in and is bounded before it is read (bytes, rows, columns), and reading it is linear: it
needs no process of its own, as definitions from strangers do.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from instruments.model import Text, text_in
from service.actions.details import (
    MOST_SHOWN,
    Details,
    Fault,
    GuardianDetails,
    details_faults,
    guardian_faults,
    tidied,
)
from service.relations import known_relation

MOST_BYTES = 4 * 1024 * 1024
MOST_ROWS = 10_000
MOST_GUARDIANS = 4
NEEDED = ("local_id", "given_name", "family_name", "birth_date")
FIELDS: Mapping[str, str] = {
    **{name: name for name in ("local_id", "given_name", "family_name", "site", "grade", "pronouns")},
    "birth_date": "born_on",
    "class": "class_name",
    "language": "language",
    "home_language": "home_language",
}
"""Columns about the person themself -> the field that each fills."""

OF_GUARDIANS = ("name", "relation", "phone", "language")
COLUMNS = (
    *FIELDS,
    *(f"guardian_{n}_{each}" for n in range(1, MOST_GUARDIANS + 1) for each in OF_GUARDIANS),
)
_SEPARATORS = ",;\t"
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_SOMEWHERE = UUID(int=0)
_TEXT: Text = {"en": "text in UTF-8: save it as CSV UTF-8", "es": "texto en UTF-8: guárdelo como CSV UTF-8"}
_QUOTES: Text = {
    "en": 'a cell in quotes that ends with "',
    "es": 'una celda entre comillas que termine con «"»',
}
_ONCE: Text = {"en": "each id once", "es": "cada identificador una sola vez"}
_ONE_EACH: Text = {"en": "each guardian once", "es": "cada tutor o tutora una sola vez"}
_NOTHING: Text = {"en": "nothing", "es": "nada"}


@dataclass(frozen=True, slots=True)
class FileProblem:
    """What stands where in the file, and what is allowed there. Lines and columns count from 1."""

    line: int
    column: int
    name: str
    found: str
    allowed: Text

    def words(self, language: str) -> str:
        """Such as: 14:4 birth_date: found "31/02/2011"; allowed: a day such as 2011-02-28."""
        found = f'"{self.found[:MOST_SHOWN]}"' if self.found else text_in(_NOTHING, language)
        english = language == "en"
        between = ("found", "allowed") if english else ("se encontró", "se admite")
        where = f"{self.line}:{self.column} {self.name}".rstrip()
        return f"{where}: {between[0]} {found}; {between[1]}: {text_in(self.allowed, language)}"


@dataclass(frozen=True, slots=True)
class Line:
    """What the file says about one person; a cell that is empty, or not there, says nothing."""

    number: int
    local_id: str
    said: Mapping[str, str]
    born_on: date | None
    guardians: tuple[Mapping[str, str], ...]
    columns: Mapping[str, int] = field(repr=False)
    """Where each column of the file stands, for what is found wrong later."""

    def problem(self, column: str, found: str, allowed: Text) -> FileProblem:
        """What is wrong with a cell of this line."""
        return FileProblem(self.number, self.columns.get(column, 1), column, found, allowed)


def read_roster(content: bytes, today: date) -> tuple[list[Line], list[FileProblem]]:
    """(the lines that say something, every problem), of a file."""
    if len(content) > MOST_BYTES:
        text = {"en": f"at most {MOST_BYTES} bytes", "es": f"como máximo {MOST_BYTES} bytes"}
        return [], [FileProblem(1, 1, "", f"{len(content)} bytes", text)]
    try:
        text_of_it = content.decode("utf-8-sig")
    except UnicodeDecodeError as bad:
        before = content[: bad.start]
        line, column = before.count(b"\n") + 1, bad.start - (before.rfind(b"\n") + 1) + 1
        return [], [FileProblem(line, column, "", f"0x{content[bad.start]:02X}", _TEXT)]
    rows, problems = _rows(text_of_it)
    header, header_problems = _header(rows[0][1] if rows else [])
    if header_problems:
        return [], [*header_problems, *problems]
    lines = [_line(number, cells, header) for number, cells in rows[1:] if any(map(str.strip, cells))]
    problems += _of_the_whole(lines, len(header), rows[1:])
    return lines, sorted(
        [*problems, *(each for line in lines for each in _wrong(line, today))],
        key=lambda each: (each.line, each.column),
    )


def _rows(text: str) -> tuple[list[tuple[int, list[str]]], list[FileProblem]]:
    """(line, cells) of each row, and the problem that ended the reading."""
    first = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[tuple[int, list[str]]] = []
    begins = 1
    try:
        for cells in reader:
            rows.append((begins, cells))
            begins = reader.line_num + 1
            if len(rows) > MOST_ROWS + 1:
                most = {"en": f"at most {MOST_ROWS} people", "es": f"como máximo {MOST_ROWS} personas"}
                return rows[: MOST_ROWS + 1], [FileProblem(begins - 1, 1, "", "another row", most)]
    except csv.Error:
        return rows, [FileProblem(begins, 1, "", text.splitlines()[begins - 1 : begins][0], _QUOTES)]
    return rows, []


def _header(cells: Sequence[str]) -> tuple[dict[str, int], list[FileProblem]]:
    """Where each column stands, and what is wrong with the first line."""
    found: dict[str, int] = {}
    problems = []
    known: Text = {"en": f"one of {', '.join(COLUMNS)}", "es": f"una de {', '.join(COLUMNS)}"}
    for place, cell in enumerate(cells, start=1):
        name = "_".join(cell.strip().casefold().split())
        if name not in COLUMNS or name in found:
            problems.append(FileProblem(1, place, "", cell, known))
        found.setdefault(name, place)
    needed = ", ".join(NEEDED)
    missing = [name for name in NEEDED if name not in found]
    if missing:
        allowed = {"en": f"a first line with {needed}", "es": f"una primera línea con {needed}"}
        problems.append(FileProblem(1, 1, missing[0], "", allowed))
    return found, problems


def _line(number: int, cells: Sequence[str], columns: Mapping[str, int]) -> Line:
    told = {name: tidied(cells[at - 1]) for name, at in columns.items() if at <= len(cells)}
    told = {name: cell for name, cell in told.items() if cell}
    day = told.get("birth_date", "")
    for name in told.keys() & {f"guardian_{n}_relation" for n in range(1, MOST_GUARDIANS + 1)}:
        told[name] = known_relation(told[name])
    guardians = tuple(
        {each: told[f"guardian_{n}_{each}"] for each in OF_GUARDIANS if f"guardian_{n}_{each}" in told}
        for n in range(1, MOST_GUARDIANS + 1)
    )
    said = {FIELDS[name]: cell for name, cell in told.items() if name in FIELDS and name != "birth_date"}
    said |= {"birth_date": day} if day else {}
    return Line(number, told.get("local_id", ""), said, _day(day), guardians, columns)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def _of_the_whole(
    lines: Sequence[Line], width: int, rows: Sequence[tuple[int, list[str]]]
) -> Iterator[FileProblem]:
    """Rows of another width than the first, and ids that stand there twice."""
    cells_allowed: Text = {"en": f"{width} cells, as in line 1", "es": f"{width} celdas, como en la línea 1"}
    for number, cells in rows:
        if any(map(str.strip, cells)) and len(cells) != width:
            yield FileProblem(number, min(len(cells), width) + 1, "", f"{len(cells)} cells", cells_allowed)
    seen: set[str] = set()
    for line in lines:
        if line.local_id in seen:
            yield line.problem("local_id", line.local_id, _ONCE)
        seen |= {line.local_id} - {""}


def _wrong(line: Line, today: date) -> Iterator[FileProblem]:
    names = {name: column for column, name in FIELDS.items()}
    said = {name: cell for name, cell in line.said.items() if name not in {"site", "birth_date"}}
    kept = {"given_name": "", "family_name": "", "local_id": "", **said}
    for fault in details_faults(Details(**kept, born_on=line.born_on, site_id=_SOMEWHERE), today):
        found = line.said.get("birth_date", "") if fault.field == "born_on" else fault.found
        yield line.problem(names[fault.field], found, fault.allowed)
    yield from _wrong_guardians(line)


def _wrong_guardians(line: Line) -> Iterator[FileProblem]:
    seen: set[str] = set()
    for n, told in enumerate(line.guardians, start=1):
        if not told:
            continue
        for fault in _guardian_faults(told):
            yield line.problem(f"guardian_{n}_{fault.field}", fault.found, fault.allowed)
        name = told.get("name", "").casefold()
        if name in seen:
            yield line.problem(f"guardian_{n}_name", told.get("name", ""), _ONE_EACH)
        seen.add(name)


def _guardian_faults(told: Mapping[str, str]) -> list[Fault]:
    return guardian_faults(GuardianDetails(**{"name": "", "relation": "guardian", **told}))
