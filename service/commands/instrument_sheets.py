"""What `handrail instruments show` puts on a sheet besides the definition, and where it writes the sheet."""

import os
from collections.abc import Iterator
from pathlib import Path

import click

from instruments.model import Instrument
from service.commands.instrument_wording import how_to_attach
from service.commands.telling import give_up
from service.definitions import load_definitions
from service.reports.instrument_facts import InstrumentFacts, instrument_facts
from service.settings import definitions_dir_in


def sheet_of(instrument: Instrument, language: str) -> InstrumentFacts:
    """The whole sheet of an instrument, with every set of routing rules that knows it."""
    routings = load_definitions(definitions_dir_in(os.environ)).routings
    return instrument_facts(instrument, tuple(routings), language, tuple(_notices(instrument)))


def _notices(instrument: Instrument) -> Iterator[str]:
    if not instrument.has_wording:
        yield how_to_attach(instrument)
    if any(note.startswith("Not validated") for note in instrument.notes):
        yield next(note for note in instrument.notes if note.startswith("Not validated"))
    if "UNVERIFIED" in instrument.permission.basis:
        yield instrument.permission.basis


def write_sheet(place: Path, content: bytes) -> None:
    """Write a sheet to a file, in the place of an earlier one; one line says where it is."""
    try:
        place.write_bytes(content)
    except OSError as error:
        give_up(f"{place} cannot be written: {error.strerror}")
    click.echo(f"{place}: {len(content)} bytes")
