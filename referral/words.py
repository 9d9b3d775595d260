"""A routing condition in one sentence: what it asked, and what was found. Verdicts are not made here."""

from collections.abc import Callable, Mapping
from typing import Any

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
    Verdict,
    Within,
    leaves,
    parts_of,
)
from instruments.model import Text
from instruments.reasons import range_in_words
from referral.facts import Facts
from referral.model import Urgency
from referral.rules import Consequence, Refer, Rescreen, Rule

LANGUAGES = ("en", "es")

_JOIN: Mapping[str, Mapping[str, str]] = {
    "en": {
        "any": " or ",
        "all": " and ",
        "or": " or ",
        "not": "not: {0}",
        "possible": "{0}, or not known",
        "at_least": "at least {0} of: {1}",
    },
    "es": {
        "any": " o ",
        "all": " y ",
        "or": " o ",
        "not": "no: {0}",
        "possible": "{0}, o no se sabe",
        "at_least": "al menos {0} de: {1}",
    },
}


def asked_in_words(condition: Condition, facts: Facts) -> Text:
    """What a condition asks, in each language."""
    return {language: _asked(condition, facts, language) for language in LANGUAGES}


def found_in_words(condition: Condition, facts: Facts) -> Text:
    """What was found for each thing that a condition asks, each once, in each language."""
    return {language: _found(condition, facts, language) for language in LANGUAGES}


def _asked(condition: Condition, facts: Facts, language: str) -> str:
    return _ASKED[type(condition)](condition, facts, language)


def _named(condition: Named, facts: Facts, language: str) -> str:
    return facts.label(Kind.FINDING, condition.name, language)


def _within(condition: Within, facts: Facts, language: str) -> str:
    wanted = range_in_words(condition.low, condition.high, language)
    return f"{facts.label(condition.kind, condition.name, language)} {wanted}"


def _one_of(condition: OneOf, facts: Facts, language: str) -> str:
    wanted = _JOIN[language]["or"].join(condition.values)
    return f"{facts.label(condition.kind, condition.name, language)}: {wanted}"


def _joined(key: str) -> Callable[[Any, Facts, str], str]:
    def sentence(condition: AllOf | AnyOf, facts: Facts, language: str) -> str:
        return _JOIN[language][key].join(_part(part, facts, language) for part in condition.parts)

    return sentence


def _not(condition: Not, facts: Facts, language: str) -> str:
    return _JOIN[language]["not"].format(_asked(condition.part, facts, language))


def _at_least(condition: AtLeast, facts: Facts, language: str) -> str:
    parts = "; ".join(_asked(part, facts, language) for part in condition.parts)
    return _JOIN[language]["at_least"].format(condition.count, parts)


def _possible(condition: Possible, facts: Facts, language: str) -> str:
    return _JOIN[language]["possible"].format(_asked(condition.part, facts, language))


def _part(condition: Condition, facts: Facts, language: str) -> str:
    words = _asked(condition, facts, language)
    return f"({words})" if parts_of(condition) and not isinstance(condition, Not) else words


def _found(condition: Condition, facts: Facts, language: str) -> str:
    told: dict[str, str] = {}
    for leaf in leaves(condition):
        if isinstance(leaf, Named):
            kind, name = Kind.FINDING, leaf.name
        elif isinstance(leaf, Within | OneOf):
            kind, name = leaf.kind, leaf.name
        else:
            continue
        told[facts.label(kind, name, language)] = facts.found(kind, name, language)
    if len(told) == 1:
        return next(iter(told.values()))
    return "; ".join(f"{label}: {found}" for label, found in told.items())


_ASKED: Mapping[type, Callable[[Any, Facts, str], str]] = {
    Named: _named,
    Within: _within,
    OneOf: _one_of,
    AllOf: _joined("all"),
    AnyOf: _joined("any"),
    AtLeast: _at_least,
    Not: _not,
    Possible: _possible,
}

_OUTCOMES: Mapping[Verdict, Text] = {
    Verdict.YES: {"en": "Applies: {0}", "es": "Se aplica: {0}"},
    Verdict.NO: {"en": "Does not apply", "es": "No se aplica"},
    Verdict.UNKNOWN: {"en": "Cannot be decided", "es": "No puede decidirse"},
}
_URGENCIES: Mapping[Urgency, Text] = {
    Urgency.IMMEDIATE: {"en": "immediate", "es": "inmediata"},
    Urgency.URGENT: {"en": "urgent", "es": "urgente"},
    Urgency.SOON: {"en": "soon", "es": "pronto"},
    Urgency.ROUTINE: {"en": "routine", "es": "ordinaria"},
}
_RESCREEN: Text = {"en": "ask again in {0} days", "es": "volver a preguntar en {0} días"}
_WATCH: Text = {"en": "watch", "es": "observar"}


def said(rule: Rule, verdict: Verdict) -> Text:
    """What came of a rule: what it asks for when it applies, and that it does not, or cannot be decided."""
    return {
        language: _OUTCOMES[verdict][language].format(
            "; ".join(_consequence(one, language) for one in rule.consequences)
        )
        for language in LANGUAGES
    }


def not_decided(because: Text) -> Text:
    """The reason of a rule that cannot be decided: never to be read as if it held."""
    return {"en": f"Not known: {because['en']}", "es": f"No se sabe: {because['es']}"}


def referred(name: Text, urgency: Urgency) -> Text:
    """Where to and how urgently, as part of a sentence: "Psychology, soon"."""
    return {language: f"{name[language]}, {_URGENCIES[urgency][language]}" for language in LANGUAGES}


def _consequence(one: Consequence, language: str) -> str:
    if isinstance(one, Refer):
        return referred(one.name, one.urgency)[language]
    return _RESCREEN[language].format(one.days) if isinstance(one, Rescreen) else _WATCH[language]
