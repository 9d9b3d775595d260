"""Whatever a page, a command or a round of the worker changes leaves an event: one that leaves none fails its test.

Every test of the service and every journey is watched (`tests/silent.py`). Here something is made to forget its event.
"""

import pytest
from click.testing import CliRunner

from service import worker
from service.cli import main
from service.keys import add_wrapping_key
from service.permissions import Role
from service.store import audit
from tests.journeys.stage import screening
from tests.service.builders import WRAPPING, world
from tests.service.web.visiting import visitor
from tests.whole import url_of


@pytest.fixture
def here(database_url, tmp_path):
    return world(database_url, tmp_path)


@pytest.fixture
def forgetful(here, monkeypatch):
    """The broken variant: the program notes no event any more."""
    monkeypatch.setattr(audit, "append", lambda _session, _event: None)
    return here


def by_a_page(here, _folder):
    person, note = visitor(here, Role.COUNSELOR), {"text": "Seen in the corridor.", "readers": "all"}
    assert person.post(f"/clients/{here.client.id}/notes", **note).status_code == 303


def by_a_command(here, folder):
    add_wrapping_key(folder / "wrapping-keys", WRAPPING.secret)
    given = {
        "HANDRAIL_DATABASE_URL": url_of(here),
        "HANDRAIL_DATA_DIR": str(folder),
        "HANDRAIL_SECRET_KEY": "k" * 40,
    }
    by = ["--by", "programme.administrator@alder-creek.example"]
    CliRunner().invoke(main, ["retention", "hold", "--reason", "litigation", *by], env=given)


def by_the_worker(here, _folder):
    screening(here, here.client)
    here.clock.forward(hours=3)
    worker.tick(here.parts.open_write, here.parts.act)


CHANGED = [
    (by_a_page, "service.web", "client_notes"),
    (by_a_command, "service.commands", "legal_holds"),
    (by_the_worker, "service.worker", "screenings"),
]


@pytest.mark.parametrize(("change", "surface", "table"), CHANGED)
def test_a_change_that_forgets_its_event_is_noticed(forgetful, tmp_path, silent, change, surface, table):
    change(forgetful, tmp_path)
    found = [tables for where, *tables in silent if where.startswith(surface)]
    assert [table in tables for tables in found] == [True], silent
    silent.clear()


@pytest.mark.parametrize("change", [each for each, *_told in CHANGED])
def test_the_same_with_its_event_is_not(here, tmp_path, silent, change):
    before = head_of(here)
    change(here, tmp_path)
    assert head_of(here) > before
    assert silent == []


def head_of(here):
    with here.read() as session:
        return audit.recorded_head(session, here.organisation.id).count
