"""How the tests run while the core is changed in small ways: quickly, alike each time, with nothing kept.

Loaded by pytest when mutmut runs it (see `[tool.mutmut]` in pyproject.toml), never otherwise.
"""

import gc
import json
import sys
from functools import _lru_cache_wrapper
from pathlib import Path

import pytest
from hypothesis import Phase, settings

MEASURED = Path("mutmut-stats.json")

# What one mutant makes of an instrument is not to be kept for the next.
sys.dont_write_bytecode = True

# A counterexample is enough: nobody reads it, so it is not made smaller, nor kept for the next mutant.
settings.register_profile(
    "mutants",
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=25,
    phases=[Phase.explicit, Phase.generate],
)


@pytest.fixture(scope="session")
def everything_kept():
    """What keeps definitions and scorers once they are read, here and in the tests."""
    kept = [one for one in gc.get_objects() if isinstance(one, _lru_cache_wrapper)]
    return [one for one in kept if str(one.__module__).startswith(("tests.", "instruments.", "referral."))]


@pytest.fixture(autouse=True, scope="module")
def nothing_remembered(everything_kept):
    """Forget every kept definition and scorer before each file of tests.

    What runs is noted test by test, to know which tests a changed function concerns. A definition that an earlier
    file had read would hide that this file's tests depend on how it is read and compiled.
    """
    for one in everything_kept:
        one.cache_clear()


def pytest_collection_modifyitems(items):
    """The quickest tests first, as they were measured when it was noted what runs: most mutants need only these."""
    if MEASURED.exists():
        seconds = json.loads(MEASURED.read_text(encoding="utf-8"))["duration_by_test"]
        items.sort(key=lambda item: seconds.get(item.nodeid, 0))
