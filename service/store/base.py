"""What every table shares: naming, types, tenancy columns. No table lives here."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    ColumnClause,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    MetaData,
    String,
    Uuid,
    literal_column,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Json = JSON().with_variant(JSONB(), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC, returned in UTC. A naive value is refused: it would be a guess."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  SQLAlchemy passes it
        """Refuse naive moments; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a stored moment needs a time zone"
            raise ValueError(message)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  SQLAlchemy passes it
        """SQLite forgets the zone, PostgreSQL answers in the connection's zone: both come back as UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Root of all tables."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[Mapping[Any, Any]] = {
        datetime: UtcDateTime,
        uuid.UUID: Uuid,
        Mapping[str, Any]: Json,
        list[Any]: Json,
    }


class Kept:
    """Every row that belongs to an organisation: questions are kept within one by the column named here, `scope.py`."""

    scoped_by: ClassVar[str] = "scoped_by"


class Owned(Kept):
    """Every row that belongs to an organisation by its organisation_id."""

    scoped_by: ClassVar[str] = "organisation_id"


class Logged(Kept):
    """Every row that belongs to an organisation by the id of its log."""

    scoped_by: ClassVar[str] = "log_id"


class Itself(Kept):
    """The row of an organisation itself."""

    scoped_by: ClassVar[str] = "id"


class Tenant(Owned):
    """Columns of every row that belongs to an organisation: the organisation comes first in the key."""

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)


def one_of(kind: type[StrEnum], name: str) -> Enum:
    """A closed set stored by its values, kept by a check constraint in both databases."""
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )


def spelled(*members: StrEnum) -> list[ColumnClause[str]]:
    """Members of closed sets as they are stored, spelled out in a question: nothing that anybody sent."""
    return [literal_column(f"'{member.value}'", String) for member in members]


def within(column: str, table: str) -> ForeignKeyConstraint:
    """A reference that cannot leave the organisation: PostgreSQL's row security does not cover foreign keys."""
    return ForeignKeyConstraint(["organisation_id", column], [f"{table}.organisation_id", f"{table}.id"])
