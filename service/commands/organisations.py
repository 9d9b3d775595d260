"""`handrail organisations`: what whoever runs the machine does before anybody can sign in, and when nobody can."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import click

from service.access import Act, Session
from service.actions import accounts, founding, storage, suspending
from service.actions.audit_trail import organisation_named
from service.actions.founding import NewOrganisation
from service.actions.suspending import LeftOpen, Standing, standings
from service.commands.desk import REFUSED, at_work
from service.commands.telling import give_up
from service.kinds import OrganisationKind, SuspensionReason
from service.passwords import temporary
from service.permissions import system
from service.settings import Settings


@click.group()
def organisations() -> None:
    """Add an organisation with its first administrator; list them; let an administrator in again; suspend one."""


@organisations.command()
@click.argument("name")
@click.option(
    "--kind",
    type=click.Choice([each.value for each in OrganisationKind]),
    required=True,
    help="Decides some words on pages.",
)
@click.option("--calendar", required=True, metavar="ID", help="Its working calendar: zone, hours, days off.")
@click.option(
    "--crisis-phone", required=True, metavar="NUMBER", help="Shown wherever help is needed at once."
)
@click.option("--admin-name", required=True, metavar="NAME", help="The first programme administrator.")
@click.option("--admin-email", required=True, metavar="EMAIL", help="With what they sign in.")
def add(name: str, kind: str, calendar: str, crisis_phone: str, admin_name: str, admin_email: str) -> None:
    """Add the organisation NAME. Its administrator adds places and people, and starts a programme."""
    wanted = NewOrganisation(name, OrganisationKind(kind), calendar, crisis_phone, admin_name, admin_email)
    password = temporary(secrets.choice)
    with at_work(_ready) as parts:
        hashed, now = parts.passwords.hash(password), parts.clock()
        act = parts.act(system(parts.act(founding.NOBODY).new_id()))
        with parts.open_write() as session, session.begin():
            founding.refuse_twice(session, name, act=act)
        with parts.open_write(act.organisation_id) as session, session.begin():
            founding.found(session, wanted, hashed, act=act)
    click.echo(f"{name} is there, since {now:%Y-%m-%d %H:%M} UTC.")
    _tell(admin_email, password)


@organisations.command("list")
def show() -> None:
    """The organisations of this deployment: the id of each, its name, and since when it is suspended."""
    with at_work(_ready) as parts, parts.open_write() as session, session.begin():
        found = standings(session)
    click.echo("\n".join(map(_line, found)) or "There is no organisation yet.")


@organisations.command()
@click.argument("email")
@click.option("--organisation", metavar="NAME", required=True, help="Where the account is.")
def password(email: str, organisation: str) -> None:
    """Make another first password for the administrator EMAIL who cannot sign in; the old one opens nothing."""
    made = temporary(secrets.choice)
    with at_work(_ready) as parts:
        with parts.open_write() as session, session.begin():
            found = organisation_named(session, organisation)
        if found is None:
            give_up(
                f"no organisation is named {organisation!r}; `handrail organisations list` names them",
                REFUSED,
            )
        act = parts.act(system(found))
        with parts.open_write(found) as session, session.begin():
            founding.let_in(session, email, parts.passwords.hash(made), act=act)
    _tell(email, made)


@organisations.command()
@click.argument("organisation", type=click.UUID, metavar="ID")
@click.option(
    "--reason",
    type=click.Choice([each.value for each in SuspensionReason]),
    required=True,
    help="Stands in its audit trail.",
)
@click.option("--although-open", is_flag=True, help="Even while an alert there is not acknowledged.")
def suspend(organisation: UUID, reason: str, although_open: bool) -> None:  # noqa: FBT001  click's way
    """Let nobody of the organisation ID in from the next request on. `list` names the ids.

    Every session, API token, handed-over device and receiver's link of it is refused. Nothing is deleted, its
    deadlines go on, and its trail, erasure and retention work as before.
    """
    with _within(organisation) as (session, act):
        left = suspending.suspend(session, SuspensionReason(reason), although_open=although_open, act=act)
    click.echo(f"{left.name} is suspended since {act.now:%Y-%m-%d %H:%M} UTC: nobody of it is let in.")
    _tell_open(left)
    click.echo(f"Nobody there is told of anything until: handrail organisations resume {organisation}")


@organisations.command()
@click.argument("organisation", type=click.UUID, metavar="ID")
def resume(organisation: UUID) -> None:
    """Let the organisation ID work again: everybody signs in anew, and what fell due meanwhile is told at once."""
    with _within(organisation) as (session, act):
        left = suspending.resume(session, act=act)
    click.echo(f"{left.name} works again. Everybody signs in anew.")
    _tell_open(left)


@contextmanager
def _within(organisation: UUID) -> Iterator[tuple[Session, Act]]:
    with at_work(_ready) as parts, parts.open_write(organisation) as session, session.begin():
        yield session, parts.act(system(organisation))


def _tell_open(left: LeftOpen) -> None:
    click.echo(f"  open alerts: {left.alerts}, of them not acknowledged by anybody: {left.unacknowledged}")
    click.echo(f"  open needs: {left.needs}; every deadline goes on")


def _line(each: Standing) -> str:
    since = "" if each.suspended_at is None else f"  suspended since {each.suspended_at:%Y-%m-%d %H:%M} UTC"
    return f"{each.id}  {each.name}{since}"


def _tell(email: str, made: str) -> None:
    click.echo(f"{email} signs in with this first password within {accounts.GOOD_FOR.days} days:")
    click.echo(f"  {made}")
    click.echo("It is shown this once, and they choose their own before anything else.")


def _ready(settings: Settings) -> None:
    """The newest schema, under a login that sees every organisation."""
    storage.upgrade(settings.database_url)
    storage.check_login(settings.database_url, worker=True)
