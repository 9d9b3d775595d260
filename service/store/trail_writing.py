"""Rows put behind the end of a trail: ready statements for each database, asked of the connection itself.

Every act pays for them, and through the ORM, or built anew each time, they cost several times as much. What a chain
is, and when it is written, is in `audit.py`.
"""

import sqlite3
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import NoResultFound

from referral.audit import Head

Row = tuple[object, ...]
"""organisation_id, seq, id, previous, digest, entry, kind, client_id, subject_id."""


@dataclass(frozen=True, slots=True)
class _Statements:
    """What is asked of one kind of database; `key` is an id as its driver takes it."""

    head: str
    put: str
    move: str
    key: Callable[[uuid.UUID], object]


_HEAD = "SELECT seq, digest FROM chain_heads WHERE organisation_id = ?"
_PUT = (
    "INSERT INTO audit_events (organisation_id, seq, id, previous, digest, entry, kind, client_id, subject_id) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_MOVE = "UPDATE chain_heads SET seq = ?, digest = ? WHERE organisation_id = ?"


def _same(key: uuid.UUID) -> object:
    return key


def _digits(key: uuid.UUID) -> object:
    return key.hex


_STATEMENTS: Mapping[str, _Statements] = {
    "sqlite": _Statements(_HEAD, _PUT, _MOVE, _digits),
    "postgresql": _Statements(
        f"{_HEAD} FOR UPDATE".replace("?", "%s"),
        _PUT.replace("?", "%s"),
        _MOVE.replace("?", "%s"),
        _same,
    ),
}


class Ending:
    """The end of one organisation's trail in one transaction: locked when it is read, moved once.

    PostgreSQL is asked through SQLAlchemy; in SQLite, where nothing but Python costs anything, its driver itself.
    """

    def __init__(self, connection: Connection, organisation_id: uuid.UUID) -> None:
        self._say = _STATEMENTS[connection.dialect.name]
        self._key = self._say.key(organisation_id)
        driver = connection.connection.driver_connection
        self._ask: Callable[..., Any]
        self._ask_many: Callable[..., Any]
        if isinstance(driver, sqlite3.Connection):
            self._ask, self._ask_many = driver.execute, driver.executemany
        else:
            self._ask = self._ask_many = connection.exec_driver_sql

    def locked(self) -> Head:
        """The end as it is recorded; whoever comes next waits for the commit. Raises NoResultFound."""
        found = self._ask(self._say.head, (self._key,)).fetchone()
        if found is None:
            raise NoResultFound("this trail has no end")
        return Head(*found)

    def row(self, seq: int, ids: Sequence[uuid.UUID | None], stored: Sequence[object]) -> Row:
        """A row as its statement takes it; `ids` are those of the event, its client and its subject."""
        event, client, subject = (None if each is None else self._say.key(each) for each in ids)
        return (self._key, seq, event, *stored, client, subject)

    def put(self, rows: Sequence[Row]) -> None:
        """Append rows that do not touch the end."""
        if len(rows) == 1:
            self._ask(self._say.put, rows[0])
        else:
            self._ask_many(self._say.put, list(rows))

    def move(self, head: Head) -> None:
        """Move the end behind the rows that were put there."""
        self._ask(self._say.move, (head.count, head.digest, self._key))
