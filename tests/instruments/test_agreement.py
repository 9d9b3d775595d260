"""The fast way and the exact way give the same for the same answers; more answers never turn a certainty round."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instruments.answers import Answers
from instruments.conditions import Kind, Verdict
from instruments.scoring import explain
from tests.instruments.forms import catalogue, forms, instrument

NAMES = ("asq", "gad-7", "pc-ptsd-5", "pcl-5", "phq-9")
EVERY = catalogue().ids()


@pytest.mark.parametrize("name", EVERY)
@given(data=st.data())
@settings(max_examples=10)
def test_fast_exact_and_explained_agree_on_any_form(name, data):
    answers = data.draw(forms(instrument(name)))
    scorer = catalogue().scorer(name)
    result = scorer(answers)

    assert result == scorer.exactly(answers)
    trace = explain(scorer.instrument, answers)
    for scale, score in result.scores.items():
        step = trace.step(Kind.SCORE, scale)
        assert (step.verdict is Verdict.YES, step.found == str(score)) == (
            score is not None,
            score is not None,
        )
    for finding in instrument(name).findings:
        verdict = trace.step(Kind.FINDING, finding.id).verdict
        assert (finding.id in result.findings, finding.id in result.undecided) == (
            verdict is Verdict.YES,
            verdict is Verdict.UNKNOWN,
        )


@pytest.mark.parametrize("name", EVERY)
@given(data=st.data())
@settings(max_examples=10)
def test_fast_and_exact_agree_on_any_complete_form(name, data):
    answers = data.draw(forms(instrument(name), complete=True))
    scorer = catalogue().scorer(name)

    result = scorer(answers)
    assert result == scorer.exactly(answers)
    assert result == scorer.score(dict(answers.values))
    assert result.complete
    assert result.undecided == ()


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
@settings(max_examples=15)
def test_what_is_certain_stays_so_however_the_form_goes_on(name, data):
    one = instrument(name)
    scorer = catalogue().scorer(name)
    later = data.draw(forms(one))
    kept = data.draw(st.sets(st.sampled_from([item.id for item in one.items])))
    earlier = Answers(
        one.id,
        {item: value for item, value in later.values.items() if item in kept},
        later.refused & kept,
    )
    before, after = scorer(earlier), scorer(later)

    assert set(before.findings) <= set(after.findings)
    assert set(after.undecided) <= set(before.undecided)
    assert set(before.critical) <= set(after.critical)
