"""`handrail instruments`: which instruments there are, and what one of them asks."""

import json
from collections.abc import Sequence
from pathlib import Path

import click

from instruments.catalogue import Catalogue
from instruments.model import Instrument
from instruments.problems import BadDefinition
from service.commands.exchanging import export, import_file
from service.commands.finding import catalogue, find_or_read
from service.commands.instrument_proofs import check, diff, prove
from service.commands.instrument_sheets import sheet_of, write_sheet
from service.commands.instrument_wording import wording
from service.commands.telling import give_up
from service.reports.instrument_page import instrument_page
from service.reports.instrument_paper import instrument_paper
from service.reports.instrument_text import instrument_text


@click.group(commands=[check, prove, diff, wording, export, import_file])
def instruments() -> None:
    """Which instruments there are, and what they ask."""


@instruments.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON list.")
def list_all(*, as_json: bool) -> None:
    """List every instrument with its version, items, languages and the publisher's permission."""
    rows = [_row(each) for each in _all(catalogue())]
    click.echo(json.dumps(rows, ensure_ascii=False, indent=2) if as_json else _table(rows))


def _all(known: Catalogue) -> Sequence[Instrument]:
    try:
        return known.instruments()
    except BadDefinition as bad:
        give_up(f"a definition cannot be used:\n{bad}")


def _row(instrument: Instrument) -> dict[str, object]:
    return {
        "id": instrument.id,
        "version": instrument.version,
        "name": instrument.name,
        "items": len(instrument.items),
        "languages": list(instrument.languages),
        "permission": str(instrument.permission.terms),
    }


def _table(rows: Sequence[dict[str, object]]) -> str:
    cells = [[*rows[0]], *([_cell(value) for value in row.values()] for row in rows)] if rows else []
    widths = [max(len(line[place]) for line in cells) for place in range(len(cells[0]))] if cells else []
    return "\n".join(
        "  ".join(word.ljust(wide) for word, wide in zip(line, widths, strict=True)).rstrip()
        for line in cells
    )


def _cell(value: object) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


_FILE = click.Path(dir_okay=False, path_type=Path)


@instruments.command()
@click.argument("instrument")
@click.option("--version", "version", metavar="V", help="An older version of the instrument.")
@click.option("--language", default="en", show_default=True, help="The language of the questions.")
@click.option(
    "--html", type=_FILE, help="Write the whole sheet as one HTML file: items, bands, what follows, sources."
)
@click.option("--pdf", type=_FILE, help="Write the whole sheet as a PDF.")
@click.option("--paper", type=click.Choice(["letter", "a4"]), default="letter", show_default=True)
def show(
    instrument: str, version: str | None, language: str, html: Path | None, pdf: Path | None, paper: str
) -> None:
    """Show what INSTRUMENT asks, how it is read, what follows, who is not referred, and on what ground.

    INSTRUMENT is an id, or a definition file that is not in use yet.
    """
    found = find_or_read(instrument, version)
    if language not in found.languages:
        give_up(f"--language {language}: allowed: {', '.join(found.languages)}")
    sheet = sheet_of(found, language)
    if html is None and pdf is None:
        click.echo(f"{instrument_text(sheet)}\nDigest: {found.digest}")
    if html is not None:
        write_sheet(html, instrument_page(sheet).encode())
    if pdf is not None:
        write_sheet(pdf, instrument_paper(sheet, paper=paper))
