"""What the repository says about where it was made: nothing. And its files name only what is there."""

import re

import pytest

from tests.architecture.sources import ROOT, assert_none, kept_files, text

# Written so that this file does not say what it looks for.
ELSEWHERE = re.compile(
    r"(?<![\w.~-])/(?:[w]ork|[r]oot|[t]mp|[U]sers|home/\w+)/"
    r"|[p]ypi\.org|[p]ythonhosted\.org|[n]pmjs\.(?:org|com)|[d]ebian\.org"
)

TARGET = re.compile(r"^([a-z-]+):", re.MULTILINE)

# A command stands between backticks, or on a line of its own.
NAMED = re.compile(r"`make ([a-z-]+)|^\s*make ([a-z-]+)(?:\s+(?:#|[A-Z]+=).*)?$", re.MULTILINE)


def named_elsewhere(path):
    lines = enumerate((text(path) or "").splitlines(), start=1)
    return [f"{path}:{number}: {found[0]}" for number, line in lines if (found := ELSEWHERE.search(line))]


def test_no_file_names_a_machine_path_or_a_registry():
    assert_none(line for path in kept_files() for line in named_elsewhere(path))


@pytest.mark.parametrize(
    "planted", ["/work" + "/main/x.py", "see /tmp" + "/x/y", "https://pypi" + ".org/simple"]
)
def test_a_planted_path_or_registry_is_found(planted):
    assert ELSEWHERE.search(planted)


@pytest.mark.parametrize("path", ["README.md", "CONTRIBUTING.md", ".ci/run"])
def test_every_make_target_that_is_named_exists(path):
    targets = set(TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))
    named = {quoted or alone for quoted, alone in NAMED.findall((ROOT / path).read_text(encoding="utf-8"))}
    assert named
    assert named - targets == set()


def test_continuous_integration_runs_only_what_the_readme_names():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()
    commands = [line for line in lines if line.startswith("make ")]
    assert commands == ["make check", "make test"]
    assert [command for command in commands if command not in readme] == []
