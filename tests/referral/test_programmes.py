"""Programme files: everything pinned, several versions side by side, every mistake told with its place."""

import pytest

from instruments.catalogue import load_catalogue
from instruments.problems import BadDefinition
from referral.catalogue import DEFINITIONS, load_programmes
from referral.loading_programmes import read_programme
from referral.loading_routing import read_routing
from referral.versioned import UnknownDefinition, files_of
from tests.referral.files import line_of, problems_of
from tests.referral.programmes import (
    PROGRAMME,
    changed,
    keep,
    newer,
    own_instrument,
    own_programme,
    own_routing,
    words_attached,
)
from tests.referral.screens import CATALOGUE, PATHWAYS


def rules_for(wanted, pinned):
    file = files_of("routing", DEFINITIONS / "routing").find(wanted)
    return read_routing(file.read_bytes(), file.name, pinned, PATHWAYS.by_id)


def read(text):
    return read_programme(text, "school-screening.yaml", CATALOGUE, rules_for)


def loaded(own):
    """Every programme, with the instruments of its own folder where there are any."""
    instruments = own / "instruments"
    known = load_catalogue(own=instruments) if instruments.exists() else CATALOGUE
    return load_programmes(known, PATHWAYS, own=own)


def problems_in(own):
    with pytest.raises(BadDefinition) as bad:
        loaded(own)
    return [str(problem) for problem in bad.value.problems]


@pytest.mark.parametrize("name", ["school-screening", "clinic-screening"])
def test_a_shipped_programme_pins_everything_that_its_rules_look_at(name):
    found = load_programmes(CATALOGUE, PATHWAYS).get(name)

    assert found.named == f"{name}@1.0.0"
    assert found.rules.id == name
    assert {one.id: one.digest for one in found.rules.uses.values()} == {
        one.id: one.digest for one in found.pinned.values()
    }
    assert found.first == ("phq-9", "asq")


@pytest.mark.parametrize(
    ("old", "new", "what", "at"),
    [
        (
            'phq-9: "1.0.0"',
            'phq-9: "9.0.0"',
            "There is no instrument 'phq-9@9.0.0'. Available: phq-9@1.0.0.",
            "  phq-9:",
        ),
        ('phq-9: "1.0.0"', 'phq9: "1.0.0"', "Did you mean phq-9?", "  phq-9:"),
        ('  gad-7: "1.0.0"\n', "", "school-screening looks at gad-7, which is not pinned", "  phq-9:"),
        (
            '  gad-7: "1.0.0"\n',
            '  gad-7: "1.0.0"\n  lec-5: "1.0.0"\n',
            "does not know; found 'lec-5'",
            "  phq-9:",
        ),
        (
            "routing: school-screening@1.0.0",
            "routing: school-screening",
            "routing without a version",
            "routing:",
        ),
        ("school-screening@1.0.0", "school-screening@7.0.0", "allowed: school-screening@1.0.0", "routing:"),
        (
            "school-screening@1.0.0",
            "school-screenin@1.0.0",
            "allowed: clinic-screening, school-screening",
            "routing:",
        ),
        ("first: [phq-9, asq]", "first: [phq-9, phq-9]", "allowed: one or more, each once", "first:"),
        ("first: [phq-9, asq]", "first: []", "found none; allowed: one or more, each once", "first:"),
        ("first: [phq-9, asq]", "first: [phq-99]", "did you mean phq-9?", "first:"),
        ("from: 5, to: 22", "from: 30, to: 22", "allowed: a whole number from 30 to 120", "ages:"),
        (", es: Evaluación escolar", "", "name lacks es", "name:"),
        (
            "first: [phq-9, asq]",
            "first: [asq]\nwhen: spring",
            "an unknown key in the programme; found 'when'",
            "first:",
        ),
    ],
)
def test_each_mistake_is_told_with_its_place(old, new, what, at):
    text = changed(PROGRAMME, (old, new))
    told = [one for one in problems_of(read, text) if what in one]

    assert len(told) == 1
    assert told[0].startswith("school-screening.yaml:")
    assert abs(int(told[0].split(":")[1]) - line_of(PROGRAMME, f"\n{at}") - 1) <= 1


def test_what_is_offered_can_be_fewer_than_what_the_rules_look_at():
    found = read(PROGRAMME + "offered: [asq, phq-9]\n")

    assert found.offered == ("asq", "phq-9")
    assert "self-injury" in found.pinned


@pytest.mark.slow
def test_an_instrument_without_words_is_pinned_and_cannot_be_among_the_first(tmp_path):
    found = loaded(tmp_path).get("school-screening")
    assert "cries-8" in found.pinned
    assert "cries-8" not in found.offered

    own_programme(tmp_path, "1.1.0", ("first: [phq-9, asq]", "first: [cries-8]"))
    (told,) = problems_in(tmp_path)
    assert "first: an instrument that can be asked; found 'cries-8'" in told

    words_attached(tmp_path, "cries-8")
    own_programme(
        tmp_path,
        "1.1.0",
        ('cries-8: "1.0.0"', 'cries-8: "1.1.0"'),
        ("first: [phq-9, asq]", "first: [cries-8]"),
    )
    assert loaded(tmp_path).get("school-screening").first == ("cries-8",)


def test_versions_stand_side_by_side_and_each_means_what_it_pins(tmp_path):
    own_instrument(tmp_path, "phq-9", "1.1.0", ("Feeling down", "Feeling low"))
    own_programme(tmp_path, "1.1.0", ('phq-9: "1.0.0"', 'phq-9: "1.1.0"'))
    known = loaded(tmp_path)
    old, new = known.get("school-screening", "1.0.0"), known.get("school-screening")

    assert [one.version for one in known.versions("school-screening")] == ["1.1.0", "1.0.0"]
    assert [one.rules.uses["phq"].version for one in (old, new)] == ["1.0.0", "1.1.0"]
    assert old.rules.digest != new.rules.digest
    assert old == load_programmes(CATALOGUE, PATHWAYS).get("school-screening")


def test_what_the_rules_look_at_must_be_there_in_the_pinned_version(tmp_path):
    own_instrument(tmp_path, "asq", "2.0.0", ("not-cleared", "not-clear"))
    own_programme(tmp_path, "2.0.0", ('asq: "1.0.0"', 'asq: "2.0.0"'))
    told = problems_in(tmp_path)

    assert any("school-screening@1.0.0 cannot be used with the pinned versions" in one for one in told)
    assert any("found 'asq.not-cleared'" in one and one.startswith("school-screening.yaml:") for one in told)


def test_rules_that_break_a_promise_with_the_pinned_versions_are_refused(tmp_path):
    own_routing(
        tmp_path,
        "2.0.0",
        (
            "when: asq.acute\n    refer: {to: crisis, urgency: immediate",
            "when: asq.acute\n    refer: {to: crisis, urgency: urgent",
        ),
    )
    own_programme(tmp_path, "2.0.0", ("routing: school-screening@1.0.0", "routing: school-screening@2.0.0"))

    assert any("school-screening@2.0.0.yaml" in one for one in problems_in(tmp_path))


def test_a_file_under_another_name_or_version_is_told(tmp_path):
    keep(tmp_path, "programmes", "mine", PROGRAMME)
    keep(tmp_path, "programmes", "school-screening@3.0.0", newer(PROGRAMME, "2.0.0"))
    keep(tmp_path, "programmes", "ours", changed(PROGRAMME, ('version: "1.0.0"', 'version: "new"')))

    assert [one.partition("; ")[0] for one in problems_in(tmp_path)] == [
        "mine.yaml:1:1: a definition under another name",
        "ours.yaml:1:1: version",
        "school-screening@3.0.0.yaml:1:1: a definition under another name",
    ]


def test_a_file_that_names_its_version_goes_before_one_that_does_not(tmp_path):
    keep(tmp_path, "programmes", "school-screening", PROGRAMME)
    named = keep(tmp_path, "programmes", "school-screening@1.0.0", PROGRAMME)

    assert files_of("programme", tmp_path / "programmes").find("school-screening") == named


def test_what_there_is_none_of_is_named_with_what_there_is():
    known = load_programmes(CATALOGUE, PATHWAYS)

    with pytest.raises(UnknownDefinition, match='programme: found "x"; allowed: clinic-screening, school-s'):
        known.get("x")
    with pytest.raises(
        UnknownDefinition, match=r'found "school-screening@4\.0\.0"; allowed: school-screening@1\.0\.0'
    ):
        known.get("school-screening", "4.0.0")
