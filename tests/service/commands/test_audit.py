"""`handrail audit verify`: whole trails exit 0; one changed byte of any stored column exits 1 and names the event."""

import shutil
import sqlite3
import uuid
from contextlib import closing

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from service.cli import main
from service.kinds import OrganisationKind
from tests.service.acts import screen
from tests.service.builders import world

COLUMNS = ("organisation_id", "seq", "id", "previous", "digest", "entry", "kind", "client_id", "subject_id")
HEADS = ("organisation_id", "seq", "digest")


def verify(url, *arguments):
    return CliRunner().invoke(main, ["audit", "verify", *arguments], env={"HANDRAIL_DATABASE_URL": url})


@pytest.fixture
def here(database_url, tmp_path):
    made = world(database_url, tmp_path)
    screen(made, "asq", [0, 0, 0, 1, 0])
    return made


def test_a_whole_trail_is_proved_with_its_count_and_head(here):
    done = verify(here.parts.settings.database_url)
    assert done.exit_code == 0, done.output
    assert "Alder Creek School District (example): intact, " in done.stdout
    assert len(done.stdout.split("head ")[1].strip()) == 64


def test_one_organisation_may_be_chosen(here):
    world("", None, kind=OrganisationKind.CLINIC, clock=here.clock, parts=here.parts)
    url = here.parts.settings.database_url
    done = verify(url, "--organisation", "Fern Street Clinic (example)")
    assert (done.exit_code, done.stdout.count("\n")) == (0, 1)
    assert verify(url).stdout.count("intact") == 2
    unknown = verify(url, "--organisation", "Nobody")
    assert unknown.exit_code == 3
    assert "Fern Street Clinic (example)" in unknown.stderr


@pytest.mark.parametrize(
    ("made", "words"),
    [(None, "there is no database at"), (b"not a database", "cannot be read"), (b"", "cannot be read")],
)
def test_without_a_database_there_is_nothing_to_prove(tmp_path, made, words):
    file = tmp_path / "some.db"
    if made is not None:
        file.write_bytes(made)
    done = verify(f"sqlite:///{file}")
    assert done.exit_code == 3
    assert words in done.stderr
    assert file.exists() is (made is not None)


def test_a_database_without_organisations_is_incomplete(sqlite_url):
    done = verify(sqlite_url)
    assert done.exit_code == 3
    assert "holds no organisation" in done.stderr


def test_an_address_of_another_kind_is_refused():
    done = verify("mysql://somewhere/x")
    assert done.exit_code == 3
    assert "allowed: sqlite:/// or postgresql+psycopg://" in done.stderr


@pytest.fixture(scope="module")
def whole(migrated_sqlite, tmp_path_factory):
    """A small trail in a SQLite file, to be copied and damaged; with the id of the event at each place."""
    folder = tmp_path_factory.mktemp("trail")
    file = shutil.copy(migrated_sqlite, folder / "whole.db")
    made = world(f"sqlite:///{file}", folder)
    screen(made, "asq", [0, 1, 0, 0, 0])
    made.parts.close()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("DROP TRIGGER audit_events_no_update")
        connection.execute("DROP TRIGGER audit_events_no_delete")
        connection.commit()
        ids = dict(connection.execute("SELECT seq, id FROM audit_events").fetchall())
    return file, {seq: str(uuid.UUID(each)) for seq, each in ids.items()}


@pytest.fixture
def damaged(whole, tmp_path):
    """`damaged(statement, *values)`: the whole trail's copy after one statement."""
    copy = tmp_path / "damaged.db"

    def change(statement, *values):
        shutil.copy(whole[0], copy)
        with closing(sqlite3.connect(copy)) as connection:
            changed = connection.execute(statement, values).rowcount
            connection.commit()
        assert changed == 1
        return f"sqlite:///{copy}"

    return change


def flipped(value, place, bit):
    """The value with one byte changed, of the same type as it is stored in."""
    if isinstance(value, int):
        return value ^ (1 << bit)
    held = bytearray(value if isinstance(value, bytes) else value.encode())
    held[place % len(held)] ^= 1 << bit
    return bytes(held)


def stored(whole, table, column, seq):
    asked = f"SELECT {column} FROM {table}"  # noqa: S608  names from the tables above
    with closing(sqlite3.connect(whole[0])) as connection:
        found = connection.execute(*((asked,) if seq is None else (f"{asked} WHERE seq = ?", (seq,))))
        return found.fetchone()[0]


@given(data=st.data(), column=st.sampled_from(COLUMNS), place=st.integers(0, 5000), bit=st.integers(0, 7))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_one_changed_byte_of_any_stored_event_is_found_and_the_event_named(
    whole, damaged, data, column, place, bit
):
    ids = whole[1]
    seq = data.draw(st.sampled_from(sorted(ids)))
    before = stored(whole, "audit_events", column, seq)
    assume(before is not None)
    after = flipped(before, place, bit)
    assume(column != "seq" or after not in ids)
    kept = "?" if isinstance(before, bytes | int) else "CAST(? AS TEXT)"
    url = damaged(f"UPDATE audit_events SET {column} = {kept} WHERE seq = ?", after, seq)  # noqa: S608
    done = verify(url)
    assert done.exit_code == 1, done.output
    assert f"TAMPERED at event {seq} (id {ids[seq]})" in done.stdout
    assert "Traceback" not in done.output


@given(column=st.sampled_from(HEADS), place=st.integers(0, 100), bit=st.integers(0, 7))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_one_changed_byte_of_the_recorded_end_is_found(whole, damaged, column, place, bit):
    before = stored(whole, "chain_heads", column, None)
    kept = "?" if isinstance(before, bytes | int) else "CAST(? AS TEXT)"
    done = verify(damaged(f"UPDATE chain_heads SET {column} = {kept}", flipped(before, place, bit)))  # noqa: S608
    assert done.exit_code == 1, done.output
    assert "TAMPERED at event " in done.stdout


def test_an_event_taken_out_is_missed(whole, damaged):
    done = verify(damaged("DELETE FROM audit_events WHERE seq = 3"))
    assert done.exit_code == 1
    assert "TAMPERED at event 3 (id unknown): an event is missing here" in done.stdout


def test_the_last_event_taken_out_is_missed(whole, damaged):
    last = max(whole[1])
    done = verify(damaged("DELETE FROM audit_events WHERE seq = ?", last))
    assert f"TAMPERED at event {last} (id unknown): the trail ends before its recorded end" in done.stdout


def test_a_null_where_a_client_stood_is_found(whole, damaged):
    done = verify(damaged("UPDATE audit_events SET client_id = NULL WHERE seq = 2"))
    assert (
        f"TAMPERED at event 2 (id {whole[1][2]}): a stored column differs from the entry (client)"
        in done.stdout
    )


def test_the_database_itself_refuses_to_change_the_trail(here):
    with pytest.raises(Exception, match=r"only ever appended|permission denied"), here.write() as session:
        session.connection().exec_driver_sql("UPDATE audit_events SET kind = 'nothing'")


GONE = "no organisation has this trail"


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        ("DELETE FROM organisations", ()),
        ("UPDATE organisations SET id = ?", (uuid.UUID(int=7).hex,)),
        ("UPDATE organisations SET id = ?", ("nothing",)),
        ("UPDATE organisations SET id = ?", (b"\xff\x00",)),
        ("UPDATE organisations SET id = ''", ()),
    ],
)
def test_a_trail_whose_organisation_is_gone_is_named_with_its_first_event(whole, damaged, statement, values):
    owner = uuid.UUID(stored(whole, "organisations", "id", None))
    done = verify(damaged(statement, *values))
    assert done.exit_code == 1, done.output
    assert f"{owner}: TAMPERED at event 1 (id {whole[1][1]}): {GONE}" in done.stdout
    assert "Traceback" not in done.output
    assert ("Alder" in done.stdout) is not statement.startswith("DELETE")


@pytest.mark.parametrize("column", ["name", "zone", "calendar"])
def test_a_damaged_word_of_an_organisation_does_not_stop_the_proof(damaged, column):
    done = verify(damaged(f"UPDATE organisations SET {column} = ?", b"\xff"))  # noqa: S608  one of the names above
    assert (done.exit_code, done.stdout.count(": intact, ")) == (0, 1), done.output


def test_events_moved_to_nobody_are_named_where_they_came_from_and_where_they_are(whole, damaged):
    nobody = uuid.UUID(int=7)
    done = verify(damaged("UPDATE audit_events SET organisation_id = ? WHERE seq = 3", nobody.hex))
    assert done.exit_code == 1
    assert f"TAMPERED at event 3 (id {whole[1][3]}): an event is missing here" in done.stdout
    assert f"{nobody}: TAMPERED at event 3 (id {whole[1][3]}): {GONE}" in done.stdout


def test_the_head_of_nobody_is_named_and_so_is_the_trail_without_a_head(whole, damaged):
    nobody, last = uuid.UUID(int=7), max(whole[1])
    done = verify(damaged("UPDATE chain_heads SET organisation_id = ?", nobody.hex))
    assert done.exit_code == 1
    assert f"TAMPERED at event {last} (id {whole[1][last]}): the recorded end differs" in done.stdout
    assert f"{nobody}: TAMPERED at event 0 (id unknown): {GONE}" in done.stdout
