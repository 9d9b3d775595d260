"""What goes out comes back: the same questions, options, branching and scores, for every instrument we have."""

from dataclasses import replace
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instruments.checking import check_instrument
from instruments.exchange.definition import definition_text
from instruments.loading import load_definition
from tests.instruments.exchange.trips import LIBRARY, back, exported, forms, names_asked, own_rule, scorer
from tests.instruments.forms import catalogue, instrument, loaded

FHIR = ["fhir-r4", "fhir-r5"]
TARGETS = [*FHIR, "redcap"]


def questions(one, target):
    """Everything about the questions that a format carries.

    REDCap has one language and no codes, and a question without a stem stands under the one before it.
    """
    if target == "redcap":
        stems = accumulate((item.lead.get("en") for item in one.items), lambda before, stem: stem or before)
        return [
            (item.id, item.ask.get("en"), stem, item.number, item.optional, _english(item))
            for item, stem in zip(one.items, stems, strict=True)
        ]
    return [
        (
            item.id,
            dict(item.ask),
            dict(item.lead),
            item.number,
            item.optional,
            dict(item.codes),
            _options(item),
        )
        for item in one.items
    ]


def _english(item):
    return [(option.value, option.label.get("en")) for option in item.options]


def _options(item):
    return [(option.value, dict(option.label), dict(option.codes)) for option in item.options]


@pytest.mark.parametrize("name", LIBRARY)
def test_a_definition_that_is_written_out_is_the_same_definition(name):
    one = instrument(name)

    assert load_definition(definition_text(one), f"{name}.yaml").digest == one.digest


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", LIBRARY)
def test_every_question_comes_back_as_it_was(name, target):
    found, made = back(name, target)

    assert questions(found, target) == questions(instrument(name), target)
    assert [scale.id for scale in found.scales] == [scale.id for scale in instrument(name).scales]
    assert any(line.startswith("permission:") for line in made.to_add)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", LIBRARY)
def test_what_comes_back_passes_its_check_but_for_what_is_said_to_be_added(name, target):
    found, made = back(name, target)
    problems = [problem.what for problem in check_instrument(found, f"{name}.yaml").problems]

    assert [what for what in problems if what not in made.to_add] == []
    assert all("missing in 'es'" in what for what in problems)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", LIBRARY)
def test_the_same_answers_lead_to_the_same_questions_and_scores(name, target):
    one, found = instrument(name), back(name, target)[0]

    @settings(max_examples=5, deadline=None)
    @given(forms(one))
    def holds(answers):
        assert names_asked(found, answers) == names_asked(one, answers)
        before = catalogue().scorer(name).score(answers).scores
        after = scorer(name, target).score(answers).scores
        for scale in one.scales:
            # A missing rule is not carried, which the notes say: then there is less, never another number.
            allowed = {before[scale.id], None} if own_rule(one, scale) else {before[scale.id]}
            assert after[scale.id] in allowed

    holds()


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", LIBRARY)
def test_everything_that_is_not_carried_is_named(name, target):
    one = instrument(name)
    paths = {note.path for note in exported(name, target).notes.made}

    assert {f"bands.{bands.id}" for bands in one.band_sets} <= paths
    assert {f"findings.{finding.id}" for finding in one.findings} <= paths
    assert {f"scales.{scale.id}.missing" for scale in one.scales if scale.missing.allow} <= paths
    assert {f"items.{item.id}.believed" for item in one.items if item.believed} <= paths
    assert {"sources", "ages", "items"} <= paths
    assert ("assert" in paths) is bool(one.assertions)
    assert ("examples" in paths) is bool(one.examples)


@pytest.mark.parametrize("target", TARGETS)
def test_an_instrument_without_wording_goes_out_as_ids_only_and_says_so(target):
    out = exported("k10", target)

    assert any(note.what == "the wording" and "ids only" in note.why for note in out.notes.made)
    assert all(not item.ask for item in back("k10", target)[0].items)


def test_notes_name_the_first_places_and_count_the_others():
    lines = exported("audit", "fhir-r4").notes.lines()

    assert any("and 4 more places: an answer that came all the same" in line for line in lines)


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_words_survive_being_written_out(words):
    written = definition_text(replace(loaded(), title={"en": words}))

    assert dict(load_definition(written, "tiny.yaml").title) == {"en": words}
