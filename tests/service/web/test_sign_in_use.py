"""That a sign-in is in use is noted in passing: looking at a page waits for nobody who writes."""

from contextlib import contextmanager

import pytest
from sqlalchemy import select, text

from service.permissions import Role
from service.store.accounts import SignInRow
from service.store.engine import open_sessions
from tests.service.builders import NOON, world
from tests.service.web.visiting import visitor


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


@contextmanager
def writing_here(here):
    with here.write() as session:
        session.execute(text("SELECT 1"))
        yield


@contextmanager
def writing_in_another_process(here):
    theirs = open_sessions(here.parts.settings.database_url)
    with theirs.write() as session:
        session.execute(text("SELECT 1"))
        yield
    theirs.engine.dispose()


def seen_at(here):
    with here.read() as session:
        return session.scalars(select(SignInRow)).one().seen_at


@pytest.mark.parametrize("writing", [writing_here, writing_in_another_process])
def test_a_look_at_a_page_waits_for_no_writer(here, writing):
    person = visitor(here, Role.COUNSELOR)
    now = here.clock.forward(minutes=2)

    with writing(here):
        assert person.get("/instruments").status_code == 200
    assert seen_at(here) == NOON

    assert person.get("/instruments").status_code == 200
    assert seen_at(here) == now
