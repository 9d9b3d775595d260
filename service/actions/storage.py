"""The database as a whole: brought to the newest schema, opened for a command. Nobody's record is touched here."""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from alembic.util.exc import CommandError
from sqlalchemy import inspect
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from service.access import Session
from service.keys import load_wrapping_keys
from service.store import queue_counts, schema
from service.store.directory import organisation_ids
from service.store.engine import Sessions, open_sessions
from service.store.logins import login_of
from service.store.row_security import APP, WORKER
from service.store.vault import Vault

SQLITE = "sqlite:///"
SCRUB_SECONDS = 30
"""How long a file is waited for that somebody reads or writes."""
MIGRATE = "run `handrail migrate` with the owner's address in HANDRAIL_DATABASE_OWNER_URL"
ROLES = "docs/running.md, PostgreSQL roles"


class NoDatabase(Exception):
    """The database is not there, or cannot be read; says which and what the driver found."""


def sqlite_file(url: str) -> Path | None:
    """The file behind a SQLite address; None for a database server."""
    return Path(url.removeprefix(SQLITE)) if url.startswith(SQLITE) else None


def holds_nothing(url: str) -> bool:
    """Whether nothing can be lost there: no file, an empty one, or a database without a single table."""
    file = sqlite_file(url)
    if file is not None and (not file.exists() or file.stat().st_size == 0):
        return True
    sessions = open_sessions(url)
    try:
        return not inspect(sessions.engine).get_table_names()
    except SQLAlchemyError:
        return False
    finally:
        sessions.engine.dispose()


def upgrade(url: str) -> None:
    """Bring the database to the newest schema; makes the file, and the folder it lies in, where there is none."""
    file = sqlite_file(url)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
    try:
        schema.upgrade(url)
    except SQLAlchemyError as error:
        if type(getattr(error, "orig", None)).__name__ == "InsufficientPrivilege":
            raise NoDatabase(f"this login may not change the schema or make roles; {MIGRATE}") from None
        raise _unreadable(url, error) from None
    except CommandError:
        where = sqlite_file(url) or "the address in HANDRAIL_DATABASE_URL"
        raise NoDatabase(
            f"the database at {where} was made by a Handrail that this one does not know"
        ) from None


def check_login(url: str, *, worker: bool) -> None:
    """Whether the program may run as this login: row security must hold for it. Raises NoDatabase.

    `worker`: whether it is to see all organisations and sign their trails.
    """
    sessions = open_sessions(url)
    try:
        login = login_of(sessions.engine)
    finally:
        sessions.engine.dispose()
    if login is None:
        return
    if login.unbound or login.owner:
        raise NoDatabase(
            "HANDRAIL_DATABASE_URL names the owner of the tables or a login that row security does not bind; "
            f"allowed: a login that is only in {APP} or {WORKER} ({ROLES})"
        )
    if not (login.worker if worker else login.app):
        raise NoDatabase(_not_in(WORKER if worker else APP))


def _not_in(role: str) -> str:
    return f"the login in HANDRAIL_DATABASE_URL is not in the role {role}, which this needs ({ROLES})"


def scrub(url: str) -> bool:
    """Leave nothing of what was deleted in a SQLite file: written anew without gaps, its log emptied; whether it was.

    On PostgreSQL dead rows go with the server's own vacuuming, which belongs to the owner of the tables.
    """
    file = sqlite_file(url)
    if file is None:
        return False
    with closing(sqlite3.connect(file, timeout=SCRUB_SECONDS)) as connection:
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("VACUUM")
        busy, *_pages = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


@contextmanager
def reading(url: str, wrapping_keys: Path | None = None) -> Iterator[Session]:
    """A look at all organisations of an existing database, which is never made by looking. Raises NoDatabase.

    With a file of wrapping keys, what is sealed can be read; raises NoKeys where that file cannot be used.
    """
    keys = () if wrapping_keys is None else load_wrapping_keys(wrapping_keys)
    vault = Vault(lambda: keys, secrets.token_bytes) if keys else None
    with _existing(url, vault) as sessions, sessions.read() as session, session.begin():
        yield session


@contextmanager
def writing(url: str) -> Iterator[Session]:
    """As `reading`, for a command that writes down what it does: one transaction."""
    with _existing(url) as sessions, sessions.write() as session, session.begin():
        yield session


def recount(url: str) -> int:
    """Set right every count of a queue that is not what counting the referrals says; how many. Raises NoDatabase.

    The database keeps them itself (`store/queue_counts.py`): only somebody who owns it can have spoiled them.
    """
    with _existing(url) as sessions:
        with sessions.write() as session, session.begin():
            found = organisation_ids(session)
        wrong = 0
        for organisation_id in found:
            with sessions.write(organisation_id) as session, session.begin():
                wrong += queue_counts.recount(session, organisation_id)
        return wrong


@contextmanager
def _existing(url: str, vault: Vault | None = None) -> Iterator[Sessions]:
    file = sqlite_file(url)
    if file is not None and not file.is_file():
        raise NoDatabase(f"there is no database at {file}")
    sessions = open_sessions(url, vault)
    try:
        login = login_of(sessions.engine)
        if login is not None and not login.worker:
            raise NoDatabase(_not_in(WORKER))
        yield sessions
    except SQLAlchemyError as error:
        raise _unreadable(url, error) from None
    finally:
        sessions.engine.dispose()


def _unreadable(url: str, error: SQLAlchemyError) -> NoDatabase:
    """The kind of trouble, never the driver's own words: they may quote a password or what was stored."""
    where = sqlite_file(url) or "the address in HANDRAIL_DATABASE_URL"
    found = type(getattr(error, "orig", None) or error).__name__
    unreached = sqlite_file(url) is None and isinstance(error, OperationalError)
    ask = "; does the server run there, and do host, port, name, login and password fit?" if unreached else ""
    return NoDatabase(f"the database at {where} cannot be read as Handrail's ({found}){ask}")
