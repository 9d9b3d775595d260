"""Single answers asked for from outside: by a receiver without an account, and by another organisation."""

import pytest

from referral.audit import Intact
from referral.consent import ConsentStatus, Giver, Purpose
from referral.items import ItemsReason, ItemsRefusal, ItemsState
from referral.model import Step
from referral.packets import Shared
from service.actions import audit_trail, consents, contents, crossing, items, items_view, receiving
from service.actions.consents import RecordConsent
from service.actions.items import AgreeItems
from service.actions.refusals import Conflict, Invalid
from service.permissions import Role
from service.store.clients import guardians_of
from service.store.packets import packet_of
from service.store.referrals import find_referral
from tests.service.answered import answered_draft, ask, done, request_row, stands
from tests.service.builders import world
from tests.service.caring import events
from tests.service.crossing import agreed, carried, sent_on, shown, taken_in, two, went
from tests.service.linking import agree as agree_to_letter
from tests.service.linking import linked, opened, visitor_of
from tests.service.referring import RECEIVER, SENDER, row_of, take

WHY, SECRET = ItemsReason.TO_PREPARE, "a browser's secret"


@pytest.fixture
def here(database_url, tmp_path):
    return world(database_url, tmp_path)


@pytest.fixture
def pair(database_url, tmp_path):
    return two(database_url, tmp_path)


def mother(here, referral_id):
    with here.read() as session:
        client_id = find_referral(session, here.organisation.id, referral_id).client_id
        (guardian,) = guardians_of(session, here.organisation.id, client_id)
    return guardian


def yes(here, referral_id):
    done(here, items.agree, referral_id, AgreeItems(Giver.GUARDIAN, mother(here, referral_id).id))


def by_link(here):
    """A referral that a receiver without an account has opened, and their act."""
    client = here.new_client("Noor", "Testcase")
    agree_to_letter(here, client)
    sent = linked(here, referral_id=answered_draft(here, client))
    assert opened(here, sent.token, sent.code, SECRET)
    return sent.referral_id, here.parts.act(visitor_of(here, SECRET).actor)


def seen_by(here, act):
    with here.write() as session:
        return receiving.show(session, act=act).view


def asked_by(here, referral_id, act):
    with here.write() as session:
        return items.ask(session, referral_id, WHY, act=act)


def test_a_receiver_by_link_reads_them_once_they_were_asked_for_agreed_to_and_shared(here):
    referral_id, act = by_link(here)
    assert (seen_by(here, act).answers, seen_by(here, act).items.may_ask) == ((), True)

    asked_by(here, referral_id, act)
    with pytest.raises(Invalid, match="single answers"):
        done(here, items.share, referral_id)  # the yes to the letter is none to the answers
    yes(here, referral_id)
    assert seen_by(here, act).answers == ()
    done(here, items.share, referral_id)

    assert len(seen_by(here, act).answers) == 10
    (asked, _shared) = [entry for entry in events(here) if entry["kind"].startswith("items")]
    assert (asked["role"], asked["actor"]) == ("receiver by link", str(act.by.id))


def test_a_yes_that_is_taken_back_closes_the_answers_for_a_receiver_by_link(here):
    referral_id, act = by_link(here)
    asked_by(here, referral_id, act)
    yes(here, referral_id)
    done(here, items.share, referral_id)
    here.clock.forward(minutes=1)
    back = RecordConsent(
        Purpose.SHARING,
        ConsentStatus.WITHDRAWN,
        Giver.GUARDIAN,
        "psychology",
        mother(here, referral_id).id,
    )
    with here.write() as session:
        consents.record(session, row_of(here, referral_id).client_id, back, act=here.act())

    view = seen_by(here, act)

    assert (view.answers, view.items.shared) == ((), False)


def across(sender, receiver):
    """The receiver's own referral, and the sender's, of a packet without the answers."""
    client = sender.new_client("José", "Testcase")
    agreed(sender, receiver, client)
    ours = sent_on(sender, receiver, answered_draft(sender, client))
    carried(sender)
    theirs = taken_in(receiver)
    carried(sender)
    return ours, theirs


def test_another_organisation_asks_is_told_yes_and_gets_the_answers_with_their_proof(pair):
    sender, receiver = pair
    ours, theirs = across(sender, receiver)
    assert shown(receiver).packet.answers == ()

    ask(receiver, theirs, WHY)
    assert carried(sender) == 1
    assert stands(sender, ours).may_answer
    yes(sender, ours)
    done(sender, items.share, ours)
    assert (carried(sender), carried(sender)) == (1, 0)

    packet = shown(receiver).packet
    assert (len(packet.answers), Shared.ITEMS in packet.shared) == (10, True)
    assert request_row(receiver, theirs).state is ItemsState.SHARED
    with sender.write() as session:
        row = find_referral(session, sender.organisation.id, ours)
        assert crossing.show(session, row, act=sender.act()).packet == packet
    assert went(sender)[0].contents != request_row(sender, ours).contents
    with sender.parts.open_write() as session, session.begin():
        assert all(isinstance(each.verdict, Intact) for each in audit_trail.prove_all(session))
        assert [each.differing for each in contents.compare_all(session)] == [(), ()]
    with pytest.raises(Conflict, match="shared already"):
        ask(receiver, theirs, WHY)


def test_a_no_crosses_as_a_code_and_every_leg_is_taken_once(pair):
    sender, receiver = pair
    ours, theirs = across(sender, receiver)
    ask(receiver, theirs, WHY)
    ask(receiver, theirs, WHY, RECEIVER)
    legs = [carried(sender), carried(sender)]
    done(sender, items.decline, ours, ItemsRefusal.CLIENT_NO)
    legs += [carried(sender), carried(sender)]

    found = request_row(receiver, theirs)
    assert (legs, found.state, found.refusal) == ([1, 0, 1, 0], ItemsState.DECLINED, ItemsRefusal.CLIENT_NO)
    for side in pair:
        kinds = [entry["kind"] for entry in events(side) if entry["kind"].startswith("items")]
        assert kinds == ["items asked for", "items not shared"]
    assert shown(receiver).packet.answers == ()


def test_a_yes_to_the_letter_alone_is_none_to_the_answers(pair):
    sender, receiver = pair
    ours, theirs = across(sender, receiver)
    ask(receiver, theirs, WHY)
    carried(sender)
    with pytest.raises(Invalid, match="items_consent"):
        done(sender, items.share, ours)
    assert (carried(sender), request_row(receiver, theirs).state) == (0, ItemsState.OPEN)


def test_what_has_ended_at_the_sender_is_answered_by_the_program(pair):
    sender, receiver = pair
    ours, theirs = across(sender, receiver)
    ask(receiver, theirs, WHY)
    take(sender, ours, Step.MARK_ERROR, SENDER)
    carried(sender)
    carried(sender)
    assert request_row(receiver, theirs).refusal is ItemsRefusal.ENDED


def test_the_people_of_the_asking_organisation_do_not_answer_for_the_other(pair):
    sender, receiver = pair
    _ours, theirs = across(sender, receiver)
    ask(receiver, theirs, WHY)
    assert not stands(receiver, theirs, Role.COORDINATOR).may_answer
    with pytest.raises(Conflict, match="Nobody asks"):
        done(receiver, items.share, theirs, role=Role.COORDINATOR)
    with receiver.write() as session:
        assert items_view.waiting(session, act=receiver.act(Role.COORDINATOR)) == []


def test_a_packet_that_somebody_changed_at_the_sender_is_named(pair):
    sender, receiver = pair
    ours, _theirs = across(sender, receiver)
    with sender.write() as session:
        packet_of(session, sender.organisation.id, ours).contents = b"{}"
    with sender.parts.open_write() as session, session.begin():
        ((_place, _id, kind),), nothing = (each.differing for each in contents.compare_all(session))
    assert (kind, nothing) == ("packet sent", ())
