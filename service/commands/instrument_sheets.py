"""What `handrail instruments show` puts on a sheet besides the definition, and where it writes the sheet."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from instruments.model import Instrument
from referral.programmes import Programme
from referral.region import alias_of
from service.commands.instrument_wording import every_programme, how_to_attach, where_asked
from service.commands.telling import give_up
from service.reports.instrument_facts import InstrumentFacts, instrument_facts


def sheet_of(instrument: Instrument, language: str) -> InstrumentFacts:
    """The whole sheet of an instrument, with every set of routing rules that knows it."""
    programmes = every_programme()
    routings = tuple({one.rules.digest: one.rules for one in programmes}.values())
    return instrument_facts(instrument, routings, language, tuple(_notices(instrument, programmes)))


def _notices(instrument: Instrument, programmes: Sequence[Programme]) -> Iterator[str]:
    if not instrument.has_wording:
        yield how_to_attach(instrument)
    if not any(alias_of(each.rules, instrument) for each in programmes):
        yield where_asked(instrument, programmes)
    if instrument.not_validated:
        yield instrument.not_validated
    if "UNVERIFIED" in instrument.permission.basis:
        yield instrument.permission.basis


def write_sheet(place: Path, content: bytes) -> None:
    """Write a sheet to a file, in the place of an earlier one; one line says where it is."""
    try:
        place.write_bytes(content)
    except OSError as error:
        give_up(f"{place} cannot be written: {error.strerror}")
    click.echo(f"{place}: {len(content)} bytes")
