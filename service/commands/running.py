"""`handrail serve`, `migrate`, `worker` and `demo`: the running program, started from settings."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import click

from instruments.problems import BadDefinition
from service import courier
from service import worker as working
from service.actions import pinned, storage
from service.app import make_checked_parts
from service.commands import demonstrating
from service.commands.room import short_of_room
from service.commands.rounds import (
    Trust,
    begin,
    erase_and_scrub,
    mail_what_is_due,
    rounds_of,
    seal_and_ship,
    too_few_places,
    trust_in,
)
from service.commands.serving import NOT_STARTED, Server
from service.commands.telling import give_up
from service.demo.crossing import arrive
from service.keys import NoKeys
from service.notify.mail import BadMail
from service.notify.places import BadPlace
from service.settings import BadSettings, Settings, load_settings, owner_url_in
from service.web.context import Parts

DIFFERED = 1
HOST = click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
PORT = click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on."
)


@click.command()
@HOST
@PORT
def serve(host: str, port: int) -> None:
    """Serve Handrail as the HANDRAIL_* variables set it up."""
    with _clearly():
        settings = load_settings()
        _parts(settings, worker=False)
        _warn(settings)
        # One process on SQLite, so the rounds run in it; on PostgreSQL `handrail worker` is a process of its own.
        alone = settings.database_url.startswith("sqlite")
        trust = trust_in(settings, click.echo) if alone else None
    Server(settings, host, port, beside=partial(rounds_of, trust=trust) if alone else None).run()


@click.command()
def migrate() -> None:
    """Bring the database to the newest schema, on PostgreSQL as its owner (HANDRAIL_DATABASE_OWNER_URL)."""
    with _clearly():
        storage.upgrade(owner_url_in(os.environ))
    click.echo("The database is at the newest schema.")


@click.command()
@click.option("--once", is_flag=True, help="One round, then end.")
def worker(*, once: bool) -> None:
    """Do the work that nobody presses a button for: end what was left open, sign the audit trails, send them out."""
    with _clearly():
        settings = load_settings()
        parts, trust = _parts(settings, worker=True), trust_in(settings, click.echo)
        _warn(settings)
    if once:
        _one_round(parts, trust)
        return
    for thread in begin(rounds_of(parts, trust), threading.Event()):
        thread.join()


@click.command()
def recount() -> None:
    """Count the referrals anew and set right where the queue's counts differ; the exit status is 1 where any did."""
    with _clearly():
        wrong = storage.recount(load_settings().database_url)
    click.echo(f"Counts that were wrong and are right now: {wrong}")
    if wrong:
        raise SystemExit(DIFFERED)


def _one_round(parts: Parts, trust: Trust | None) -> None:
    try:
        ended = working.tick(parts.open_write, parts.act)
        click.echo(f"Screenings ended that were left open: {ended}")
        told = working.escalate(parts.open_write, parts.act)
        click.echo(f"Rungs told of what nobody answered: {told}")
        click.echo(f"E-mails sent: {mail_what_is_due(parts)}")
        click.echo(f"Clients erased as approved: {erase_and_scrub(parts)}")
        sealed = 0 if trust is None else seal_and_ship(parts, trust)
        click.echo(f"Audit trails with a new checkpoint: {sealed}")
        carried = courier.carry(parts.open_write, parts.open_read, parts.act)
        click.echo(f"Carried between organisations: {carried}")
    finally:
        parts.close()


def _warn(settings: Settings) -> None:
    """What stops no start, and whoever runs Handrail should know."""
    for words in filter(None, (too_few_places(settings), short_of_room(settings))):
        click.echo(words, err=True)


def _parts(settings: Settings, *, worker: bool) -> Parts:
    storage.upgrade(settings.database_url)
    storage.check_login(settings.database_url, worker=worker)
    return make_checked_parts(settings)


@click.command()
@click.option("--no-serve", is_flag=True, help="Only make the demo data.")
@click.option("--fresh", is_flag=True, help="Make the demo data anew; what was entered is gone.")
@HOST
@PORT
def demo(*, no_serve: bool, fresh: bool, host: str, port: int) -> None:
    """Make the demo data, unless it is there, and serve it."""
    with _clearly():
        settings = load_settings(demo=True)
        made = demonstrating.prepare(settings, fresh=fresh, say=click.echo)
        storage.check_login(settings.database_url, worker=True)
        parts = make_checked_parts(settings)
        trust = trust_in(settings, click.echo)
        if made and trust is not None:
            seal_and_ship(parts, trust)
            arrive(parts.open_write, parts.open_read, parts.act)
        parts.close()
    click.echo(demonstrating.welcome(None if no_serve else f"http://{host}:{port}"))
    if not no_serve:
        Server(settings, host, port, beside=partial(rounds_of, trust=trust)).run()


@contextmanager
def _clearly() -> Iterator[None]:
    """What can go wrong at the start, said in one line."""
    try:
        yield
    except (BadSettings, NoKeys, BadPlace, BadMail, storage.NoDatabase, demonstrating.NotTheDemo) as error:
        give_up(str(error))
    except pinned.UsedDefinitionsAltered as error:
        give_up(f"{NOT_STARTED} (for the demo: --fresh makes its data anew)\n{error}")
    except BadDefinition as bad:
        give_up(f"a definition cannot be used; nothing was started:\n{bad}")
    except OSError as error:
        give_up(f"{error.filename or 'the data folder'} cannot be used: {error.strerror}")
