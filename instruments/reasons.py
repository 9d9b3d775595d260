"""A condition told in plain words, line by line: what was looked for, what was found, what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from instruments.conditions import (
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    Kind,
    Lookup,
    Named,
    Not,
    OneOf,
    Possible,
    Refused,
    Verdict,
    Within,
    evaluate,
    parts_of,
)


class Words(Lookup, Protocol):
    """A lookup that can also say things in words."""

    def label(self, kind: Kind, name: str, language: str) -> str:
        """What a name is called: an item's own question, a score's or finding's title."""

    def found(self, kind: Kind, name: str, language: str) -> str:
        """What was found under a name: the answer in its own words, the number, the verdict."""


@dataclass(frozen=True, slots=True)
class Because:
    """One line of an explanation, indented by `depth`."""

    depth: int
    text: str
    verdict: Verdict


_PHRASES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "from": "at least {low}",
        "to": "at most {high}",
        "is": "exactly {low}",
        "between": "{low} to {high}",
        "compare": "{label}: {found}; looked for {wanted}",
        "one_of": "{label}: {found}; looked for {wanted}",
        "or": " or ",
        "refused": "{label}: {found}; looked for a refusal",
        "named": "{label}: {found}",
        "not": "not the following",
        "all": "all {total} of the following",
        "any": "any of the following",
        "at_least": "at least {count} of the following {total}",
        "possible": "the following holds or cannot be decided",
    },
    "es": {
        "from": "al menos {low}",
        "to": "como máximo {high}",
        "is": "exactamente {low}",
        "between": "de {low} a {high}",
        "compare": "{label}: {found}; se buscaba {wanted}",
        "one_of": "{label}: {found}; se buscaba {wanted}",
        "or": " o ",
        "refused": "{label}: {found}; se buscaba una negativa a responder",
        "named": "{label}: {found}",
        "not": "que no se cumpla lo siguiente",
        "all": "las {total} condiciones siguientes",
        "any": "alguna de las condiciones siguientes",
        "at_least": "al menos {count} de las {total} condiciones siguientes",
        "possible": "lo siguiente se cumple o no puede decidirse",
    },
}


def explain_condition(condition: Condition, lookup: Words, language: str = "en") -> tuple[Because, ...]:
    """Every line of a condition, outermost first, each with its own verdict. Falls back to English."""
    phrases = _PHRASES.get(language, _PHRASES["en"])
    return tuple(_lines(condition, _Teller(lookup, language, phrases), 0))


def range_in_words(low: int | None, high: int | None, language: str = "en") -> str:
    """A range as a phrase: "at least 10", "5 to 9"."""
    if low is not None and high is not None:
        key = "is" if low == high else "between"
    else:
        key = "from" if high is None else "to"
    return _PHRASES.get(language, _PHRASES["en"])[key].format(low=low, high=high)


@dataclass(frozen=True, slots=True)
class _Teller:
    lookup: Words
    language: str
    phrases: Mapping[str, str]

    def say(self, kind: Kind, name: str, phrase: str, wanted: str = "") -> str:
        label = self.lookup.label(kind, name, self.language)
        found = self.lookup.found(kind, name, self.language)
        return self.phrases[phrase].format(label=label, found=found, wanted=wanted)


def _lines(condition: Condition, teller: _Teller, depth: int) -> Iterator[Because]:
    text = _SENTENCES[type(condition)](condition, teller)
    yield Because(depth, text, evaluate(condition, teller.lookup))
    for part in parts_of(condition):
        yield from _lines(part, teller, depth + 1)


def _named(condition: Named, teller: _Teller) -> str:
    return teller.say(Kind.FINDING, condition.name, "named")


def _within(condition: Within, teller: _Teller) -> str:
    wanted = range_in_words(condition.low, condition.high, teller.language)
    return teller.say(condition.kind, condition.name, "compare", wanted)


def _one_of(condition: OneOf, teller: _Teller) -> str:
    wanted = teller.phrases["or"].join(condition.values)
    return teller.say(condition.kind, condition.name, "one_of", wanted)


def _refused(condition: Refused, teller: _Teller) -> str:
    return teller.say(Kind.ITEM, condition.item, "refused")


def _group(key: str) -> Callable[[Any, _Teller], str]:
    def sentence(condition: AllOf | AnyOf | AtLeast | Not | Possible, teller: _Teller) -> str:
        count = condition.count if isinstance(condition, AtLeast) else 0
        return teller.phrases[key].format(count=count, total=len(parts_of(condition)))

    return sentence


_SENTENCES: dict[type, Callable[[Any, _Teller], str]] = {
    Named: _named,
    Within: _within,
    OneOf: _one_of,
    Refused: _refused,
    Not: _group("not"),
    AllOf: _group("all"),
    AnyOf: _group("any"),
    AtLeast: _group("at_least"),
    Possible: _group("possible"),
}
