"""A table of answers in CSV in, plain results out, a row at a time: `id,q1,q2,...` and one form a row.

A blank cell is a missing answer, `refused` a refusal; a column that is left out is missing in every row. A cell
that is neither, nor one of the question's own answers, is named by its line and column, and the row has no score.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from instruments.answers import InvalidAnswers, Problem, shown
from instruments.lines import id_problems, refused_row, result_row
from instruments.problems import nearest
from instruments.scoring import Scorer

_WHOLE = re.compile(r"-?[0-9]{1,9}\Z")
_ID = "id"
_MOST_TOLD = 50


class BadHeader(Exception):
    """A table whose first line does not name an id and questions. Its words name every problem."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the table: where it ends in the file, and its cells."""

    line: int
    cells: Sequence[str]
    unreadable: str = ""


def score_table(
    lines: Iterable[bytes], scorer: Scorer, *, undecided: bool = False
) -> Iterator[dict[str, Any]]:
    """One object for each row, as for lines of JSON. Holds one row at a time. Raises BadHeader."""
    rows = _rows(lines)
    columns = _columns(next(rows, _Row(1, ())), scorer)
    for row in rows:
        if row.cells or row.unreadable:
            yield _scored(row, columns, scorer, undecided=undecided)


def _rows(lines: Iterable[bytes]) -> Iterator[_Row]:
    """The rows; one that is not CSV says why, and reading goes on after it."""
    reader = csv.reader(_texts(lines), strict=True)
    while True:
        try:
            yield _Row(reader.line_num + 1, next(reader))
        except StopIteration:
            return
        except csv.Error as error:
            yield _Row(reader.line_num, (), str(error))


def _texts(lines: Iterable[bytes]) -> Iterator[str]:
    """The lines as text. Bytes that are not UTF-8 stay recognisable, so that their cell can be named."""
    for place, line in enumerate(lines):
        start = line.removeprefix(b"\xef\xbb\xbf") if place == 0 else line
        yield start.decode("utf-8", "surrogateescape").replace("\0", "\ufffd")


def _columns(header: _Row, scorer: Scorer) -> tuple[str, ...]:
    names = tuple(cell.strip() for cell in header.cells)
    problems = list(islice(_header_problems(names, scorer), _MOST_TOLD))
    if header.unreadable:
        problems = [f"line {header.line}: not readable as CSV: {header.unreadable}"]
    if problems:
        raise BadHeader("\n".join(problems))
    return names


def _header_problems(names: tuple[str, ...], scorer: Scorer) -> Iterator[str]:
    items = [item.id for item in scorer.instrument.items]
    if _ID not in names:
        yield "line 1: the column id is missing; allowed: id and the questions"
    for place, name in enumerate(names, start=1):
        if name not in {_ID, *items}:
            meant = nearest(name, items)
            hint = f"; did you mean {meant}?" if meant else ""
            yield f"line 1, column {place}: found {shown(name)}; allowed: id, {', '.join(items[:40])}{hint}"
        if names.index(name) < place - 1:
            yield f"line 1, column {place}: the column {shown(name)} twice; allowed: once"


def _scored(row: _Row, columns: tuple[str, ...], scorer: Scorer, *, undecided: bool) -> dict[str, Any]:
    cells = dict(zip(columns, (cell.strip() for cell in row.cells), strict=False))
    answers = {name: _answer(cell) for name, cell in cells.items() if name != _ID}
    problems = list(_row_problems(row, columns, cells))
    try:
        result = scorer.score(answers)
    except InvalidAnswers as error:
        problems += [_placed(problem, row.line, columns) for problem in error.problems]
    if problems:
        return refused_row(_sound_id(cells), scorer, problems, answers.items(), undecided=undecided)
    return result_row(cells[_ID], result, undecided=undecided)


def _row_problems(row: _Row, columns: tuple[str, ...], cells: Mapping[str, str]) -> Iterator[Problem]:
    """What is wrong with a row around its answers."""
    if row.unreadable:
        message = f"line {row.line}: not readable as CSV: {row.unreadable}"
        yield Problem("", row.unreadable, "a row of CSV", message)
        return
    if len(row.cells) != len(columns):
        found, allowed = f"{len(row.cells)} cells", f"{len(columns)} cells, as in the first line"
        yield Problem("", found, allowed, f"line {row.line}: found {found}, allowed: {allowed}")
    for problem in id_problems({_ID: _sound_id(cells)}):
        message = f"line {row.line}, column {columns.index(_ID) + 1} ({_ID}): found {shown(cells.get(_ID))}"
        yield replace(problem, message=f"{message}, allowed: {problem.allowed}")


def _sound_id(cells: Mapping[str, str]) -> str | None:
    """The id of a row; None when it is blank or not text in UTF-8."""
    found = cells.get(_ID, "")
    return None if not found or any("\ud800" <= letter <= "\udfff" for letter in found) else found


def _answer(cell: str) -> object:
    """A blank is no answer, a whole number is one; anything else is judged as it stands."""
    if cell == "":
        return None
    return int(cell) if _WHOLE.match(cell) else cell


def _placed(problem: Problem, line: int, columns: tuple[str, ...]) -> Problem:
    """The problem with its line and column, and in words that fit a table."""
    allowed = problem.allowed.replace(" or null", " or blank")
    place = f"line {line}, column {columns.index(problem.item) + 1} ({problem.item})"
    return replace(problem, allowed=allowed, message=f"{place}: found {problem.found}, allowed: {allowed}")
