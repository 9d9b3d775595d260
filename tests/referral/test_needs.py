"""A need outlives its referrals: there is always a next step, and it closes only as it may."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.lifecycle import OPEN, Actor, who_acts_next
from referral.model import Clock, ClosingReason, Disposition, Outcome, Stage, State, Urgency
from referral.needs import (
    NEXT_STEPS,
    ClosingFacts,
    may_close,
    needs_sign_off,
    next_step,
    stage,
)

SAFE = ClosingFacts(
    urgency=Urgency.IMMEDIATE,
    reason=ClosingReason.HELP_BEGAN,
    closed_by="user-1",
    outcome=Outcome.HELP_BEGAN,
    took_over="Dr. Example",
    safety_assessment=True,
    disposition=Disposition.LOW,
    safety_plan=True,
)


def fields(facts):
    return {problem.field for problem in may_close(facts)}


@pytest.mark.parametrize("state", [None, *State])
def test_every_need_always_has_a_next_step_with_owner_and_clock(state):
    for urgency, read, signed in product(Urgency, (False, True), (False, True)):
        step = next_step(state, urgency, outcome_read=read, signed_off=signed)
        assert step.what["en"]
        assert step.what["es"]
        assert step.owner is not Actor.NOBODY
        assert step.clock in Clock


def test_a_decline_leaves_the_coordinator_a_step_the_same_day_clock_runs():
    step = next_step(State.DECLINED, Urgency.URGENT)
    assert (step.owner, step.clock) == (Actor.COORDINATOR, Clock.REDIRECT)


@pytest.mark.parametrize("state", sorted(OPEN))
def test_the_next_step_is_owned_by_whoever_acts_next(state):
    assert NEXT_STEPS[state].owner is who_acts_next(state)


@pytest.mark.parametrize(
    ("urgency", "needed"),
    [(Urgency.IMMEDIATE, True), (Urgency.URGENT, True), (Urgency.SOON, False), (Urgency.ROUTINE, False)],
)
def test_a_second_person_signs_when_somebody_at_risk_was_not_reached(urgency, needed):
    assert needs_sign_off(State.NOT_REACHED, urgency) is needed
    wanted = Clock.SIGN_OFF if needed else Clock.REDIRECT
    assert next_step(State.NOT_REACHED, urgency).clock is wanted
    assert next_step(State.NOT_REACHED, urgency, signed_off=True).clock is Clock.REDIRECT


@pytest.mark.parametrize(
    ("state", "outcome", "column"),
    [
        (None, None, Stage.OPENED),
        (State.DRAFT, None, Stage.OPENED),
        (State.SENT, None, Stage.SENT),
        (State.CLAIMED, None, Stage.SENT),
        (State.ACCEPTED, None, Stage.ACCEPTED),
        (State.WAITLISTED, None, Stage.ACCEPTED),
        (State.SCHEDULED, None, Stage.BOOKED),
        (State.NOT_ATTENDED, None, Stage.ACCEPTED),
        (State.IN_CARE, None, Stage.HELP_BEGAN),
        (State.COMPLETED, Outcome.HELP_BEGAN, Stage.HELP_BEGAN),
        (State.COMPLETED, Outcome.REFERRED_ON, Stage.OPENED),
        (State.DECLINED, None, Stage.OPENED),
    ],
)
def test_the_board_shows_how_far_a_need_has_come(state, outcome, column):
    assert stage(state, outcome) is column


def test_a_need_closes_when_help_began_and_safety_was_seen_to():
    assert may_close(SAFE) == ()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"took_over": None}, "took_over"),
        ({"took_over": ""}, "took_over"),
        ({"safety_assessment": False}, "safety_assessment"),
        ({"disposition": None}, "disposition"),
        ({"safety_plan": False}, "safety_plan"),
        ({"outcome": Outcome.REFERRED_ON}, "outcome"),
        ({"outcome": None}, "outcome"),
        ({"closed_by": None}, "closed_by"),
        ({"reason": None}, "reason"),
        ({"running_referrals": 1}, "referrals"),
    ],
)
@pytest.mark.parametrize("urgency", [Urgency.IMMEDIATE, Urgency.URGENT])
def test_an_immediate_or_urgent_need_cannot_close_without(change, field, urgency):
    assert field in fields(replace(SAFE, urgency=urgency, **change))


def test_a_reason_why_there_is_no_safety_plan_stands_in_for_it():
    assert may_close(replace(SAFE, safety_plan=False, why_no_safety_plan="client declined a plan")) == ()


@pytest.mark.parametrize("urgency", [Urgency.SOON, Urgency.ROUTINE])
def test_a_calmer_need_closes_without_safety_papers(urgency):
    calm = ClosingFacts(urgency, ClosingReason.CARE_ELSEWHERE, "user-1")
    assert may_close(calm) == ()


@pytest.mark.parametrize(
    ("made", "second", "expected"),
    [
        (2, "user-2", {"attempts"}),
        (3, None, {"second_person"}),
        (3, "user-1", {"second_person"}),
        (3, "user-2", set()),
    ],
)
def test_nobody_at_risk_is_given_up_without_attempts_and_a_second_person(made, second, expected):
    facts = replace(
        SAFE, reason=ClosingReason.NOT_REACHED, attempts=made, minimum_attempts=3, second_person=second
    )
    assert fields(facts) == expected


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (None, {"joined_urgency"}),
        (Urgency.SOON, {"joined_urgency"}),
        (Urgency.URGENT, set()),
        (Urgency.IMMEDIATE, set()),
    ],
)
def test_a_need_joins_only_one_that_is_as_urgent(other, expected):
    facts = ClosingFacts(Urgency.URGENT, ClosingReason.JOINED_ANOTHER_NEED, "user-1", joined_urgency=other)
    assert fields(facts) == expected


@pytest.mark.parametrize(
    ("urgency", "second", "expected"),
    [
        (Urgency.URGENT, None, {"second_person"}),
        (Urgency.URGENT, "user-1", {"second_person"}),
        (Urgency.URGENT, "user-2", set()),
        (Urgency.SOON, None, set()),
    ],
)
def test_an_urgent_need_is_called_a_mistake_by_two_people(urgency, second, expected):
    facts = ClosingFacts(urgency, ClosingReason.ENTERED_IN_ERROR, "user-1", second_person=second)
    assert fields(facts) == expected


FACTS = st.builds(
    ClosingFacts,
    urgency=st.sampled_from(Urgency),
    reason=st.none() | st.sampled_from(ClosingReason),
    closed_by=st.sampled_from([None, "user-1"]),
    outcome=st.none() | st.sampled_from(Outcome),
    running_referrals=st.integers(0, 1),
    took_over=st.sampled_from([None, "Dr. Example"]),
    safety_assessment=st.booleans(),
    disposition=st.none() | st.sampled_from(Disposition),
    safety_plan=st.booleans(),
    why_no_safety_plan=st.sampled_from([None, "client declined a plan"]),
    attempts=st.integers(0, 4),
    minimum_attempts=st.just(3),
    second_person=st.sampled_from([None, "user-1", "user-2"]),
    joined_urgency=st.none() | st.sampled_from(Urgency),
)


@given(FACTS)
def test_whatever_is_known_no_need_at_risk_closes_unsafely(facts):
    if may_close(facts):
        return
    assert facts.closed_by
    assert facts.reason is not None
    assert facts.running_referrals == 0
    carried = facts.reason in {ClosingReason.JOINED_ANOTHER_NEED, ClosingReason.ENTERED_IN_ERROR}
    if facts.urgency.at_least(Urgency.URGENT) and not carried:
        assert facts.took_over
        assert facts.safety_assessment
        assert facts.disposition is not None
        assert facts.safety_plan or facts.why_no_safety_plan
    if facts.reason is ClosingReason.NOT_REACHED:
        assert facts.attempts >= facts.minimum_attempts
    if facts.reason is ClosingReason.HELP_BEGAN:
        assert facts.outcome is Outcome.HELP_BEGAN
