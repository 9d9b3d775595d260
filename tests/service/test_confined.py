"""A stranger's file is read and checked apart: what it may spend, what it may touch, and how it is refused."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from instruments.catalogue import DEFINITIONS
from service.confined import Refused, TooCostly, apart
from tests.instruments.forms import HEAD, ITEMS, SUM

ENDLESS = (
    HEAD
    + "items:\n"
    + "".join(f"  q{n}: {{ask: x, answers: often}}\n" for n in range(1, 41))
    + "scales:\n"
    + "".join(
        f"  s{s}: {{sum: q1..q40, weights: {{"
        + ", ".join(f"q{n}: {1 + n * (s + 3) % 997}" for n in range(1, 41))
        + "}}\n"
        for s in range(9)
    )
    + "findings:\n"
    + "".join(f"  f{n}: {{source: ours, when: {{score: s{n % 9}, is: {1 + n * 7}}}}}\n" for n in range(200))
)


def test_a_sound_definition_is_checked():
    found = apart("check", "gad-2.yaml", (DEFINITIONS / "gad-2.yaml").read_bytes())

    assert (found["problems"], found["not_proved"], found["proved"] > 2) == ([], [], True)


def test_each_problem_comes_back_with_its_file_and_line():
    with pytest.raises(Refused, match=r"mine\.yaml:20:\d+: an unknown key"):
        apart("check", "mine.yaml", (HEAD + ITEMS + SUM + "x: 1\n").encode())


def test_a_file_that_is_no_questionnaire_is_refused_with_its_place():
    with pytest.raises(Refused, match=r"form\.json:1:2: not readable as JSON"):
        apart("import", "form.json", b"{", source="fhir")


def test_a_definition_that_can_never_be_checked_is_given_up_after_two_seconds_of_work():
    began = time.monotonic()
    with pytest.raises(TooCostly, match=r"endless\.yaml: takes more than 2 seconds of processor time"):
        apart("check", "endless.yaml", ENDLESS.encode())
    assert time.monotonic() - began < 60


@pytest.mark.parametrize(
    ("tried", "ends"),
    [
        ("bytearray(100 << 20); print('fine')", "fine"),
        ("bytearray(300 << 20)", "MemoryError"),
        ("open('/etc/hostname')", "Too many open files"),
        ("__import__('socket').socket()", "Too many open files"),
        ("import subprocess; subprocess.run(['true'])", "Error"),
        ("import pdb", "Error"),
        ("\nwhile True: pass", "-24"),
        ("x = 9; x ** 10**8", "-24"),
    ],
)
def test_what_runs_apart_has_two_seconds_some_memory_and_no_files(tried, ends):
    script = f"import socket, subprocess, service.confined_work as work; work._confine(2); {tried}"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ends in f"{done.stdout} {done.stderr} {done.returncode}"


def test_of_two_files_the_one_that_cannot_be_used_is_named():
    sound = (DEFINITIONS / "gad-2.yaml").read_bytes()
    with pytest.raises(Refused, match=r"after\.yaml:20:\d+: an unknown key"):
        apart("diff", "before.yaml", sound, beside=("after.yaml", (HEAD + ITEMS + SUM + "x: 1\n").encode()))


def test_a_module_that_lies_beside_the_file_is_not_taken_for_ours(tmp_path, monkeypatch):
    (tmp_path / "json.py").write_text("open('taken', 'w')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Refused):
        apart("check", "mine.yaml", b"a: 1\n")
    assert not (tmp_path / "taken").exists()
