"""Packets that wait: at an organisation that is suspended, and at one where nobody has taken them in yet."""

import pytest

from referral.events import EventKind
from referral.model import State, Step
from service.actions import crossing, needs, packet_tellings, suspending
from service.actions.mail_messages import subject_of, words_of
from service.actions.needs import Redirect
from service.actions.referrals import send_now
from service.kinds import SuspensionReason
from service.permissions import Role, system
from service.store.misses import tellings_about
from service.store.needs import find_need
from service.store.referrals import find_referral
from service.worker import deliver
from tests.service.actions.test_crossing import events
from tests.service.caring import need_row
from tests.service.crossing import PATHWAY, came, carried, sent, state_of, suspension, taken_in, two
from tests.service.referring import RECEIVER, row_of, said, take


@pytest.fixture
def either(database_url, tmp_path):
    """A pair of organisations; what is told across differs on each engine."""
    return two(database_url, tmp_path)


@pytest.fixture
def pair(sqlite_url, tmp_path):
    return two(sqlite_url, tmp_path)


def test_nothing_is_delivered_to_a_suspended_organisation_and_its_sender_is_told(either):
    sender, receiver = either
    referral_id = sent(sender, receiver)
    suspension(receiver, suspending.suspend, reason=SuspensionReason.ASKED, although_open=False)
    assert (carried(sender), carried(sender), came(receiver)) == (0, 0, [])
    assert len(events(sender, EventKind.PACKET_TURNED_BACK)) == 1, "told once"
    with sender.write() as session:
        row = row_of(sender, referral_id)
        shown = crossing.show(session, row, act=sender.act())
        assert (shown.turned_back_at, shown.delivered_at) == (sender.clock(), None)
        assert crossing.organisations(session, PATHWAY, act=sender.act()) == []
        need = need_row(sender, row.need_id)
        assert need.next_step["en"].startswith("They take nothing in just now")
    suspension(receiver, suspending.resume)
    assert carried(sender) == 1
    with sender.write() as session:
        row = row_of(sender, referral_id)
        assert crossing.show(session, row, act=sender.act()).turned_back_at is None
        assert not need_row(sender, row.need_id).next_step["en"].startswith("They take nothing")


def test_who_may_take_a_packet_in_is_told_once_and_the_supervisors_again_when_nobody_did(either):
    sender, receiver = either
    sent(sender, receiver)
    carried(sender)
    assert [told(receiver), told(receiver)] == [1, 0]
    (packet,) = came(receiver)
    assert named(receiver, packet.id) == {(0, Role.COORDINATOR), (0, Role.SUPERVISOR)}
    receiver.clock.now = packet.acknowledge_by
    assert [told(receiver), told(receiver)] == [1, 0]
    assert (1, Role.SUPERVISOR) in named(receiver, packet.id)
    taken_in(receiver)
    receiver.clock.forward(days=9)
    with receiver.write() as session:
        assert packet_tellings.tell_waiting(session, act=system_act(receiver)) == 0


def test_the_mail_names_nobody_and_stops_when_somebody_has_taken_it_in(pair):
    sender, receiver = pair
    sent(sender, receiver)
    carried(sender)
    told(receiver)
    mails = []
    assert deliver(receiver.parts.open_write, receiver.parts.act, mails.append) == 2
    spoken = [words_of(mail, "https://handrail.example") for mail in mails]
    assert all("other organisations: 1." in each or "otras organizaciones: 1." in each for each in spoken)
    assert not any(
        word in each for each in (*spoken, *map(subject_of, mails)) for word in ("José", "Testcase")
    )
    receiver.clock.now = came(receiver)[0].acknowledge_by
    told(receiver)
    taken_in(receiver)
    receiver.clock.forward(hours=2)
    assert deliver(receiver.parts.open_write, receiver.parts.act, mails.append) == 0


def test_a_team_that_gets_it_after_a_decline_is_told_to_the_sender_once(either):
    sender, receiver = either
    referral_id = sent(sender, receiver)
    carried(sender)
    theirs = taken_in(receiver)
    take(receiver, theirs, Step.DECLINE, RECEIVER, said(receiver, Step.DECLINE))
    need_id = row_of(receiver, theirs).need_id
    with receiver.write() as session:
        by = receiver.act(Role.COORDINATOR)
        again = needs.redirect(session, need_id, Redirect("social-work", None, "They may help."), act=by)
    assert (carried(sender), state_of(sender, referral_id)) == (1, State.DECLINED)
    with receiver.write() as session:
        receiver.clock.forward(minutes=1)
        row = find_referral(session, receiver.organisation.id, again)
        team = receiver.teams["social-work"]
        send_now(session, row, find_need(session, receiver.organisation.id, need_id), team, act=by)
    assert (carried(sender), carried(sender)) == (1, 0)
    need = need_row(sender, row_of(sender, referral_id).need_id)
    assert need.next_step["en"].startswith("They gave it to another of their teams")
    for side in either:
        assert len(events(side, EventKind.PACKET_REDIRECTED)) == 1


def system_act(here):
    return here.parts.act(system(here.organisation.id))


def told(here):
    """One round of telling about packets; how many rungs."""
    with here.write() as session:
        return packet_tellings.tell_waiting(session, act=system_act(here))


def named(here, packet_id):
    """Who was told of a packet: rung and role."""
    roles = {user.id: role for role, user in here.people.items()}
    with here.read() as session:
        rows = tellings_about(session, here.organisation.id, packet_id)
        return {(row.rung, roles[row.user_id]) for row in rows}
