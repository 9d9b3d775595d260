"""What a person does about an open need: each act through its door, with its one event and its refusals."""

import uuid
from datetime import date

import pytest

from referral.model import (
    AttemptResult,
    Channel,
    ClosingReason,
    Stage,
    State,
    Urgency,
)
from service.actions import attempts, closing, needs
from service.actions.attempts import LogAttempt
from service.actions.closing import CloseNeed
from service.actions.needs import OpenNeed, Reassign, Redirect, SignOff
from service.actions.refusals import Conflict, Invalid
from service.permissions import NotAllowed, Role
from service.store.alerts import AlertRow, SafetyAssessmentRow
from service.store.needs import AttemptRow, NeedNoteRow, NeedRow, notes_about
from tests.service.builders import world
from tests.service.caring import count, do, events, kinds, latest_of, need_of, need_row
from tests.service.referring import referral_in, row_of

COORDINATOR, COUNSELOR, SUPERVISOR = Role.COORDINATOR, Role.COUNSELOR, Role.SUPERVISOR


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


@pytest.fixture
def on_both(database_url, tmp_path):
    return world(database_url, tmp_path)


def fields_of(refused):
    return {problem.field for problem in refused.value.problems}


def ended(here, state=State.DECLINED, **facts):
    """The need behind a referral that came to this state."""
    return row_of(here, referral_in(here, state, client=here.client, **facts)).need_id


def test_a_person_opens_a_need_without_a_screening(on_both):
    need_id = need_of(on_both)
    need, draft = need_row(on_both, need_id), latest_of(on_both, need_id)
    assert (need.owner_id, need.stage, draft.state) == (
        on_both.people[COUNSELOR].id,
        Stage.OPENED,
        State.DRAFT,
    )
    assert need.due_at > on_both.clock()
    assert kinds(on_both) == ["need opened"]


@pytest.mark.parametrize(
    ("command", "wrong"),
    [
        (OpenNeed("", None, " "), {"pathway", "urgency", "reason"}),
        (OpenNeed("astrology", Urgency.SOON, "Worried."), {"pathway"}),
        (OpenNeed("psychology", Urgency.IMMEDIATE, "Worried."), {"urgency"}),
        (OpenNeed("psychology", Urgency.SOON, "x" * 1001), {"reason"}),
        (OpenNeed("psychology", Urgency.SOON, "Worried.", uuid.UUID(int=7)), {"owner_id"}),
    ],
)
def test_opening_names_everything_that_is_wrong(here, command, wrong):
    with pytest.raises(Invalid) as refused:
        do(here, needs.open_by_judgement, here.client.id, command)
    assert fields_of(refused) == wrong
    assert count(here, NeedRow) == 0


@pytest.mark.parametrize(("urgency", "opens"), [(Urgency.SOON, True), (Urgency.URGENT, False)])
def test_the_same_need_is_not_opened_twice_but_may_be_raised(here, urgency, opens):
    need_id = need_of(here, urgency)
    again = OpenNeed("psychology", Urgency.URGENT, "Worse today.")
    if opens:
        assert do(here, needs.open_by_judgement, here.client.id, again) == need_id
        assert need_row(here, need_id).urgency is Urgency.URGENT
    else:
        with pytest.raises(Conflict, match="Counselor Demo looks after it"):
            do(here, needs.open_by_judgement, here.client.id, again)


def test_an_immediate_judgement_alerts_and_calls_the_crisis_team(here):
    need_id = need_of(here, Urgency.IMMEDIATE, "crisis")
    assert latest_of(here, need_id).state is State.SENT
    assert (count(here, AlertRow), count(here, SafetyAssessmentRow)) == (1, 1)
    assert kinds(here) == ["need opened", "alert raised", "referral step"]


def test_an_urgent_judgement_asks_for_a_safety_assessment(here):
    need_of(here, Urgency.URGENT)
    assert (count(here, AlertRow), count(here, SafetyAssessmentRow)) == (0, 1)


def test_an_attempt_is_kept_with_its_next_call_and_moves_no_deadline(on_both):
    need_id = need_of(on_both)
    before = need_row(on_both, need_id).due_at
    again = LogAttempt(Channel.TEXT, AttemptResult.MESSAGE_LEFT, "Asked to call back.", date(2026, 10, 15))
    do(on_both, attempts.log_attempt, need_id, again, role=COUNSELOR)
    assert need_row(on_both, need_id).due_at == before
    last = events(on_both)[-1]
    assert (last["kind"], last["details"]) == (
        "attempt logged",
        {"channel": "text message", "result": "message left"},
    )


@pytest.mark.parametrize(
    ("command", "wrong"),
    [
        (LogAttempt(None, None), {"channel", "result"}),
        (LogAttempt(Channel.PHONE, AttemptResult.REACHED, "x" * 1001), {"note"}),
        (LogAttempt(Channel.PHONE, None, next_call_on=date(2026, 10, 12)), {"result", "next_call_on"}),
    ],
)
def test_an_attempt_names_everything_that_is_missing(here, command, wrong):
    need_id = need_of(here)
    with pytest.raises(Invalid) as refused:
        do(here, attempts.log_attempt, need_id, command)
    assert fields_of(refused) == wrong
    assert count(here, AttemptRow) == 0


def test_a_need_changes_hands_with_a_note(on_both):
    need_id, new = need_of(on_both), on_both.people[SUPERVISOR].id
    do(on_both, needs.reassign, need_id, Reassign(new, "She speaks Spanish; call after four."))
    assert need_row(on_both, need_id).owner_id == new
    last = events(on_both)[-1]
    assert (last["kind"], last["after"]) == ("need reassigned", str(new))
    assert "Spanish" not in str(last)


@pytest.mark.parametrize(
    ("owner", "note", "wrong"),
    [
        (None, "", {"owner_id", "note"}),
        (Role.COUNSELOR, "Yours.", {"owner_id"}),
        (Role.CLINICIAN, "Yours.", {"owner_id"}),
        (Role.AUDITOR, "", {"owner_id", "note"}),
    ],
)
def test_only_somebody_of_the_sending_side_takes_a_need_over(here, owner, note, wrong):
    need_id = need_of(here)
    with pytest.raises(Invalid) as refused:
        do(here, needs.reassign, need_id, Reassign(owner and here.people[owner].id, note))
    assert fields_of(refused) == wrong
    assert need_row(here, need_id).owner_id == here.people[COUNSELOR].id


@pytest.mark.parametrize("state", [State.DECLINED, State.CANCELLED, State.NOT_REACHED])
def test_a_decline_leaves_a_next_step_with_an_owner_and_a_deadline(here, state):
    need = need_row(here, ended(here, state))
    assert need.closed_at is None
    assert need.owner_id is not None
    assert need.due_at is not None
    assert need.next_actor == "coordinator"
    assert need.stage is Stage.OPENED


def test_a_redirect_starts_the_next_attempt_under_the_same_need(on_both):
    need_id = ended(on_both)
    previous = latest_of(on_both, need_id)
    on_both.clock.forward(minutes=5)
    team = on_both.teams["psychiatry"].id
    draft_id = do(on_both, needs.redirect, need_id, Redirect("psychiatry", team, "They have room."))
    draft = row_of(on_both, draft_id)
    assert (draft.previous_id, draft.pathway, draft.receiver_id) == (previous.id, "psychiatry", team)
    assert row_of(on_both, previous.id).state is State.DECLINED
    need = need_row(on_both, need_id)
    assert (need.pathway, need.next_actor, need.closed_at) == ("psychology", "sender", None)
    assert events(on_both)[-1]["details"]["link_of"] == str(previous.id)


@pytest.mark.parametrize("state", [State.DRAFT, State.SENT, State.SCHEDULED, State.IN_CARE])
def test_a_redirect_waits_until_the_running_attempt_has_ended(here, state):
    referral = row_of(here, referral_in(here, state))
    with pytest.raises(Conflict, match=referral.number):
        do(here, needs.redirect, referral.need_id, Redirect())


def test_an_outcome_is_read_before_another_way_is_chosen(here):
    need_id = ended(here, State.COMPLETED)
    with pytest.raises(Conflict, match="nobody has read"):
        do(here, needs.redirect, need_id, Redirect())


@pytest.mark.parametrize(
    ("command", "wrong"),
    [
        (Redirect("astrology", uuid.UUID(int=7)), {"pathway", "receiver_id"}),
        (Redirect(None, uuid.UUID(int=7), "x" * 1001), {"receiver_id", "note"}),
    ],
)
def test_a_redirect_names_everything_that_is_wrong(here, command, wrong):
    need_id = ended(here)
    with pytest.raises(Invalid) as refused:
        do(here, needs.redirect, need_id, command)
    assert fields_of(refused) == wrong
    assert latest_of(here, need_id).state is State.DECLINED


def test_two_redirects_at_once_start_one_attempt(on_both):
    need_id = ended(on_both)
    on_both.clock.forward(minutes=5)
    do(on_both, needs.redirect, need_id, Redirect())
    with pytest.raises(Conflict):
        do(on_both, needs.redirect, need_id, Redirect())


def test_nobody_at_risk_is_given_up_by_one_person_alone(here):
    need_id = ended(here, State.NOT_REACHED, urgency=Urgency.URGENT)
    assert need_row(here, need_id).next_step["en"] == "A second person signs off"
    clinician = Role.CLINICIAN
    with pytest.raises(NotAllowed):
        do(here, needs.sign_off, need_id, SignOff(note="Agreed."), role=clinician)
    do(here, needs.sign_off, need_id, SignOff(note="We tried everything."), role=SUPERVISOR)
    assert need_row(here, need_id).second_person == here.people[SUPERVISOR].id
    assert events(here)[-1]["details"]["step"] == "sign off"
    with pytest.raises(Conflict, match="Supervisor Demo"):
        do(here, needs.sign_off, need_id, SignOff(note="Me too."))


@pytest.mark.parametrize(
    ("command", "wrong"),
    [
        (SignOff(note=" "), {"note"}),
        (SignOff(ClosingReason.MOVED_AWAY, "Gone."), {"reason"}),
        (SignOff(ClosingReason.HELP_BEGAN, ""), {"reason", "note"}),
    ],
)
def test_a_signature_says_what_and_why(here, command, wrong):
    need_id = ended(here, State.NOT_REACHED, urgency=Urgency.URGENT)
    with pytest.raises(Invalid) as refused:
        do(here, needs.sign_off, need_id, command)
    assert fields_of(refused) == wrong


def test_below_urgent_no_second_person_signs(here):
    need_id = ended(here, State.NOT_REACHED, urgency=Urgency.SOON)
    with pytest.raises(Conflict, match="below urgent"):
        do(here, needs.sign_off, need_id, SignOff(note="Agreed."))


def test_a_signature_is_worth_nothing_after_a_new_attempt(here):
    need_id = ended(here, State.NOT_REACHED, urgency=Urgency.URGENT)
    do(here, needs.sign_off, need_id, SignOff(note="We tried everything."), role=SUPERVISOR)
    here.clock.forward(minutes=5)
    do(here, needs.redirect, need_id, Redirect())
    assert need_row(here, need_id).second_person is None


def test_a_closed_need_opens_again_with_a_new_linked_draft(on_both):
    need_id = ended(on_both)
    previous = latest_of(on_both, need_id)
    do(on_both, closing.close, need_id, CloseNeed(ClosingReason.MOVED_AWAY, "To another state."))
    on_both.clock.forward(days=2)
    draft_id = do(on_both, needs.reopen, need_id, "They came back.")
    need, draft = need_row(on_both, need_id), row_of(on_both, draft_id)
    assert (need.closed_at, need.closing_reason, draft.previous_id) == (None, None, previous.id)
    assert need.due_at > on_both.clock()
    with on_both.read() as session:
        notes = [row.text for row in notes_about(session, on_both.organisation.id, need_id)]
    assert notes == ["To another state.", "They came back."]


def test_reopening_needs_a_reason_and_a_closed_need(here):
    need_id = ended(here)
    with pytest.raises(Conflict, match="is open already"):
        do(here, needs.reopen, need_id, "Again.")
    do(here, closing.close, need_id, CloseNeed(ClosingReason.MOVED_AWAY))
    with pytest.raises(Invalid):
        do(here, needs.reopen, need_id, "  ")
    need_of(here)
    with pytest.raises(Conflict, match="Counselor Demo"):
        do(here, needs.reopen, need_id, "Again.")
    assert need_row(here, need_id).closed_at is not None


def test_what_people_wrote_stands_beside_the_trail_and_never_in_it(here):
    need_id = need_of(here)
    do(here, needs.reassign, need_id, Reassign(here.people[SUPERVISOR].id, "Call after four."))
    assert count(here, NeedNoteRow) == 2
    assert "corridor" not in str(events(here))
    assert "after four" not in str(events(here))
