"""Deciding otherwise than the rules: which way a change goes, who may make it, and what no later finding lowers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.model import Urgency
from referral.overriding import (
    Change,
    Direction,
    OverrideReason,
    Standing,
    change_problems,
    direction,
    highest,
    joined,
    lowers_risk,
)

NOW, URGENT, SOON, ROUTINE = Urgency
ALL = tuple(Urgency)


def change(before, after, *, reason=OverrideReason.SEEN_SINCE, words="Seen in the corridor.", allowed=ALL):
    return Change(Standing(*before), Standing(*after), reason, words, allowed)


@pytest.mark.parametrize(
    ("before", "after", "way", "risky"),
    [
        (("psychology", SOON), ("psychology", SOON), None, False),
        (("psychology", SOON), ("psychology", URGENT), Direction.UP, False),
        (("psychology", SOON), ("psychology", ROUTINE), Direction.DOWN, False),
        (("psychology", URGENT), ("psychology", SOON), Direction.DOWN, True),
        (("psychology", NOW), ("psychology", URGENT), Direction.DOWN, True),
        (("psychology", URGENT), ("psychiatry", URGENT), Direction.ELSEWHERE, False),
        (("psychology", URGENT), ("psychiatry", SOON), Direction.DOWN, True),
        (("psychology", SOON), ("psychiatry", URGENT), Direction.UP, False),
        (("psychology", URGENT), ("crisis", URGENT), Direction.UP, False),
        (("psychology", NOW), ("crisis", URGENT), Direction.DOWN, True),
        (("crisis", URGENT), ("psychology", URGENT), Direction.DOWN, True),
        (("crisis", URGENT), ("psychology", NOW), Direction.DOWN, True),
        (("crisis", SOON), ("psychology", URGENT), Direction.DOWN, True),
    ],
)
def test_which_way_a_change_goes_and_whether_it_takes_safety_back(before, after, way, risky):
    assert direction(Standing(*before), Standing(*after)) is way
    assert lowers_risk(Standing(*before), Standing(*after)) is risky


@pytest.mark.parametrize(
    ("wanted", "may_lower", "alert", "fields"),
    [
        (change(("psychology", SOON), ("psychology", URGENT)), False, False, []),
        (change(("psychology", SOON), ("psychology", SOON)), True, False, ["urgency"]),
        (
            change(("psychology", SOON), ("psychology", ROUTINE), reason=None, words=" "),
            True,
            False,
            ["reason", "words"],
        ),
        (change(("psychology", URGENT), ("psychology", SOON)), False, False, ["urgency"]),
        (change(("psychology", URGENT), ("psychology", SOON)), True, False, []),
        (change(("crisis", NOW), ("crisis", URGENT)), True, True, ["urgency"]),
        (change(("psychology", SOON), ("crisis", SOON), allowed=(NOW, URGENT)), False, False, ["urgency"]),
        (change(("social-work", SOON), ("social-work", NOW), allowed=(SOON,)), False, False, []),
    ],
)
def test_what_stands_against_a_change_is_told_by_its_field(wanted, may_lower, alert, fields):
    problems = change_problems(wanted, may_lower=may_lower, alert_live=alert)
    assert [problem.field for problem in problems] == fields
    assert all(set(problem.text) == {"en", "es"} for problem in problems)


ACTS = st.lists(st.tuples(st.booleans(), st.sampled_from(ALL)), max_size=30)


@given(st.sampled_from(ALL), ACTS)
def test_the_rules_never_lower_a_need_whatever_people_and_findings_made_of_it(opened, acts):
    now, was = opened, []
    for by_person, urgency in acts:
        was.append(now)
        if by_person:
            now = urgency
        else:
            assert joined(now, urgency).at_least(now)
            assert joined(now, urgency) in {now, urgency}
            now = joined(now, urgency)
    assert all(highest(now, was).at_least(each) for each in (now, *was))
