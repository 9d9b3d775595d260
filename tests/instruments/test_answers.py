"""Raw answers become checked ones, or every problem is named at once; refused, missing and zero stay apart."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instruments.answers import REFUSED, InvalidAnswers, check_answers
from tests.instruments.forms import catalogue, instrument


def problems(raw, name="phq-9"):
    with pytest.raises(InvalidAnswers) as caught:
        check_answers(instrument(name), raw)
    return caught.value.problems


def test_an_answer_a_refusal_and_a_missing_item_are_three_things():
    answers = check_answers(instrument("phq-9"), {"q1": 0, "q2": REFUSED, "q3": None})

    assert dict(answers.values) == {"q1": 0}
    assert answers.refused == {"q2"}
    assert "q3" not in answers.values


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (4, "4"),
        (-1, "-1"),
        (True, "true"),
        (False, "false"),
        (1.0, "1.0"),
        ("1", "'1'"),
        ("Refused", "'Refused'"),
        ([1], "[1]"),
        ({}, "{}"),
        (float("nan"), "nan"),
        (10**400, "a whole number of more than 19 digits"),
        ("x" * 500, "'" + "x" * 36 + "..."),
    ],
)
def test_what_is_not_on_the_scale_is_named_with_what_is_allowed(answer, found):
    (problem,) = problems({"q1": answer})

    assert (problem.item, problem.found) == ("q1", found)
    assert problem.allowed == "0, 1, 2, 3, 'refused' or null"
    assert "q1" in problem.message


def test_every_problem_is_named_at_once_in_the_order_of_the_form():
    found = problems({"q2": 9, "q11": 1, "q1": "x", "q9": 3})

    assert [problem.item for problem in found] == ["q2", "q11", "q1"]


def test_an_unknown_item_is_refused_with_what_was_perhaps_meant():
    (problem,) = problems({"dificulty": 1})

    assert "did you mean difficulty?" in problem.message


def test_an_item_has_its_own_scale():
    assert dict(check_answers(instrument("pcl-5"), {"q1": 4}).values) == {"q1": 4}
    assert problems({"q1": 2}, "asq")[0].allowed == "1, 0, 'refused' or null"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


def outcome(check, raw):
    """What checking or scoring gives, the problems when it refuses; any other error comes through."""
    try:
        return check(raw)
    except InvalidAnswers as refused:
        return refused.problems


@settings(max_examples=25)
@given(st.dictionaries(st.sampled_from(["q1", "q9", "difficulty", "q10", "", "total"]) | st.text(), ANYTHING))
def test_any_raw_answers_at_all_are_checked_or_named(raw):
    found = outcome(lambda answers: check_answers(instrument("phq-9"), answers), raw)

    if isinstance(found, tuple):
        assert {problem.item for problem in found} <= set(raw)
    else:
        assert all(type(value) is int and 0 <= value <= 3 for value in found.values.values())


@given(
    st.dictionaries(st.sampled_from(["q1", "q2", "q3", "q9"]) | st.text(max_size=3), ANYTHING, max_size=11)
)
def test_scoring_raw_answers_accepts_exactly_what_checking_accepts(raw):
    scorer = catalogue().scorer("phq-9")

    assert outcome(scorer.score, raw) == outcome(
        lambda answers: scorer(check_answers(scorer.instrument, answers)), raw
    )
