"""T25: whoever the program is for the database, it adds to the audit tables and does nothing else to them."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DatabaseError, ProgrammingError

from tests.postgres import LOGIN, PEOPLES, as_
from tests.proofs.tenancy import AUDIT, Two, close
from tests.service.acts import screen
from tests.service.builders import world
from tests.service.sealed import seal
from tests.whole import url_of, whole

ACTS = (
    "UPDATE {table} SET {column} = {column}",
    "DELETE FROM {table}",
    "TRUNCATE {table}",
    "ALTER TABLE {table} ADD COLUMN more text",
    "DROP TABLE {table}",
    "ALTER TABLE {table} DISABLE TRIGGER ALL",
    "ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
    "SET session_replication_role = replica; UPDATE {table} SET {column} = {column}",
)
ON_SQLITE = ACTS[:2]


@pytest.fixture
def here(database_url, tmp_path):
    made = world(database_url, tmp_path)
    screen(made, "asq", [0, 0, 0, 1, 0])
    seal(made)
    yield made
    close()


def tried(connection, acts, refused):
    """(acts that the database refused in this way, acts that it did not)."""
    denied, done = [], []
    for table, column in AUDIT.items():
        for act in acts:
            statement = act.format(table=table, column=column)
            with connection.begin() as attempt:
                try:
                    connection.execute(text(statement))
                    done.append(statement)
                except DatabaseError as error:
                    (denied if refused(error) else done).append(statement)
                attempt.rollback()
    return denied, done


def lacks_the_right(error):
    return type(error.orig).__name__ == "InsufficientPrivilege"


def by_a_trigger(error):
    return "only ever appended" in str(error.orig)


def asked_of(url, who):
    engine = create_engine(as_(who, url))
    try:
        with engine.connect() as connection:
            return tried(connection, ACTS, lacks_the_right)
    finally:
        engine.dispose()


@pytest.mark.postgres
@pytest.mark.parametrize("who", [PEOPLES, LOGIN])
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_programs_logins_change_nothing_in_the_audit_tables(here, who):
    denied, done = asked_of(url_of(here), who)
    print(f"T25: {len(denied)} of {len(denied) + len(done)} acts denied to {who}")
    assert done == []
    assert len(denied) == len(AUDIT) * len(ACTS)


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("right", ["UPDATE", "DELETE", "TRUNCATE"])
def test_a_right_too_many_is_found_though_the_trigger_would_still_hold(here, right):
    """The deliberately broken variant."""
    with whole(url_of(here)) as session:
        session.execute(text(f"GRANT {right} ON audit_events TO handrail_app"))
    _denied, done = asked_of(url_of(here), PEOPLES)
    assert [statement.split()[0] for statement in done] == [right]


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_only_the_worker_signs(here):
    """Events are added by both (every other test does so); checkpoints by the worker alone."""
    adding = "INSERT INTO checkpoints SELECT log_id, size + 1, at, note FROM checkpoints LIMIT 1"
    both, ours = Two(here, here), here.organisation.id
    with both.as_login(LOGIN, ours) as session:
        assert session.execute(text(adding)).rowcount == 1
    with pytest.raises(ProgrammingError, match="permission denied"), both.as_login(PEOPLES, ours) as session:
        session.execute(text(adding))


def test_the_triggers_refuse_changes_by_anybody(here):
    """SQLite has no rights, so its triggers are all there is; on PostgreSQL they hold for the superuser too."""
    with whole(url_of(here)) as session:
        denied, done = tried_within(session)
    print(f"T25: {len(denied)} of {len(denied) + len(done)} changes refused by triggers")
    assert (len(denied), done) == (len(AUDIT) * len(ON_SQLITE), [])


def test_a_missing_trigger_is_found(here):
    """The deliberately broken variant; and what SQLite's triggers cannot stop: whoever owns the file drops them."""
    with whole(url_of(here)) as session:
        name = "no_delete" if session.get_bind().dialect.name == "sqlite" else "append_only"
        where = "" if name == "no_delete" else " ON checkpoints"
        session.execute(text(f"DROP TRIGGER checkpoints_{name}{where}"))
        _denied, done = tried_within(session)
        assert "DELETE FROM checkpoints" in done


def tried_within(session):
    """As `tried`, in a transaction that goes on after each refusal."""
    denied, done = [], []
    for table, column in AUDIT.items():
        for act in ON_SQLITE:
            statement, attempt = act.format(table=table, column=column), session.begin_nested()
            try:
                session.execute(text(statement))
                done.append(statement)
            except DatabaseError as error:
                (denied if by_a_trigger(error) else done).append(statement)
            attempt.rollback()
    return denied, done
