"""What the proofs start from: one organisation in full swing, and a copy of it for each that changes something."""

import shutil
from dataclasses import replace

import pytest

from tests.journeys.stage import stage
from tests.service import builders
from tests.service.builders import make_parts, world


@pytest.fixture(scope="module")
def staged(migrated_sqlite, tmp_path_factory):
    folder = tmp_path_factory.mktemp("rights")
    yield stage(world(f"sqlite:///{shutil.copy(migrated_sqlite, folder / 'whole.db')}", folder)), folder
    while builders.opened:
        builders.opened.pop()()


@pytest.fixture
def own_copy(staged):
    """The stage in a file of its own, so that what one person does is nobody else's."""
    made, folder = staged
    made.here.parts.close()
    file = shutil.copy(folder / "whole.db", folder / "copy.db")
    parts = make_parts(f"sqlite:///{file}", folder, made.here.clock, seed=7)
    yield replace(made, here=replace(made.here, parts=parts))
    parts.close()


def pytest_collection_modifyitems(config, items):
    """Proofs at full length take minutes: they run only where a choice of markers asks for them."""
    if "long" in config.option.markexpr:
        return
    long = [item for item in items if item.get_closest_marker("long")]
    config.hook.pytest_deselected(items=long)
    items[:] = [item for item in items if item not in long]
