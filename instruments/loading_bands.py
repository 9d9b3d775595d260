"""The bands of a definition: `{0-4: minimal, 5-9: mild}`. Part of loading; proves they cover the scale."""

from __future__ import annotations

import re
from collections.abc import Iterator

from instruments.loading_scales import Board
from instruments.model import Band, BandSet, Purpose
from instruments.problems import Place
from instruments.reading import MAX_BAND_SETS, Reader
from instruments.source import Leaf, Node

_KEYS = ("of", "label", "purpose", "population")
_RANGE = re.compile(r"(-?[0-9]{1,6})(?:-(-?[0-9]{1,6}))?\Z")


def read_band_sets(node: Node | None, board: Board, sources: tuple[str, ...]) -> tuple[BandSet, ...]:
    """Every band set. Gaps, overlaps and bands out of reach are problems, each with its numbers."""
    entries = board.reader.open_table(node, "bands", MAX_BAND_SETS).entries if node is not None else ()
    return tuple(_band_set(key, value, board, sources) for key, value in entries)


def _band_set(key: Leaf, node: Node, board: Board, sources: tuple[str, ...]) -> BandSet:
    reader = board.reader
    name = reader.identifier(key, "the id of a band set")
    table = reader.table(node, f"band set {name!r}", ["bands", "source"], _KEYS)
    scale = reader.text(table.get("of"), "of", name)
    entries = reader.open_table(table.get("bands"), "bands").entries
    bands = [(range_key.place, _band(range_key, label, reader)) for range_key, label in entries]
    if scale in board.scores:
        _check_cover(table.place, bands, board.scores[scale], reader)
    else:
        reader.problems.unknown(
            (table.get("of") or key).place, "bands of an unknown scale", scale, board.scores
        )
    return BandSet(
        id=name,
        scale=scale,
        label=reader.words(table.get("label"), "label") or {"en": name},
        bands=tuple(band for _, band in bands),
        purpose=Purpose(reader.word(table.get("purpose"), "purpose", list(Purpose), Purpose.SEVERITY)),
        population=reader.text(table.get("population"), "population"),
        source=reader.word(table.get("source"), "source", sources),
        line=key.place.line,
    )


def _band(key: Leaf, node: Node, reader: Reader) -> Band:
    label = reader.words(node, "the name of a band")
    match = _RANGE.match(key.written)
    if match is None:
        reader.problems.add(key.place, "a band", found=repr(key.written), allowed="a range such as 5-9, or 5")
    low = int(match[1]) if match else 0
    high = int(match[2] or match[1]) if match else 0
    if high < low:
        reader.problems.add(key.place, "a band", found=repr(key.written), allowed=f"{high}-{low}")
    return Band(label.get("en", ""), label, low, high)


def _check_cover(
    place: Place, bands: list[tuple[Place, Band]], span: tuple[int, int], reader: Reader
) -> None:
    """Every score that can be reached falls in exactly one band, and every band can be reached."""
    low, high = span
    expected = low
    for where, band in sorted(bands, key=lambda pair: pair[1].lowest):
        for what in _misfits(band, expected, span):
            reader.problems.add(where, what, found=f"{band.lowest}-{band.highest}", allowed=f"{low}-{high}")
        expected = max(expected, band.highest + 1)
    if expected <= high:
        reader.problems.add(place, f"a gap between bands: no band for {_numbers(expected, high)}")


def _misfits(band: Band, expected: int, span: tuple[int, int]) -> Iterator[str]:
    """What is wrong with a band whose lower neighbours reach up to just below `expected`."""
    low, high = span
    if band.lowest > high or band.highest < low:
        yield f"the band {band.name!r} can never be reached"
        return
    if band.lowest > expected:
        yield f"a gap between bands: no band for {_numbers(expected, band.lowest - 1)}"
    if band.lowest < expected:
        yield f"bands overlap at {_numbers(band.lowest, min(band.highest, expected - 1))}"
    if band.highest > high:
        yield f"the band {band.name!r} goes beyond the scale"


def _numbers(low: int, high: int) -> str:
    return str(low) if low == high else f"{low} to {high}"
