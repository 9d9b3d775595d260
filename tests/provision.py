"""Finds the PostgreSQL and Chromium that tests use; `python -m tests.provision` installs what is missing.

Installing is tried only as root on a machine with apt-get. Where a program cannot be had, one line says so
and the tests that need it are skipped with the same words; with CI=true they fail. Nothing is started here.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

APT = ("apt-get", "-qq", "-o", "Acquire::Retries=2", "-o", "Acquire::http::Timeout=30")
INSTALL_MINUTES = 10


@dataclass(frozen=True, slots=True)
class Program:
    """A program the tests need: what it is called, how it is found, and Debian's package for it."""

    name: str
    find: Callable[[], Path | None]
    package: str

    def missing(self) -> str:
        """The one line that says it cannot be had, and what that means."""
        remedy = f"on Debian: apt-get install {self.package}"
        return f"{self.name} is not on this machine, so its tests cannot run ({remedy})"


def postgres_folder() -> Path | None:
    """The folder of PostgreSQL's server programs: from PATH, else the newest of Debian's packages."""
    found = shutil.which("postgres")
    if found:
        return Path(found).resolve().parent
    installed = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    newest = sorted(installed, key=lambda program: int(program.parts[-3]), reverse=True)
    return newest[0].parent if newest else None


def chromium_program() -> Path | None:
    """Chromium or Chrome, from PATH or where macOS keeps it: the one without windows first, it costs half as much."""
    names = (
        "chromium-headless-shell",
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    )
    found = next(filter(None, map(shutil.which, names)), None)
    if found:
        return Path(found)
    bundle = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
    return bundle if bundle.exists() else None


def browser_driver() -> Path | None:
    """The program through which Playwright drives a browser, unless a library that it needs is missing."""
    package = find_spec("playwright")
    program = Path(package.origin).with_name("driver") / "node"
    works = subprocess.run([program, "--version"], capture_output=True, check=False).returncode == 0
    return program if works else None


POSTGRES = Program("PostgreSQL", postgres_folder, "postgresql")
CHROMIUM = Program("Chromium", chromium_program, "chromium-headless-shell")
DRIVER = Program("The library that Playwright's driver needs", browser_driver, "libatomic1")
PROGRAMS = (POSTGRES, CHROMIUM, DRIVER)


def required(program: Program) -> Path:
    """Where the program is, for the fixture that starts it: skips its tests without it, fails them in CI."""
    found = program.find()
    if found is None and os.environ.get("CI") == "true":
        pytest.fail(program.missing(), pytrace=False)
    if found is None:
        pytest.skip(program.missing())
    return found


def can_install() -> bool:
    """Whether packages can be installed here at all."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(packages: list[str]) -> None:
    """Install Debian packages; a package that cannot be had is reported by its absence afterwards."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in ([*APT, "update"], [*APT, "install", "-y", "--no-install-recommends", *packages]):
        subprocess.run(
            command, env=quiet, stdout=subprocess.DEVNULL, timeout=INSTALL_MINUTES * 60, check=False
        )


def main() -> None:
    """Install what is missing, and say in one line each what still is."""
    missing = [program for program in PROGRAMS if program.find() is None]
    if missing and can_install():
        print(f"setup: installing {' and '.join(program.package for program in missing)}", file=sys.stderr)
        install([program.package for program in missing])
    for program in missing:
        if program.find() is None:
            print(f"setup: {program.missing()}", file=sys.stderr)


if __name__ == "__main__":
    main()
