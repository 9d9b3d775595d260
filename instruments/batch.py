"""The same compiled definition over columns: a million forms at a time, with NumPy.

Columns are whole numbers, one column an item, one row a form: an answer, MISSING or REFUSED. Rows are worked
through in pieces that fit the processor's cache; a piece in which every answer is there takes the shorter way.
Says exactly what `scoring.py` says of each row; the tests prove it. Worth its while from some hundred rows on.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from instruments.answers import Answers
from instruments.columns import BLANKS, CompleteColumns, OpenColumns, ends_of
from instruments.compiling import items_read, run, scored
from instruments.conditions import AtLeast, Condition, Verdict, parts_of
from instruments.emitter import Emitter, End
from instruments.emitting import test_of
from instruments.model import BandSet, Instrument, Item, MissingMethod
from instruments.syntax import function, name

MISSING: Final = -1
REFUSED: Final = -2
ROWS: Final = 98_304
"""Rows in a piece: with fewer, NumPy's own calls cost too much; with more, a piece no longer fits the cache."""

MOST: Final = 125
"""The greatest answer that a column can hold."""

Column: TypeAlias = npt.NDArray[np.int8]
Numbers: TypeAlias = npt.NDArray[Any]
Flags: TypeAlias = npt.NDArray[np.bool_]

VERDICTS: Final = (Verdict.NO, Verdict.UNKNOWN, Verdict.YES)
"""What the numbers in a column of findings mean."""


@dataclass(frozen=True, slots=True)
class Results:
    """What scoring says of every row.

    `low` and `high` are the two ends of each score, equal where there is one, and the same column where there is
    one in every row. `findings` hold 0 no, 1 unknown,
    2 yes. A row in `invalid` held a value off some item's scale; nothing else about it means anything.
    """

    instrument: Instrument
    low: Mapping[str, Numbers]
    high: dict[str, Numbers]
    findings: Mapping[str, Column]
    critical: Mapping[str, Flags]
    complete: Flags
    invalid: Flags

    def band(self, one: BandSet) -> npt.NDArray[np.int16]:
        """The place of each row's band in a band set, -1 without a score."""
        low = self.low[one.scale]
        edges = np.array([band.lowest for band in one.bands], dtype=np.int32)
        order = np.argsort(edges)
        place = order[np.clip(np.searchsorted(edges[order], low, side="right") - 1, 0, None)]
        return np.where(low == self.high[one.scale], place, -1).astype(np.int16)


class BatchScorer:
    """Scores columns of one instrument version. Raises ValueError for an instrument that columns cannot hold."""

    def __init__(self, instrument: Instrument) -> None:
        if any(not 0 <= value <= MOST for item in instrument.items for value in item.values):
            raise ValueError(f"{instrument.id} has answers that do not fit a column (0 to {MOST})")
        self.instrument = instrument
        self._kind = _kind(instrument)
        self._complete = _compiled(CompleteColumns(instrument), self._kind)
        self._open = _compiled(OpenColumns(instrument), self._kind)
        self._allowed = {item.id: _allowed(item) for item in instrument.items}
        self._highest = {item.id: _highest(item) for item in instrument.items}
        self._read = {item.id for item in items_read(instrument)}

    def __call__(self, columns: Mapping[str, Numbers]) -> Results:
        """The results of every row. An absent column is missing throughout.

        Raises ValueError for a column that is no item, holds no whole numbers or differs in length.
        """
        length = self._length(columns)
        results = self._empty(length)
        for start in range(0, length, ROWS):
            self._piece(columns, slice(start, min(start + ROWS, length)), results)
        return results

    def _length(self, columns: Mapping[str, Numbers]) -> int:
        unknown = sorted(columns.keys() - self._allowed.keys())
        unknown += [item for item, column in columns.items() if column.dtype.kind not in "iu"]
        lengths = {len(column) for column in columns.values()}
        if unknown or len(lengths) > 1:
            found = f"not usable: {', '.join(unknown)}" if unknown else f"lengths: {sorted(lengths)}"
            message = (
                f"columns of {self.instrument.id} must be its items, whole numbers, of one length ({found})"
            )
            raise ValueError(message)
        return lengths.pop() if lengths else 0

    def _empty(self, length: int) -> Results:
        one = self.instrument
        low = {scale.id: np.empty(length, self._kind) for scale in one.scales}
        high = dict(low)  # the same columns until a piece of rows comes that has two ends
        findings = {finding.id: np.empty(length, np.int8) for finding in one.findings}
        critical = {item.id: np.empty(length, np.bool_) for item in one.items if item.critical is not None}
        return Results(
            one, low, high, findings, critical, np.empty(length, np.bool_), np.zeros(length, np.bool_)
        )

    def _piece(self, columns: Mapping[str, Numbers], rows: slice, results: Results) -> None:
        """One piece of rows, into its place in the results."""
        size = rows.stop - rows.start
        codes: list[Column] = []
        is_complete = True
        for item in self.instrument.items:
            given = columns.get(item.id)
            if given is None:
                code, all_there = np.full(size, MISSING, np.int8), False
            else:
                code, all_there = self._sound(given[rows], item, results.invalid[rows])
            codes.append(code)
            is_complete = is_complete and (all_there or item.id not in self._read)
        if is_complete:
            wide = [code.astype(self._kind, copy=False) for code in codes]
            self._store(self._complete(*wide), rows, results, ends=1)
        else:
            self._store(self._open(*codes), rows, results, ends=2)

    def _sound(self, given: Numbers, item: Item, invalid: Flags) -> tuple[Column, bool]:
        """A column as small numbers with wrong values made missing, and whether every value is there."""
        if given.dtype == np.int8 and given.view(np.uint8).max() <= self._highest[item.id]:
            return given, True  # one look is enough: what is below 0 is large without a sign
        allowed = self._allowed[item.id]
        lowest, highest = int(given.min()), int(given.max())
        if lowest < REFUSED or highest >= len(allowed) - BLANKS or not allowed.all():
            inside = (given >= REFUSED) & (given < len(allowed) - BLANKS)
            wrong = ~(inside & allowed[np.where(inside, given, 0).astype(np.int64)])
            np.logical_or(invalid, wrong, out=invalid)
            given = np.where(wrong, MISSING, given.astype(np.int64))
            lowest = int(given.min())
        return np.asarray(given, np.int8), lowest >= 0

    def _store(self, found: tuple[Any, ...], rows: slice, results: Results, *, ends: int) -> None:
        """The generated function's columns: scores and findings at each end, critical items, what is lacking."""
        parts = iter(found)
        scores = [[next(parts) for _ in results.low] for _ in range(ends)]
        verdicts = [[next(parts) for _ in results.findings] for _ in range(ends)]
        _fill(results.low, scores[0], rows)
        if ends > 1 or any(results.high[scale] is not low for scale, low in results.low.items()):
            _fill_high(results, scores[-1], rows)
        for column, sure, perhaps in zip(results.findings.values(), verdicts[0], verdicts[-1], strict=True):
            np.add(np.asarray(sure).view(np.int8), np.asarray(perhaps).view(np.int8), out=column[rows])
        _fill(results.critical, [next(parts) for _ in results.critical], rows)
        results.complete[rows] = np.logical_not(next(parts))


def _fill(target: Mapping[str, Numbers], columns: list[Numbers], rows: slice) -> None:
    for column, found in zip(target.values(), columns, strict=True):
        column[rows] = found


def _fill_high(results: Results, columns: list[Numbers], rows: slice) -> None:
    """The high ends; into columns of their own from the first piece on in which they differ from the low ones."""
    for scale, found in zip(results.low, columns, strict=True):
        low, high = results.low[scale], results.high[scale]
        if high is not low:
            high[rows] = found
        elif not np.array_equal(low[rows], found):
            results.high[scale] = low.copy()
            results.high[scale][rows] = found


def columns_of(instrument: Instrument, forms: Iterable[Answers]) -> dict[str, Column]:
    """Checked answers as columns."""
    rows = list(forms)
    return {
        item.id: np.array([_code(form, item.id) for form in rows], dtype=np.int8) for item in instrument.items
    }


def _code(form: Answers, item: str) -> int:
    return REFUSED if item in form.refused else form.values.get(item, MISSING)


def _allowed(item: Item) -> Flags:
    """Which codes an item's column may hold."""
    allowed = np.zeros(max(item.values) + 1 + BLANKS, np.bool_)
    allowed[[MISSING, REFUSED, *item.values]] = True
    return allowed


def _highest(item: Item) -> int:
    """An item's highest answer where every number from 0 up to it is one; else -1."""
    return max(item.values) if sorted(item.values) == list(range(max(item.values) + 1)) else -1


def _kind(instrument: Instrument) -> type[np.signedinteger[Any]]:
    """The smallest column type that no score, and nothing on the way to one, can overflow."""
    ends = [abs(end) for scale in instrument.scales for end in (scale.low, scale.high)]
    estimated = any(scale.missing.method is not MissingMethod.REFUSE for scale in instrument.scales)
    scaled = any(
        "Scaled" in repr(scale.formula) or "LookedUp" in repr(scale.formula) for scale in instrument.scales
    )
    if estimated or scaled:
        return np.int32
    counted = [_longest_count(condition) for condition in _conditions(instrument)]
    return np.int8 if max([*ends, *counted, 0]) <= np.iinfo(np.int8).max else np.int16


def _conditions(instrument: Instrument) -> Iterator[Condition]:
    yield from (finding.when for finding in instrument.findings)
    for item in instrument.items:
        yield from (one for one in (item.asked_if, item.critical) if one is not None)


def _longest_count(condition: Condition) -> int:
    """How far counting the parts that hold can get, anywhere inside."""
    own = len(condition.parts) if isinstance(condition, AtLeast) else 0
    return max([own, *(_longest_count(part) for part in parts_of(condition))])


def _compiled(emitter: Emitter, kind: type[np.signedinteger[Any]]) -> Callable[..., tuple[Any, ...]]:
    ends = ends_of(emitter)
    instrument = emitter.instrument
    body = list(scored(emitter, ends))
    outputs = [name(emitter.scale(scale.id, end)) for end in ends for scale in instrument.scales]
    outputs += [name(emitter.finding(finding.id, end)) for end in ends for finding in instrument.findings]
    outputs += [
        test_of(item.critical, End.LOW, emitter) for item in instrument.items if item.critical is not None
    ]
    lacking = (
        [emitter.unanswered(item) for item in instrument.items] if isinstance(emitter, OpenColumns) else []
    )
    needed = [test for test in lacking if not isinstance(test, ast.Constant)]
    outputs.append(emitter.either(needed) if needed else name("nowhere"))
    names = [short for short, _ in emitter.items.values()]
    returned = ast.Return(ast.Tuple(outputs, ast.Load()))
    readings = list(emitter.end_readings()) if isinstance(emitter, OpenColumns) else []
    whole = function("columns", names, [*readings, *body, returned])
    made: Callable[..., tuple[Any, ...]] = run([whole], names, _namespace(emitter, kind))["columns"]
    return made


def _namespace(emitter: Emitter, kind: type[np.signedinteger[Any]]) -> dict[str, Any]:
    tables = {
        short: _table(pairs, kind) for short, pairs in emitter.constants.items() if isinstance(pairs, dict)
    }
    return {
        "always": np.True_,
        "nowhere": np.False_,
        "where": np.where,
        "greatest": np.maximum,
        "least": np.minimum,
        "count": lambda flags: np.asarray(flags).view(np.int8).astype(kind, copy=False),
        "wide": lambda column: column.astype(kind, copy=False),
        "take": lambda table, place: table.take(place),
        **tables,
    }


def _table(pairs: dict[Any, int], kind: type[np.signedinteger[Any]]) -> Numbers:
    """A table as a column: from its least key on, or, for answers, by code."""
    known = {key: value for key, value in pairs.items() if key is not None}
    if None not in pairs:
        return np.array([known.get(key, 0) for key in range(min(known), max(known) + 1)], dtype=kind)
    codes = [known.get(key, pairs[None]) for key in range(max(known) + 1)] + [pairs[None]] * BLANKS
    return np.array(codes, dtype=kind)
