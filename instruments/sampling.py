"""Random answer sets, missing, refused and wrong ones among them, on which every way of scoring must agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from random import Random

import numpy as np

from instruments.answers import REFUSED, Answers, Checker, InvalidAnswers
from instruments.batch import MISSING, BatchScorer, columns_of
from instruments.batch import REFUSED as REFUSED_CODE
from instruments.ingesting import columns_from
from instruments.model import Instrument, Item
from instruments.proving import differences
from instruments.scoring import Scorer, compile_instrument

_ROWS = 20_000
_WORDS_OF_EACH = 20


@dataclass(frozen=True, slots=True)
class Sample:
    """How many answer sets were compared, how many of them held a wrong value, and every difference in words."""

    compared: int
    wrong: int
    differences: tuple[str, ...]


def sample_agreement(instrument: Instrument, number: int, seed: int) -> Sample:
    """Compare the ways of scoring on so many random answer sets, the same ones for the same seed."""
    scorer, check = compile_instrument(instrument), Checker(instrument)
    dice = Random(f"{seed} {instrument.id}")  # noqa: S311 - not a secret
    rows, found, wrong = _random_rows(instrument, number, dice), list[str](), 0
    while some := list(islice(rows, _ROWS)):
        forms = [_checked(check, raw) for raw in some]
        sound = [form for form in forms if form is not None]
        wrong += len(forms) - len(sound)
        found += differences(scorer, sound, words_of_each=_WORDS_OF_EACH)
        found += _ingested(instrument, zip(some, forms, strict=True))
        found += _refusals(scorer, some, [form is None for form in forms])
    return Sample(number, wrong, tuple(found))


def _checked(check: Checker, raw: Mapping[str, object]) -> Answers | None:
    try:
        return check(raw)
    except InvalidAnswers:
        return None


def _ingested(
    instrument: Instrument, rows: Iterable[tuple[dict[str, int | str | None], Answers | None]]
) -> Iterator[str]:
    """Where whole forms taken in all at once become other columns than those checked one by one."""
    whole = [(raw, form) for raw, form in rows if form is not None and len(form.values) == len(raw)]
    at_once = columns_from(instrument, [raw for raw, _ in whole])
    for name, column in columns_of(instrument, [form for _, form in whole]).items():
        if not np.array_equal(at_once[name], column):
            yield f"{name}: answers taken in all at once become another column"


def _random_rows(instrument: Instrument, number: int, dice: Random) -> Iterator[dict[str, int | str | None]]:
    """From all answered to hardly any; one in ten with a value off its item's scale."""
    choices = {item.id: item.values for item in instrument.items}
    wrong = {item.id: (-7, -3, *_between(item), max(item.values) + 1, 99, 126) for item in instrument.items}
    for _ in range(number):
        blank = dice.choice((0.0, 0.0, 0.05, 0.2, 0.6))
        raw: dict[str, int | str | None] = {
            name: dice.choice((None, REFUSED)) if dice.random() < blank else dice.choice(values)
            for name, values in choices.items()
        }
        if dice.random() < 0.1:  # noqa: PLR2004 - one in ten
            item = dice.choice(instrument.items).id
            raw[item] = dice.choice(wrong[item])
        yield raw


def _between(item: Item) -> tuple[int, ...]:
    """Numbers inside an item's scale that are no answer: 2 and 4 where there are 0, 1, 3 and 5."""
    return tuple(sorted(set(range(min(item.values), max(item.values))) - set(item.values)))


def _refusals(scorer: Scorer, rows: list[dict[str, int | str | None]], wrong: list[bool]) -> Iterator[str]:
    """Where a wrong value passes one way and not another, or a right one does not pass."""
    codes: dict[int | str | None, int | str | None] = {None: MISSING, REFUSED: REFUSED_CODE}
    columns = {
        item.id: np.array([codes.get(raw[item.id], raw[item.id]) for raw in rows], np.int64)
        for item in scorer.instrument.items
    }
    invalid = BatchScorer(scorer.instrument)(columns).invalid.tolist()
    for raw, expected, by_columns in zip(rows, wrong, invalid, strict=True):
        if by_columns is not expected or _is_refused(scorer, raw) is not expected:
            yield f"{raw}: a value is refused by one way of scoring and not by another"


def _is_refused(scorer: Scorer, raw: Mapping[str, object]) -> bool:
    try:
        scorer.score(raw)
    except InvalidAnswers:
        return True
    return False
