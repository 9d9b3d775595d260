"""A receiver asks for consent to share single answers: one request, one answer, consent judged at the sharing."""

import pytest
from sqlalchemy.exc import IntegrityError

from referral.consent import ConsentStatus, Giver, Purpose
from referral.items import ItemsReason, ItemsRefusal, ItemsState
from referral.model import Step
from service.actions import consents, items, items_view
from service.actions.consents import RecordConsent
from service.actions.items import AgreeItems, new_request
from service.actions.refusals import Conflict, Invalid
from service.permissions import NotAllowed, Role
from service.store.clients import guardians_of
from service.store.referrals import find_referral
from tests.service.answered import (
    answered_referral,
    answers_seen,
    ask,
    done,
    request_row,
    stands,
)
from tests.service.builders import world
from tests.service.caring import events
from tests.service.referring import RECEIVER, SENDER, draft, row_of, take

WHY = ItemsReason.TO_DECIDE


@pytest.fixture
def here(database_url, tmp_path):
    return world(database_url, tmp_path)


def mother(here, referral_id):
    with here.read() as session:
        client_id = find_referral(session, here.organisation.id, referral_id).client_id
        (guardian,) = guardians_of(session, here.organisation.id, client_id)
    return guardian.id


def agree(here, referral_id):
    done(here, items.agree, referral_id, AgreeItems(Giver.GUARDIAN, mother(here, referral_id)))


def told(here):
    return [entry for entry in events(here) if entry["kind"].startswith("items")]


def test_what_is_asked_for_agreed_to_and_shared_is_read_by_the_clinician_and_each_act_is_an_event(here):
    referral_id = answered_referral(here)
    assert answers_seen(here, referral_id) == ()

    ask(here, referral_id, WHY)
    assert answers_seen(here, referral_id) == ()
    agree(here, referral_id)
    done(here, items.share, referral_id)

    assert len(answers_seen(here, referral_id)) == 10
    state = stands(here, referral_id, RECEIVER)
    assert (state.request.state, state.shared, state.may_ask) == (ItemsState.SHARED, True, False)
    asked, shared = told(here)
    people = {role: str(here.people[role].id) for role in (Role.REFERRAL_STAFF, SENDER)}
    assert (asked["kind"], asked["actor"], asked["reason"]) == (
        "items asked for",
        people[Role.REFERRAL_STAFF],
        "to decide whether we take it",
    )
    assert (shared["kind"], shared["actor"], shared["reason"]) == ("items shared", people[SENDER], None)
    assert asked["details"]["request"] == shared["details"]["request"]


def test_asked_twice_it_is_one_request_whoever_asks(here):
    referral_id = answered_referral(here)

    first = ask(here, referral_id, WHY)
    again = ask(here, referral_id, ItemsReason.FOR_SAFETY, RECEIVER)

    assert (again, len(told(here)), request_row(here, referral_id).reason) == (first, 1, WHY)


def test_the_database_keeps_one_open_request_for_each_referral(here):
    referral_id = answered_referral(here)
    ask(here, referral_id, WHY)
    with pytest.raises(IntegrityError), here.write() as session:
        session.add(new_request(row_of(here, referral_id), here.id(), WHY, act=here.act()))


def test_a_no_is_a_coded_reason_said_once_and_may_be_asked_again_later(here):
    referral_id = answered_referral(here)
    first = ask(here, referral_id, WHY)

    for _twice in range(2):
        done(here, items.decline, referral_id, ItemsRefusal.GUARDIAN_NO)
    state = stands(here, referral_id, RECEIVER)

    assert (state.request.refusal, state.waits, state.may_ask) == (ItemsRefusal.GUARDIAN_NO, False, True)
    assert [entry["kind"] for entry in told(here)] == ["items asked for", "items not shared"]
    with pytest.raises(Conflict, match="answered this already"):
        done(here, items.share, referral_id)
    assert ask(here, referral_id, WHY) != first


def test_without_a_yes_nothing_is_shared_and_a_yes_that_was_taken_back_counts_no_more(here):
    referral_id = answered_referral(here)
    ask(here, referral_id, WHY)
    with pytest.raises(Invalid, match="items_consent"):
        done(here, items.share, referral_id)
    agree(here, referral_id)
    taken_back = RecordConsent(
        Purpose.SHARING, ConsentStatus.WITHDRAWN, Giver.GUARDIAN, "psychology", mother(here, referral_id)
    )
    here.clock.forward(minutes=1)
    with here.write() as session:
        consents.record(session, row_of(here, referral_id).client_id, taken_back, act=here.act())

    with pytest.raises(Invalid, match="withdrawn"):
        done(here, items.share, referral_id)

    assert (request_row(here, referral_id).state, len(told(here))) == (ItemsState.OPEN, 1)


def test_it_takes_a_reason_to_ask_and_a_reason_to_decline(here):
    referral_id = answered_referral(here)
    with pytest.raises(Invalid, match="items_reason"):
        ask(here, referral_id, None)
    ask(here, referral_id, WHY)
    for reason in (None, ItemsRefusal.ENDED):
        with pytest.raises(Invalid, match="items_refusal"):
            done(here, items.decline, referral_id, reason)


def test_what_is_not_there_or_has_ended_or_was_never_asked_is_said_so(here):
    empty = draft(here)
    take(here, empty, Step.SEND, SENDER)
    with pytest.raises(Conflict, match="no single answers"):
        ask(here, empty, WHY)
    referral_id = answered_referral(here)
    with pytest.raises(Conflict, match="Nobody asks"):
        done(here, items.share, referral_id)
    ask(here, referral_id, WHY)
    take(here, referral_id, Step.DECLINE, RECEIVER)
    with pytest.raises(Conflict, match="has ended"):
        done(here, items.decline, referral_id, ItemsRefusal.NOT_NEEDED)
    assert waiting(here, SENDER) == []


def waiting(here, role):
    with here.write() as session:
        return [each.referral_id for each in items_view.waiting(session, act=here.act(role))]


def test_neither_side_speaks_for_the_other(here):
    referral_id = answered_referral(here)
    with pytest.raises(NotAllowed):
        ask(here, referral_id, WHY, SENDER)
    ask(here, referral_id, WHY)
    for act, *said in ((items.share,), (items.decline, ItemsRefusal.NOT_NEEDED)):
        with pytest.raises(NotAllowed):
            done(here, act, referral_id, *said, role=RECEIVER)


def test_it_waits_in_the_list_of_whoever_reaches_the_client_until_it_is_answered(here):
    referral_id = answered_referral(here)
    ask(here, referral_id, WHY)
    with here.read() as session:
        counts = [items_view.count(session, act=here.act(role)) for role in (SENDER, RECEIVER)]
    assert (waiting(here, SENDER), waiting(here, Role.COORDINATOR), counts) == (
        [referral_id],
        [referral_id],
        [1, 0],
    )
    done(here, items.decline, referral_id, ItemsRefusal.CALL_US)
    assert waiting(here, Role.COORDINATOR) == []


def test_a_receiver_that_may_read_the_answers_has_nothing_to_ask_for(here):
    referral_id = answered_referral(here)
    ask(here, referral_id, WHY)
    agree(here, referral_id)
    done(here, items.share, referral_id)
    with pytest.raises(Conflict, match="shared already"):
        ask(here, referral_id, WHY)
    done(here, items.share, referral_id)
    assert len(told(here)) == 2
