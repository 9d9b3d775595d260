"""Raw answers of many forms, as mappings, into columns for `batch.py`: each answer validated, none taken on trust.

Forms come some thousands at a time. Where all of them answer the same items with whole numbers on the items' own
scales, they are told so all at once; everywhere else each form is checked by itself (`answers.py`).
"""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from operator import itemgetter
from typing import Final, TypeAlias

import numpy as np

from instruments.answers import Checker
from instruments.batch import MISSING, MOST, Column, columns_of
from instruments.model import Instrument

_FORMS: Final = 4096
_BYTE: Final = 256

_PLAIN: Final = 2
"""The way of writing in which every value stands in full, however often it comes."""

_HEAD: Final = 5
"""How many bytes say that a list or tuple begins, and how long it is."""

_NUMBER: Final = 5
"""How many bytes a whole number takes: a letter, then the number, its lowest byte first."""

Bytes: TypeAlias = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]

Raw: TypeAlias = Mapping[str, object]


def columns_from(instrument: Instrument, forms: Iterable[Raw]) -> dict[str, Column]:
    """Raw answers as columns. Raises InvalidAnswers naming every problem of the first form that has one."""
    check, rest = Checker(instrument), iter(forms)
    pieces: list[dict[str, Column]] = []
    while some := list(islice(rest, _FORMS)):
        plain = _plain(instrument, some)
        pieces.append(columns_of(instrument, map(check, some)) if plain is None else plain)
    names = [item.id for item in instrument.items]
    return {
        name: np.concatenate([np.empty(0, np.int8), *(piece[name] for piece in pieces)]) for name in names
    }


def _plain(instrument: Instrument, forms: Sequence[Raw]) -> dict[str, Column] | None:
    """The columns of forms that answer the same items with whole numbers on the scale; None of any others."""
    names, items = tuple(forms[0]), {item.id: item for item in instrument.items}
    if len(names) < 2 or not items.keys() >= set(names) or set(map(len, forms)) != {len(names)}:  # noqa: PLR2004 - itemgetter
        return None
    table = _numbers(names, forms)
    if table is None:
        return None
    columns = {name: np.full(len(forms), MISSING, np.int8) for name in items}
    for name, column in zip(names, table.T, strict=True):
        allowed = np.zeros(_BYTE, np.bool_)
        allowed[[value for value in items[name].values if 0 <= value <= MOST]] = True
        if not allowed[column].all():
            return None
        columns[name] = np.ascontiguousarray(column).view(np.int8)
    return columns


def _numbers(names: tuple[str, ...], forms: Sequence[Raw]) -> Bytes | None:
    """The answers, a row a form; None unless every one is there and a small whole number (true is not 1).

    Python writes them down once, all at once: each with a letter for its kind, and each kind has its own length.
    So where every letter of a whole number is in its place, nothing but whole numbers can have been written.
    """
    try:
        written = marshal.dumps(list(map(itemgetter(*names), forms)), _PLAIN)
    except (KeyError, ValueError):
        return None
    one = marshal.dumps((0,) * len(names), _PLAIN)
    if len(written) != _HEAD + len(forms) * len(one):
        return None
    rows = np.frombuffer(written, np.uint8, offset=_HEAD).reshape(len(forms), len(one))
    anything = np.zeros(len(one), np.uint8)
    anything[_HEAD + 1 :: _NUMBER] = _BYTE - 1  # the lowest byte of each number is what it says
    if not ((rows | anything) == (np.frombuffer(one, np.uint8) | anything)).all():
        return None
    numbers: Bytes = rows[:, _HEAD + 1 :: _NUMBER]
    return numbers
