"""Checkpoints in the machine's own log: a second place wherever there is one, and one that a trail is proved by."""

import sqlite3
from contextlib import closing

import pytest
from click.testing import CliRunner

from referral.checkpoints import Checkpoint, read_checkpoint, split_notes
from referral.notes import read_note, signed
from service.cli import main
from service.keys import add_wrapping_key
from service.notify.places import BadPlace, NotTaken, read_places
from service.settings import load_settings
from tests.referral.keys import OLD, STRANGER
from tests.service.acts import screen
from tests.service.builders import WRAPPING, world
from tests.service.commands.auditing import kept
from tests.service.peers import own_log
from tests.service.sealed import public_keys
from tests.whole import url_of

BODY = Checkpoint("handrail.example/audit/x", 3, bytes(32)).text
NOTE = str(signed(BODY, [OLD]))


def line(message):
    """What a log writes down of a message, under a time and a host of its own."""
    return b"Oct 13 10:00:00 box " + message.partition(b">")[2] + b"\n"


def run(*words, given=None, **env):
    return CliRunner().invoke(main, words, input=given, env=env)


def test_the_log_hears_one_line_under_our_name_in_the_facility_of_audit():
    with own_log() as (path, heard):
        (place,) = read_places(f"syslog:{path}")
        place.send(NOTE)
        message = heard()
    assert place.name == f"syslog:{path}"
    assert message.startswith(b'<109>handrail: checkpoint "handrail.example/audit/x')
    assert b"\n" not in message


def test_a_log_that_is_not_there_or_no_longer_listens_takes_nothing(tmp_path):
    (nowhere,) = read_places(f"syslog:{tmp_path}/log")
    with pytest.raises(NotTaken, match="FileNotFoundError"):
        nowhere.send(NOTE)
    with own_log() as (path, _heard):
        (gone,) = read_places(f"syslog:{path}")
    with pytest.raises(NotTaken, match="FileNotFoundError"):
        gone.send(NOTE)


def places(tmp_path, *, demo=False, **env):
    told = {"HANDRAIL_SECRET_KEY": "k" * 40, "HANDRAIL_DATA_DIR": str(tmp_path), **env}
    return load_settings(told, demo=demo).checkpoint_places


def test_two_places_are_the_default_wherever_the_machine_has_a_log(tmp_path):
    with own_log() as (path, _heard):
        found = places(tmp_path, HANDRAIL_SYSLOG_SOCKET=path)
    assert found == f"file:{tmp_path}/checkpoints,syslog:{path}"
    assert places(tmp_path, HANDRAIL_SYSLOG_SOCKET=path) == f"file:{tmp_path}/checkpoints"


def test_what_the_settings_name_is_all_there_is(tmp_path):
    with own_log() as (path, _heard):
        named = {"HANDRAIL_SYSLOG_SOCKET": path, "HANDRAIL_CHECKPOINT_PLACES": "file:/mnt/kept"}
        assert places(tmp_path, **named) == "file:/mnt/kept"


def test_the_demo_has_two_places_and_writes_to_nothing_outside_its_folder(tmp_path):
    with own_log() as (path, _heard):
        found = read_places(places(tmp_path, demo=True, HANDRAIL_SYSLOG_SOCKET=path))
    assert len(found) == 2
    assert all(each.name.startswith(f"file:{tmp_path}/") for each in found)


def test_one_place_named_twice_is_not_two():
    with pytest.raises(BadPlace, match="found file:/mnt/kept twice"):
        read_places("file:/mnt/kept,syslog:logs.example,file:/mnt/kept")


@pytest.fixture
def here(database_url, tmp_path):
    made = world(database_url, tmp_path)
    screen(made, "asq", [0, 0, 0, 1, 0])
    return made


def given(url, tmp_path):
    """What a deployment over this database is told, with the key that clients' keys are wrapped with."""
    add_wrapping_key(tmp_path / "wrapping-keys", WRAPPING.secret)
    return {
        "HANDRAIL_DATABASE_URL": url,
        "HANDRAIL_DATA_DIR": str(tmp_path),
        "HANDRAIL_SECRET_KEY": "k" * 40,
    }


def test_a_round_brings_the_same_to_both_and_the_log_alone_proves_the_trail(here, tmp_path):
    env = given(url_of(here), tmp_path)
    with own_log() as (path, heard):
        done = run("worker", "--once", **env, HANDRAIL_SYSLOG_SOCKET=path)
        assert (done.exit_code, done.stderr) == (0, ""), done.output
        logged = line(heard()) + b"Oct 13 10:00:01 box cron[7]: something else\n" + line(heard())
    read = run("audit", "from-log", "-", given=logged, **env)
    assert read.exit_code == 0, read.output
    assert split_notes(read.stdout) == split_notes((tmp_path / "checkpoints").read_text("utf-8"))
    assert str(here.organisation.id) in {
        read_checkpoint(read_note(n)).organisation for n in split_notes(read.stdout)
    }
    proved = run("audit", "verify", "--checkpoint", str(kept(tmp_path, read.stdout)), **env)
    assert proved.exit_code == 0, proved.output
    assert "held against 2 checkpoints" in proved.stdout  # its own, and what the log kept


def test_a_database_from_before_is_shown_by_the_log(sqlite_url, tmp_path):
    here, file = world(sqlite_url, tmp_path), sqlite_url.removeprefix("sqlite:///")
    env = given(sqlite_url, tmp_path)
    older = tmp_path / "older.db"
    with closing(sqlite3.connect(file)) as now, closing(sqlite3.connect(older)) as copy:
        now.backup(copy)
    screen(here, "asq", [0, 0, 0, 1, 0])
    with own_log() as (path, heard):
        run("worker", "--once", **env, HANDRAIL_SYSLOG_SOCKET=path)
        logged = line(heard()) + line(heard())
    notes = kept(tmp_path, run("audit", "from-log", "-", given=logged).stdout)
    done = run(
        "audit", "verify", "--checkpoint", str(notes), **env | {"HANDRAIL_DATABASE_URL": f"sqlite:///{older}"}
    )
    assert done.exit_code == 2, done.output


def test_of_a_log_that_anybody_writes_to_only_what_trusted_keys_signed_is_taken(tmp_path):
    false = str(signed(BODY, [STRANGER]))
    with own_log() as (path, heard):
        (place,) = read_places(f"syslog:{path}")
        place.send(NOTE)
        place.send(false)
        logged = line(heard()) + line(heard()) + b'box handrail: checkpoint "words"\n'
    keys = str(public_keys(tmp_path, OLD))
    done = run("audit", "from-log", "-", "--keys", keys, given=logged)
    assert (done.exit_code, split_notes(done.stdout)) == (0, (NOTE,))
    assert "1 more are signed by none of the trusted keys" in done.stderr
    none = run("audit", "from-log", "-", "--keys", keys, given=b"box cron[7]: something else\n")
    assert (none.exit_code, none.stdout) == (3, "")
    assert "holds no checkpoint" in none.stderr


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ("file:{}/kept", "go to one place only, file:{}/kept: if it is lost"),
        (",", "go nowhere: if it is lost"),
        ("", "go to one place only, file:{}/checkpoints: if it is lost"),
        ("file:{0}/kept,file:{0}/other", ""),
    ],
)
def test_fewer_than_two_places_are_told_in_one_line_at_the_start(sqlite_url, tmp_path, named, words):
    world(sqlite_url, tmp_path)
    told = {"HANDRAIL_CHECKPOINT_PLACES": named.format(tmp_path)}
    done = run("worker", "--once", **given(sqlite_url, tmp_path), **told)
    assert done.exit_code == 0, done.output
    assert words.format(tmp_path) in done.stderr
    assert len(done.stderr.splitlines()) == bool(words)
