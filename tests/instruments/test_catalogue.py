"""The catalogue: the newest version by default, old ones for ever, and clear words for what is not there."""

import pytest

from instruments.catalogue import UnknownInstrument, load_catalogue
from instruments.problems import BadDefinition
from tests.instruments.forms import HEAD, SUM, catalogue, tiny


def folder(path, **files):
    for name, text in files.items():
        (path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return load_catalogue(path)


def test_our_own_catalogue_holds_the_instruments_in_order():
    assert {"asq", "gad-7", "pc-ptsd-5", "pcl-5", "phq-9"} <= set(catalogue().ids())
    assert [one.id for one in catalogue().instruments()] == list(catalogue().ids())


def test_an_instrument_and_its_scorer_are_made_once():
    assert catalogue().get("phq-9") is catalogue().get("phq-9", "1.0.0")
    assert catalogue().scorer("phq-9") is catalogue().scorer("phq-9")


def test_an_unknown_instrument_is_refused_with_what_there_is(tmp_path):
    one = folder(tmp_path, tiny=tiny(SUM))

    with pytest.raises(
        UnknownInstrument, match=r"no instrument 'tinny'. Available: tiny. Did you mean tiny\?"
    ):
        one.get("tinny")
    with pytest.raises(UnknownInstrument, match=r"no instrument 'tiny@9.0.0'. Available: tiny@1.0.0"):
        one.get("tiny", "9.0.0")


def test_an_old_version_stays_readable_beside_the_newest(tmp_path):
    newest = tiny(SUM, head=HEAD.replace("1.0.0", "1.10.0"))
    middle = tiny(SUM, head=HEAD.replace("1.0.0", "1.9.0"))
    one = folder(tmp_path, **{"tiny": newest, "tiny@1.9.0": middle, "tiny@1.0.0": tiny(SUM)})

    assert one.get("tiny").version == "1.10.0"
    assert one.get("tiny", "1.0.0").version == "1.0.0"
    assert one.versions("tiny") == ("1.10.0", "1.9.0", "1.0.0")
    assert one.ids() == ("tiny",)


def test_a_file_under_another_name_is_refused(tmp_path):
    with pytest.raises(BadDefinition, match=r"other.yaml:1:1: a definition under another name; found other"):
        folder(tmp_path, other=tiny(SUM)).get("other")


def test_a_broken_definition_names_its_file_and_line(tmp_path):
    with pytest.raises(
        BadDefinition, match=r"tiny.yaml:18:23: an unknown name in items of a scale; found 'q9'"
    ):
        folder(tmp_path, tiny=tiny("scales: {total: {sum: q9}}\n")).get("tiny")
