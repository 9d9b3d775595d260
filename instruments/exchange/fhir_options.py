"""The options of a question in FHIR: words, codes and numbers. A number that the file lacks is said to be ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from instruments.exchange.elements import Element
from instruments.exchange.fhir_names import ORDINAL, OUR_ANSWERS, SYSTEMS, WEIGHT
from instruments.model import Option, Text

MAX_OPTIONS = 100
_FURTHEST = 1000
_YES = {("http://loinc.org", "LA33-6"), ("http://snomed.info/sct", "373066001")}
_NO = {("http://loinc.org", "LA32-8"), ("http://snomed.info/sct", "373067005")}
_NAMES = {address: name for name, address in SYSTEMS.items()}


@dataclass(frozen=True, slots=True)
class Choice:
    """One option: what is stored for it, and how a branching condition may name it.

    `weighed` holds when the file itself gives the answer this weight; else `weight()` is nothing there, and the
    number is one that we gave, or the answer itself.
    """

    option: Option
    key: tuple[str, str]
    weighed: bool


@dataclass(frozen=True, slots=True)
class _Raw:
    """An option as it was read, its number still open."""

    element: Element
    key: tuple[str, str]
    label: Text
    codes: Mapping[str, str]
    value: int | None
    weighed: bool


def choices_of(item: Element, kind: str, contained: Mapping[str, Element]) -> Iterator[Choice]:
    """The options of a question, in their order; a boolean has yes and no."""
    if kind == "boolean":
        item.shared.notes.add(
            item.path, "a yes-or-no question", "its answers are called Yes (1) and No (0) here"
        )
        for number, word, label in ((1, "true", "Yes"), (0, "false", "No")):
            yield Choice(Option(number, {"en": label}, {}), ("", word), weighed=False)
        return
    raw = [_raw(one) for one in _elements(item, contained)]
    numbers = _numbers(item, raw)
    for one in raw:
        value = numbers.get(one.key)
        if value is not None:
            yield Choice(Option(value, one.label, one.codes), one.key, weighed=one.weighed)


def _elements(item: Element, contained: Mapping[str, Element]) -> list[Element]:
    """The elements that hold the options: the item's own, else those of a value set in the same file."""
    address = item.text("answerValueSet")
    if not address:
        return _few(item, "answerOption")
    held = contained.get(address.removeprefix("#"))
    compose = held.element("compose") if held else None
    included = compose.rows("include") if compose else []
    return [concept for one in included for concept in _concepts(one)]


def _few(element: Element, key: str) -> list[Element]:
    """A list of options, none when there are too many: one value set may stand for the options of each question."""
    found = element.value.get(key)
    if isinstance(found, list) and len(found) > MAX_OPTIONS:
        element.problem(key, f"{len(found)} options", f"at most {MAX_OPTIONS}")
        return []
    return element.rows(key)


def _concepts(included: Element) -> list[Element]:
    system = included.text("system")
    concepts = _few(included, "concept")
    for concept in concepts:
        concept.value.setdefault("system", system)
    return concepts


def _raw(one: Element) -> _Raw:
    holder = one.element("valueCoding") or one
    one.flag("initialSelected")
    if one.has("valueInteger"):
        number = one.number("valueInteger")
        weight = _ordinal([one])
        value = _whole(one, number) if weight is None else weight
        return _Raw(one, ("", str(number)), {one.shared.language: str(number)}, {}, value, weight is not None)
    if one.has("valueString"):
        label = one.words("valueString")
        weight = _ordinal([one])
        return _Raw(one, ("", next(iter(label.values()), "")), label, {}, weight, weight is not None)
    system, code = holder.text("system"), holder.text("code")
    weight = _ordinal([one, holder])
    codes = _codes(holder, system, code)
    return _Raw(one, (system, code), holder.words("display"), codes, weight, weight is not None)


def _codes(holder: Element, system: str, code: str) -> Mapping[str, str]:
    if system in _NAMES:
        return {_NAMES[system]: code}
    if code and not system.startswith(OUR_ANSWERS):
        where = f"its system {system[:100]} is not known here" if system else "it names no code system"
        holder.shared.notes.add(f"{holder.path}.code", "the code of an answer", f"not carried: {where}")
    return {}


def _ordinal(holders: list[Element]) -> int | None:
    """The number that the file gives an option, by either name of the extension."""
    found: int | float | None = None
    for holder in holders:
        for one in [*holder.extensions(ORDINAL), *holder.extensions(WEIGHT)]:
            number = one.number("valueDecimal")
            found = number if found is None else found
    return None if found is None else _whole(holders[0], found)


def _whole(one: Element, number: float | None) -> int | None:
    if number is None or (number == int(number) and abs(number) <= _FURTHEST):
        return None if number is None else int(number)
    one.problem("extension", f"the value {number}", f"a whole number from -{_FURTHEST} to {_FURTHEST}")
    return None


def _numbers(item: Element, raw: list[_Raw]) -> Mapping[tuple[str, str], int]:
    """The number of each option. What the file does not say is noted as ours."""
    given: dict[tuple[str, str], int] = {one.key: one.value for one in raw if one.value is not None}
    if len(given) == len(raw) and len(set(given.values())) == len(raw):
        return given
    if given:
        item.problem("answerOption", "options without a number, or two with the same", "one number each")
        return {}
    keys = [one.key for one in raw]
    if {*keys} <= _YES | _NO and len(keys) == 2:  # noqa: PLR2004 - a yes and a no
        item.shared.notes.add(
            item.path, "options without a number", "yes counts 1 and no 0, as everywhere here"
        )
        return {key: int(key in _YES) for key in keys}
    item.shared.notes.add(
        item.path, "options without a number", "numbered from 0 in their order; no score may rest on that"
    )
    return {key: place for place, key in enumerate(keys)}
