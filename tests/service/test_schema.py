"""The migrations make exactly the tables that the code reads: columns, keys, indexes, constraints, triggers."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from referral.model import State
from service.store import schema
from service.store.engine import open_sessions
from service.store.referrals import find_referral
from service.store.tables import Base
from tests.service.builders import opened, world
from tests.service.referring import referral_in

FACTS = ("columns", "pk_constraint", "foreign_keys", "unique_constraints", "check_constraints", "indexes")
APPENDED = ("audit_events", "checkpoints", "cosignatures", "deployment_entries")
FORWARD = {
    "sqlite": ["witnessed_forward", "witnessed_kept"],
    "postgresql": ["witnessed_forward", "witnessed_kept", "witnessed_no_truncate"],
}
COUNTING = {"sqlite": ("delete", "insert", "update"), "postgresql": ("anew", "update")}
TRIGGERS = {
    "sqlite": ("SELECT name FROM sqlite_master WHERE type = 'trigger'", ["no_delete", "no_update"]),
    "postgresql": (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
        ["append_only", "no_truncate"],
    ),
}


@pytest.fixture
def engine(empty_database_url):
    engine = open_sessions(empty_database_url).engine
    opened.append(engine.dispose)
    return engine


def shape(engine):
    """Every fact about every table, as the database itself tells it."""
    seen = inspect(engine)
    return {
        (table, fact): sorted(map(_told, _listed(getattr(seen, f"get_{fact}")(table))))
        for table in sorted(set(seen.get_table_names()) - {"alembic_version"})
        for fact in FACTS
    }


def _told(fact):
    """One fact as text; the condition of a partial index is an object whose text only str() tells."""
    options = fact.get("dialect_options", {}) if isinstance(fact, dict) else {}
    told = {name: str(value) for name, value in options.items()}
    return str({**fact, "dialect_options": told} if told else fact)


def _listed(found):
    return found if isinstance(found, list) else [found]


def test_a_migrated_database_has_the_shape_that_the_code_declares(engine, empty_database_url):
    Base.metadata.create_all(engine)
    declared = shape(engine)
    Base.metadata.drop_all(engine)
    schema.upgrade(empty_database_url)
    migrated = shape(engine)
    assert migrated.keys() == declared.keys()
    assert {where for where in declared if migrated[where] != declared[where]} == set()


def test_nothing_is_left_for_a_migration_to_do(engine, empty_database_url):
    schema.upgrade(empty_database_url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_a_migrated_database_refuses_changes_of_the_trail_and_counts_by_its_triggers(
    engine, empty_database_url
):
    schema.upgrade(empty_database_url)
    asked, names = TRIGGERS[engine.dialect.name]
    with engine.connect() as connection:
        found = sorted(connection.scalars(text(asked)))
    appended = [f"{table}_{name}" for table in APPENDED for name in names]
    counting = [f"referrals_counted_{name}" for name in COUNTING[engine.dialect.name]]
    assert found == sorted([*appended, *FORWARD[engine.dialect.name], *counting])


def test_the_way_back_leaves_nothing(engine, empty_database_url):
    schema.upgrade(empty_database_url)
    schema.downgrade(empty_database_url, "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]


def test_a_waiting_list_without_a_day_to_look_at_it_cannot_be_kept(database_url, tmp_path):
    here = world(database_url, tmp_path)
    referral_id = referral_in(here, State.WAITLISTED)
    with pytest.raises(IntegrityError, match="waitlisted_with_a_review"), here.write() as session:
        find_referral(session, here.organisation.id, referral_id).review_at = None
