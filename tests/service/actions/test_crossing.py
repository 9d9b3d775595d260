"""A referral that crosses to another organisation: sent, carried, taken in, answered; and the same round twice."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from secrets import token_bytes

import pytest
from sqlalchemy import select

from referral.audit import Intact
from referral.checkpoints import read_receipt
from referral.entries import commitment, read_entry
from referral.events import EventKind
from referral.model import ClosingReason, DeclineReason, Outcome, State, Step, Urgency
from referral.packet_news import Kindness
from referral.payloads import wrapping_key
from referral.receipts import judge_receipt
from service import courier
from service.actions import audit_trail, escalating, packet_views, taking_in
from service.actions.refusals import Conflict, Invalid
from service.actions.taking import Said
from service.actions.taking_in import DeclinePacket
from service.actions.wrapping import rewrap_all
from service.kinds import Standing
from service.permissions import Role, system
from service.store.audit import AuditEventRow
from service.store.vault import Vault
from tests.referral.keys import OLD
from tests.service.builders import WRAPPING, make_parts
from tests.service.caring import need_row
from tests.service.crossing import came, carried, sent, shown, state_of, taken_in, two, went
from tests.service.referring import RECEIVER, row_of, said, take
from tests.service.referring import events_of as steps


def events(here, kind):
    """The events of one kind in an organisation's trail."""
    with here.read() as session:
        mine = AuditEventRow.organisation_id == here.organisation.id
        return session.scalars(select(AuditEventRow.id).where(mine, AuditEventRow.kind == kind)).all()


@pytest.fixture
def pair(sqlite_url, tmp_path):
    return two(sqlite_url, tmp_path)


@pytest.fixture
def either(database_url, tmp_path):
    """As `pair`, on each engine: rows kept apart, wrapped keys and what is told across differ there."""
    return two(database_url, tmp_path)


def test_a_referral_crosses_is_worked_there_and_its_outcome_comes_back(either):
    sender, receiver = either
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


def test_a_decline_comes_back_with_its_reason_and_kindness_and_nothing_is_kept_of_the_packet(either):
    sender, receiver = either
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


def test_a_whole_need_stays_owned_here_until_it_is_taken_in_there_and_then_closes_with_their_name(either):
    sender, receiver = either
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


def test_the_receipt_proves_offline_that_the_senders_trail_holds_just_these_bytes(pair):
    sender, receiver = pair
    sent(sender, receiver)
    carried(sender)
    with receiver.write() as session:
        found = packet_views.proof(session, came(receiver)[0].id, act=receiver.act(Role.SUPERVISOR))

    packet, receipt = found[0], read_receipt(found[1])
    entry = read_entry(receipt.entry)

    assert isinstance(judge_receipt(receipt, [OLD.public]), Intact)
    assert (entry["kind"], entry["organisation"]) == (EventKind.PACKET_SENT, str(sender.organisation.id))
    assert entry["commit"] == commitment(receipt.salt, sha256(packet).digest())
    assert entry["commit"] != commitment(receipt.salt, sha256(packet + b" ").digest())


@pytest.mark.parametrize("leg", ["arriving.deliver", "courier.arrived", "courier.hear", "arriving.told"])
def test_a_courier_that_breaks_down_changes_no_referral_and_goes_on_afterwards(pair, monkeypatch, leg):
    sender, receiver = pair
    referral_id = sent(sender, receiver)

    def broken(*_given, **_named):
        message = "the wire is down"
        raise OSError(message)

    with monkeypatch.context() as patched:
        patched.setattr(f"service.actions.{leg}", broken)
        carried(sender)
        for row in came(receiver):
            taken_in(receiver, row.id)
        carried(sender)
        assert state_of(sender, referral_id) in {State.SENT, State.CLAIMED}
    if not any(row.referral_id for row in came(receiver)):
        carried(sender)
        taken_in(receiver)
    carried(sender)

    assert (state_of(sender, referral_id), len(came(receiver))) == (State.CLAIMED, 1)
    assert [
        len(events(here, kind))
        for here, kind in (
            (sender, EventKind.PACKET_DELIVERED),
            (receiver, EventKind.PACKET_ARRIVED),
            (receiver, EventKind.PACKET_ANSWERED),
        )
    ] == [1, 1, 1]


def test_a_packet_whose_sending_is_not_proved_waits_and_climbs_the_ladder_like_any_other(pair):
    sender, receiver = pair
    referral_id = sent(sender, receiver)

    assert courier.carry(sender.parts.open_write, sender.parts.open_read, sender.parts.act) == 0
    sender.clock.forward(days=3)
    with sender.write() as session:
        told = escalating.tell_missed(session, act=sender.parts.act(system(sender.organisation.id)))

    assert (told > 0, came(receiver), state_of(sender, referral_id)) == (True, [], State.SENT)


def test_both_trails_prove_themselves_and_each_tells_only_its_own_side(pair):
    sender, receiver = pair
    referral_id = sent(sender, receiver)
    carried(sender)
    theirs = taken_in(receiver)
    carried(sender)

    with sender.parts.open_write() as session, session.begin():
        proofs = audit_trail.prove_all(session)

    assert all(isinstance(each.verdict, Intact) for each in proofs)
    whose = [read_entry(row.entry)["actor"] for row in steps(sender, referral_id)]
    assert whose == [str(sender.people[Role.COUNSELOR].id), str(receiver.organisation.id)]
    assert str(sender.people[Role.COUNSELOR].id) not in {
        read_entry(row.entry)["actor"] for row in steps(receiver, theirs)
    }


def test_the_appointment_is_the_other_organisations_to_cancel(pair):
    sender, receiver = pair
    referral_id = sent(sender, receiver)
    carried(sender)
    theirs = taken_in(receiver)
    for step in (Step.ACCEPT, Step.SCHEDULE):
        take(receiver, theirs, step, RECEIVER, said(receiver, step))
    carried(sender)

    with pytest.raises(Conflict, match="call them"):
        take(
            sender,
            referral_id,
            Step.CANCEL_APPOINTMENT,
            Role.COUNSELOR,
            said(sender, Step.CANCEL_APPOINTMENT),
        )

    assert state_of(sender, referral_id) is State.SCHEDULED


def test_somebody_in_danger_now_is_never_sent_by_packet(pair):
    sender, receiver = pair
    with pytest.raises(Invalid, match="across"):
        sent(sender, receiver, urgency=Urgency.IMMEDIATE)
    assert went(sender) == []


def test_a_new_wrapping_key_wraps_the_keys_of_packets_too(either, tmp_path):
    sender, receiver = either
    sent(sender, receiver)
    carried(sender)
    newest, url = wrapping_key(b"n" * 32), receiver.parts.settings.database_url
    keys = {"both": (WRAPPING, newest), "new": (newest,)}
    parts = {
        name: make_parts(url, tmp_path, receiver.clock, 3, Vault(lambda known=known: known, token_bytes))
        for name, known in keys.items()
    }

    rewrap_all(parts["both"].open_write, parts["both"].act)

    assert came(receiver)[0].wrapped_by == newest.id
    assert shown(replace(receiver, parts=parts["new"])).packet.client.given_name == "José"
