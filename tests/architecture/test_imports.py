"""The import rule turns red: each contract is broken once by a planted line, in a copy of the packages."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import PACKAGES, ROOT

# One planted line for each contract: (file, line, words from the contract's name).
PLANTED = [
    ("instruments/planted.py", "import referral", "A higher room may import a lower one"),
    ("referral/planted.py", "import flask", "The core knows no web"),
    ("service/actions/planted.py", "import marshmallow", "Acts, access, storage"),
    ("service/web/planted.py", "import service.store", "Translators touch no storage"),
]


@pytest.fixture
def copy(tmp_path):
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("static", "*.pyc"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def verdicts(folder):
    """What the import rule says of a copy: its exit status, and each contract's name with KEPT or BROKEN."""
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    plain = {**os.environ, "PYTHONPATH": str(folder), "NO_COLOR": "1", "COLUMNS": "200"}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=plain)
    said = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)
    return done.returncode, dict(re.findall(r"^(.+) (KEPT|BROKEN)$", said, re.MULTILINE))


def test_the_packages_keep_the_import_rule(copy):
    status, contracts = verdicts(copy)
    assert (status, list(contracts.values())) == (0, ["KEPT"] * len(PLANTED))


@pytest.mark.parametrize(("name", "line", "contract"), PLANTED)
def test_a_planted_import_breaks_its_own_contract(copy, name, line, contract):
    (copy / name).write_text(f"{line}\n", encoding="utf-8")
    status, contracts = verdicts(copy)
    assert status == 1
    assert [verdict for words, verdict in contracts.items() if words.startswith(contract)] == ["BROKEN"]
