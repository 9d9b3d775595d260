"""`handrail demo`, `serve`, `migrate` and `worker`: they start, keep what is there, and refuse in one clear line."""

import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from service.actions import audit_trail, storage
from service.cli import main
from service.commands.demonstrating import welcome
from service.commands.serving import THREADS, Server
from service.demo.places import PASSWORD, PLACES
from service.store.clients import ClientRow
from service.store.organisations import OrganisationRow
from tests.service.builders import world


def run(*arguments, **variables):
    return CliRunner().invoke(main, arguments, env=variables)


@pytest.fixture
def here(sqlite_url, tmp_path):
    """A database with an organisation of the demo's own name in it."""
    return world(sqlite_url, tmp_path)


def variables(here):
    settings = here.parts.settings
    return {"HANDRAIL_DATA_DIR": str(settings.data_dir), "HANDRAIL_DATABASE_URL": settings.database_url}


def test_a_demo_that_is_there_is_kept(here):
    done = run("demo", "--no-serve", **variables(here))
    assert done.exit_code == 0, done.output
    assert "The demo data is there." in done.output
    assert "Making" not in done.output
    with here.read() as session:
        assert [row.name for row in session.scalars(select(ClientRow))] == ["Maya Example"]


@pytest.mark.parametrize("options", [(), ("--fresh",)])
def test_a_database_with_other_organisations_is_left_alone(here, options):
    with here.write() as session:
        session.get(OrganisationRow, here.organisation.id).name = "A real school"
    done = run("demo", "--no-serve", *options, **variables(here))
    assert done.exit_code == 2
    assert "the database holds A real school; the demo leaves it alone" in done.stderr
    with here.read() as session:
        assert session.scalars(select(ClientRow)).one()


@pytest.mark.parametrize("options", [(), ("--fresh",)])
@pytest.mark.parametrize("held", [b"not a database", None])
def test_a_file_of_somebody_else_is_left_alone(tmp_path, options, held):
    file = tmp_path / "theirs.db"
    if held is None:
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("CREATE TABLE theirs (x)")
    else:
        file.write_bytes(held)
    before = file.read_bytes()
    done = run(
        "demo",
        "--no-serve",
        *options,
        HANDRAIL_DATABASE_URL=f"sqlite:///{file}",
        HANDRAIL_DATA_DIR=str(tmp_path),
    )
    assert done.exit_code == 2
    assert "the demo leaves it alone" in done.stderr
    assert b"theirs" in file.read_bytes() or file.read_bytes() == before


def test_a_database_server_is_not_emptied(postgresql_url, tmp_path):
    world(postgresql_url, tmp_path)
    done = run(
        "demo", "--no-serve", "--fresh", HANDRAIL_DATABASE_URL=postgresql_url, HANDRAIL_DATA_DIR=str(tmp_path)
    )
    assert done.exit_code == 2
    assert "--fresh empties no database server" in done.stderr


def test_the_welcome_names_the_address_the_password_and_everybody():
    words = welcome("http://127.0.0.1:8000")
    assert "http://127.0.0.1:8000" in words
    assert PASSWORD in words
    assert all(place.email(person) in words for place in PLACES for person in place.people)


@pytest.mark.parametrize(
    ("arguments", "told", "words"),
    [
        (("serve",), {}, "HANDRAIL_SECRET_KEY has 0 characters"),
        (("worker", "--once"), {"HANDRAIL_SECRET_KEY": "short"}, "HANDRAIL_SECRET_KEY has 5 characters"),
        (("migrate",), {"HANDRAIL_DATABASE_URL": "mysql://x"}, "begins with 'mysql'"),
        (("demo", "--no-serve"), {"HANDRAIL_DATABASE_URL": "mysql://x"}, "begins with 'mysql'"),
        (("demo", "--port", "99999"), {}, "99999"),
        (("migrate",), {"HANDRAIL_DATA_DIR": "/dev/null/x"}, "cannot be used"),
        (("nonsense",), {}, "No such command 'nonsense'"),
    ],
)
def test_what_cannot_start_says_why_in_one_line(arguments, told, words, tmp_path):
    done = run(*arguments, **({"HANDRAIL_DATA_DIR": str(tmp_path / "data")} | told))
    assert (done.exit_code, done.stdout) == (2, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_of_another_version_is_told_in_one_line(here):
    with here.write() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = 'unknown'")
    done = run("migrate", **variables(here))
    assert done.exit_code == 2
    assert "was made by a Handrail that this one does not know" in done.stderr


def test_migrate_makes_a_database_at_the_newest_schema(tmp_path):
    done = run("migrate", HANDRAIL_DATA_DIR=str(tmp_path / "new"))
    assert done.exit_code == 0, done.output
    with storage.reading(f"sqlite:///{tmp_path}/new/handrail.db") as session:
        assert audit_trail.names(session) == ()


def test_one_round_of_the_worker_says_what_it_did_and_makes_its_key_once(here):
    done, again = (run("worker", "--once", HANDRAIL_SECRET_KEY="k" * 40, **variables(here)) for _ in range(2))
    made, *told = done.stdout.splitlines()
    assert made.startswith("A key that signs checkpoints of the audit trail was made: ")
    nothing = ["Screenings ended that were left open: 0", "Rungs told of what nobody answered: 0"]
    nothing += ["E-mails sent: 0", "Clients erased as approved: 0"]
    assert told == [*nothing, "Audit trails with a new checkpoint: 0", "Carried between organisations: 0"]
    assert again.stdout.splitlines() == told
    assert (done.exit_code, again.exit_code) == (0, 0)


def test_the_server_is_one_process_on_sqlite_and_writes_no_addresses_down(here):
    server = Server(here.parts.settings, "127.0.0.1", 8000)
    assert (server.cfg.workers, server.cfg.threads, server.cfg.accesslog) == (1, THREADS, None)
    assert server.cfg.address == [("127.0.0.1", 8000)]


def free_port():
    with closing(socket.socket()) as asked:
        asked.bind(("127.0.0.1", 0))
        return asked.getsockname()[1]


def answered(address, seconds):
    """The health page's status, asked until it answers."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=1) as answer:  # noqa: S310  our own loopback
                return answer.status
        except OSError:
            look_away()
    return None


def look_away():
    """A short look away while another process starts."""
    subprocess.run([sys.executable, "-S", "-c", "pass"], check=True)


def served(env, *words):
    """(what the health page answered, exit status, what it said, what it complained of) of a server until its end."""
    port = free_port()
    command = [str(Path(sys.executable).with_name("handrail")), *words, "--port", str(port)]
    told = subprocess.PIPE
    with subprocess.Popen(command, env=env, stdout=told, stderr=told, text=True) as server:
        status = answered(f"http://127.0.0.1:{port}", 60)
        server.terminate()
        said, complained = server.communicate()
    return status, server.returncode, said.replace(f":{port}", ":PORT"), complained


@pytest.mark.slow
def test_the_demo_is_served_calmly_and_ends_when_it_is_told_to(here):
    status, ended, said, complained = served(variables(here), "demo")
    assert (status, ended, complained) == (200, 0, "")
    assert "Handrail stands at http://127.0.0.1:PORT" in said


@pytest.mark.slow
def test_a_server_with_one_place_for_checkpoints_says_so_and_serves(here):
    kept = {"HANDRAIL_CHECKPOINT_PLACES": f"file:{here.parts.settings.data_dir}/kept"}
    env = variables(here) | kept | {"HANDRAIL_SECRET_KEY": "k" * 40}
    status, ended, _said, complained = served(env, "serve")
    assert (status, ended) == (200, 0)
    (line,) = complained.splitlines()
    assert line.startswith("Checkpoints of the audit trail go to one place only, file:")
