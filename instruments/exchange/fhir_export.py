"""An instrument -> a FHIR Questionnaire (R4 or R5) as JSON, and the list of what it could not carry."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import groupby

from instruments.conditions import items_in
from instruments.exchange.expressions import NotUnderstood
from instruments.exchange.fhir_enable import coding_of, enabling
from instruments.exchange.fhir_names import (
    CALCULATED,
    ORDINAL,
    OUR_URL,
    SYSTEMS,
    TRANSLATION,
    VARIABLE,
    WEIGHT,
    Json,
    Release,
    answers_system,
    expression,
)
from instruments.exchange.fhirpath_text import answer_path, check_resting, scale_path, scales_in, variable
from instruments.exchange.losses import losses_of
from instruments.exchange.telling import Exported, Notes
from instruments.formulas import items_of
from instruments.loading import NOT_CHECKED
from instruments.model import Instrument, Item, Option, Scale, Text, text_in


def questionnaire_text(instrument: Instrument, release: Release) -> Exported:
    """The Questionnaire of an instrument. Without wording it has ids only, and the notes say so."""
    notes = Notes(list(losses_of(instrument, f"FHIR {release}")))
    if not instrument.has_wording:
        notes.add("items", "the wording", "this instrument is kept without it (see its permission): ids only")
    if _computer_name(instrument.name).replace("_", "-") != instrument.name:
        notes.add("name", "the short name", f"is written {_computer_name(instrument.name)}, as FHIR asks")
    resource = _Questionnaire(instrument, release, notes).resource()
    return Exported(json.dumps(resource, ensure_ascii=False, indent=2) + "\n", notes)


class _Questionnaire:
    """One export: the parts of the resource, and what each of them leaves out."""

    def __init__(self, instrument: Instrument, release: Release, notes: Notes) -> None:
        self.instrument = instrument
        self.release = release
        self.notes = notes
        self.items = {item.id: item for item in instrument.items}
        self.system = answers_system(instrument.id)
        self.scales = {scale.id: scale for scale in instrument.scales}
        self.carried = dict(self._carried())

    def resource(self) -> Json:
        """The whole resource, keys in the order in which FHIR lists them."""
        one = self.instrument
        checked = one.clinical_check != NOT_CHECKED
        found: Json = {
            "resourceType": "Questionnaire",
            "language": "en",
            "extension": list(self._variables()),
            "url": f"{OUR_URL}{one.id}",
            "version": one.version,
            "name": _computer_name(one.name),
            **_worded("title", one.title),
            "status": "active" if checked else "draft",
            "subjectType": ["Patient"],
            "publisher": one.publisher,
            **_worded("description", one.about),
            "copyright": f"{one.permission.terms}: {one.permission.basis}",
            "code": self._codes(one.codes, "", "codes"),
            "item": [*self._introduction(), *self._questions(), *self._scores()],
        }
        self._unused_codes()
        return {key: value for key, value in found.items() if value not in ([], "")}

    def _introduction(self) -> Iterator[Json]:
        if self.instrument.introduction:
            text = _worded("text", self.instrument.introduction)
            yield {"linkId": "text.introduction", **text, "type": "display"}

    def _questions(self) -> Iterator[Json]:
        """The questions; those that are read with the same stem stand in a group that has its words."""
        runs = groupby(self.instrument.items, key=lambda item: tuple(item.lead.items()))
        for place, (lead, run) in enumerate(runs, start=1):
            questions = [self._question(item) for item in run]
            if not lead:
                yield from questions
                continue
            text = _worded("text", dict(lead))
            yield {"linkId": f"group.{place}", **text, "type": "group", "item": questions}

    def _question(self, item: Item) -> Json:
        found: Json = {
            "linkId": item.id,
            "code": self._codes(item.codes, "", f"items.{item.id}.codes"),
            "prefix": item.number,
            **_worded("text", item.ask),
            "type": self.release.choice,
            **enabling(item, self.items, self.system, self.notes),
            "required": not item.optional,
            **({"answerConstraint": "optionsOnly"} if self.release is Release.R5 else {}),
            "answerOption": [self._option(option) for option in item.options],
        }
        return {key: value for key, value in found.items() if value not in ([], "")}

    def _option(self, option: Option) -> Json:
        urls = [ORDINAL, WEIGHT] if self.release is Release.R4 else [WEIGHT]
        values = [{"url": url, "valueDecimal": option.value} for url in urls]
        words = _worded("display", option.label)
        return {"extension": values, "valueCoding": {**coding_of(option, self.system), **words}}

    def _variables(self) -> Iterator[Json]:
        """One variable for each answer that a scale needs, and for each scale that another one rests on."""
        needed = {name for scale in self.carried for name in items_of(self.scales[scale].formula)}
        by_expression = [item for item in self.instrument.items if self._needs_expression(item)]
        needed |= {name for item in by_expression for name in _asked_of(item)}
        needed |= {name for item in self.instrument.items if item.id in needed for name in _asked_of(item)}
        for item in self.instrument.items:
            if item.id in needed:
                yield _variable(item.id, answer_path(item))
        for name in self._resting_on():
            yield _variable(name, self.carried[name])

    def _needs_expression(self, item: Item) -> bool:
        return "extension" in enabling(item, self.items, self.system, Notes())

    def _resting_on(self) -> list[str]:
        """The scales that other carried ones rest on, in their order."""
        used = {name for scale in self.carried for name in scales_in(self.scales[scale].formula)}
        return [name for name in self.carried if name in used]

    def _carried(self) -> Iterator[tuple[str, str]]:
        """The scales that have an expression, each with it."""
        left_out: set[str] = set()
        for scale in self.instrument.scales:
            try:
                check_resting(scale, self.scales, left_out)
                yield scale.id, scale_path(scale, self.items)
            except NotUnderstood as why:
                left_out.add(scale.id)
                self.notes.add(f"scales.{scale.id}", f"the scale {scale.id}", f"not carried: {why}")

    def _scores(self) -> Iterator[Json]:
        used = self._resting_on()
        for name, path in self.carried.items():
            yield self._score(self.scales[name], f"%{variable(name)}" if name in used else path)

    def _score(self, scale: Scale, text: str) -> Json:
        found: Json = {
            "linkId": scale.id,
            "extension": [{"url": CALCULATED, "valueExpression": expression(text)}],
            "code": self._codes(self.instrument.codes, f"-{scale.id}", "codes"),
            **_worded("text", scale.label),
            "type": "decimal",
            "readOnly": True,
        }
        return {key: value for key, value in found.items() if value != []}

    def _codes(self, codes: Mapping[str, str], ending: str, path: str) -> list[Json]:
        """The codes of the instrument, of an item, or (by their ending) of a scale."""
        found = []
        for key, code in codes.items():
            short = key.removesuffix(ending) if ending else key
            if short in SYSTEMS and short + ending == key:
                found.append({"system": SYSTEMS[short], "code": code})
            elif path != "codes":
                self.notes.add(f"{path}.{key}", f"the code {key}", "not carried: its system is not known")
        return found

    def _unused_codes(self) -> None:
        """Codes of the instrument that belong neither to it as a whole nor to one of its scales."""
        endings = ["", *(f"-{scale.id}" for scale in self.instrument.scales)]
        known = {f"{system}{ending}" for system in SYSTEMS for ending in endings}
        for key in self.instrument.codes:
            if key not in known:
                self.notes.add(f"codes.{key}", f"the code {key}", "not carried: no scale has this name")


def _asked_of(item: Item) -> tuple[str, ...]:
    """The items that branching to an item looks at."""
    return items_in(item.asked_if) if item.asked_if is not None else ()


def _variable(name: str, text: str) -> Json:
    return {"url": VARIABLE, "valueExpression": expression(text, variable(name))}


def _worded(key: str, text: Text) -> Json:
    """A text in English, and in its other languages by the translation extension."""
    words = text_in(text, "en")
    if not words:
        return {}
    own = next(
        language for language, found in sorted(text.items(), key=lambda pair: pair[0] != "en") if found
    )
    others = [
        {
            "url": TRANSLATION,
            "extension": [{"url": "lang", "valueCode": language}, {"url": "content", "valueString": found}],
        }
        for language, found in text.items()
        if found and language != own
    ]
    return {key: words, **({f"_{key}": {"extension": others}} if others else {})}


def _computer_name(name: str) -> str:
    """The name in the form that FHIR asks for: a capital letter, then letters, digits and underscores."""
    cleaned = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")
    return cleaned[:1].upper() + cleaned[1:] if cleaned[:1].isalpha() else f"Q_{cleaned}"
