"""Which question comes next: gates, branches, and what a refusal on the way means."""

import pytest

from instruments.answers import REFUSED, Answers, check_answers
from instruments.scoring import asked, next_item
from tests.instruments.forms import all_items, instrument


@pytest.mark.parametrize(
    ("name", "answers", "next_one"),
    [
        ("asq", {}, "q1"),
        ("asq", all_items(3, 0), "q4"),
        ("asq", all_items(4, 0), None),
        ("asq", {**all_items(3, 0), "q4": 1}, "q5"),
        ("asq", {**all_items(3, 0), "q4": REFUSED}, "q5"),
        ("asq", {**all_items(3, 0), "q4": REFUSED, "q5": REFUSED}, None),
        ("pc-ptsd-5", {}, "exposure"),
        ("pc-ptsd-5", {"exposure": 0}, None),
        ("pc-ptsd-5", {"exposure": REFUSED}, None),
        ("pc-ptsd-5", {"exposure": 1}, "q1"),
        ("phq-9", all_items(9, 0), "difficulty"),
        ("gad-7", all_items(6, 0), "q7"),
        ("c-ssrs-screener", {"q1": 0, "q2": 0}, "q6"),
        ("c-ssrs-screener", {"q1": 0, "q2": 1}, "q3"),
        ("c-ssrs-screener", {"q1": 0, "q2": 0, "q6": 1}, "q6-recent"),
        ("audit", {"q1": 0}, "q9"),
        ("audit", {"q1": 1, "q2": 0, "q3": 0}, "q9"),
        ("k10", {"q1": 3, "q2": 1}, "q4"),
        ("k10", {"q1": 3, "q2": 2}, "q3"),
        ("crafft-2-1", {"q1": 0, "q2": 0, "q3": 0, "q4": 0}, None),
    ],
)
def test_the_next_question_follows_the_branching(name, answers, next_one):
    item = next_item(instrument(name), check_answers(instrument(name), answers))

    assert (item.id if item else None) == next_one


def test_asking_lists_only_questions_that_branching_leads_to():
    one = instrument("asq")

    assert [item.id for item in asked(one, Answers("asq"))] == ["q1", "q2", "q3", "q4"]
    assert [item.id for item in asked(one, Answers("asq", {"q1": 1}))] == ["q1", "q2", "q3", "q4", "q5"]
