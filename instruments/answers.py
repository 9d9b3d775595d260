"""Raw answers -> checked Answers, or InvalidAnswers naming every problem at once. Scores nothing.

Three things are kept apart throughout: an answer (zero is one), a refusal, and a missing item.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from instruments.model import Instrument, Item, text_in
from instruments.problems import nearest

_MOST_UNKNOWN = 50

REFUSED = "refused"
"""What raw answers say where the person declined to answer."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Checked answers to one instrument. An item in neither `values` nor `refused` is missing."""

    instrument: str
    values: Mapping[str, int] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one answer: the item, what was found, what is allowed, and all of it in words."""

    item: str
    found: str
    allowed: str
    message: str


class InvalidAnswers(Exception):
    """Answers that cannot be scored. `problems` names every one of them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.message for problem in self.problems))


class Checker:
    """Checks the raw answers of one instrument, as often as need be. Called like a function."""

    __slots__ = ("_allowed", "_instrument")

    def __init__(self, instrument: Instrument) -> None:
        self._instrument = instrument
        self._allowed = {item.id: frozenset(item.values) for item in instrument.items}

    def __call__(self, raw: Mapping[str, object]) -> Answers:
        """The answers, checked. Raises InvalidAnswers with every problem."""
        values: dict[str, int] = {}
        refused: list[str] = []
        for name, answer in raw.items():
            allowed = self._allowed.get(name)
            if type(answer) is int and allowed is not None and answer in allowed:
                values[name] = answer
            elif allowed is not None and isinstance(answer, str) and answer == REFUSED:
                refused.append(name)
            elif answer is not None or allowed is None:
                raise InvalidAnswers(self._problems(raw))
        return Answers(self._instrument.id, MappingProxyType(values), frozenset(refused))

    def _problems(self, raw: Mapping[str, object]) -> Iterator[Problem]:
        items = {item.id: item for item in self._instrument.items}
        unknown = 0
        for name, answer in raw.items():
            if name in items:
                if not self._is_sound(name, answer):
                    yield _off_the_scale(items[name], answer)
            elif unknown <= _MOST_UNKNOWN:
                unknown += 1
                yield _unknown(name, tuple(items)) if unknown <= _MOST_UNKNOWN else _more_unknown(name)

    def _is_sound(self, name: str, answer: object) -> bool:
        if answer is None or (isinstance(answer, str) and answer == REFUSED):
            return True
        return type(answer) is int and answer in self._allowed[name]


def check_answers(instrument: Instrument, raw: Mapping[str, object]) -> Answers:
    """The answers of a form, checked. None or an absent item is missing; "refused" is a refusal.

    Raises InvalidAnswers with a problem for each unknown item, wrong type (true and 1.0 are not 1) and value
    off the item's own scale.
    """
    return Checker(instrument)(raw)


def shown(found: object, most: int = 40) -> str:
    """A found value as it may be repeated in a message: short, and never at full length."""
    if isinstance(found, int) and not isinstance(found, bool) and found.bit_length() > 64:  # noqa: PLR2004
        return "a whole number of more than 19 digits"
    written = {True: "true", False: "false"}[found] if isinstance(found, bool) else repr(found)
    return written if len(written) <= most else written[: most - 3] + "..."


def _unknown(name: str, items: tuple[str, ...]) -> Problem:
    allowed = ", ".join(items[:40])
    meant = nearest(name, items)
    hint = f"; did you mean {meant}?" if meant else ""
    message = f"{shown(name)} is not an item of this instrument (allowed: {allowed}{hint})"
    return Problem(name, shown(name), allowed, message)


def _more_unknown(name: str) -> Problem:
    """The last that is told of items that no instrument has: guessing what each was meant to be costs time."""
    message = f"{shown(name)} is not an item of this instrument, and neither are others after it"
    return Problem(name, shown(name), "the items of this instrument", message)


def _off_the_scale(item: Item, answer: object) -> Problem:
    allowed = ", ".join(str(value) for value in item.values) + f", {REFUSED!r} or null"
    found = shown(answer)
    words = (
        f" ({item.values[0]} is {text_in(item.options[0].label, 'en')!r})" if item.options[0].label else ""
    )
    message = f"{item.id}: found {found}, allowed: {allowed}{words}"
    return Problem(item.id, found, allowed, message)
