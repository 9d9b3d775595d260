"""A database of its own for each test, on both engines: a copy of one that was migrated once."""

import itertools
import shutil
import sqlite3
from contextlib import closing, contextmanager

import pytest

from service.store import schema
from tests.postgres import LOGIN, as_

TEMPLATE = "handrail_template"

ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]

numbers = itertools.count(1)

done: list[str] = []
"""What is to be dropped when the next one is done with."""


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory):
    """A SQLite file at the newest schema, to be copied and never opened."""
    path = tmp_path_factory.mktemp("template") / "migrated.db"
    schema.upgrade(f"sqlite:///{path}")
    # What still stands in the write-ahead log would not be copied.
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres):
    """The name of a PostgreSQL database at the newest schema, to be copied and never used."""
    schema.upgrade(postgres.create(TEMPLATE))
    postgres.logins()
    return TEMPLATE


@contextmanager
def postgres_database(server, template="template0"):
    name = f"handrail_test_{next(numbers)}"
    yield server.create(name, template)
    # Whoever was connected has gone by the next time; a database that is still in use keeps the server waiting.
    while done:
        server.drop(done.pop())
    done.append(name)


@pytest.fixture
def sqlite_url(migrated_sqlite, tmp_path):
    """The address of a fresh SQLite database at the newest schema, without a row."""
    return f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'handrail.db')}"


@pytest.fixture
def postgresql_url(postgres, migrated_postgres):
    """The address of a fresh PostgreSQL database at the newest schema, without a row, for the program's login."""
    with postgres_database(postgres, migrated_postgres) as url:
        yield as_(LOGIN, url)


@pytest.fixture(params=ENGINES)
def database_url(request):
    """The address of a fresh database at the newest schema, without a row: the test runs on each engine."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture(params=ENGINES)
def empty_database_url(request, tmp_path):
    """The address of a database without a single table, for the tests of the migrations: on each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        with postgres_database(request.getfixturevalue("postgres")) as url:
            yield url
