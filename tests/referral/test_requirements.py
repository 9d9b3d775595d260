"""What each step needs: everything missing is named at once, with the field."""

from datetime import UTC, datetime, timedelta

import pytest

from referral.model import (
    AppointmentReason,
    Attempt,
    AttemptResult,
    CancelReason,
    Channel,
    DeclineReason,
    ErrorReason,
    Outcome,
    State,
    Step,
)
from referral.requirements import (
    LONGEST_WAIT,
    OUTCOMES,
    REQUIRES,
    Requirement,
    StepDetails,
    check_step,
    decline_reasons,
)

NOW = datetime(2026, 10, 13, 16, 43, tzinfo=UTC)
EMPTY = StepDetails(by="user-1", now=NOW)


def details(**known):
    return StepDetails(by="user-1", now=NOW, **known)


def attempts(count):
    return tuple(
        Attempt(NOW - timedelta(days=day + 1), "user-1", Channel.PHONE, AttemptResult.NO_ANSWER)
        for day in range(count)
    )


def test_every_step_says_what_it_needs():
    assert set(REQUIRES) == set(Step)


@pytest.mark.parametrize(
    "step", [step for step in Step if REQUIRES[step] and step is not Step.REPORT_NOT_REACHED]
)
def test_a_step_with_nothing_filled_in_names_every_field(step):
    fields = {problem.field for problem in check_step(State.SENT, step, EMPTY)}
    assert fields == {requirement.value for requirement in REQUIRES[step]}


@pytest.mark.parametrize("step", Step)
def test_every_problem_speaks_english_and_spanish(step):
    for problem in check_step(State.SENT, step, EMPTY):
        assert problem.text["en"]
        assert problem.text["es"]
        assert problem.text["en"] != problem.text["es"]


@pytest.mark.parametrize(
    ("state", "step", "filled"),
    [
        (State.DRAFT, Step.SEND, {"receiver": "team-1", "consent_permitted": True}),
        (State.DRAFT, Step.DISMISS, {"cancel_reason": CancelReason.NO_CONSENT}),
        (State.SENT, Step.DECLINE, {"decline_reason": DeclineReason.NO_CAPACITY}),
        (State.IN_CARE, Step.DECLINE, {"decline_reason": DeclineReason.PROVIDER_WITHDREW}),
        (State.IN_CARE, Step.DECLINE, {"decline_reason": DeclineReason.CLIENT_DECLINED}),
        (State.ACCEPTED, Step.WAITLIST, {"review_at": NOW + LONGEST_WAIT}),
        (State.ACCEPTED, Step.SCHEDULE, {"appointment_at": NOW + timedelta(days=2)}),
        (
            State.SCHEDULED,
            Step.RESCHEDULE,
            {"appointment_at": NOW + timedelta(days=2), "appointment_reason": AppointmentReason.UNWELL},
        ),
        (State.SCHEDULED, Step.RECORD_ATTENDED, {"happened_at": NOW}),
        (State.SCHEDULED, Step.RECORD_NOT_ATTENDED, {"appointment_reason": AppointmentReason.NOT_KNOWN}),
        (State.IN_CARE, Step.REPORT_OUTCOME, {"outcome": Outcome.HELP_BEGAN}),
        (State.SENT, Step.REQUEST_CANCEL, {"cancel_reason": CancelReason.CARE_ELSEWHERE}),
        (State.SENT, Step.MARK_ERROR, {"error_reason": ErrorReason.WRONG_CLIENT}),
        (State.NOT_REACHED, Step.SIGN_OFF, {"reported_by": "user-2"}),
    ],
)
def test_a_step_with_what_it_needs_may_be_taken(state, step, filled):
    assert check_step(state, step, details(**filled)) == ()


@pytest.mark.parametrize(
    ("state", "step", "filled", "field"),
    [
        (State.SENT, Step.DECLINE, {"decline_reason": DeclineReason.PROVIDER_WITHDREW}, "decline_reason"),
        (
            State.ACCEPTED,
            Step.WAITLIST,
            {"review_at": NOW + LONGEST_WAIT + timedelta(minutes=1)},
            "review_at",
        ),
        (State.ACCEPTED, Step.WAITLIST, {"review_at": NOW}, "review_at"),
        (State.ACCEPTED, Step.SCHEDULE, {"appointment_at": NOW}, "appointment_at"),
        (State.SCHEDULED, Step.RECORD_ATTENDED, {"happened_at": NOW + timedelta(seconds=1)}, "happened_at"),
        (State.IN_CARE, Step.REPORT_OUTCOME, {"outcome": Outcome.COULD_NOT_BE_CONTACTED}, "outcome"),
        (State.SENT, Step.REPORT_NOT_REACHED, {"outcome": Outcome.HELP_BEGAN}, "outcome"),
        (State.NOT_REACHED, Step.SIGN_OFF, {"reported_by": "user-1"}, "by"),
    ],
)
def test_a_step_with_the_wrong_thing_is_refused_by_field(state, step, filled, field):
    assert [problem.field for problem in check_step(state, step, details(**filled))] == [field]


@pytest.mark.parametrize(
    ("made", "needed", "accepted"), [(2, 3, False), (3, 3, True), (0, 1, False), (5, 3, True)]
)
def test_not_reached_needs_the_pathways_number_of_attempts(made, needed, accepted):
    filled = details(outcome=Outcome.COULD_NOT_BE_CONTACTED, attempts=attempts(made), minimum_attempts=needed)
    problems = check_step(State.ACCEPTED, Step.REPORT_NOT_REACHED, filled)
    assert [problem.field for problem in problems] == ([] if accepted else [Requirement.ATTEMPTS])


def test_a_decline_reason_that_the_pathway_does_not_know_is_refused():
    allowed = frozenset({DeclineReason.DUPLICATE})
    found = check_step(State.SENT, Step.DECLINE, details(decline_reason=DeclineReason.NO_CAPACITY), allowed)
    assert "no capacity" in found[0].text["en"]
    assert "duplicate" in found[0].text["en"]


def test_client_and_provider_withdraw_for_different_reasons():
    after = decline_reasons(State.IN_CARE)
    assert {DeclineReason.CLIENT_DECLINED, DeclineReason.PROVIDER_WITHDREW} <= set(after)
    assert DeclineReason.PROVIDER_WITHDREW not in decline_reasons(State.SENT)


def test_only_one_outcome_is_help():
    helped = [
        outcome for outcomes in OUTCOMES.values() for outcome in outcomes if outcome is Outcome.HELP_BEGAN
    ]
    assert helped == [Outcome.HELP_BEGAN]
    assert {outcome for outcomes in OUTCOMES.values() for outcome in outcomes} == set(Outcome)
