"""What counts for a question that branching hides, and when an expression says the same of it. Reads no text.

In FHIR and REDCap a hidden question is blank: a sum over it is blank, a comparison of it does not hold. Here it
counts `not_asked`, or nothing. So an expression may rest on it only where the file itself says what counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import product
from math import prod

from instruments.conditions import Condition, Gap, Kind, Reading, Verdict, evaluate, items_in
from instruments.exchange.expressions import NotUnderstood
from instruments.exchange.fhirpath_text import believes_skipped
from instruments.model import Item

_MOST_CASES = 20_000


def count_skipped(skipped: dict[str, int], item: Item, value: int) -> None:
    """Note what a hidden question counts. Raises NotUnderstood for what a definition cannot say."""
    if value not in item.values and value != 0:
        raise NotUnderstood(f"{item.id} counts {value} when it is not asked, which is none of its answers")
    if skipped.setdefault(item.id, value) != value:
        raise NotUnderstood(
            f"{item.id} counts {value} when it is not asked, and {skipped[item.id]} elsewhere"
        )


def not_asked_of(item: Item, skipped: Mapping[str, int]) -> int | None:
    """The answer that counts for a hidden question, None when it counts nothing."""
    value = skipped.get(item.id)
    return value if item.asked_if is not None and value in item.values else None


def always_asked(item: Item) -> None:
    """Raises NotUnderstood for a question that may be hidden, where the file does not say what then counts."""
    if item.asked_if is not None:
        raise NotUnderstood(f"{item.id} is not always asked, and the file does not say what it then counts")


def check_skipped(
    condition: Condition, items: Mapping[str, Item], skipped: Mapping[str, int], plain: AbstractSet[str]
) -> None:
    """Raises NotUnderstood where a condition would hold for a hidden question, or `plain` has no word on it."""
    hidden = {name for name in items_in(condition) if items[name].asked_if is not None}
    for name in hidden & (plain | {one for one in hidden if one not in skipped}):
        always_asked(items[name])
    known = {name: replace(item, not_asked=skipped.get(name)) for name, item in items.items()}
    if believes_skipped(condition, known):
        raise NotUnderstood("a condition that holds for a question that is not asked")


def same_condition(one: Condition, other: Condition | None, items: Mapping[str, Item]) -> bool:
    """Whether two conditions hold for the same answers, declined ones too. False when there are too many cases."""
    if other is None or one == other:
        return one == other
    names = tuple(dict.fromkeys((*items_in(one), *items_in(other))))
    choices = [(*items[name].values, None) for name in names]
    if prod(map(len, choices)) > _MOST_CASES:
        return False
    cases = (_Answered(dict(zip(names, case, strict=True))) for case in product(*choices))
    return all(evaluate(one, case) is evaluate(other, case) for case in cases)


@dataclass(frozen=True, slots=True)
class _Answered:
    """Every answer is known; None is one that was declined."""

    values: Mapping[str, int | None]

    def number(self, _kind: Kind, name: str) -> Reading:
        value = self.values[name]
        return Gap.UNKNOWN if value is None else (value, value)

    def refused(self, item: str) -> Verdict:
        return Verdict.YES if self.values[item] is None else Verdict.NO

    def text(self, _kind: Kind, _name: str) -> str | None:
        return None

    def verdict(self, _name: str) -> Verdict:
        return Verdict.UNKNOWN
