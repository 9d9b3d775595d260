"""Little room on the disk is said while there is some: at the start, and by the worker again and again."""

import logging

import pytest
from click.testing import CliRunner

from service.cli import main
from service.commands import room
from service.commands.rounds import rounds_of
from tests.service.builders import world

MORE_THAN_THERE_IS = 2**62


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


def go_round(here):
    """Everything that the worker does, once."""
    for each in rounds_of(here.parts, None):
        each.work()


def start(here):
    settings = here.parts.settings
    kept = ",".join(f"file:{settings.data_dir}/{name}" for name in ("one", "two"))
    given = {
        "HANDRAIL_DATA_DIR": str(settings.data_dir),
        "HANDRAIL_DATABASE_URL": settings.database_url,
        "HANDRAIL_SECRET_KEY": "k" * 40,
        "HANDRAIL_CHECKPOINT_PLACES": kept,
    }
    return CliRunner().invoke(main, ["worker", "--once"], env=given).stderr


def test_with_little_room_the_start_and_each_round_say_where(here, monkeypatch, caplog):
    monkeypatch.setattr(room, "LEAST", MORE_THAN_THERE_IS)
    (line,) = start(here).splitlines()
    with caplog.at_level(logging.WARNING):
        go_round(here)
    for said in (line, *caplog.messages):
        assert said.startswith("Little room is left for what Handrail writes: ")
        assert f" MB in {here.parts.settings.data_dir}" in said
    assert len(caplog.messages) == 1


def test_with_enough_room_nothing_is_said(here, monkeypatch, caplog):
    monkeypatch.setattr(room, "LEAST", 0)
    assert start(here) == ""
    go_round(here)
    assert caplog.messages == []


def test_a_folder_that_is_not_there_yet_is_judged_by_where_it_will_be(here, tmp_path, monkeypatch):
    monkeypatch.setattr(room, "LEAST", MORE_THAN_THERE_IS)
    settings = here.parts.settings
    monkeypatch.chdir(tmp_path)
    later = type(settings)(settings.database_url, tmp_path / "later" / "still", settings.secret_key)
    assert f" MB in {tmp_path}/later/still" in room.short_of_room(later)
