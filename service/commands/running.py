"""`handrail serve`, `migrate`, `worker` and `demo`: the running program, started from settings."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import click

from instruments.problems import BadDefinition
from service import worker as rounds
from service.actions import pinned, storage
from service.app import make_checked_parts
from service.commands import demonstrating
from service.commands.serving import NOT_STARTED, Server
from service.commands.telling import give_up
from service.settings import BadSettings, Settings, database_url_in, load_settings
from service.web.context import Parts

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
        _parts(settings)
    # One process on SQLite, so the worker's rounds run in it; on PostgreSQL `handrail worker` is a process of its own.
    Server(settings, host, port, working=settings.database_url.startswith("sqlite")).run()


@click.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    with _clearly():
        storage.upgrade(database_url_in(os.environ))
    click.echo("The database is at the newest schema.")


@click.command()
@click.option("--once", is_flag=True, help="One round, then end.")
def worker(*, once: bool) -> None:
    """Do the work that nobody presses a button for, each minute."""
    with _clearly():
        parts = _parts(load_settings())
    if once:
        ended = rounds.tick(parts.open_write, parts.act)
        click.echo(f"Screenings ended that were left open: {ended}")
        return
    rounds.run(parts.open_write, parts.act, threading.Event())


def _parts(settings: Settings) -> Parts:
    storage.upgrade(settings.database_url)
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
        demonstrating.prepare(settings, fresh=fresh, say=click.echo)
        make_checked_parts(settings)
    click.echo(demonstrating.welcome(None if no_serve else f"http://{host}:{port}"))
    if not no_serve:
        Server(settings, host, port, working=True).run()


@contextmanager
def _clearly() -> Iterator[None]:
    """What can go wrong at the start, said in one line."""
    try:
        yield
    except (BadSettings, storage.NoDatabase, demonstrating.NotTheDemo) as error:
        give_up(str(error))
    except pinned.UsedDefinitionsAltered as error:
        give_up(f"{NOT_STARTED} (for the demo: --fresh makes its data anew)\n{error}")
    except BadDefinition as bad:
        give_up(f"a definition cannot be used; nothing was started:\n{bad}")
    except OSError as error:
        give_up(f"{error.filename or 'the data folder'} cannot be used: {error.strerror}")
