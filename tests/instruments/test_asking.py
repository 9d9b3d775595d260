"""What is asked ahead of the answers: only what is asked whatever they are."""

import pytest

from instruments.answers import check_answers
from instruments.scoring import sure_to_be_asked
from tests.instruments.forms import ITEMS, SUM, loaded

BRANCHING = ITEMS.replace(
    "q2: {ask: Two?, answers: often}", "q2: {ask: Two?, answers: often, asked_if: {item: q1, is: 2}}"
)


@pytest.mark.parametrize(
    ("items", "raw", "asked", "whole"),
    [
        (ITEMS, {}, ["q1", "q2", "q3"], True),
        (ITEMS, {"q1": 1}, ["q1", "q2", "q3"], True),
        (BRANCHING, {}, ["q1"], False),
        (BRANCHING, {"q1": "refused"}, ["q1"], False),
        (BRANCHING, {"q3": 1}, ["q1"], False),
        (BRANCHING, {"q1": 2}, ["q1", "q2", "q3"], True),
        (BRANCHING, {"q1": 1}, ["q1", "q3"], True),
    ],
)
def test_what_is_asked_whatever_comes_ends_before_the_first_open_branch(items, raw, asked, whole):
    one = loaded(SUM, items=items)

    found, complete = sure_to_be_asked(one, check_answers(one, raw))

    assert [item.id for item in found] == asked
    assert complete is whole
