"""No page speaks two languages at once: every word of the service stands in every catalogue, translated."""

import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tests.architecture.sources import ROOT, assert_none, kept_files, text

CATALOGUES = [path for path in kept_files() if path.suffix == ".po"]

EXTRACT = ("--quiet", "extract", "--mapping=pyproject.toml", "--keywords=lazy_gettext", "--keywords=_later")


@pytest.fixture(scope="session")
def words(tmp_path_factory):
    """Every message that templates and code ask gettext for, with where it stands."""
    template = tmp_path_factory.mktemp("words") / "messages.pot"
    program = Path(sys.executable).with_name("pybabel")
    subprocess.run([program, *EXTRACT, f"--output-file={template}", "."], cwd=ROOT, check=True)
    with template.open("rb") as file:
        return {message.id: message.locations for message in read_po(file) if message.id}


def translated(message):
    said = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(said) and not message.fuzzy


@pytest.mark.parametrize("path", CATALOGUES, ids=str)
def test_every_word_is_translated(path, words):
    with (ROOT / path).open("rb") as file:
        done = {message.id for message in read_po(file) if message.id and translated(message)}
    assert_none(
        f"{file}:{line}: not in {path}: {said!r}"
        for said, [(file, line), *_] in words.items()
        if said not in done
    )


ONE_WORD = {"punta" + "je": "puntuación", "persona" + " tutora": "tutor o tutora"}
"""What is not said in Spanish, and what is: one word for each thing."""


def test_spanish_has_one_word_for_each_thing():
    assert_none(
        f"{path}:{number}: {other!r}; the word here is {word!r}"
        for path in kept_files()
        for number, line in enumerate((text(path) or "").splitlines(), start=1)
        for other, word in ONE_WORD.items()
        if other in line.lower()
    )
