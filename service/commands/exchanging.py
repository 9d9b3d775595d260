"""`handrail instruments export|import`: instruments to and from other formats, everything left out named."""

import sys
from pathlib import Path

import click

from instruments.exchange.formats import IMPORTED, WRITERS
from instruments.exchange.strict_json import MAX_BYTES
from instruments.exchange.telling import printable
from service.commands.finding import find
from service.commands.score import same_file
from service.commands.telling import give_up
from service.commands.whole_files import beginning_of, whole_file
from service.confined import Refused, TooCostly, apart

FAULTY = 1
STANDARD = "-"


@click.command("export")
@click.argument("instrument")
@click.option("--to", "target", required=True, type=click.Choice(list(WRITERS)), help="The format.")
@click.option("--output", default=STANDARD, metavar="FILE", help="Where it goes; - writes it out.")
@click.option("--version", "version", metavar="V", help="An older version of the instrument.")
def export(instrument: str, target: str, output: str, version: str | None) -> None:
    """Write INSTRUMENT in another format. What the format cannot carry is named on standard error."""
    found = WRITERS[target](find(instrument, version))
    for line in found.notes.lines():
        click.echo(line, err=True)
    _write(found.text, output)


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--from", "source", type=click.Choice(list(IMPORTED)), help="The format; else the content tells."
)
@click.option(
    "--output", required=True, metavar="FILE.yaml", help="Where the definition goes; - writes it out."
)
def import_file(file: Path, source: str | None, output: str) -> None:
    """Make a definition of a questionnaire FILE. Exits with 1, and writes nothing, when that cannot be done."""
    if output != STANDARD and same_file(str(file), output):
        give_up(f"--output {output} is the file that is read; choose another")
    content = beginning_of(file, MAX_BYTES + 1)
    try:
        made = apart("import", file.name, content, source=source or "")
    except (Refused, TooCostly) as error:
        give_up(str(error), FAULTY)
    for line in made["notes"]:
        click.echo(line, err=True)
    for line in made["to_add"]:
        click.echo(printable(f"to add: {line}"), err=True)
    _write(made["text"], output)


def _write(text: str, output: str) -> None:
    if output == STANDARD:
        sys.stdout.write(text)
        return
    try:
        with whole_file(output) as unfinished:
            unfinished.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        give_up(f"--output {output} cannot be written: {error.strerror or error}")
