"""`handrail retention`: a screening that led to nothing goes when its period is over, and its client stays."""

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from referral.entries import read_entry
from service.cli import main
from service.keys import add_wrapping_key
from service.store.clients import find_client
from service.store.screenings import AnswerRow, screenings_of
from tests.proofs.erased import entries_of
from tests.service.acts import screen
from tests.service.builders import WRAPPING, Clock, world
from tests.whole import url_of

BY = ("--by", "programme.administrator@alder-creek.example")
AUDITOR = ("--by", "auditor@alder-creek.example")
LONG_AGO = datetime(2023, 10, 10, 16, 0, tzinfo=UTC)


@pytest.fixture
def here(database_url, tmp_path):
    """Somebody with an old screening and one of today, neither of which led to anything."""
    made = world(database_url, tmp_path, clock=Clock(LONG_AGO))
    made.old = screen(made, "gad-7", [0] * 7)
    made.clock.now = datetime.now(UTC)
    add_wrapping_key(tmp_path / "wrapping-keys", WRAPPING.secret)
    made.new = screen(made, "gad-7", [0] * 7)
    return made


@pytest.fixture
def ask(here, tmp_path):
    """`ask(...)`: a `handrail` command over this database, which ends as it should."""
    env = {
        "HANDRAIL_DATABASE_URL": url_of(here),
        "HANDRAIL_DATA_DIR": str(tmp_path),
        "HANDRAIL_SECRET_KEY": "k" * 40,
    }

    def run(*arguments, status=0):
        done = CliRunner().invoke(main, list(map(str, arguments)), env=env)
        assert done.exit_code == status, done.output
        return done.output

    return run


def left(here):
    with here.read() as session:
        assert find_client(session, here.organisation.id, here.client.id)
        return [row.id for row in screenings_of(session, here.organisation.id, here.client.id)]


def answers(here):
    """How many answers the database holds."""
    with here.read() as session:
        return len(session.scalars(select(AnswerRow)).all())


def erasures(here):
    return [each for each in map(read_entry, entries_of(here)) if each["kind"] == "screening erased"]


def test_the_preview_counts_it_changes_nothing_and_names_nobody(here, ask):
    told = ask("retention", "preview", *BY)
    assert "due   1 screenings apart from their clients" in told
    assert "Maya" not in told
    assert sorted(left(here)) == sorted([here.old, here.new])
    assert erasures(here) == []


def test_a_run_erases_it_alone_and_says_so_once(here, ask):
    before = entries_of(here)
    assert answers(here) == 14
    told = ask("retention", "run", *BY)
    assert "1 screenings without a finding were erased, their clients stay" in told
    assert "0 clients were erased" in told
    assert left(here) == [here.new]
    assert answers(here) == 7
    assert entries_of(here)[: len(before)] == before
    (event,) = erasures(here)
    assert (event["subject"], event["client"]) == (str(here.old), str(here.client.id))
    assert "due   0 screenings apart from their clients" in ask("retention", "preview", *BY)
    assert "0 screenings without a finding were erased" in ask("retention", "run", *BY)
    assert len(erasures(here)) == 1


def test_the_chain_and_all_that_is_left_are_proved_afterwards(here, ask):
    ask("worker", "--once")
    ask("retention", "run", *BY)
    ask("worker", "--once")
    proved = ask(
        "audit", "verify", "--checkpoint", here.parts.settings.data_dir / "checkpoints", "--contents"
    )
    assert "intact" in proved
    assert "held against 4 checkpoints" in proved


@pytest.mark.parametrize("whose", ["everybody", "one"])
def test_a_hold_keeps_it_until_somebody_else_lifts_it(here, ask, whose):
    named = () if whose == "everybody" else ("--client", here.client.id)
    held = ask("retention", "hold", "--reason", "litigation", *named, *BY).split()[1]
    assert "due   0 screenings apart from their clients" in ask("retention", "preview", *BY)
    assert "0 screenings without a finding were erased" in ask("retention", "run", *BY)
    assert here.old in left(here)
    assert "Somebody else" in ask("retention", "release", held, "--reason", "matter ended", *BY, status=1)
    assert "0 screenings without a finding were erased" in ask("retention", "run", *BY)


def test_only_the_programmes_administrator_runs_it(here, ask):
    assert "administrator" in ask("retention", "run", *AUDITOR, status=1)
    assert here.old in left(here)
