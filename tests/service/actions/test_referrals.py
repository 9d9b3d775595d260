"""Every step of a referral through the acts: who may, what it needs, what is written, what happens said twice."""

import uuid

import pytest

from referral.audit import Intact, verify
from referral.lifecycle import STEPS, StepRefused
from referral.model import (
    CancelReason,
    DeclineReason,
    Outcome,
    Side,
    State,
    Step,
    Urgency,
)
from service.access import NotFound
from service.actions import referral_views, referrals
from service.actions.refusals import Conflict, Invalid
from service.actions.step_words import read_step
from service.actions.taking import NOTHING, Said
from service.permissions import NotAllowed, Role
from service.store.audit import recorded_head, stored_events
from service.store.needs import find_need
from tests.service.builders import world
from tests.service.referring import (
    RECEIVER,
    SENDER,
    at_noon,
    draft,
    events_of,
    referral_in,
    row_of,
    shared_world,
    take,
)

ROLES = {Side.SENDER: SENDER, Side.RECEIVER: RECEIVER}
ELSEWHERE = {Step.SIGN_OFF}
EDGES = [
    pytest.param(state, step, side, id=f"{state}: {step} by the {side}")
    for (state, step), (_, sides) in STEPS.items()
    for side in sorted(sides)
    if step not in ELSEWHERE and not (side is Side.RECEIVER and state is State.DRAFT)
]


@pytest.fixture(scope="module")
def shared(migrated_sqlite, tmp_path_factory):
    with shared_world(migrated_sqlite, tmp_path_factory.mktemp("shared")) as here:
        yield here


@pytest.fixture
def here(shared):
    return at_noon(shared)


@pytest.fixture
def on_both(database_url, tmp_path):
    return world(database_url, tmp_path)


@pytest.mark.parametrize(("state", "step", "side"), EDGES)
def test_each_step_of_the_lifecycle_moves_the_state_and_writes_one_event(here, state, step, side):
    referral_id = referral_in(here, state)
    before = len(events_of(here, referral_id))
    here.clock.forward(minutes=1)
    after = take(here, referral_id, step, ROLES[side]).state
    written = events_of(here, referral_id)[before:]
    assert after is STEPS[state, step][0]
    assert [(read_step(each.entry).before, read_step(each.entry).after) for each in written] == [
        (state, after)
    ]


def test_the_same_walk_holds_on_both_databases_and_its_trail_is_intact(on_both):
    referral_id = referral_in(on_both, State.COMPLETED)
    take(on_both, referral_id, Step.READ_OUTCOME, SENDER)
    with on_both.read() as session:
        organisation = on_both.organisation.id
        found = verify(stored_events(session, organisation), str(organisation))
        assert found == Intact(recorded_head(session, organisation))


@pytest.mark.parametrize("state", State)
def test_a_step_out_of_order_is_refused_and_changes_nothing(here, state):
    referral_id = referral_in(here, state)
    before, events = row_of(here, referral_id).version, len(events_of(here, referral_id))
    for step in Step:
        for side, role in ROLES.items():
            if step not in ELSEWHERE and side not in STEPS.get((state, step), (None, ()))[1]:
                already = events and read_step(events_of(here, referral_id)[-1].entry).step is step
                if not already:
                    with pytest.raises((StepRefused, Conflict, NotAllowed, NotFound)):
                        take(here, referral_id, step, role)
    assert (row_of(here, referral_id).version, len(events_of(here, referral_id))) == (before, events)


@pytest.mark.parametrize(
    ("step", "state", "role"),
    [
        (Step.ACCEPT, State.SENT, SENDER),
        (Step.SCHEDULE, State.ACCEPTED, SENDER),
        (Step.RECORD_ATTENDED, State.SCHEDULED, Role.COORDINATOR),
        (Step.REPORT_OUTCOME, State.IN_CARE, Role.SUPERVISOR),
        (Step.CONFIRM_CANCEL, State.CANCEL_REQUESTED, SENDER),
        (Step.REQUEST_CANCEL, State.ACCEPTED, RECEIVER),
        (Step.MARK_ERROR, State.SENT, RECEIVER),
        (Step.READ_OUTCOME, State.COMPLETED, RECEIVER),
    ],
)
def test_one_side_cannot_speak_for_the_other(here, step, state, role):
    referral_id = referral_in(here, state)
    with pytest.raises(NotAllowed):
        take(here, referral_id, step, role)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_a_role_without_clients_finds_no_referral(here, role):
    referral_id = referral_in(here, State.SENT)
    with pytest.raises(NotFound):
        take(here, referral_id, Step.CLAIM, role)


def test_a_draft_does_not_exist_for_the_receiving_team(here):
    with pytest.raises(NotFound):
        take(here, draft(here), Step.ACCEPT, RECEIVER)


def test_another_team_and_another_organisation_find_nothing(here):
    referral_id = referral_in(here, State.SENT, pathway="psychiatry")
    other = world("", here.parts.settings.data_dir, parts=here.parts, clock=here.clock)
    with pytest.raises(NotFound):
        take(here, referral_id, Step.CLAIM, RECEIVER)
    with pytest.raises(NotFound), other.write() as session:
        referrals.take(session, referral_id, Step.CLAIM, act=other.act(RECEIVER))


@pytest.mark.parametrize(
    ("step", "state", "role", "missing"),
    [
        (Step.DISMISS, State.DRAFT, SENDER, {"cancel_reason"}),
        (Step.DECLINE, State.SENT, RECEIVER, {"decline_reason"}),
        (Step.WAITLIST, State.ACCEPTED, RECEIVER, {"review_at"}),
        (Step.SCHEDULE, State.ACCEPTED, RECEIVER, {"appointment_at"}),
        (Step.RESCHEDULE, State.SCHEDULED, RECEIVER, {"appointment_at", "appointment_reason"}),
        (Step.RECORD_ATTENDED, State.SCHEDULED, RECEIVER, {"happened_at"}),
        (Step.RECORD_NOT_ATTENDED, State.SCHEDULED, RECEIVER, {"appointment_reason"}),
        (Step.CANCEL_APPOINTMENT, State.SCHEDULED, SENDER, {"appointment_reason"}),
        (Step.REPORT_OUTCOME, State.IN_CARE, RECEIVER, {"outcome"}),
        (Step.REPORT_NOT_REACHED, State.ACCEPTED, RECEIVER, {"outcome"}),
        (Step.REQUEST_CANCEL, State.SENT, SENDER, {"cancel_reason"}),
        (Step.MARK_ERROR, State.SENT, SENDER, {"error_reason"}),
    ],
)
def test_a_step_names_every_reason_and_date_that_is_missing(here, step, state, role, missing):
    referral_id = referral_in(here, state)
    with pytest.raises(Invalid) as refused:
        take(here, referral_id, step, role, NOTHING)
    assert {problem.field for problem in refused.value.problems} == missing
    assert row_of(here, referral_id).state is state


@pytest.mark.parametrize(
    ("step", "state", "command", "field"),
    [
        (Step.DECLINE, State.SENT, Said(decline_reason=DeclineReason.PROVIDER_WITHDREW), "decline_reason"),
        (Step.REPORT_OUTCOME, State.IN_CARE, Said(outcome=Outcome.NO_CAPACITY), "outcome"),
        (
            Step.REPORT_NOT_REACHED,
            State.ACCEPTED,
            Said(outcome=Outcome.COULD_NOT_BE_CONTACTED),
            "attempts",
        ),
    ],
)
def test_a_reason_that_does_not_fit_is_refused(here, step, state, command, field):
    referral_id = referral_in(here, state)
    with pytest.raises(Invalid) as refused:
        take(here, referral_id, step, RECEIVER, command)
    assert [problem.field for problem in refused.value.problems] == [field]


def test_a_note_longer_than_a_thousand_characters_is_refused(here):
    referral_id = referral_in(here, State.SENT)
    command = Said(decline_reason=DeclineReason.NO_CAPACITY, note="x" * 1001)
    with pytest.raises(Invalid, match="note"):
        take(here, referral_id, Step.DECLINE, RECEIVER, command)


def test_a_warm_handoff_says_who_was_there_and_the_sender_reads_it(here):
    referral_id = referral_in(here, State.ACCEPTED)
    came = Said(happened_at=here.clock(), note=" The counselor walked over. ")
    take(here, referral_id, Step.RECORD_ATTENDED, RECEIVER, came)
    with here.write() as session:
        view = referral_views.show(session, referral_id, act=here.act(SENDER))
    assert view.referral.handoff_note == "The counselor walked over."


def test_accepting_straight_away_claims_too(here):
    row = row_of(here, referral_in(here, State.ACCEPTED))
    clinician = here.people[RECEIVER].id
    assert (row.claimed_by, row.accepted_by) == (clinician, clinician)
    assert row.claimed_at == row.accepted_at == here.clock()


@pytest.mark.parametrize("state", State)
def test_an_open_need_always_has_a_next_step_with_a_deadline(here, state):
    row = row_of(here, referral_in(here, state))
    with here.read() as session:
        need = find_need(session, here.organisation.id, row.need_id)
    assert need.due_at is not None
    assert need.next_step["en"]


def test_reading_that_help_began_closes_the_need(here):
    referral_id = referral_in(here, State.COMPLETED)
    read = take(here, referral_id, Step.READ_OUTCOME, SENDER)
    with here.read() as session:
        need = find_need(session, here.organisation.id, read.need_id)
    assert (read.outcome_read_at, need.closing_reason) == (here.clock(), "help began")


def test_reading_the_outcome_of_somebody_at_risk_keeps_the_need_open_until_safety_is_written_down(here):
    referral_id = referral_in(here, State.COMPLETED, urgency=Urgency.URGENT)
    read = take(here, referral_id, Step.READ_OUTCOME, SENDER)
    with here.read() as session:
        need = find_need(session, here.organisation.id, read.need_id)
    assert (read.outcome_read_at, need.closed_at) == (here.clock(), None)
    assert need.due_at is not None


def test_a_referral_marked_as_an_error_after_its_need_closed_leaves_the_need_closed(here):
    referral_id = referral_in(here, State.COMPLETED)
    take(here, referral_id, Step.READ_OUTCOME, SENDER)
    marked = take(here, referral_id, Step.MARK_ERROR, SENDER)
    with here.read() as session:
        need = find_need(session, here.organisation.id, marked.need_id)
    assert (marked.state, need.due_at) == (State.ENTERED_IN_ERROR, None)


def test_on_call_people_work_only_what_is_immediate_or_the_crisis_teams_were_sent(here):
    theirs = referral_in(here, State.SENT, pathway="crisis", urgency=Urgency.IMMEDIATE)
    others = referral_in(here, State.SENT)
    assert take(here, theirs, Step.ACCEPT, Role.ON_CALL).state is State.ACCEPTED
    with pytest.raises(NotAllowed):
        take(here, others, Step.ACCEPT, Role.ON_CALL)


def test_a_referral_that_never_existed_is_not_found(here):
    with pytest.raises(NotFound, match="no such referral"):
        take(here, uuid.UUID(int=7), Step.CLAIM, RECEIVER)


def test_a_dismissed_draft_leaves_its_need_with_the_coordinator(here):
    row = row_of(here, referral_in(here, State.CANCELLED))
    with here.read() as session:
        need = find_need(session, here.organisation.id, row.need_id)
    assert (row.cancel_reason, need.next_actor) == (CancelReason.CARE_ELSEWHERE, "coordinator")
