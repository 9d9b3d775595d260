"""The three parts of a definition, each with a digest: how it scores, what it says to people, all the rest.

A new version says which of them changed by the step it takes: scoring the first number, wording the second,
anything else the third. Compares no outcomes; `comparing.py` does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from instruments.canonical import canonical_bytes
from instruments.model import Band, BandSet, Finding, Instrument, Item, Purpose, Scale

_NOTHING: Mapping[str, str] = {}


class Part(StrEnum):
    """What a version can change, the weightiest first. Each has its place in a version's three numbers."""

    SCORING = "scoring"
    WORDING = "wording"
    METADATA = "metadata"


PARTS = tuple(Part)


@dataclass(frozen=True, slots=True)
class Step:
    """From one version to another: the parts that differ, the part whose number rose, and what is wrong with that."""

    changed: tuple[Part, ...]
    taken: Part | None
    problem: str


def digest_of_part(instrument: Instrument, part: Part) -> str:
    """The SHA-256 of one part in canonical form, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical_bytes(_VIEWS[part](instrument))).hexdigest()


def step_between(before: Instrument, after: Instrument) -> Step:
    """Which parts two versions of an instrument differ in, and whether the step of the version says so.

    A greater step than needed is allowed; a smaller one, or none, is a problem.
    """
    changed = tuple(part for part in PARTS if digest_of_part(before, part) != digest_of_part(after, part))
    numbers = numbers_of(before.version), numbers_of(after.version)
    taken = next((part for part, old, new in zip(PARTS, *numbers, strict=True) if old != new), None)
    return Step(changed, taken, _problem(before, after, changed, taken))


def numbers_of(version: str) -> tuple[int, ...]:
    """The numbers of a version, so that 1.10.0 comes after 1.9.0."""
    return tuple(int(part) for part in version.split("."))


def stepped(version: str, part: Part) -> str:
    """The version after a change of this part: 1.2.3 is 2.0.0, 1.3.0 or 1.2.4."""
    place = PARTS.index(part)
    numbers = numbers_of(version)
    return ".".join(map(str, (*numbers[:place], numbers[place] + 1, *(0 for _ in numbers[place + 1 :]))))


def _problem(before: Instrument, after: Instrument, changed: tuple[Part, ...], taken: Part | None) -> str:
    if not changed:
        return ""
    needed = stepped(before.version, changed[0])
    if numbers_of(after.version) < numbers_of(before.version):
        return f"version {after.version} is older than {before.version}; allowed: {needed} or later"
    if taken is None or PARTS.index(taken) > PARTS.index(changed[0]):
        return f"{changed[0]} changed from {before.version} to {after.version}; allowed: {needed} or later"
    return ""


def _scoring(one: Instrument) -> object:
    """Everything that leads from answers to outcomes, without names in words, sources and populations."""
    return {
        "items": [
            (item.id, sorted(item.values), item.asked_if, item.not_asked, item.believed, item.optional)
            for item in one.items
        ],
        "scales": [_bare_scale(scale) for scale in one.scales],
        "bands": [_bare_bands(bands) for bands in one.band_sets],
        "findings": [_bare_finding(finding) for finding in one.findings],
        "changes": [(change.scale, change.points, change.population) for change in one.changes],
    }


def _bare_scale(scale: Scale) -> Scale:
    return replace(scale, label=_NOTHING, source="", missing=replace(scale.missing, source=""))


def _bare_bands(bands: BandSet) -> BandSet:
    bare = tuple(Band(band.name, _NOTHING, band.lowest, band.highest) for band in bands.bands)
    return replace(bands, bands=bare, label=_NOTHING, purpose=Purpose.SEVERITY, population="", source="")


def _bare_finding(finding: Finding) -> Finding:
    return replace(finding, label=_NOTHING, purpose=Purpose.SEVERITY, population="", source="")


def _wording(one: Instrument) -> object:
    """Everything that the person who answers reads."""
    items = [
        (item.id, item.number, item.lead, item.ask, [(option.value, option.label) for option in item.options])
        for item in one.items
    ]
    return {"introduction": one.introduction, "languages": one.languages, "items": items}


def _metadata(one: Instrument) -> object:
    """All the rest: what the other two leave, with the names of scales, bands and findings in words."""
    return replace(
        one,
        version="",
        digest="",
        introduction=_NOTHING,
        languages=(),
        items=tuple(map(_codes_only, one.items)),
        scales=(),
        band_sets=(),
        findings=(),
        changes=(),
        about={**one.about, "": _labels(one)},
    )


def _codes_only(item: Item) -> Item:
    options = tuple(replace(option, label=_NOTHING) for option in item.options)
    return Item(item.id, "", _NOTHING, _NOTHING, options, None, None, False, False, None, item.codes)  # noqa: FBT003  no rule


def _labels(one: Instrument) -> str:
    """The words, sources and populations of everything that scores, as one text."""
    named = [
        *((scale.id, scale.label, scale.source, scale.missing.source) for scale in one.scales),
        *((each.id, each.label, each.purpose, each.population, each.source) for each in one.band_sets),
        *((band.name, band.label) for each in one.band_sets for band in each.bands),
        *((each.id, each.label, each.purpose, each.population, each.source) for each in one.findings),
        *((each.scale, each.meaning, each.source) for each in one.changes),
    ]
    return canonical_bytes(named).decode("utf-8")


_VIEWS = {Part.SCORING: _scoring, Part.WORDING: _wording, Part.METADATA: _metadata}
