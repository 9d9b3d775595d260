"""What is kept of Handrail's own instruments: the same as made anew, and only for the files that it was made of."""

import os
import pickle

import pytest

from instruments import catalogue as module
from instruments.catalogue import Catalogue, load_catalogue
from instruments.compiling import program_of
from instruments.keeping import _MARK, _Reader, keep, kept
from instruments.loading import load_definition

OURS = load_catalogue()


@pytest.fixture(autouse=True)
def python_keeps_too(monkeypatch):
    monkeypatch.setattr("sys.dont_write_bytecode", False)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder that stands for Handrail's own, with one instrument in it."""
    (tmp_path / "phq-2.yaml").write_bytes(OURS.file("phq-2").read_bytes())
    monkeypatch.setattr(module, "DEFINITIONS", tmp_path)
    return tmp_path


def kept_file(folder):
    found = list((folder / "__pycache__").iterdir())
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("name", OURS.ids())
def test_what_is_kept_of_an_instrument_is_what_is_made_anew(name, tmp_path):
    path = tmp_path / OURS.file(name).name
    path.write_bytes(OURS.file(name).read_bytes())
    instrument = load_definition(path.read_bytes(), path.name)
    program = program_of(instrument)
    keep(path, path.read_bytes(), instrument, program)
    assert kept(path) == (instrument, program)


def test_a_scorer_is_kept_for_the_next_start_and_scores_the_same(folder):
    first = Catalogue(folder).scorer("phq-2")
    assert kept(folder / "phq-2.yaml") is not None
    second = Catalogue(folder).scorer("phq-2")
    assert second.instrument == first.instrument
    for answers in ({"q1": 3, "q2": 2}, {"q1": 1}, {}):
        assert second.score(answers) == first.score(answers)


def test_another_definition_another_engine_or_a_damaged_file_is_read_anew(folder, monkeypatch):
    path = folder / "phq-2.yaml"
    Catalogue(folder).scorer("phq-2")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("minutes: 1", "minutes: 2"), encoding="utf-8")
    assert kept(path) is None
    assert Catalogue(folder).get("phq-2").minutes == 2
    path.write_text(text, encoding="utf-8")
    assert kept(path) is not None
    monkeypatch.setattr("instruments.keeping._sources", lambda: b"another engine")
    assert kept(path) is None


def test_no_byte_of_what_is_kept_can_be_another(folder):
    Catalogue(folder).scorer("phq-2")
    file = kept_file(folder)
    whole = file.read_bytes()
    for place in (0, _MARK, _MARK + 1, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert kept(folder / "phq-2.yaml") is None
    file.write_bytes(whole[:-1])
    assert kept(folder / "phq-2.yaml") is None
    assert Catalogue(folder).scorer("phq-2").score({"q1": 3, "q2": 3}).scores["total"] == 6


def test_an_organisations_own_are_never_kept(folder, tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    (own / "phq-2.yaml").write_bytes((folder / "phq-2.yaml").read_bytes())
    load_catalogue(folder, own=own).scorer("phq-2")
    assert [each.name for each in own.iterdir()] == ["phq-2.yaml"]


def test_a_folder_that_may_not_be_written_and_a_python_that_keeps_nothing_are_no_trouble(folder, monkeypatch):
    (folder / "__pycache__").write_text("no folder", encoding="utf-8")
    assert Catalogue(folder).scorer("phq-2").instrument.id == "phq-2"
    (folder / "__pycache__").unlink()
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    Catalogue(folder).scorer("phq-2")
    assert [each.name for each in folder.iterdir()] == ["phq-2.yaml"]


def test_nothing_but_parts_of_an_instrument_is_made_of_what_is_kept(tmp_path):
    class Harm:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "harm"),)

    harmful = tmp_path / "harmful"
    harmful.write_bytes(pickle.dumps(Harm()))
    with (
        harmful.open("rb") as file,
        pytest.raises(pickle.UnpicklingError, match="is no part of an instrument"),
    ):
        _Reader(file).load()
    assert not (tmp_path / "harm").exists()
