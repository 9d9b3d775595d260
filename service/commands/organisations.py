"""`handrail organisations`: what whoever runs the machine does before anybody can sign in, and when nobody can."""

import secrets

import click

from service.actions import accounts, founding, storage
from service.actions.audit_trail import names, organisation_named
from service.actions.founding import NewOrganisation
from service.commands.desk import REFUSED, at_work
from service.commands.telling import give_up
from service.kinds import OrganisationKind
from service.passwords import temporary
from service.permissions import system
from service.settings import Settings


@click.group()
def organisations() -> None:
    """Add an organisation with its first administrator; list them; let an administrator in again."""


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
    """The organisations of this deployment."""
    with at_work(_ready) as parts, parts.open_write() as session, session.begin():
        click.echo("\n".join(names(session)) or "There is no organisation yet.")


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


def _tell(email: str, made: str) -> None:
    click.echo(f"{email} signs in with this first password within {accounts.GOOD_FOR.days} days:")
    click.echo(f"  {made}")
    click.echo("It is shown this once, and they choose their own before anything else.")


def _ready(settings: Settings) -> None:
    """The newest schema, under a login that sees every organisation."""
    storage.upgrade(settings.database_url)
    storage.check_login(settings.database_url, worker=True)
