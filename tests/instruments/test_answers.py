"""Raw answers become checked ones, or every problem is named at once; refused, missing and zero stay apart."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instruments.answers import REFUSED, InvalidAnswers, check_answers, shown
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


def test_each_problem_is_told_in_whole_sentences_in_one_line():
    raw = {"q1": 9, "dificulty": 1, "q2": 5}
    off = "{item}: found {found}, allowed: 0, 1, 2, 3, 'refused' or null (0 is 'Not at all')"
    items = "q1, q2, q3, q4, q5, q6, q7, q8, q9, difficulty"
    unknown = f"'dificulty' is not an item of this instrument (allowed: {items}; did you mean difficulty?)"
    told = [off.format(item="q1", found=9), unknown, off.format(item="q2", found=5)]
    with pytest.raises(InvalidAnswers) as caught:
        check_answers(instrument("phq-9"), raw)
    assert [problem.message for problem in caught.value.problems] == told
    assert str(caught.value) == "; ".join(told)
    assert [(each.found, each.allowed) for each in caught.value.problems][1] == ("'dificulty'", items)


def test_what_nothing_is_like_has_no_guess_and_a_scale_without_words_none():
    (strange,) = problems({"zzzzzzzz": 1})
    assert strange.message.endswith("q9, difficulty)")
    (wordless,) = problems({"q1": 7}, "k6")
    assert wordless.message == f"q1: found 7, allowed: {wordless.allowed}"


def test_no_more_items_are_named_as_allowed_than_forty():
    long = instrument("lec-5")
    (found,) = problems({"zzzzzzzz": 1}, "lec-5")
    assert len(long.items) > 41
    assert found.allowed == ", ".join(item.id for item in long.items[:40])


def test_fifty_strange_items_are_named_and_the_rest_in_one():
    found = problems({f"strange{number}": 1 for number in range(60)} | {"q1": 9})
    assert [each.item for each in found] == [*(f"strange{number}" for number in range(51)), "q1"]
    last = found[50]
    words = "'strange50' is not an item of this instrument, and neither are others after it"
    assert (last.message, last.found) == (words, "'strange50'")
    assert last.allowed == "the items of this instrument"
    assert all("neither" not in each.message for each in found[:50])


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ("x" * 38, "'" + "x" * 38 + "'"),
        ("x" * 39, "'" + "x" * 36 + "..."),
        (2**64 - 1, str(2**64 - 1)),
        (2**64, "a whole number of more than 19 digits"),
        (True, "true"),
    ],
)
def test_what_is_repeated_in_a_message_is_never_long(found, words):
    assert shown(found) == words
    assert len(words) <= 40


def test_sound_answers_beside_a_wrong_one_are_no_problems():
    assert [each.item for each in problems({"q1": 9, "q2": None, "q3": REFUSED, "q4": 0})] == ["q1"]


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
