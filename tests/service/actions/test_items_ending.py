"""A request for single answers that nobody answered ends with its referral, on both sides, and waits for nobody."""

import pytest

from referral.consent import Giver
from referral.items import ItemsReason, ItemsRefusal, ItemsState
from referral.model import State, Step
from service.actions import items, items_view, receiving, timeline
from service.actions.items import AgreeItems
from service.actions.refusals import Conflict
from service.permissions import Role
from service.store.clients import guardians_of
from tests.service.answered import answered_draft, answered_referral, ask, done, request_row, stands
from tests.service.builders import world
from tests.service.caring import events
from tests.service.crossing import agreed, carried, sent_on, shown, state_of, taken_in, two
from tests.service.linking import agree as agree_to_letter
from tests.service.linking import linked, opened, visitor_of
from tests.service.referring import RECEIVER, SENDER, row_of, take

WHY = ItemsReason.TO_PREPARE
ENDINGS = {
    State.DECLINED: ((RECEIVER, Step.DECLINE),),
    State.CANCELLED: ((SENDER, Step.REQUEST_CANCEL), (RECEIVER, Step.CONFIRM_CANCEL)),
    State.COMPLETED: (
        (RECEIVER, Step.ACCEPT),
        (RECEIVER, Step.RECORD_ATTENDED),
        (RECEIVER, Step.REPORT_OUTCOME),
    ),
    State.NOT_REACHED: ((SENDER, Step.REPORT_NOT_REACHED),),
    State.ENTERED_IN_ERROR: ((SENDER, Step.MARK_ERROR),),
}


@pytest.fixture
def here(database_url, tmp_path):
    return world(database_url, tmp_path)


@pytest.fixture
def pair(database_url, tmp_path):
    return two(database_url, tmp_path)


def end(here, referral_id, state=State.DECLINED):
    for role, step in ENDINGS[state]:
        here.clock.forward(minutes=5)
        take(here, referral_id, step, role)


def lists(here):
    """What waits on the lists of those who answer, and the count in their heading."""
    with here.write() as session:
        found = [items_view.waiting(session, act=here.act(role)) for role in (SENDER, Role.COORDINATOR)]
        return [len(each) for each in found], items_view.count(session, act=here.act(SENDER))


def told(here):
    return [entry for entry in events(here) if entry["kind"].startswith("items")]


def last_step(here, referral_id):
    steps = [entry for entry in events(here) if entry["kind"] == "referral step"]
    return next(entry for entry in reversed(steps) if entry["subject"] == str(referral_id))


@pytest.mark.parametrize("state", ENDINGS, ids=str)
def test_it_ends_with_every_end_of_the_referral_and_waits_for_nobody(here, state):
    referral_id = answered_referral(here)
    request_id = ask(here, referral_id, WHY)
    assert lists(here) == ([1, 1], 1)

    end(here, referral_id, state)

    assert (state_of(here, referral_id), lists(here)) == (state, ([0, 0], 0))
    for role in (SENDER, RECEIVER):
        found = stands(here, referral_id, role)
        assert (found.request.state, found.request.refusal) == (ItemsState.DECLINED, ItemsRefusal.ENDED)
        assert (found.request.answered_at, found.request.answered_by) == (
            here.clock(),
            here.people[ENDINGS[state][-1][0]].name,
        )
        assert (found.waits, found.may_ask, found.may_answer) == (False, False, False)
    assert last_step(here, referral_id)["details"]["request"] == str(request_id)
    assert [entry["kind"] for entry in told(here)] == ["items asked for"]


def test_the_timeline_says_that_the_request_ended_with_the_referral(here):
    referral_id = answered_referral(here)
    ask(here, referral_id, WHY)
    end(here, referral_id)
    with here.write() as session:
        found = timeline.of_referral(session, referral_id, act=here.act(SENDER))
    words = [line.words["en"] for line in found.lines]
    assert "Referral, psychology: declined; the request for single answers ended with it" in words


@pytest.mark.parametrize("answer", ["nobody asked", "answered"])
def test_a_referral_without_a_request_that_waits_ends_without_a_word_of_one(here, answer):
    referral_id = answered_referral(here)
    if answer == "answered":
        ask(here, referral_id, WHY)
        done(here, items.decline, referral_id, ItemsRefusal.CALL_US)
    end(here, referral_id)
    assert "request" not in last_step(here, referral_id)["details"]


def test_a_later_mark_of_error_ends_nothing_a_second_time(here):
    referral_id = answered_referral(here)
    ask(here, referral_id, WHY)
    end(here, referral_id)
    ended_at = here.clock()
    end(here, referral_id, State.ENTERED_IN_ERROR)
    assert "request" not in last_step(here, referral_id)["details"]
    assert stands(here, referral_id).request.answered_at == ended_at


def test_once_it_has_ended_nobody_asks_again_answers_or_shares(here):
    referral_id = answered_referral(here)
    ask(here, referral_id, WHY)
    end(here, referral_id)
    with pytest.raises(Conflict, match="has ended"):
        ask(here, referral_id, WHY)
    for act, *said in (
        (items.share,),
        (items.decline, ItemsRefusal.NOT_NEEDED),
        (items.agree, AgreeItems(Giver.CLIENT)),
    ):
        with pytest.raises(Conflict, match="has ended"):
            done(here, act, referral_id, *said)


def test_a_receiver_by_link_learns_that_it_ended(here):
    client = here.new_client("Noor", "Testcase")
    agree_to_letter(here, client)
    sent = linked(here, referral_id=answered_draft(here, client))
    assert opened(here, sent.token, sent.code, "a browser's secret")
    act = here.parts.act(visitor_of(here, "a browser's secret").actor)
    with here.write() as session:
        items.ask(session, sent.referral_id, WHY, act=act)
    take(here, sent.referral_id, Step.MARK_ERROR, SENDER)
    with here.write() as session:
        view = receiving.show(session, act=act).view
    assert (view.items.request.refusal, view.items.may_ask) == (ItemsRefusal.ENDED, False)


def across(pair):
    """The sender's referral, and the receiver's own, of a packet without the answers."""
    sender, receiver = pair
    client = sender.new_client("José", "Testcase")
    agreed(sender, receiver, client)
    ours = sent_on(sender, receiver, answered_draft(sender, client))
    carried(sender)
    theirs = taken_in(receiver)
    carried(sender)
    return ours, theirs


def all_carried(here):
    """Round after round until nothing is left to carry."""
    while carried(here):
        pass


def kinds_told(pair):
    return [[entry["kind"] for entry in told(side)] for side in pair]


def test_an_end_at_the_receiver_takes_the_request_off_the_senders_lists_without_another_event(pair):
    sender, receiver = pair
    ours, theirs = across(pair)
    request_id = ask(receiver, theirs, WHY)
    all_carried(sender)
    assert lists(sender) == ([1, 1], 1)

    take(receiver, theirs, Step.DECLINE, RECEIVER)
    all_carried(sender)

    assert (state_of(sender, ours), lists(sender)) == (State.DECLINED, ([0, 0], 0))
    for side, referral_id in ((sender, ours), (receiver, theirs)):
        assert stands(side, referral_id).request.refusal is ItemsRefusal.ENDED
        assert last_step(side, referral_id)["details"]["request"] == str(request_id)
    assert kinds_told(pair) == [["items asked for"], ["items asked for"]]


def test_an_end_at_the_sender_alone_crosses_as_a_code_while_the_receiver_still_works_on_it(pair):
    sender, receiver = pair
    ours, theirs = across(pair)
    ask(receiver, theirs, WHY)
    all_carried(sender)

    take(sender, ours, Step.MARK_ERROR, SENDER)
    all_carried(sender)

    row = request_row(receiver, theirs)
    assert (row.state, row.refusal) == (ItemsState.DECLINED, ItemsRefusal.ENDED)
    assert state_of(receiver, theirs) is State.CANCEL_REQUESTED
    assert kinds_told(pair) == [["items asked for"], ["items asked for", "items not shared"]]


def test_what_has_ended_before_it_was_carried_is_asked_of_nobody(pair):
    sender, receiver = pair
    _ours, theirs = across(pair)
    ask(receiver, theirs, WHY)
    take(receiver, theirs, Step.DECLINE, RECEIVER)
    all_carried(sender)
    assert kinds_told(pair) == [[], ["items asked for"]]


def test_answers_on_their_way_when_the_referral_ends_are_not_opened_there(pair):
    sender, receiver = pair
    ours, theirs = across(pair)
    ask(receiver, theirs, WHY)
    all_carried(sender)
    done(sender, items.agree, ours, AgreeItems(Giver.GUARDIAN, mother_of(sender, ours)))
    done(sender, items.share, ours)
    end(receiver, theirs, State.COMPLETED)
    all_carried(sender)
    assert state_of(sender, ours) is State.COMPLETED
    assert (shown(receiver).packet.answers, stands(receiver, theirs).shared) == ((), False)
    assert stands(receiver, theirs).request.refusal is ItemsRefusal.ENDED


def mother_of(here, referral_id):
    with here.read() as session:
        (guardian,) = guardians_of(session, here.organisation.id, row_of(here, referral_id).client_id)
    return guardian.id
