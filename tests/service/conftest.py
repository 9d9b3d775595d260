"""Closes what the builders opened, after each test, and sees that nothing was done without a word in the trail."""

import pytest

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
