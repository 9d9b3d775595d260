"""What each of the definitions must say of itself, and where it must own that something was not verified."""

import re

import pytest

from instruments.model import MissingMethod
from tests.instruments.forms import catalogue, instrument

EVERY = catalogue().ids()

UNVERIFIED = {
    "asq": ["question 5"],
    "audit": [],
    "audit-c": ["adolescent cut-off"],
    "brs": ["licence sentence"],
    "c-ssrs-screener": ["missing or declined answers", "schools and software"],
    "cats-2": ["ICD-11 scales", "only after an event", "terms for use in software"],
    "crafft-2-1": ["registration is requested"],
    "cries-13": ["which items belong to which subscale", "missing rule"],
    "cries-8": ["cut-off of 17", "missing rule"],
    "cts": ["missing rule"],
    "gad-2": ["cut-off of 3"],
    "gad-7": ["missing"],
    "itq": ["missing rule", "software"],
    "itq-ca": ["ten are answered", "missing rule"],
    "k10": ["author's own sentence", "missing rule"],
    "k6": ["author's own sentence", "missing rule", "moderate"],
    "lec-5": ["no sentence of the publisher"],
    "nsesss-ptsd": ["averaged", "sister form"],
    "nssi-severity": ["end of this definition"],
    "pc-ptsd-5": ["missing items", "secondary page only"],
    "pcl-5": ["missing items"],
    "phq-15": [],
    "phq-2": ["missing items"],
    "phq-9": ["missing items", "5 points"],
    "protective-factors": [],
    "psc-17": ["no cut-off for the youth version", "items on suicide", "recall period"],
    "psc-35": [],
    "safety-assessment": [],
    "self-injury": [],
    "wellbeing-check-in": [],
    "who-5": ["2024 edition", "cut-off of 28", "ages 9 and over"],
}
"""Instrument -> what its file must own beside the word UNVERIFIED, in the same note or permission."""

OURS = ("protective-factors", "safety-assessment", "self-injury", "wellbeing-check-in")


def test_the_table_names_every_instrument():
    assert tuple(sorted(UNVERIFIED)) == tuple(sorted(EVERY))
    assert len(EVERY) == 31


@pytest.mark.parametrize("name", EVERY)
def test_it_says_who_it_is_by_for_whom_and_on_whose_word(name):
    one = instrument(name)

    assert one.publisher
    assert one.permission.basis
    assert one.permission.source
    assert one.permission.seen_on
    assert 0 < one.ages[0] <= one.self_from <= one.ages[1]
    assert one.informants
    assert 1 <= one.minutes <= 30
    assert one.clinical_check
    assert one.wording_source


@pytest.mark.parametrize("name", EVERY)
def test_every_number_of_it_is_cited(name):
    one = instrument(name)
    sources = {source.id for source in one.sources}
    cited = [each.source for part in (one.scales, one.band_sets, one.findings, one.changes) for each in part]
    estimating = [each.missing for each in one.scales if each.missing.method is not MissingMethod.REFUSE]

    assert cited
    assert {*cited, *(rule.source for rule in estimating)} <= sources
    assert all(source.cite for source in one.sources)
    assert all(each.purpose and each.population for each in (*one.band_sets, *one.findings))


@pytest.mark.parametrize("name", EVERY)
def test_it_has_worked_examples_and_assertions(name):
    one = instrument(name)

    assert one.examples
    assert one.assertions
    assert all(each.because for each in one.assertions)


@pytest.mark.parametrize("name", EVERY)
def test_what_is_not_verified_is_called_so_beside_what_it_is(name):
    one = instrument(name)
    said = [" ".join(text.split()) for text in (*one.notes, one.permission.basis)]
    owned = [text for text in said if "UNVERIFIED" in text]

    for what in UNVERIFIED[name]:
        assert any(what in text for text in owned), (what, owned)
    assert not any(re.search(r"\bunverified\b", text) for text in said)


@pytest.mark.parametrize("name", OURS)
def test_our_own_say_that_they_are_not_validated(name):
    assert any(note.startswith("Not validated") for note in instrument(name).notes)


@pytest.mark.parametrize("name", [name for name in EVERY if name not in OURS])
def test_who_holds_the_words_is_said_where_there_are_none(name):
    one = instrument(name)

    assert one.has_wording or "attach its own text" in " ".join(one.wording_source.split())
