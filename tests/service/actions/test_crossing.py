"""A referral that crosses to another organisation: sent, carried, taken in, answered; and the same round twice."""

from datetime import timedelta

import pytest

from referral.model import ClosingReason, DeclineReason, Outcome, State, Step
from referral.packet_news import Kindness
from service.actions import taking_in
from service.actions.refusals import Conflict, Invalid
from service.actions.taking import Said
from service.actions.taking_in import DeclinePacket
from service.kinds import Standing
from service.permissions import Role
from tests.service.caring import need_row
from tests.service.crossing import came, carried, sent, shown, state_of, taken_in, two, went
from tests.service.referring import RECEIVER, row_of, said, take


@pytest.fixture
def pair(database_url, tmp_path):
    return two(database_url, tmp_path)


def test_a_referral_crosses_is_worked_there_and_its_outcome_comes_back(pair):
    sender, receiver = pair
    referral_id = sent(sender, receiver)

    assert (carried(sender), carried(sender)) == (1, 0)
    theirs = taken_in(receiver)
    carried(sender)
    assert state_of(sender, referral_id) is State.CLAIMED
    for step, after in (
        (Step.ACCEPT, State.ACCEPTED),
        (Step.SCHEDULE, State.SCHEDULED),
        (Step.RESCHEDULE, State.SCHEDULED),
        (Step.RECORD_ATTENDED, State.IN_CARE),
        (Step.REPORT_OUTCOME, State.COMPLETED),
    ):
        take(receiver, theirs, step, RECEIVER, said(receiver, step))
        assert carried(sender) == 1
        assert state_of(sender, referral_id) is after
    row = row_of(sender, referral_id)
    assert (row.outcome, row.accepted_by) == (Outcome.HELP_BEGAN, receiver.organisation.id)
    assert carried(sender) == 0


def test_what_is_taken_in_is_a_person_and_a_need_of_the_receiver_with_the_packet_beside_it(pair):
    sender, receiver = pair
    sent(sender, receiver)
    carried(sender)
    before = shown(receiver)

    theirs = row_of(receiver, taken_in(receiver))
    after = shown(receiver, role=Role.CLINICIAN)

    assert (before.packet.client.given_name, before.packet.answers, before.may_settle) == ("José", (), True)
    assert (theirs.receiver_id, theirs.state) == (receiver.teams["psychology"].id, State.SENT)
    assert theirs.due_at > receiver.clock()
    assert (after.packet, after.referral_id, after.may_settle) == (before.packet, theirs.id, False)


def test_without_a_yes_that_names_the_organisation_nothing_is_sent(pair):
    sender, receiver = pair

    with pytest.raises(Invalid, match="consent"):
        sent(sender, receiver, consent=False)

    assert carried(sender) == 0


def test_a_decline_comes_back_with_its_reason_and_kindness_and_nothing_is_kept_of_the_packet(pair):
    sender, receiver = pair
    referral_id = sent(sender, receiver)
    carried(sender)
    (packet,) = came(receiver)
    no = DeclinePacket(DeclineReason.NO_CAPACITY, Kindness.SORRY)

    with receiver.write() as session:
        taking_in.decline(session, packet.id, no, act=receiver.act(Role.COORDINATOR))
    carried(sender)

    row, (gone,) = row_of(sender, referral_id), came(receiver)
    assert (row.state, row.decline_reason) == (State.DECLINED, DeclineReason.NO_CAPACITY)
    assert (went(sender)[0].kindness, gone.contents, gone.wrapped) == (Kindness.SORRY, None, None)
    with pytest.raises(Conflict), receiver.write() as session:
        taking_in.decline(session, packet.id, no, act=receiver.act(Role.COORDINATOR))


@pytest.mark.parametrize(
    ("carried_before", "taken_before", "at_the_receiver"),
    [(False, False, None), (True, False, Standing.WITHDRAWN), (True, True, Standing.TAKEN_IN)],
)
def test_a_stop_crosses_wherever_the_packet_is(pair, carried_before, taken_before, at_the_receiver):
    sender, receiver = pair
    referral_id = sent(sender, receiver)
    if carried_before:
        carried(sender)
    theirs = taken_in(receiver) if taken_before else None

    take(sender, referral_id, Step.REQUEST_CANCEL, Role.COUNSELOR, said(sender, Step.REQUEST_CANCEL))
    carried(sender)
    if taken_before:
        assert state_of(receiver, theirs) is State.CANCEL_REQUESTED
        take(receiver, theirs, Step.CONFIRM_CANCEL, RECEIVER)
    carried(sender)

    assert state_of(sender, referral_id) is State.CANCELLED
    assert [row.standing for row in came(receiver)] == ([at_the_receiver] if at_the_receiver else [])


def test_a_whole_need_stays_owned_here_until_it_is_taken_in_there_and_then_closes_with_their_name(pair):
    sender, receiver = pair
    referral_id = sent(sender, receiver, hands_over=True)
    carried(sender)
    need_id = row_of(sender, referral_id).need_id
    waiting = need_row(sender, need_id)

    taken_in(receiver)
    carried(sender)

    closed = need_row(sender, need_id)
    assert (waiting.closed_at, waiting.due_at is None) == (None, False)
    assert (closed.closing_reason, closed.took_over) == (
        ClosingReason.MOVED_AWAY,
        receiver.organisation.name,
    )
    assert state_of(sender, referral_id) is State.CANCELLED
    assert carried(sender) == 0


def test_news_that_do_not_fit_are_passed_over_and_what_follows_is_heard(pair):
    sender, receiver = pair
    referral_id = sent(sender, receiver)
    carried(sender)
    theirs = taken_in(receiver)
    take(receiver, theirs, Step.ACCEPT, RECEIVER)
    soon = Said(appointment_at=receiver.clock() + timedelta(hours=1))
    take(receiver, theirs, Step.SCHEDULE, RECEIVER, soon)

    sender.clock.forward(hours=2)
    carried(sender)
    assert state_of(sender, referral_id) is State.ACCEPTED
    take(receiver, theirs, Step.RECORD_ATTENDED, RECEIVER, said(receiver, Step.RECORD_ATTENDED))
    carried(sender)

    assert state_of(sender, referral_id) is State.IN_CARE
