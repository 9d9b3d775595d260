"""`handrail instruments wording`: a clinic's own licensed words for an instrument that ships without any."""

import os
from collections.abc import Iterable
from pathlib import Path

import click

from instruments.attaching import Attached, Ends, attach, empty_form, ends_of, says_the_same
from instruments.catalogue import load_catalogue
from instruments.model import Informant, Instrument, Text
from instruments.parts import Part, digest_of_part
from instruments.problems import BadDefinition
from instruments.reading import LANGUAGE
from referral.region import alias_of
from referral.rules import Rules
from service.actions.offering import lowest_age
from service.commands.finding import catalogue, find, own_folder
from service.commands.telling import give_up
from service.definitions import load_definitions
from service.settings import definitions_dir_in

FAULTY = 1
_PUT_THERE = "the first start with this file in the folder of your own definitions"
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
    done = _attached(file, text)
    if says_the_same(before, done.instrument):
        click.echo(f"{before.id} {before.version} has these words already; nothing was written")
        return
    place = output or own_folder() / f"{done.instrument.id}@{done.instrument.version}.yaml"
    _write(done.text, place)
    click.echo(_told(done.instrument, place))
    click.echo(
        where_asked(done.instrument, every_routing(), "the next start" if output is None else _PUT_THERE)
    )


def how_to_attach(instrument: Instrument) -> str:
    """Why an instrument cannot be put to anybody, and what to do about it."""
    return (
        f"Cannot be administered: it ships without its questions. {instrument.wording_source.strip()}"
        f" If you hold the text and may use it: handrail instruments wording {instrument.id} --template prints a form,"
        f" and handrail instruments wording {instrument.id} --text FILE attaches it."
    )


def where_asked(instrument: Instrument, routings: Iterable[Rules], since: str = "the next start") -> str:
    """Whether an instrument with words can be put to clients, and by which sets of rules."""
    if Informant.SELF not in instrument.informants:
        return "It is not put to clients: somebody else fills it in. Imported answers are scored."
    knowing = [rules.id for rules in routings if alias_of(rules, instrument) is not None]
    if not knowing:
        return (
            "It is not put to clients: no routing rules know it, so nothing would follow."
            " Imported answers are scored."
        )
    lowest, rules = lowest_age(instrument), ", ".join(knowing)
    return f"From {since} on it can be put to clients aged {lowest} and over, and the routing rules judge it: {rules}"


def every_routing() -> tuple[Rules, ...]:
    """Every set of routing rules in force."""
    return tuple(load_definitions(definitions_dir_in(os.environ)).routings.values())


def _ships_with_words(instrument: str) -> bool:
    shipped = load_catalogue()
    return instrument in shipped.ids() and shipped.get(instrument).has_wording


def _attached(file: Path, text: Path) -> Attached:
    try:
        return attach(file.read_bytes(), file.name, text.read_bytes(), text.name)
    except BadDefinition as bad:
        give_up(f"nothing was attached, the words are not complete:\n{bad}", FAULTY)


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
