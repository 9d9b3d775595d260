"""The fast explanation is word for word what the interpreter says, in both languages, for any form there can be."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instruments import states
from instruments.answers import Answers
from instruments.explaining import Explainer
from instruments.scoring import explain
from instruments.sheet import Sheet, index_of
from instruments.trace import trace_of
from tests.instruments.forms import SUM, catalogue, forms, instrument, loaded
from tests.instruments.test_scoring import everything

EVERY = catalogue().ids()


def interpreted(one, answers, language):
    return trace_of(Sheet(index_of(one), answers), language)


@pytest.mark.parametrize("name", EVERY)
@given(data=st.data())
@settings(max_examples=8)
def test_a_form_is_explained_as_the_interpreter_does(name, data):
    one = instrument(name)
    answers = data.draw(forms(one) | forms(one, complete=True))

    for language in ("en", "es", "xx"):
        assert explain(one, answers, language) == interpreted(one, answers, language)


@given(st.data(), st.booleans())
@settings(max_examples=20)
def test_every_part_of_the_vocabulary_is_explained_as_the_interpreter_does(data, believed):
    one = everything(believed=believed).instrument
    answers = data.draw(forms(one) | forms(one, complete=True))

    assert explain(one, answers) == interpreted(one, answers, "en")


def test_when_no_more_can_be_kept_the_rest_is_worked_out_all_the_same(monkeypatch):
    monkeypatch.setattr(states, "MOST_KEPT", 2)
    one = instrument("phq-9")
    explained = Explainer(one, "en")

    for value in range(4):
        for refused in range(1, 10):
            answers = Answers(
                one.id, {f"q{n}": value for n in range(1, 10) if n != refused}, frozenset({f"q{refused}"})
            )
            assert explained(answers) == interpreted(one, answers, "en")


def test_what_was_prepared_for_one_definition_serves_no_other_of_the_same_name():
    one = loaded(SUM)
    other = dataclasses.replace(one, version="2.0.0")
    answers = Answers(one.id, {"q1": 1, "q2": 1, "q3": 1})

    assert explain(one, answers).version == "1.0.0"
    assert explain(other, answers).version == "2.0.0"
