"""Random answer sets are told alike by every way of scoring, and a way that differs is caught."""

import dataclasses

import pytest

from instruments import proving, sampling
from instruments.batch import BatchScorer
from instruments.explaining import Explainer
from instruments.proving import differences, prove_agreement
from instruments.sampling import sample_agreement
from instruments.scoring import Scorer, compile_instrument
from tests.instruments.forms import catalogue, instrument

EVERY = catalogue().ids()
FEW = 120


@pytest.mark.parametrize("name", EVERY)
def test_every_way_of_scoring_agrees_on_random_answers_some_of_them_wrong(name):
    found = sample_agreement(instrument(name), FEW, seed=7)

    assert found.differences == ()
    assert found.compared == FEW
    assert 0 < found.wrong < FEW / 3


def test_the_same_seed_gives_the_same_answers():
    assert sample_agreement(instrument("gad-2"), 50, 3) == sample_agreement(instrument("gad-2"), 50, 3)


def test_no_answer_sets_are_no_difference():
    assert sample_agreement(instrument("gad-2"), 0, 3).compared == 0


def test_a_form_whose_states_are_too_many_together_is_proved_question_by_question():
    found = prove_agreement(instrument("phq-9"), most=1500)

    assert (found.together, found.finished, found.differences) == (False, True, ())
    assert found.states > 100


def _another_cut_off(one):
    """The same instrument with its first finding about a total turned round by one point."""
    turned = [
        dataclasses.replace(finding, when=dataclasses.replace(finding.when, low=finding.when.low + 1))
        if finding.id == "anxiety-screen-positive"
        else finding
        for finding in one.findings
    ]
    return dataclasses.replace(one, findings=tuple(turned))


@pytest.mark.parametrize(
    ("module", "way", "words"),
    [
        (proving, "BatchScorer", "the columns differ"),
        (proving, "Explainer", "the explanation differs"),
    ],
)
def test_a_way_that_differs_by_one_point_is_caught_with_the_answers(monkeypatch, module, way, words):
    one = instrument("gad-7")
    real = {"BatchScorer": BatchScorer, "Explainer": Explainer}[way]
    monkeypatch.setattr(module, way, lambda given, *rest: real(_another_cut_off(given), *rest))
    found = prove_agreement(one).differences

    assert found
    assert all(words in difference for difference in found)


def test_generated_functions_that_differ_are_caught(monkeypatch):
    one = instrument("gad-7")
    exactly = Scorer.exactly
    monkeypatch.setattr(
        Scorer, "exactly", lambda self, form: dataclasses.replace(exactly(self, form), findings=("planted",))
    )
    found = list(differences(compile_instrument(one), [catalogue().scorer("gad-7")._checker({})]))

    assert [difference.partition(": ")[2] for difference in found] == [
        "the generated functions differ from the interpreter"
    ]


def test_a_wrong_value_that_passes_one_way_is_caught(monkeypatch):
    monkeypatch.setattr(sampling, "_is_refused", lambda _scorer, _raw: False)

    assert any(
        "refused by one way" in each for each in sample_agreement(instrument("gad-2"), 60, 1).differences
    )
