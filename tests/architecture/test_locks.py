"""The locks: every package with its hash, nothing that says where it is fetched from."""

import json
import re
import tomllib

import pytest

from tests.architecture.sources import ROOT, kept_files, normal

LOCKS = [path for path in kept_files() if path.name.startswith("requirements") and path.suffix == ".lock"]

PINNED = re.compile(r"^(?P<name>[a-z0-9-]+)(\[[a-z,]+\])?==[^ ;]+")


def entries(lock):
    """The lock's packages: each entry's lines joined, comments left out."""
    lines = [line for line in lock.splitlines() if not line.lstrip().startswith("#")]
    return [entry for entry in "\n".join(lines).replace("\\\n", " ").splitlines() if entry.strip()]


def locked(path):
    return {PINNED.match(entry)["name"] for entry in entries((ROOT / path).read_text(encoding="utf-8"))}


@pytest.mark.parametrize("path", LOCKS, ids=str)
def test_every_locked_package_has_a_version_and_a_hash(path):
    found = entries((ROOT / path).read_text(encoding="utf-8"))
    assert found
    assert [entry for entry in found if not PINNED.match(entry) or "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("path", LOCKS, ids=str)
def test_no_lock_says_where_packages_come_from(path):
    lock = (ROOT / path).read_text(encoding="utf-8")
    assert re.findall(r"--(?:extra-)?index-url|--find-links|\w+://\S+", lock) == []


def test_what_the_project_asks_for_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    runtime = {normal(asked) for asked in project["project"]["dependencies"]}
    development = runtime | {normal(asked) for asked in project["dependency-groups"]["dev"]}
    assert runtime - locked("requirements.lock") == set()
    assert development - locked("requirements-dev.lock") == set()


def test_the_front_end_lock_has_hashes_and_no_addresses():
    lock = json.loads((ROOT / "deploy/front-end/package-lock.json").read_text(encoding="utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert packages
    assert [name for name, package in packages.items() if "integrity" not in package] == []
    assert [name for name, package in packages.items() if "resolved" in package] == []
