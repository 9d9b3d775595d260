"""`handrail programmes`: which programmes there are, what runs where, and what another version moves."""

import os
from pathlib import Path

import click

from instruments.model import text_in
from instruments.problems import BadDefinition
from referral.catalogue import load_routing, routing_named
from referral.programmes import Programme
from referral.versioned import UnknownDefinition
from service.actions import pinned
from service.commands.programme_acts import end, move, start
from service.commands.programme_words import told
from service.commands.telling import give_up
from service.commands.used_versions import changed_since_use
from service.definitions import Definitions, load_definitions
from service.settings import definitions_dir_in

FAULTY = 1


@click.group(commands=[start, move, end])
def programmes() -> None:
    """Screening programmes: who is screened, with which versions, by which rules."""


@programmes.command("list")
def list_all() -> None:
    """List every programme in every version, with its rules and ages."""
    for one in _all(_definitions()):
        low, high = one.ages
        click.echo(f"{one.named}  {text_in(one.name, 'en')}  ages {low} to {high}  {_rules_of(one)}")


@programmes.command()
@click.argument("programme")
def show(programme: str) -> None:
    """Show what PROGRAMME (its id, or id@version) pins, offers and ticks at first."""
    one = _find(_definitions(), programme)
    low, high = one.ages
    click.echo(f"{one.named}: {text_in(one.name, 'en')}, {text_in(one.name, 'es')}")
    click.echo(f"Ages: {low} to {high}\nRules: {_rules_of(one)}\nDigest: {one.digest}")
    for name, instrument in one.pinned.items():
        asked = "asked at first" if name in one.first else "asked" if name in one.offered else "not asked"
        click.echo(f"{name} {instrument.version}  {asked}")


@programmes.command()
def check() -> None:
    """Check every programme and routing file, and that none changed after its use. Exits 1 when one did."""
    found, own = _definitions(), definitions_dir_in(os.environ)
    altered = changed_since_use(lambda session: pinned.programmes_altered(session, found.programmes))
    problems = [*_unused_rules(found, own), *altered]
    for words in problems:
        click.echo(words)
    click.echo(f"{len(problems)} problems in {len(_all(found))} versions of programmes")
    if problems:
        raise SystemExit(FAULTY)


@programmes.command()
@click.argument("before")
@click.argument("after")
def diff(before: str, after: str) -> None:
    """Show what moves in outcomes from BEFORE to AFTER, both written id@version.

    Exits with 1 when something is lowered, or not proved.
    """
    found = _definitions()
    difference = found.difference(_find(found, before), _find(found, after))
    click.echo("\n".join(told(difference)))
    if difference.needs_reason:
        raise SystemExit(FAULTY)


def _definitions() -> Definitions:
    try:
        return load_definitions(definitions_dir_in(os.environ))
    except BadDefinition as bad:
        give_up(f"a definition cannot be used:\n{bad}", FAULTY)


def _all(found: Definitions) -> list[Programme]:
    newest = found.programmes.newest()
    return [each for one in newest for each in found.programmes.versions(one.id)]


def _find(found: Definitions, named: str) -> Programme:
    name, _, version = named.partition("@")
    try:
        return found.programmes.get(name, version or None)
    except UnknownDefinition as unknown:
        give_up(str(unknown))


def _rules_of(one: Programme) -> str:
    return f"{one.rules.id}@{one.rules.version}"


def _unused_rules(found: Definitions, own: Path) -> list[str]:
    """What is wrong with routing files that no programme reads; those of programmes were read with them."""
    used = {_rules_of(one) for one in _all(found)}
    problems: list[str] = []
    for named in routing_named(own):
        try:
            if named not in used:
                load_routing(named, instruments=found.instruments, pathways=found.pathways, own=own)
        except BadDefinition as bad:
            problems += map(str, bad.problems)
    return problems
