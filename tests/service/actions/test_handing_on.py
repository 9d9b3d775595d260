"""Handing on what somebody holds at a receiving desk, and what becomes of it when their account is closed."""

import shutil

import pytest

from referral.model import State
from service.actions import accounts, handing_on
from service.actions.refusals import Invalid
from service.permissions import NotAllowed, Role
from tests.service.builders import world
from tests.service.caring import do, events
from tests.service.referring import RECEIVER, referral_in, row_of
from tests.service.web.visiting import visitor, words

STAFF, LEAD = Role.REFERRAL_STAFF, Role.COORDINATOR


@pytest.fixture
def here(migrated_sqlite, tmp_path):
    return world(f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'handrail.db')}", tmp_path)


def held(here):
    """Two referrals that one clinician holds: one claimed, one accepted."""
    states = State.CLAIMED, State.ACCEPTED
    return [referral_in(here, state, client=here.new_client("Kim", f"Testcase{state}")) for state in states]


def handed(here, giver, taker, role=LEAD):
    people = (here.people[each].id if each else None for each in (giver, taker))
    return do(here, handing_on.hand_on, *people, role=role)


@pytest.mark.parametrize("role", [LEAD, STAFF])
def test_all_that_one_holds_goes_to_a_colleague_in_one_act_with_an_event_each(here, role):
    ids = held(here)
    before = [(row_of(here, each).state, row_of(here, each).due_at) for each in ids]
    assert handed(here, RECEIVER, STAFF, role) == 2
    rows = [row_of(here, each) for each in ids]
    assert {row.claimed_by for row in rows} == {here.people[STAFF].id}
    assert [(row.state, row.due_at) for row in rows] == before
    told = [each for each in events(here) if each["kind"] == "referral handed on"]
    assert [(each["subject"], each["before"], each["after"]) for each in told] == [
        (str(each), str(here.people[RECEIVER].id), str(here.people[STAFF].id)) for each in sorted(ids)
    ]


@pytest.mark.parametrize(
    ("giver", "taker", "fields"),
    [
        (None, STAFF, {"from_id", "to_id"}),
        (Role.COUNSELOR, STAFF, {"from_id", "to_id"}),
        (STAFF, RECEIVER, {"from_id"}),
        (RECEIVER, RECEIVER, {"to_id"}),
        (RECEIVER, Role.COUNSELOR, {"to_id"}),
    ],
)
def test_who_cannot_hold_or_take_is_refused_by_the_field(here, giver, taker, fields):
    held(here)
    with pytest.raises(Invalid) as refused:
        handed(here, giver, taker)
    assert {each.field for each in refused.value.problems} == fields


def test_nobody_else_hands_on(here):
    with pytest.raises(NotAllowed):
        handed(here, RECEIVER, STAFF, Role.COUNSELOR)


def test_what_is_claimed_goes_back_to_the_queue_when_the_account_is_closed(here):
    claimed, accepted = held(here)
    do(here, accounts.close, here.people[RECEIVER].id, None, role=Role.ADMINISTRATOR)
    assert (row_of(here, claimed).state, row_of(here, claimed).claimed_by) == (State.SENT, None)
    assert row_of(here, accepted).state is State.ACCEPTED


def test_it_is_handed_on_at_the_page(here):
    held(here)
    lead = visitor(here, LEAD)
    assert "2 referrals" in words(lead.get("/desks"))
    wrong = lead.post("/desks", from_id="", to_id="")
    assert (wrong.status_code, "Choose somebody" in wrong.text) == (422, True)
    people = {"from_id": here.people[RECEIVER].id, "to_id": here.people[STAFF].id}
    assert "2 referrals were handed on." in words(lead.send("/desks", **people))
