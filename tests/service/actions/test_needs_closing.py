"""Closing a need: everything that stands against it is named at once, and nothing is half closed."""

from dataclasses import replace

import pytest

from referral.model import (
    AttemptResult,
    Channel,
    ClosingReason,
    Disposition,
    Outcome,
    State,
    Step,
    Urgency,
)
from service.actions import alert_answers, attempts, closing, needs
from service.actions.alert_answers import EndAlert
from service.actions.assessments import Record
from service.actions.attempts import LogAttempt
from service.actions.closing import FITS, CloseLoop, CloseNeed
from service.actions.needs import SignOff
from service.actions.refusals import Conflict, Invalid
from service.actions.taking import Said
from service.permissions import Role
from service.store.needs import find_need, notes_about
from tests.service.builders import world
from tests.service.caring import (
    SAFE,
    alert_of,
    assessed_for_need,
    do,
    events,
    kinds,
    latest_of,
    need_of,
    need_row,
)
from tests.service.referring import referral_in, row_of, take

COORDINATOR, COUNSELOR, SUPERVISOR = Role.COORDINATOR, Role.COUNSELOR, Role.SUPERVISOR
MOVED = CloseNeed(ClosingReason.MOVED_AWAY)


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


@pytest.fixture
def on_both(database_url, tmp_path):
    return world(database_url, tmp_path)


def ended(here, state=State.DECLINED, **facts):
    return row_of(here, referral_in(here, state, client=here.client, **facts)).need_id


def refused_fields(here, need_id, command, action=closing.close, role=COORDINATOR):
    with pytest.raises(Invalid) as refused:
        do(here, action, need_id, command, role=role)
    assert need_row(here, need_id).closed_at is None
    return {problem.field for problem in refused.value.problems}


SAFETY = {"took_over", "safety_assessment", "disposition", "safety_plan"}


@pytest.mark.parametrize(
    ("urgency", "reason", "missing"),
    [
        (Urgency.ROUTINE, None, {"reason"}),
        (Urgency.ROUTINE, ClosingReason.HELP_BEGAN, {"outcome"}),
        (Urgency.ROUTINE, ClosingReason.NOT_REACHED, {"attempts"}),
        (Urgency.ROUTINE, ClosingReason.JOINED_ANOTHER_NEED, {"joined_urgency"}),
        (Urgency.URGENT, None, {"reason"} | SAFETY),
        (Urgency.URGENT, ClosingReason.MOVED_AWAY, SAFETY),
        (Urgency.URGENT, ClosingReason.CLIENT_CHOSE_NOT_TO, SAFETY),
        (Urgency.URGENT, ClosingReason.NOT_REACHED, SAFETY | {"attempts", "second_person"}),
        (Urgency.URGENT, ClosingReason.HELP_BEGAN, SAFETY | {"outcome"}),
        (Urgency.URGENT, ClosingReason.ENTERED_IN_ERROR, {"second_person"}),
    ],
)
def test_closing_names_all_that_is_missing(here, urgency, reason, missing):
    assert refused_fields(here, ended(here, urgency=urgency), CloseNeed(reason)) == missing


@pytest.mark.parametrize("state", [State.DRAFT, State.SENT, State.WAITLISTED, State.IN_CARE])
def test_a_need_does_not_close_while_a_referral_runs(here, state):
    assert refused_fields(here, ended(here, state), MOVED) == {"referrals"}


@pytest.mark.parametrize(
    "reason",
    [
        ClosingReason.NO_CARE_NEEDED,
        ClosingReason.CARE_ELSEWHERE,
        ClosingReason.CLIENT_CHOSE_NOT_TO,
        ClosingReason.MOVED_AWAY,
        ClosingReason.ENTERED_IN_ERROR,
    ],
)
def test_a_named_person_closes_with_a_reason(on_both, reason):
    need_id = ended(on_both)
    do(on_both, closing.close, need_id, CloseNeed(reason, "Spoke with the mother."))
    need = need_row(on_both, need_id)
    assert (need.closing_reason, need.closed_by) == (reason, on_both.people[COORDINATOR].id)
    assert (need.next_actor, need.due_at) == ("nobody", None)
    last = events(on_both)[-1]
    assert (last["kind"], last["reason"]) == ("need closed", str(reason))
    assert "mother" not in str(last)


def immediate_need(here):
    """A crisis need whose alert has ended and whose referral was declined."""
    alert = alert_of(here)
    do(here, alert_answers.acknowledge, alert.id, role=Role.ON_CALL)
    done = EndAlert(
        "Rosa Example (mother)", "Medicines are locked away.", Disposition.FURTHER_EVALUATION, here.clock()
    )
    do(here, alert_answers.end, alert.id, done, role=Role.ON_CALL)
    referral_id = latest_of(here, alert.need_id).id
    take(here, referral_id, Step.DISMISS, COUNSELOR)
    return alert.need_id


@pytest.mark.parametrize(
    ("record", "missing"),
    [
        (None, SAFETY),
        (replace(SAFE, took_over=""), {"took_over"}),
        (SAFE, set()),
        (Record(Disposition.LOW, "Rosa Example", why_no_safety_plan="Did not want one yet."), set()),
    ],
)
def test_an_immediate_need_closes_only_with_adult_assessment_disposition_and_plan(here, record, missing):
    need_id = immediate_need(here)
    if record is not None:
        assessed_for_need(here, need_id, record)
    closed = CloseNeed(ClosingReason.CARE_ELSEWHERE)
    if missing:
        assert refused_fields(here, need_id, closed) == missing
    else:
        do(here, closing.close, need_id, closed)
        assert need_row(here, need_id).took_over.startswith("Rosa Example")


def test_the_adult_named_at_closing_is_kept_with_the_need(on_both):
    need_id = immediate_need(on_both)
    assessed_for_need(on_both, need_id, replace(SAFE, took_over=""))
    closed = CloseNeed(ClosingReason.CARE_ELSEWHERE, took_over=" Rosa Example (mother) ")
    do(on_both, closing.close, need_id, closed)
    assert need_row(on_both, need_id).took_over == "Rosa Example (mother)"
    with on_both.read() as session:
        notes = notes_about(session, on_both.organisation.id, need_id)
    assert [row.took_over for row in notes] == ["Rosa Example (mother)"]
    assert "Rosa" not in str(events(on_both))


def test_a_need_does_not_close_while_its_alert_lives(here):
    alert = alert_of(here)
    take(here, latest_of(here, alert.need_id).id, Step.DISMISS, COUNSELOR)
    assessed_for_need(here, alert.need_id)
    assert refused_fields(here, alert.need_id, MOVED) == {"alert"}


def test_an_assessment_that_still_waits_keeps_an_urgent_need_open(here):
    need_id = need_of(here, Urgency.URGENT)
    take(here, latest_of(here, need_id).id, Step.DISMISS, COUNSELOR)
    assessed_for_need(here, need_id)
    need_of(here, Urgency.URGENT, "psychiatry")
    assert refused_fields(here, need_id, MOVED) == {"safety_assessment"}


def test_what_was_written_before_a_need_opened_again_does_not_close_it(here):
    need_id = need_of(here, Urgency.URGENT)
    take(here, latest_of(here, need_id).id, Step.DISMISS, COUNSELOR)
    assessed_for_need(here, need_id)
    do(here, closing.close, need_id, MOVED)
    here.clock.forward(days=9)
    draft_id = do(here, needs.reopen, need_id, "They came back.")
    take(here, draft_id, Step.DISMISS, COUNSELOR)
    assert refused_fields(here, need_id, MOVED) == SAFETY


def test_not_reached_takes_the_attempts_and_at_risk_a_second_person(here):
    need_id = ended(here, urgency=Urgency.URGENT)
    assessed_for_need(here, need_id)
    gone = CloseNeed(ClosingReason.NOT_REACHED)
    for made in range(3):
        assert "attempts" in refused_fields(here, need_id, gone), made
        do(here, attempts.log_attempt, need_id, LogAttempt(Channel.PHONE, AttemptResult.NO_ANSWER))
    assert refused_fields(here, need_id, gone) == {"second_person"}
    do(here, needs.sign_off, need_id, SignOff(note="We tried."), role=SUPERVISOR)
    with pytest.raises(Invalid):
        do(here, closing.close, need_id, gone, role=SUPERVISOR)
    do(here, closing.close, need_id, gone)
    assert kinds(here)[-2:] == ["need signed off", "need closed"]


def test_a_need_joins_another_that_is_open_and_as_urgent(here):
    need_id, weaker = ended(here, urgency=Urgency.SOON), need_of(here, Urgency.ROUTINE, "social-work")
    join = CloseNeed(ClosingReason.JOINED_ANOTHER_NEED, joined_to=weaker)
    assert refused_fields(here, need_id, join) == {"joined_urgency"}
    assert refused_fields(here, need_id, replace(join, joined_to=need_id)) == {"joined_urgency"}
    other = need_of(here, Urgency.SOON, client=here.new_client())
    assert refused_fields(here, need_id, replace(join, joined_to=other)) == {"joined_urgency"}
    fitting = need_of(here, Urgency.SOON, "psychiatry")
    do(here, closing.close, need_id, replace(join, joined_to=fitting))
    assert events(here)[-1]["details"]["joined_to"] == str(fitting)


@pytest.mark.parametrize(("outcome", "reason"), FITS.items())
def test_reading_an_outcome_closes_the_loop_with_the_reason_that_fits(on_both, outcome, reason):
    referral_id = referral_in(on_both, State.IN_CARE)
    take(on_both, referral_id, Step.REPORT_OUTCOME, Role.CLINICIAN, Said(outcome=outcome))
    need_id = row_of(on_both, referral_id).need_id
    on_both.clock.forward(hours=1)
    assert do(on_both, closing.close_the_loop, need_id, CloseLoop(), role=COUNSELOR)
    assert need_row(on_both, need_id).closing_reason is reason
    assert row_of(on_both, referral_id).outcome_read_at == on_both.clock()
    assert kinds(on_both)[-2:] == ["referral step", "need closed"]


@pytest.mark.parametrize(("outcome", "keep_open"), [(Outcome.REFERRED_ON, False), (Outcome.HELP_BEGAN, True)])
def test_an_outcome_may_be_read_and_the_need_go_on(here, outcome, keep_open):
    referral_id = referral_in(here, State.IN_CARE)
    take(here, referral_id, Step.REPORT_OUTCOME, Role.CLINICIAN, Said(outcome=outcome))
    need_id = row_of(here, referral_id).need_id
    assert not do(here, closing.close_the_loop, need_id, CloseLoop(keep_open=keep_open))
    need = need_row(here, need_id)
    assert (need.closed_at, need.next_step["en"]) == (None, "Decide what follows")
    assert need.due_at is not None
    with pytest.raises(Conflict, match="read at 10:00"):
        do(here, closing.close_the_loop, need_id, CloseLoop(keep_open=keep_open))


def test_an_urgent_loop_is_not_closed_without_what_closing_takes(here):
    referral_id = referral_in(here, State.COMPLETED, urgency=Urgency.URGENT)
    need_id = row_of(here, referral_id).need_id
    missing = refused_fields(here, need_id, CloseLoop(), closing.close_the_loop, COUNSELOR)
    assert missing == SAFETY
    assert row_of(here, referral_id).outcome_read_at is None


@pytest.mark.parametrize("state", [State.DRAFT, State.SENT, State.DECLINED])
def test_without_an_outcome_there_is_no_loop_to_close(here, state):
    need_id = ended(here, state)
    with pytest.raises(Conflict, match="no outcome"):
        do(here, closing.close_the_loop, need_id, CloseLoop())


def test_two_people_who_close_at_once_close_it_once(on_both):
    need_id = ended(on_both)
    do(on_both, closing.close, need_id, MOVED)
    with pytest.raises(Conflict, match="Coordinator Demo closed this need"):
        do(on_both, closing.close, need_id, MOVED, role=SUPERVISOR)
    assert kinds(on_both).count("need closed") == 1


def test_a_refused_closing_leaves_no_event(here):
    need_id = ended(here, urgency=Urgency.URGENT)
    before = kinds(here)
    refused_fields(here, need_id, MOVED)
    assert kinds(here) == before
    with here.read() as session:
        assert find_need(session, here.organisation.id, need_id).closing_reason is None
