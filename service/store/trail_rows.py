"""The rows of a trail as they stand, past SQLAlchemy: reading them through it costs more than proving them.

Each value comes as bytes, whatever the database holds there: a damaged one must be named, not crash the proof. What
is appended to a trail, and how, is in `audit.py`.
"""

import re
import uuid
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from itertools import count
from typing import Any

import psycopg
from psycopg.types.string import ByteaBinaryLoader
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from referral.audit import StoredEvent
from referral.stretches import AT_ONCE, Row

LONGEST_NUMBER = 19
_HEX = re.compile("[0-9a-f]{32}")
_NAMES = map("handrail_trail_{}".format, count())

_ALL = {
    "sqlite": (
        "SELECT CAST(seq AS BLOB), CAST(previous AS BLOB), CAST(entry AS BLOB), CAST(digest AS BLOB), "
        "CAST(client_id AS BLOB), CAST(id AS BLOB), CAST(kind AS BLOB), CAST(subject_id AS BLOB) "
        "FROM audit_events WHERE organisation_id = ? ORDER BY seq"
    ),
    "postgresql": (
        "SELECT seq::text, previous, entry, digest, client_id::text, id::text, kind, subject_id::text "
        "FROM audit_events WHERE organisation_id = %s ORDER BY audit_events.seq"
    ),
}
_BEHIND = {
    "sqlite": _ALL["sqlite"].replace("ORDER", "AND seq > ? ORDER"),
    "postgresql": _ALL["postgresql"].replace("ORDER", "AND seq > %s ORDER"),
}
_BY_SUBJECT = {
    "sqlite": (
        "SELECT CAST(subject_id AS BLOB), CAST(entry AS BLOB) FROM audit_events WHERE organisation_id = ? "
        "ORDER BY subject_id, seq"
    ),
    "postgresql": (
        "SELECT subject_id::text, entry FROM audit_events WHERE organisation_id = %s "
        "ORDER BY audit_events.subject_id, audit_events.seq"
    ),
}


def raw_stretches(
    session: Session, organisation_id: uuid.UUID, *, after: int = 0
) -> Generator[Sequence[Row]]:
    """The rows of one organisation by sequence, behind a place, a stretch at a time. Whoever stops early closes it."""
    if after:
        return _streamed(session, _BEHIND, organisation_id, after)
    return _streamed(session, _ALL, organisation_id)


def entries_by_subject(session: Session, organisation_id: uuid.UUID) -> Generator[Sequence[Row]]:
    """(subject, entry) of every event of one organisation, those about one thing together and by sequence."""
    return _streamed(session, _BY_SUBJECT, organisation_id)


def _streamed(
    session: Session, asked: Mapping[str, str], organisation_id: uuid.UUID, *more: int
) -> Generator[Sequence[Row]]:
    connection = session.connection()
    try:
        with closing(_cursor(connection.connection.driver_connection)) as cursor:
            cursor.execute(asked[connection.dialect.name], (_key(connection, organisation_id), *more))
            while rows := cursor.fetchmany(AT_ONCE):
                yield rows
    except connection.dialect.loaded_dbapi.Error as error:
        raise DBAPIError(None, None, error) from error


def _cursor(driver: Any) -> Any:  # noqa: ANN401  the driver's own
    if not isinstance(driver, psycopg.Connection):
        return driver.cursor()
    cursor = driver.cursor(next(_NAMES), binary=True)
    for kind in ("text", "varchar"):
        cursor.adapters.register_loader(kind, ByteaBinaryLoader)
    return cursor


def _key(connection: Connection, organisation_id: uuid.UUID) -> object:
    return organisation_id.hex if connection.dialect.name == "sqlite" else organisation_id


def as_stored(row: Row) -> StoredEvent:
    """A row as the verifier wants to look at it, whatever stands there."""
    seq, previous, entry, digest, client, each, kind, subject = row
    columns = {"id": plain(each), "kind": plain(kind), "client": plain(client), "subject": plain(subject)}
    return StoredEvent(whole(seq), as_bytes(previous), as_bytes(entry), as_bytes(digest), columns)


def plain(value: Any) -> str | None:  # noqa: ANN401  whatever the database holds there
    """An id as the trail writes it, when it stands there as SQLite writes ids; else as it is."""
    if value is None:
        return None
    words = value if isinstance(value, str) else as_bytes(value).decode(errors="backslashreplace")
    if _HEX.fullmatch(words) is None:
        return words
    return f"{words[:8]}-{words[8:12]}-{words[12:16]}-{words[16:20]}-{words[20:]}"


def as_bytes(value: Any) -> bytes:  # noqa: ANN401  whatever the database holds there
    """A value as bytes: those that it is, or of its words."""
    return value if isinstance(value, bytes) else str(value).encode(errors="backslashreplace")


def whole(value: Any) -> int:  # noqa: ANN401  whatever the database holds there
    """A place in the chain; 0, where no event can stand, for what is no whole number."""
    words = as_bytes(value)
    return int(words) if words.isdigit() and len(words) < LONGEST_NUMBER else 0
