"""Raw answers of many forms become the same columns as when each form is checked by itself, or the same refusal."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from instruments.answers import REFUSED, InvalidAnswers, check_answers
from instruments.batch import MISSING, columns_of
from instruments.ingesting import columns_from
from tests.instruments.forms import instrument

ODD = [True, 1.0, "1", 4, -1, 300, 10**30, [1]]


def one_by_one(one, forms):
    return columns_of(one, [check_answers(one, form) for form in forms])


def same(found, wanted):
    return found.keys() == wanted.keys() and all(np.array_equal(found[name], wanted[name]) for name in wanted)


@given(
    st.lists(
        st.fixed_dictionaries(
            {f"q{n}": st.integers(0, 3) for n in range(1, 10)},
            optional={"difficulty": st.integers(0, 3)},
        ),
        max_size=6,
    )
)
def test_complete_forms_become_columns(forms):
    one = instrument("phq-9")

    assert same(columns_from(one, forms), one_by_one(one, forms))


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from([f"q{n}" for n in range(1, 10)]), st.sampled_from([0, 1, 2, 3, None, REFUSED])
        ),
        max_size=6,
    )
)
def test_missing_and_refused_answers_are_told_apart(forms):
    one = instrument("phq-9")

    assert same(columns_from(one, forms), one_by_one(one, forms))


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_one_unsound_answer_among_many_forms_is_named(odd):
    one = instrument("phq-9")
    sound = {f"q{n}": 1 for n in range(1, 10)}

    with pytest.raises(InvalidAnswers) as refused:
        columns_from(one, [sound, sound, {**sound, "q4": odd}])

    assert [problem.item for problem in refused.value.problems] == ["q4"]


def test_an_unknown_item_is_refused_even_where_every_form_has_it():
    with pytest.raises(InvalidAnswers):
        columns_from(instrument("phq-9"), [{"q1": 1, "q99": 1}] * 3)


def test_items_in_another_order_are_the_same_items():
    one = instrument("gad-2")

    found = columns_from(one, [{"q1": 1, "q2": 3}, {"q2": 2, "q1": 0}])

    assert (found["q1"].tolist(), found["q2"].tolist()) == ([1, 0], [3, 2])


def test_forms_beyond_the_first_thousands_are_in_their_places():
    one = instrument("gad-2")
    forms = [{"q1": n % 4, "q2": 0} for n in range(10_000)]
    forms[5000] = {"q2": 0}

    found = columns_from(one, forms)["q1"].tolist()

    assert found == [MISSING if n == 5000 else n % 4 for n in range(10_000)]
