"""One organisation for one transaction: set in PostgreSQL for its policies, and kept by the ORM on both databases.

The session carries the organisation; nothing is ever set for longer than a transaction. Without one, every question
is refused, unless it is marked as asked across organisations. What carries the weight: composite keys everywhere,
and row security on PostgreSQL (`row_security.py`); this is the second belt there and the only one on SQLite.
"""

import uuid
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any, TypeVar

import psycopg
from sqlalchemy import (
    Connection,
    Executable,
    Result,
    Select,
    TextClause,
    Uuid,
    bindparam,
    event,
    func,
    select,
    text,
)
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, sessionmaker, with_loader_criteria
from sqlalchemy.orm.interfaces import ORMOption
from sqlalchemy.sql import ColumnElement

from service.store.base import Kept
from service.store.row_security import SETTING

ORGANISATION = "handrail_organisation"
CRITERION = "handrail_criterion"
ACROSS = "handrail_across"
"""Marks a question that is meant to be asked across organisations, or before one is known."""
NARROWED = "handrail_narrowed"
"""Marks a question that was narrowed beforehand, to the organisation of whichever session asks it."""
ASKING = "handrail_asking"
"""The name by which such a question is told the organisation."""


Asked = TypeVar("Asked", bound=Executable)


class OutOfScope(Exception):
    """A question or a change outside the organisation of the session: a mistake of the program, never of a person."""


class Door(sessionmaker[Session]):
    """Opens sessions, each within one organisation, or within none yet."""

    def __call__(self, organisation_id: uuid.UUID | None = None, **options: Any) -> Session:  # noqa: ANN401  SQLAlchemy's own
        """A session whose transactions see and change this organisation's rows only."""
        session = super().__call__(**options)
        if organisation_id is not None:
            _carry(session, organisation_id)
        return session


def watch(door: Door) -> None:
    """Keep every session of a door within its organisation."""
    event.listen(door, "after_begin", _begin)
    event.listen(door, "do_orm_execute", guard)
    event.listen(door, "before_flush", _guard_changes)


def enter(session: Session, organisation_id: uuid.UUID) -> None:
    """From here on the session is within this organisation, in later transactions too, until it enters another."""
    if session.info.get(ORGANISATION) == organisation_id:
        return
    session.flush()
    left = session.info.get(ORGANISATION)
    _carry(session, organisation_id)
    if session.in_transaction() and session.get_bind().dialect.name == "postgresql":
        if left is not None:  # what waits for the commit would find itself in the other organisation
            session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
            session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
        setting = select(func.set_config(SETTING, str(organisation_id), True))  # noqa: FBT003  PostgreSQL's own
        session.execute(across(setting))


def entered(session: Session, organisation_id: uuid.UUID) -> None:
    """As `enter`, when the database was told already."""
    _carry(session, organisation_id)


def within(session: Session, organisation_id: uuid.UUID) -> None:
    """Raise OutOfScope unless the session is within this organisation: for what is asked past the ORM."""
    if session.info.get(ORGANISATION) != organisation_id:
        raise OutOfScope("what is written past the ORM belongs to another organisation than the session")


def across(statement: Asked) -> Asked:
    """Marks a question that is meant to be asked across organisations."""
    return statement.execution_options(**{ACROSS: True})


def kept_within(statement: Any) -> Any:  # noqa: ANN401  any question
    """A question that every page asks, narrowed once to the organisation of whichever session will `ask` it."""
    narrowed = _narrowed(statement, _ASKING).options(_asking())
    return narrowed.execution_options(**{NARROWED: True})


def ask(
    session: Session, statement: Executable, values: Mapping[str, object] | None = None
) -> Result[*tuple[Any, ...]]:
    """The rows of a question that every page asks, past the ORM: of a short one that takes most of the time.

    Raises OutOfScope unless it was narrowed and the session is within an organisation, or it is meant to be across.
    """
    options, told = statement.get_execution_options(), {**(values or {})}
    if not options.get(ACROSS):
        told[ASKING] = session.info.get(ORGANISATION)
        if told[ASKING] is None or not options.get(NARROWED):
            raise OutOfScope("no organisation was entered, or the question was not narrowed to one")
    session.flush()  # as the ORM does before it asks
    return session.connection().execute(statement, told)


def guard(state: ORMExecuteState) -> None:
    """Narrow a question to the organisation of its session. Raises OutOfScope where there is none, or no way to."""
    if state.is_column_load or state.execution_options.get(ACROSS) or isinstance(state.statement, TextClause):
        return
    criterion = state.session.info.get(CRITERION)
    if criterion is None:
        raise OutOfScope("no organisation was entered, and the question is not marked as asked across them")
    if not state.is_orm_statement:
        raise OutOfScope("only questions of the ORM can be kept within an organisation")
    if state.is_insert:
        _guard_insert(state)
        return
    state.statement = _narrowed(state.statement, state.session.info[ORGANISATION]).options(criterion)


def _carry(session: Session, organisation_id: uuid.UUID) -> None:
    session.info[ORGANISATION] = organisation_id
    session.info[CRITERION] = _criterion(organisation_id)


@lru_cache(maxsize=1024)
def _criterion(within: Any) -> ORMOption:  # noqa: ANN401  an id, which SQLAlchemy turns into a parameter
    # SQLAlchemy tries it on the mixin itself first, which has no columns: there a word is compared with the id.
    return with_loader_criteria(
        Kept,
        lambda row: getattr(row, row.scoped_by) == within,
        include_aliases=True,
        propagate_to_loaders=False,
    )


_ASKING = bindparam(ASKING, type_=Uuid)


def _asking_ones(row: Any, asking: Any = _ASKING) -> Any:  # noqa: ANN401  any table, a parameter, a condition
    # A default value: what such a function finds around itself, SQLAlchemy takes for a value to fill in.
    return getattr(row, row.scoped_by) == asking


@cache
def _asking() -> ORMOption:
    return with_loader_criteria(Kept, _asking_ones, include_aliases=True, propagate_to_loaders=False)


def _narrowed(statement: Any, organisation_id: Any) -> Any:  # noqa: ANN401  any statement, an id or its parameter
    """SQLAlchemy's criteria reach entities, not the tables that stand only inside a function, as in count(id)."""
    if not isinstance(statement, Select) or statement._setup_joins:  # noqa: SLF001  no public way to ask
        return statement
    for column in statement._raw_columns:  # noqa: SLF001  as above
        if isinstance(column, ColumnElement) and "parententity" not in column._annotations:  # noqa: SLF001  as above
            for source in column._from_objects:  # noqa: SLF001  as above
                statement = _kept(statement, source, organisation_id)
    return statement


def _kept(statement: Select[Any], source: Any, organisation_id: Any) -> Select[Any]:  # noqa: ANN401  any source
    entity = source._annotations.get("parententity")  # noqa: SLF001  as above
    name = None if entity is None else getattr(entity.mapper.class_, "scoped_by", None)
    return statement if name is None else statement.where(getattr(entity.entity, name) == organisation_id)


def _guard_insert(state: ORMExecuteState) -> None:
    mapper, given = state.bind_mapper, state.parameters
    name = None if mapper is None else getattr(mapper.class_, "scoped_by", None)
    rows: list[Any] = given if isinstance(given, list) else [given or {}]
    if name is not None and any(row.get(name) != state.session.info[ORGANISATION] for row in rows):
        raise OutOfScope("rows of another organisation than the session's cannot be put in")


def _guard_changes(session: Session, _context: object, _instances: object) -> None:
    within = session.info.get(ORGANISATION)
    for row in (*session.new, *session.dirty, *session.deleted):
        name = getattr(type(row), "scoped_by", None)
        if name is not None and getattr(row, name) != within:
            raise OutOfScope(
                f"a row of {type(row).__name__} belongs to another organisation than the session"
            )


def _begin(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    within = session.info.get(ORGANISATION)
    if within is not None and connection.dialect.name == "postgresql" and not _begun(connection, within):
        connection.exec_driver_sql("SELECT set_config(%s, %s, true)", (SETTING, str(within)))


def _begun(connection: Connection, within: uuid.UUID) -> bool:
    """Begin and set in one round trip, which BEGIN alone would take; whether it went so.

    Otherwise the setting is sent by itself: should the connection be broken, SQLAlchemy then tells so in its way.
    """
    driver = connection.connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        return False
    if driver.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
        return False
    level = driver.isolation_level
    how = "" if level is None else f" ISOLATION LEVEL {psycopg.IsolationLevel(level).name.replace('_', ' ')}"
    try:
        done = driver.pgconn.exec_(f"BEGIN{how}; SET LOCAL {SETTING} = '{uuid.UUID(str(within))}'".encode())
    except psycopg.Error:
        return False
    return done.status == psycopg.pq.ExecStatus.COMMAND_OK
