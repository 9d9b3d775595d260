"""Columns whose content is sealed under the client's key: how they are declared, and what stands in the database.

A row holds the plain value in memory and the sealed one in the database; `vault.py` changes one into the other.
What was stored before there were keys stands in the clear and is read as it is.
"""

import base64
import json
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import JSON, Dialect, LargeBinary, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapper
from sqlalchemy.types import TypeDecorator, TypeEngine

from referral.payloads import Place

MARK = "sealed:1:"
KEY = "sealed"
Stored: TypeAlias = "str | bytes | dict[str, str]"


class NotSealed(Exception):
    """A personal value was about to be stored in the clear: a mistake of the program, never of a person."""


class _Opened:
    """What a sealed column holds in memory: the value, its sealed form, and where alone that opens."""

    stored: Any
    place: Place


class OpenedText(str, _Opened):  # noqa: SLOT000  it carries its sealed form
    """A sealed text in memory."""


class OpenedBytes(bytes, _Opened):
    """Sealed bytes in memory."""


class OpenedTable(dict[str, Any], _Opened):
    """A sealed JSON object in memory."""


class OpenedRow(list[Any], _Opened):
    """A sealed JSON list in memory."""


class Sealed(TypeDecorator[Any]):
    """A column that is sealed under the key of the client whom the row is about. Empty values need no seal."""

    impl: type[TypeEngine[Any]] = String
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ANN401, ARG002  any payload; SQLAlchemy passes the dialect
        """The sealed form; raises NotSealed for a value without one."""
        if not value:
            return value
        if not isinstance(value, _Opened):
            raise NotSealed("a personal value is only stored sealed, by a session of the program")
        return value.stored

    def to_bytes(self, value: Any) -> bytes:  # noqa: ANN401  any payload
        """The value as the bytes that are sealed."""
        return str(value).encode()

    def opened(self, payload: bytes, stored: Stored, place: Place) -> Any:  # noqa: ANN401  any payload
        """The value of sealed bytes, which knows its sealed form."""
        return _with(OpenedText(payload.decode()), stored, place)

    def token(self, client: str, sealed: bytes) -> Stored:
        """What stands in the database: whose key opens it, and the sealed bytes."""
        return _text(client, sealed)

    def read_token(self, stored: Any) -> tuple[str, bytes] | None:  # noqa: ANN401  whatever the column holds
        """The client and the sealed bytes; None for what was stored in the clear."""
        return _parts(stored) if isinstance(stored, str) and not isinstance(stored, _Opened) else None


class SealedBytes(Sealed):
    """As Sealed, for bytes."""

    impl = LargeBinary
    cache_ok = True

    def to_bytes(self, value: Any) -> bytes:  # noqa: ANN401  as above
        """Bytes are sealed as they are."""
        return bytes(value)

    def opened(self, payload: bytes, stored: Stored, place: Place) -> Any:  # noqa: ANN401  as above
        """The bytes, which know their sealed form."""
        return _with(OpenedBytes(payload), stored, place)

    def token(self, client: str, sealed: bytes) -> Stored:
        """As for texts, as bytes."""
        return _text(client, sealed).encode()

    def read_token(self, stored: Any) -> tuple[str, bytes] | None:  # noqa: ANN401  as above
        """As for texts."""
        ours = isinstance(stored, bytes) and not isinstance(stored, _Opened) and stored.isascii()
        return _parts(stored.decode()) if ours else None


class SealedJson(Sealed):
    """As Sealed, for JSON: an object with the sealed text stands in the database."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """JSONB on PostgreSQL, as every JSON column; nothing is NULL and not the word null."""
        kind = JSONB if dialect.name == "postgresql" else JSON
        return dialect.type_descriptor(kind(none_as_null=True))

    def to_bytes(self, value: Any) -> bytes:  # noqa: ANN401  as above
        """JSON without spaces; the order of keys stays, for reading it back as it was."""
        return json.dumps(value, separators=(",", ":")).encode()

    def opened(self, payload: bytes, stored: Stored, place: Place) -> Any:  # noqa: ANN401  as above
        """The object or list, which knows its sealed form."""
        value = json.loads(payload)
        opened = OpenedTable(value) if isinstance(value, dict) else OpenedRow(value)
        return _with(opened, stored, place)

    def token(self, client: str, sealed: bytes) -> Stored:
        """As for texts, within an object."""
        return {KEY: _text(client, sealed)}

    def read_token(self, stored: Any) -> tuple[str, bytes] | None:  # noqa: ANN401  as above
        """As for texts."""
        ours = isinstance(stored, dict) and not isinstance(stored, _Opened) and stored.keys() == {KEY}
        return _parts(stored[KEY]) if ours else None


def is_sealed_for(value: object, table: str, column: str, row: str) -> bool:
    """Whether a value has its sealed form for just this place: one that was taken from another row has not."""
    return isinstance(value, _Opened) and (value.place.table, value.place.column, value.place.row) == (
        table,
        column,
        row,
    )


@cache
def sealed_columns(mapper: Mapper[Any]) -> Mapping[str, Sealed]:
    """The sealed columns of a table, by the names of their attributes."""
    return {
        each.key: each.columns[0].type
        for each in mapper.column_attrs
        if isinstance(each.columns[0].type, Sealed)
    }


def _with(value: Any, stored: Stored, place: Place) -> Any:  # noqa: ANN401  any of the opened kinds
    value.stored, value.place = stored, place
    return value


def _text(client: str, sealed: bytes) -> str:
    return f"{MARK}{client}:{base64.b64encode(sealed).decode()}"


def _parts(words: str) -> tuple[str, bytes] | None:
    if not words.startswith(MARK):
        return None
    client, _, sealed = words.removeprefix(MARK).partition(":")
    try:
        return client, base64.b64decode(sealed, validate=True)
    except ValueError:
        return None
