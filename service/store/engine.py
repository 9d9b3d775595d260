"""The database connection: durable SQLite or PostgreSQL, one writer at a time on SQLite. No table lives here."""

import sqlite3
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from service.store import audit
from service.store.scope import Door, watch
from service.store.turns import PATIENCE, Turns, TurnTimeout
from service.store.vault import VAULT, Vault, furnish

READ_ONLY = "handrail_read_only"
AT_ONCE = "handrail_at_once"
"""Marks a transaction that does not wait: it begins now, or raises TurnTimeout."""

LOCK_SECONDS = 30
WRITING = "handrail_writing"
"""Marks a connection that has the turn to write, until it goes back to the pool."""


@dataclass(frozen=True, slots=True)
class Sessions:
    """Two doors to one database: `write` takes SQLite's write lock at once, `read` never blocks a writer.

    Whoever reads sees one moment for as long as the transaction lasts, on both databases.
    """

    engine: Engine
    write: Door
    read: Door


def open_sessions(url: str, vault: Vault | None = None) -> Sessions:
    """Connect; nothing is read or written yet. Without a vault nothing that is sealed is read or written."""
    engine = _sqlite(url) if url.startswith("sqlite") else create_engine(url, pool_size=10, max_overflow=20)
    write = Door(engine, expire_on_commit=False, info={VAULT: vault})
    event.listen(write, "before_commit", audit.seal)
    event.listen(write, "after_rollback", audit.forget)
    readers = engine.execution_options(**{READ_ONLY: True})
    if engine.dialect.name == "postgresql":
        # A proof reads the head and then the events; by itself, each statement would see a moment of its own.
        readers = readers.execution_options(isolation_level="REPEATABLE READ")
    read = Door(readers, expire_on_commit=False, info={VAULT: vault})
    for door in (write, read):
        watch(door)
        furnish(door)
    return Sessions(engine, write, read)


def begins_at_once(session: Session) -> bool:
    """Begin the session's transaction, unless another writer would have to be waited for; whether it began.

    For what may as well be written later. PostgreSQL has many writers: there it always begins.
    """
    try:
        session.connection(execution_options={AT_ONCE: True})
    except TurnTimeout:
        return False
    return True


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": LOCK_SECONDS, "check_same_thread": False})
    turns = Turns()
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", partial(_begin_sqlite, turns))
    event.listen(engine, "checkin", partial(_end_turn, turns))
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401  the driver's own connection
    connection.isolation_level = None  # the driver's own BEGIN would come too late for the write lock
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "secure_delete=ON",  # what is deleted is overwritten with zeros
        "cache_size=-32000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(turns: Turns, connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get(READ_ONLY, False):
        connection.exec_driver_sql("BEGIN")
    elif options.get(AT_ONCE, False):
        _take_turn(turns, connection, patience=0)
        _lock_at_once(connection)
    else:
        _take_turn(turns, connection)
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _take_turn(turns: Turns, connection: Connection, patience: float = PATIENCE) -> None:
    """A connection keeps its turn until it goes back to the pool, so that its next transaction waits for nobody."""
    if not connection.info.get(WRITING, False):
        turns.take(patience)
        connection.info[WRITING] = True


def _lock_at_once(connection: Connection) -> None:
    """Another process may hold the lock, which knows nothing of the turns of this one."""
    connection.exec_driver_sql("PRAGMA busy_timeout=0")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except OperationalError as error:
        if getattr(error.orig, "sqlite_errorcode", None) != sqlite3.SQLITE_BUSY:
            raise
        message = "another process holds the database"
        raise TurnTimeout(message) from None
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={LOCK_SECONDS * 1000}")


def _end_turn(turns: Turns, _connection: object, record: ConnectionPoolEntry) -> None:
    if record.info.pop(WRITING, False):
        turns.give_back()
