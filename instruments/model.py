"""What an instrument is: frozen values only. How it is read, scored, explained, checked stands elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from instruments.conditions import Condition
from instruments.formulas import Formula

Text: TypeAlias = Mapping[str, str]
"""Language tag -> words, as {"en": "Several days", "es": "Varios días"}."""


def text_in(text: Text, language: str) -> str:
    """The words in a language, else in English, else in whatever language there is, else nothing."""
    return text.get(language) or text.get("en") or next(iter(text.values()), "")


class Confidence(StrEnum):
    """How well a source is known. What is unverified is shown as such wherever it is used."""

    PUBLISHER = "publisher"
    ARTICLE = "article"
    SECONDARY = "secondary"
    UNVERIFIED = "unverified"
    OURS = "ours"


class Purpose(StrEnum):
    """What a cut-off or band set is for."""

    SEVERITY = "severity"
    SCREENING = "screening"
    SENSITIVE = "most sensitive"
    DIAGNOSTIC = "provisional diagnosis"
    SAFETY = "safety"


class Informant(StrEnum):
    """Who answers."""

    SELF = "self"
    GUARDIAN = "guardian"
    TEACHER = "teacher"
    CLINICIAN = "clinician"


class Terms(StrEnum):
    """What the publisher allows."""

    PUBLIC = "public domain"
    NO_PERMISSION_NEEDED = "no permission needed"
    CONDITIONS = "free with conditions"
    REGISTRATION = "registration or permission"


class MissingMethod(StrEnum):
    """What is done about unanswered items of a scale, as long as there are not too many."""

    REFUSE = "refuse"
    PRORATE = "prorate"
    ZERO = "zero"


@dataclass(frozen=True, slots=True)
class Source:
    """A citation, where it can be read, and how well it is known."""

    id: str
    cite: str
    url: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Permission:
    """What the publisher allows: the terms, the exact words they rest on, where and when these were read."""

    terms: Terms
    basis: str
    source: str
    seen_on: date | None


@dataclass(frozen=True, slots=True)
class Option:
    """One allowed answer."""

    value: int
    label: Text
    codes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Item:
    """One question. `lead` is the stem it is read with, `asked_if` the branching that leads to it.

    `not_asked` is the answer that counts in sums when branching skips the item, None when it counts nothing.
    `believed`: an answer that came all the same (as in imported data) counts in sums; else it does not.
    `critical` holds when the answer alone calls for action today; it follows from the critical findings.
    """

    id: str
    number: str
    lead: Text
    ask: Text
    options: tuple[Option, ...]
    asked_if: Condition | None
    not_asked: int | None
    believed: bool
    optional: bool
    critical: Condition | None
    codes: Mapping[str, str]
    values: tuple[int, ...] = field(init=False, repr=False, compare=False, metadata={"canonical": False})
    """The allowed answers as numbers; looked at so often that they are worked out once."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", tuple([option.value for option in self.options]))


@dataclass(frozen=True, slots=True)
class Missing:
    """The rule for unanswered items: how many at most, what is done, which items may never be among them.

    The unanswered are counted over the items of the scale, or over the items in `over`, as where a whole form
    becomes invalid with too many blanks.
    """

    method: MissingMethod
    allow: int
    never: tuple[str, ...]
    over: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Scale:
    """A number computed from items. `low` and `high` are its proven bounds; `decimals` is for display."""

    id: str
    label: Text
    formula: Formula
    missing: Missing
    low: int
    high: int
    decimals: int
    source: str


@dataclass(frozen=True, slots=True)
class Band:
    """A named range of a scale, both ends included."""

    name: str
    label: Text
    lowest: int
    highest: int


@dataclass(frozen=True, slots=True)
class BandSet:
    """One way to read a scale. The main set of a scale carries the scale's own id."""

    id: str
    scale: str
    label: Text
    bands: tuple[Band, ...]
    purpose: Purpose
    population: str
    source: str
    line: int = field(metadata={"canonical": False})

    def band_for(self, score: int | None) -> str | None:
        """The name of the band that a score falls in, None when there is no score."""
        if score is None:
            return None
        return next((band.name for band in self.bands if band.lowest <= score <= band.highest), None)


@dataclass(frozen=True, slots=True)
class Finding:
    """A named fact that scoring derives. A critical one follows from one answer, for action today."""

    id: str
    label: Text
    when: Condition
    critical: bool
    purpose: Purpose
    population: str
    source: str
    line: int = field(metadata={"canonical": False})


@dataclass(frozen=True, slots=True)
class Assertion:
    """A promise about every answer set that can occur: when `given` holds, `then` holds."""

    given: Condition
    then: Condition
    because: str
    line: int = field(metadata={"canonical": False})


@dataclass(frozen=True, slots=True)
class Change:
    """How far a scale must move for the change to mean something, for whom, and by whose evidence."""

    scale: str
    points: int
    meaning: str
    population: str
    source: str


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example: answers as they would come in, and every outcome that the file states for them."""

    name: str
    answers: Mapping[str, object]
    scores: Mapping[str, int | None]
    bands: Mapping[str, str | None]
    findings: tuple[str, ...] | None
    undecided: tuple[str, ...] | None
    critical: tuple[str, ...] | None
    complete: bool | None
    line: int = field(metadata={"canonical": False})


@dataclass(frozen=True, slots=True)
class Instrument:
    """A questionnaire with its scoring, one version of it. `digest` names its whole content.

    `ages` are those it is about; `self_from` is the age from which people answer it for themselves.
    """

    id: str
    version: str
    digest: str
    name: str
    title: Text
    about: Text
    publisher: str
    permission: Permission
    wording_source: str
    clinical_check: str
    sources: tuple[Source, ...]
    languages: tuple[str, ...]
    ages: tuple[int, int]
    self_from: int
    informants: tuple[Informant, ...]
    minutes: int
    recall: Text
    introduction: Text
    codes: Mapping[str, str]
    notes: tuple[str, ...]
    items: tuple[Item, ...]
    scales: tuple[Scale, ...]
    band_sets: tuple[BandSet, ...]
    findings: tuple[Finding, ...]
    assertions: tuple[Assertion, ...]
    changes: tuple[Change, ...]
    examples: tuple[Example, ...]

    def item(self, item_id: str) -> Item:
        """The item with an id. Raises KeyError when there is none."""
        return {item.id: item for item in self.items}[item_id]

    @property
    def not_validated(self) -> str:
        """What it says of not having been validated; empty where it says nothing of the kind."""
        return next((note for note in self.notes if note.startswith("Not validated")), "")

    @property
    def has_wording(self) -> bool:
        """Whether every question carries its text, so that it can be put to somebody."""
        return all(item.ask for item in self.items)
