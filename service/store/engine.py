"""The database connection: durable SQLite or PostgreSQL, one writer at a time on SQLite. No table lives here."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from service.store import audit
from service.store.turns import Turns

READ_ONLY = "handrail_read_only"
WRITING = "handrail_writing"
"""Marks a connection that has the turn to write, until it goes back to the pool."""


@dataclass(frozen=True, slots=True)
class Sessions:
    """Two doors to one database: `write` takes SQLite's write lock at once, `read` never blocks a writer."""

    engine: Engine
    write: sessionmaker[Session]
    read: sessionmaker[Session]


def open_sessions(url: str) -> Sessions:
    """Connect; nothing is read or written yet."""
    engine = _sqlite(url) if url.startswith("sqlite") else create_engine(url, pool_size=10, max_overflow=20)
    write = sessionmaker(engine, expire_on_commit=False)
    event.listen(write, "before_commit", audit.seal)
    event.listen(write, "after_rollback", audit.forget)
    readers = engine.execution_options(**{READ_ONLY: True})
    return Sessions(engine, write, sessionmaker(readers, expire_on_commit=False))


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": 30, "check_same_thread": False})
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
        "cache_size=-32000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(turns: Turns, connection: Connection) -> None:
    if connection.get_execution_options().get(READ_ONLY, False):
        connection.exec_driver_sql("BEGIN")
        return
    turns.take()
    connection.info[WRITING] = True
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _end_turn(turns: Turns, _connection: object, record: ConnectionPoolEntry) -> None:
    if record.info.pop(WRITING, False):
        turns.give_back()
