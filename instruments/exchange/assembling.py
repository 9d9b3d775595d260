"""What was read from another format -> the text of a definition that passes its check, and what is still to add.

A stranger's file knows no permission, ages or sources. The cautious value stands in their place, the file says
so in its notes, and the caller is told what a person must add.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from instruments.checking import check_instrument
from instruments.exchange.definition import definition_text
from instruments.exchange.telling import Imported, Notes, NotReadable
from instruments.formulas import Formula, bounds_of
from instruments.loading import NOT_CHECKED, load_definition
from instruments.model import (
    Confidence,
    Informant,
    Instrument,
    Item,
    Missing,
    MissingMethod,
    Permission,
    Scale,
    Source,
    Terms,
    Text,
)
from instruments.problems import BadDefinition

_VERSION = re.compile(r"([0-9]{1,9}\.[0-9]{1,9}\.[0-9]{1,9})(?![0-9.])")
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")
_SOURCE = "imported-file"
_LONGEST_ID = 60


@dataclass(frozen=True, slots=True)
class Score:
    """A scale as it was read, its formula in the items of the form."""

    id: str
    label: Text
    formula: Formula
    decimals: int


@dataclass(slots=True)
class Form:
    """A questionnaire as it was read. Empty texts are what the file does not say."""

    origin: str
    title: Text
    name: str = ""
    id: str = ""
    version: str = ""
    about: Text = field(default_factory=dict)
    publisher: str = ""
    copyright: str = ""
    introduction: Text = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)
    items: tuple[Item, ...] = ()
    scores: tuple[Score, ...] = ()


def assembled(form: Form, notes: Notes) -> Imported:
    """The definition of a form. Raises NotReadable when even the cautious definition cannot be used."""
    to_add = tuple(_to_add(form))
    instrument = _instrument(form, to_add)
    text = definition_text(instrument)
    try:
        loaded = load_definition(text, f"{instrument.id}.yaml")
    except BadDefinition as bad:
        raise NotReadable(f"the definition that was made: {problem}" for problem in bad.problems) from None
    faults = tuple(problem.what for problem in check_instrument(loaded, f"{instrument.id}.yaml").problems)
    return Imported(text, notes, (*to_add, *faults))


def usable_id(written: str) -> str:
    """A text as an id: small letters, digits and single hyphens, a letter first; empty when nothing is left."""
    cleaned = re.sub(r"[^a-z0-9]+", "-", written.lower()[:200]).strip("-")[:_LONGEST_ID].strip("-")
    return cleaned if _ID.match(cleaned) else f"form-{cleaned}" if cleaned else ""


def is_id(written: str) -> bool:
    """Whether a text can be an id as it stands."""
    return _ID.match(written) is not None


def _to_add(form: Form) -> Iterator[str]:
    yield "permission: what the publisher allows, with its exact words; until then the strictest terms stand"
    if not form.publisher:
        yield "publisher: the file names none"
    if not _VERSION.match(form.version):
        yield f"version: three numbers; the file says {form.version[:40]!r}"
    yield "ages, informants, minutes, recall: the file does not say them; any age stands"
    yield "sources, bands, findings and what is critical: a score alone says nothing about what to do"
    if not form.scores:
        yield "scales: the file computes no score"
    if any(item.options and not item.ask for item in form.items):
        yield "wording: some questions have none"


def _instrument(form: Form, to_add: tuple[str, ...]) -> Instrument:
    version = _VERSION.match(form.version)
    publisher = form.publisher or "not named in the imported file"
    basis = form.copyright or "The imported file says nothing about it."
    return Instrument(
        id=form.id or usable_id(form.name or next(iter(form.title.values()), "")) or "imported",
        version=version[1] if version else "0.1.0",
        digest="",
        name=form.name or next(iter(form.title.values()), "Imported"),
        title=form.title or {"en": form.name or "Imported"},
        about=form.about,
        publisher=publisher,
        permission=Permission(Terms.REGISTRATION, basis, form.origin, None),
        wording_source=f"As the imported file has it ({form.origin}); compared with nothing.",
        clinical_check=NOT_CHECKED,
        sources=(Source(_SOURCE, form.origin, "", Confidence.UNVERIFIED),),
        languages=_languages(form),
        ages=(0, 120),
        self_from=0,
        informants=(Informant.SELF,),
        minutes=5,
        recall={},
        introduction=form.introduction,
        codes=form.codes,
        notes=tuple(f"To be added by a person: {line}." for line in to_add),
        items=form.items,
        scales=tuple(_scales(form)),
        band_sets=(),
        findings=(),
        assertions=(),
        changes=(),
        examples=(),
    )


def _languages(form: Form) -> tuple[str, ...]:
    """The languages that every question has words in; English when there is no wording."""
    tags = [set(item.ask) for item in form.items]
    shared = set.intersection(*tags) if tags else set()
    return tuple(sorted(shared, key=lambda tag: (tag != "en", tag))) or ("en",)


def _scales(form: Form) -> Iterator[Scale]:
    spans: dict[str, tuple[int, int]] = {}
    for score in form.scores:
        low, high = bounds_of(score.formula, spans)
        spans[score.id] = low, high
        missing = Missing(MissingMethod.REFUSE, 0, (), (), "")
        yield Scale(score.id, score.label, score.formula, missing, low, high, score.decimals, _SOURCE)
