"""`handrail programmes start|move|end`: acts of a programme administrator, with the difference seen first."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from service.actions import programmes
from service.actions.programmes import Move, administrator
from service.commands.desk import Desk, desk
from service.commands.programme_words import told

BY = click.option("--by", required=True, metavar="EMAIL", help="The programme administrator who does it.")
ORGANISATION = click.option(
    "--organisation", metavar="NAME", help="Needed where the address has accounts in several."
)


@click.command()
@click.argument("programme")
@BY
@ORGANISATION
def start(programme: str, by: str, organisation: str | None) -> None:
    """Put PROGRAMME (its id, or id@version) in force."""
    name, _, version = programme.partition("@")
    with _desk(by, organisation) as at:
        found = programmes.start(at.session, name, version or None, act=at.act)
    click.echo(f"{found.programme.named} is in force")


@click.command()
@click.argument("programme")
@BY
@ORGANISATION
@click.option("--lowers", is_flag=True, help="You have seen what is lowered or not proved.")
@click.option("--reason", default="", metavar="WORDS", help="Why that may be.")
def move(programme: str, by: str, organisation: str | None, *, lowers: bool, reason: str) -> None:
    """Move a running PROGRAMME to another version (id@version); what moves in outcomes is shown first."""
    name, _, version = programme.partition("@")
    with _desk(by, organisation) as at:
        running = programmes.one_in_force(at.session, name, act=at.act)
        click.echo("\n".join(told(programmes.difference(at.session, name, version, act=at.act))))
        command = Move(version, running.programme.version, lowers, reason)
        found = programmes.move(at.session, name, command, act=at.act)
    click.echo(f"{found.programme.named} is in force")


@click.command()
@click.argument("programme")
@BY
@ORGANISATION
def end(programme: str, by: str, organisation: str | None) -> None:
    """End PROGRAMME: nobody is screened under it any more; screenings that have begun are finished."""
    with _desk(by, organisation) as at:
        running = programmes.one_in_force(at.session, programme, act=at.act)
        programmes.end(at.session, programme, running.programme.version, act=at.act)
    click.echo(f"{programme} has ended")


@contextmanager
def _desk(by: str, organisation: str | None) -> Iterator[Desk]:
    with desk(lambda session: administrator(session, by, organisation)) as at:
        yield at
