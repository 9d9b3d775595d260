"""What a rule looks for, in one sentence and without any answers: "Anxiety total: at least 10".

`reasons.py` tells line by line what came of a rule on one form; a sheet needs the rule itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Protocol

from instruments.conditions import (
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    Kind,
    Named,
    Not,
    OneOf,
    Possible,
    Refused,
    Within,
    parts_of,
)
from instruments.reasons import range_in_words


class Names(Protocol):
    """What things are called on a sheet."""

    def label(self, kind: Kind, name: str) -> str:
        """A score's, band set's or finding's title; an item's number or id."""

    def answer(self, item: str, value: int) -> str:
        """An answer in its own words, nothing where it has none."""


_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "and": " and ",
        "or": " or ",
        "one": "question {0}",
        "several": "questions {0}",
        "each": "{names}, each {wanted}",
        "wanted": "{names}: {wanted}",
        "some": "{names}: {wanted} in at least {count} of them",
        "at least": "at least {count} of these {total}: {parts}",
        "refusal": "a refusal",
        "not": "not: {part}",
        "possible": "{part}, or not decided",
    },
    "es": {
        "and": " y ",
        "or": " o ",
        "one": "pregunta {0}",
        "several": "preguntas {0}",
        "each": "{names}, cada una {wanted}",
        "wanted": "{names}: {wanted}",
        "some": "{names}: {wanted} en al menos {count} de ellas",
        "at least": "al menos {count} de estas {total}: {parts}",
        "refusal": "una negativa a responder",
        "not": "no se cumple: {part}",
        "possible": "{part}, o sin decidir",
    },
}


def rule_in_words(condition: Condition, names: Names, language: str = "en") -> str:
    """A condition as one sentence without its full stop. Falls back to English."""
    known = language if language in _WORDS else "en"
    return _Teller(names, known, _WORDS[known]).tell(condition)


def wanted_in_words(leaf: Within | Refused, names: Names, language: str = "en") -> str:
    """What one comparison looks for: a refusal, an answer in its own words, or a range. Falls back to English."""
    known = language if language in _WORDS else "en"
    return _Teller(names, known, _WORDS[known]).wanted(leaf)


@dataclass(frozen=True, slots=True)
class _Teller:
    names: Names
    language: str
    words: Mapping[str, str]

    def tell(self, condition: Condition) -> str:
        sentence: str = _SENTENCES[type(condition)](condition, self)
        return sentence

    def inside(self, condition: Condition) -> str:
        """A part within a sentence: in brackets where it has parts of its own."""
        told = self.tell(condition)
        return f"({told})" if len(parts_of(condition)) > 1 else told

    def wanted(self, leaf: Within | Refused) -> str:
        if isinstance(leaf, Refused):
            return self.words["refusal"]
        if leaf.kind is Kind.ITEM and leaf.low is not None and leaf.low == leaf.high:
            alone = self.names.answer(leaf.name, leaf.low)
            if alone:
                return f"“{alone}”"
        return range_in_words(leaf.low, leaf.high, self.language)

    def questions(self, items: Sequence[str], word: str) -> str:
        """Items by their numbers, or by their ids where these are what they have."""
        labels = [self.names.label(Kind.ITEM, item) for item in items]
        joined = self.joined(labels, word)
        if not all(label.isdigit() for label in labels):
            return joined
        return self.words["one" if len(items) == 1 else "several"].format(joined)

    def joined(self, parts: Sequence[str], word: str) -> str:
        """Parts with commas between them, and a word before the last."""
        if len(parts) == 1:
            return parts[0]
        return f"{', '.join(parts[:-1])}{self.words[word]}{parts[-1]}"


def _item_of(part: Condition) -> str | None:
    """The item of a part that looks at one answer alone."""
    if isinstance(part, Refused):
        return part.item
    return part.name if isinstance(part, Within) and part.kind is Kind.ITEM else None


def _told(parts: Sequence[Condition], tell: _Teller, word: str, phrase: str) -> Iterator[str]:
    """Each part; neighbouring answers that are held against the same are told as one."""

    def alike(part: Condition) -> str:
        return tell.wanted(part) if isinstance(part, Within | Refused) and _item_of(part) else ""

    for wanted, group in groupby(parts, key=alike):
        same = list(group)
        if not wanted:
            yield from map(tell.inside, same)
            continue
        items = [item for part in same if (item := _item_of(part))]
        names = tell.questions(items, word)
        yield tell.words[phrase if len(items) > 1 else "wanted"].format(names=names, wanted=wanted)


def _all(condition: AllOf, tell: _Teller) -> str:
    return tell.words["and"].join(_told(condition.parts, tell, "and", "each"))


def _any(condition: AnyOf, tell: _Teller) -> str:
    return tell.words["or"].join(_told(condition.parts, tell, "or", "wanted"))


def _at_least(condition: AtLeast, tell: _Teller) -> str:
    parts, items = condition.parts, list(map(_item_of, condition.parts))
    alike = {tell.wanted(part) for part in parts if isinstance(part, Within | Refused)}
    if all(items) and len(alike) == 1:
        names = tell.questions([item for item in items if item], "and")
        return tell.words["some"].format(count=condition.count, names=names, wanted=alike.pop())
    told = "; ".join(_told(parts, tell, "and", "each"))
    return tell.words["at least"].format(count=condition.count, total=len(parts), parts=told)


def _within(condition: Within, tell: _Teller) -> str:
    if condition.kind is Kind.ITEM:
        name = tell.questions([condition.name], "and")
    else:
        name = tell.names.label(condition.kind, condition.name)
    return tell.words["wanted"].format(names=name, wanted=tell.wanted(condition))


def _refused(condition: Refused, tell: _Teller) -> str:
    return tell.words["wanted"].format(
        names=tell.questions([condition.item], "and"), wanted=tell.words["refusal"]
    )


def _one_of(condition: OneOf, tell: _Teller) -> str:
    name = tell.names.label(condition.kind, condition.name)
    return tell.words["wanted"].format(names=name, wanted=tell.joined(condition.values, "or"))


_SENTENCES: dict[type, Callable[[Any, _Teller], str]] = {
    Named: lambda condition, tell: tell.names.label(Kind.FINDING, condition.name),
    Within: _within,
    OneOf: _one_of,
    Refused: _refused,
    Not: lambda condition, tell: tell.words["not"].format(part=tell.inside(condition.part)),
    Possible: lambda condition, tell: tell.words["possible"].format(part=tell.inside(condition.part)),
    AllOf: _all,
    AnyOf: _any,
    AtLeast: _at_least,
}
