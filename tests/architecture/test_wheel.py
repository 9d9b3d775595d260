"""What is installed is what is kept: the built package holds each file of the packages and nothing more."""

import shutil
import subprocess
import sys
import zipfile

import pytest

from tests.architecture.sources import PACKAGES, ROOT, kept_files

BUILD = ("-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index", "--no-build-isolation")


def kept_in_packages():
    return [path for path in kept_files() if path.parts[0] in PACKAGES]


@pytest.fixture
def wheel(tmp_path):
    for path in [*kept_in_packages(), "pyproject.toml", "LICENSE"]:
        copy = tmp_path / "source" / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, copy)
    command = [sys.executable, *BUILD, "--wheel-dir", tmp_path, tmp_path / "source"]
    subprocess.run(command, check=True, capture_output=True)
    (built,) = tmp_path.glob("handrail-*.whl")
    return zipfile.ZipFile(built)


@pytest.mark.slow
def test_the_built_package_holds_every_file_of_the_packages_and_no_other(wheel):
    with wheel:
        held = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert held == {str(path) for path in kept_in_packages()}
