"""What neither FHIR nor REDCap has a place for, part by part, so that every export names it."""

from __future__ import annotations

from collections.abc import Iterator

from instruments.exchange.telling import Note
from instruments.model import Instrument, Item, MissingMethod, Scale

_NO_REFUSAL = (
    "it is not told from a missing answer there, and a question marked required cannot be declined at all;"
    " never read a blank as no"
)
_INCOMPLETE = "there is a score only once every answer is there"


def losses_of(instrument: Instrument, target: str) -> Iterator[Note]:
    """Everything about an instrument that the target format does not carry, each with its place in the file."""
    why = f"not carried: {target} has no place for it"
    yield from _readings(instrument, why)
    yield from _about(instrument, why)
    yield Note("items", "a refusal", _NO_REFUSAL)
    for item in instrument.items:
        yield from _of_item(item)
    for scale in instrument.scales:
        yield from _of_scale(scale)


def _readings(instrument: Instrument, why: str) -> Iterator[Note]:
    """How scores are read, and what was promised about them."""
    for one in instrument.band_sets:
        yield Note(f"bands.{one.id}", f"the bands {one.id}", why)
    for finding in instrument.findings:
        critical = " (critical: it calls for action today)" if finding.critical else ""
        yield Note(f"findings.{finding.id}", f"the finding {finding.id}{critical}", why)
    for change in instrument.changes:
        yield Note("changes", f"the change threshold of {change.scale}", why)
    if instrument.assertions:
        yield Note("assert", f"the safety assertions ({len(instrument.assertions)})", why)
    if instrument.examples:
        yield Note("examples", f"the worked examples ({len(instrument.examples)})", why)


def _about(instrument: Instrument, why: str) -> Iterator[Note]:
    parts = {
        "sources": "the sources and how well each is known",
        "ages": "the intended ages",
        "informants": "who answers",
        "minutes": "the time it takes",
        "recall": "the period that is asked about",
        "notes": "the notes",
        "clinical_check": "whether a clinician has checked it",
    }
    for path, what in parts.items():
        if getattr(instrument, path):
            yield Note(path, what, why)
    if instrument.wording_source:
        yield Note("wording", "where the words come from", why)


def _of_item(item: Item) -> Iterator[Note]:
    if item.believed:
        words = "an answer to a question that was not asked is dropped there; here it counts"
        yield Note(f"items.{item.id}.believed", "an answer that came all the same", words)


def _of_scale(scale: Scale) -> Iterator[Note]:
    missing = scale.missing
    if missing.method is not MissingMethod.REFUSE:
        what = f"the missing rule of {scale.id} ({missing.method}, up to {missing.allow})"
        yield Note(f"scales.{scale.id}.missing", what, f"not carried: {_INCOMPLETE}")
