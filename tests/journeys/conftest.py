"""What every journey starts from: a world of its own on each engine, closed at the end."""

import pytest

from tests.journeys.cast import Cast, cast
from tests.service import builders


@pytest.fixture(autouse=True)
def closed_at_the_end():
    yield
    while builders.opened:
        builders.opened.pop()()


@pytest.fixture(autouse=True)
def nothing_is_silent(silent):
    yield
    assert silent == []


@pytest.fixture
def here(database_url, tmp_path) -> Cast:
    """A district with a second psychology team, on SQLite and on PostgreSQL."""
    return cast(database_url, tmp_path)
