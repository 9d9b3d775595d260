"""Closes what the builders opened, after each test."""

import pytest

from tests.service import builders


@pytest.fixture(autouse=True)
def closed_at_the_end():
    yield
    while builders.opened:
        builders.opened.pop()()
