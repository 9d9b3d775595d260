"""`handrail instruments wording`: a clinic's own licensed words for an instrument that ships without any."""

import os
from collections.abc import Sequence
from pathlib import Path

import click

from instruments.attaching import Ends, empty_form, ends_of, says_the_same
from instruments.catalogue import load_catalogue
from instruments.loading import load_definition
from instruments.model import Informant, Instrument, Text
from instruments.parts import Part, digest_of_part
from instruments.reading import LANGUAGE
from instruments.source import MAX_BYTES
from referral.programmes import Programme
from referral.region import alias_of
from service.actions.offering import lowest_age
from service.commands.finding import catalogue, find, own_folder
from service.commands.telling import give_up
from service.commands.whole_files import beginning_of
from service.confined import Refused, TooCostly, apart
from service.definitions import load_definitions
from service.settings import definitions_dir_in

FAULTY = 1
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("instrument")
@click.option(
    "--text", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Your words, as YAML."
)
@click.option("--template", is_flag=True, help="Print the empty form to fill in.")
@click.option(
    "--language",
    "languages",
    multiple=True,
    default=("en",),
    show_default=True,
    help="A language of the form.",
)
@click.option("--output", type=_FILE, help="Write there instead of into the folder of your own definitions.")
def wording(
    instrument: str, text: Path | None, *, template: bool, languages: tuple[str, ...], output: Path | None
) -> None:
    """Attach your own licensed words to INSTRUMENT: --template prints the form, --text takes it filled in.

    The words become a new version of the same instrument, which scores as before. From the next start it can be put
    to clients where they answer it for themselves and the routing rules know it; the command says whether they do.
    """
    if template is (text is not None):
        give_up("wording needs either --template, to get the form, or --text FILE, with the form filled in")
    odd = [language for language in languages if not LANGUAGE.match(language)]
    if odd:
        give_up(f"--language {odd[0]}: allowed: a language tag, as en or es")
    known = catalogue()
    before, file = find(instrument, None, known), known.file(instrument)
    if text is None:
        _write(empty_form(file.read_bytes(), file.name, tuple(dict.fromkeys(languages))), output)
        return
    if _ships_with_words(instrument):
        give_up(f"{instrument} ships with the words of its publisher; they are not replaced")
    content = _attached(file, text)
    done = load_definition(content, text.name)
    if says_the_same(before, done):
        click.echo(f"{before.id} {before.version} has these words already; nothing was written")
        return
    place = output or own_folder() / f"{done.id}@{done.version}.yaml"
    _write(content, place)
    click.echo(_told(done, place))
    click.echo(where_asked(done, every_programme()))


def how_to_attach(instrument: Instrument) -> str:
    """Why an instrument cannot be put to anybody, and what to do about it."""
    return (
        f"Cannot be administered: it ships without its questions. {instrument.wording_source.strip()}"
        f" If you hold the text and may use it: handrail instruments wording {instrument.id} --template prints a form,"
        f" and handrail instruments wording {instrument.id} --text FILE attaches it."
    )


def where_asked(instrument: Instrument, programmes: Sequence[Programme]) -> str:
    """Whether an instrument with words is put to clients, in which programmes, and if not, what to do about it."""
    if Informant.SELF not in instrument.informants:
        return "It is not put to clients: somebody else fills it in. Imported answers are scored."
    knowing = [each for each in programmes if alias_of(each.rules, instrument) is not None]
    asking = [each.id for each in knowing if _asks(each, instrument)]
    if asking:
        lowest = lowest_age(instrument)
        return f"It is put to clients aged {lowest} and over in the programmes: {', '.join(asking)}"
    if not knowing:
        return (
            "It is not put to clients: no routing rules know it, so nothing would follow."
            " Imported answers are scored."
        )
    rules = ", ".join(sorted({each.rules.id for each in knowing}))
    return (
        f"The routing rules judge it: {rules}. It is put to clients once a programme pins it: give your programme"
        f' a file of its own with a later version and the line {instrument.id}: "{instrument.version}", and see'
        " what moves with handrail programmes move"
    )


def every_programme() -> Sequence[Programme]:
    """The newest version of every programme."""
    return load_definitions(definitions_dir_in(os.environ)).programmes.newest()


def _asks(programme: Programme, instrument: Instrument) -> bool:
    pinned = programme.pinned.get(instrument.id)
    return instrument.id in programme.offered and pinned is not None and pinned.digest == instrument.digest


def _ships_with_words(instrument: str) -> bool:
    shipped = load_catalogue()
    return instrument in shipped.ids() and shipped.get(instrument).has_wording


def _attached(file: Path, text: Path) -> str:
    """The definition with a stranger's words, made apart."""
    words = beginning_of(text, MAX_BYTES + 1)
    try:
        made = apart("attach", file.name, file.read_bytes(), beside=(text.name, words))
    except Refused as bad:
        give_up(f"nothing was attached, the words are not complete:\n{bad}", FAULTY)
    except TooCostly as costly:
        give_up(str(costly), FAULTY)
    return str(made["text"])


def _write(text: str, place: Path | None) -> None:
    if place is None:
        click.echo(text, nl=False)
        return
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        give_up(f"{place} is there already; nothing was written")
    except OSError as error:
        give_up(f"{place} cannot be written: {error.strerror}")


def _told(done: Instrument, place: Path) -> str:
    digest = digest_of_part(done, Part.SCORING)
    what = (
        f"{done.id} {done.version} has words for {len(done.items)} items in {', '.join(done.languages)}"
        f" and scores as before (scoring digest {digest[:12]}): {place}"
    )
    compare = "Compare with the form, answer by answer, before anybody is asked:"
    return "\n".join([what, compare, *map(_ends, ends_of(done))])


def _ends(ends: Ends) -> str:
    items = ends.items[0] if len(ends.items) == 1 else f"{ends.items[0]} and {len(ends.items) - 1} more"
    low, high = ends.lowest, ends.highest
    return f"  {items}: lowest {low.value} is {_quoted(low.label)}, highest {high.value} is {_quoted(high.label)}"


def _quoted(label: Text) -> str:
    return " / ".join(f'"{words}"' for words in label.values())
