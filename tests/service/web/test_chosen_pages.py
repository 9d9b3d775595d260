"""Several at once, in the queue and on the board: each is decided by itself, and told by itself."""

import re
import uuid

import pytest

from referral.model import State, Step
from service.permissions import Role
from tests.service.builders import world
from tests.service.caring import events, need_of, need_row, stranger
from tests.service.referring import RECEIVER, referral_in, row_of, take
from tests.service.web.visiting import visitor, words

LEAD = Role.COORDINATOR


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


def told(page):
    """(who, what) of each line of the answer."""
    lines = re.findall(r'<li class="card card-tight row row-apart">(.*?)</li>', page.text, re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", line)).strip() for line in lines]


def steps(here):
    return [
        (each["subject"], each["details"]["step"]) for each in events(here) if each["kind"] == "referral step"
    ]


def test_of_several_claimed_at_once_each_is_told_and_none_holds_up_another(here):
    mine, gone = (referral_in(here, State.SENT, client=here.new_client(name)) for name in ("Kai", "Lou"))
    take(here, gone, Step.REQUEST_CANCEL, Role.COUNSELOR)
    before = len(steps(here))
    page = visitor(here, RECEIVER).post("/queue/chosen", referral_id=[mine, gone, stranger()], step="claim")
    assert page.status_code == 200
    assert "1 of 3 done. Each was decided by itself." in words(page)
    assert [line for line in told(page) if "Claimed" in line] == [
        f"Kai Testcase {row_of(here, mine).number} Claimed"
    ]
    assert sum("Not done" in line for line in told(page)) == 2
    assert (row_of(here, mine).state, row_of(here, gone).state) == (State.CLAIMED, State.CANCEL_REQUESTED)
    assert steps(here)[before:] == [(str(mine), "claim")]


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"step": "claim"}, "referral_id"),
        ({"step": "decline", "referral_id": str(stranger())}, "step"),
        ({"step": "claim", "referral_id": [str(uuid.UUID(int=n)) for n in range(1, 102)]}, "referral_id"),
    ],
)
def test_nothing_chosen_or_a_step_that_needs_more_said_is_refused_by_its_field(here, form, field):
    page = visitor(here, RECEIVER).post("/queue/chosen", **form)
    assert page.status_code == 422
    assert field in page.text


def test_needs_go_to_another_person_with_the_note_and_who_cannot_take_one_does_not(here):
    first, second = (need_of(here, client=here.new_client(name)) for name in ("Kai", "Lou"))
    owner, other = (here.people[role].id for role in (Role.SUPERVISOR, Role.COUNSELOR))
    lead = visitor(here, LEAD)
    page = lead.post(
        "/board/hand-over", need_id=[first, second], owner_id=owner, note="On leave from Monday."
    )
    assert "2 of 2 done" in words(page)
    assert {need_row(here, each).owner_id for each in (first, second)} == {owner}
    assert [each["after"] for each in events(here) if each["kind"] == "need reassigned"] == [str(owner)] * 2
    assert "On leave from Monday." in words(lead.get(f"/needs/{first}"))
    again = lead.post("/board/hand-over", need_id=[first], owner_id=owner, note="Once more.")
    assert (again.status_code, "owns it already" in again.text) == (422, True)
    assert other not in {need_row(here, each).owner_id for each in (first, second)}


def test_what_is_missing_is_asked_for_and_the_ticks_stay(here):
    need_id = need_of(here)
    page = visitor(here, LEAD).post(
        "/board/hand-over", need_id=need_id, note="", next="/board?pathway=psychology"
    )
    assert page.status_code == 422
    assert "Say who takes them over." in page.text
    assert "Write a sentence or two." in page.text
    assert f'value="{need_id}" checked' in page.text


def test_the_board_shows_one_persons_needs_and_how_long_they_wait(here):
    need_of(here)
    here.clock.forward(days=3)
    counselor = here.people[Role.COUNSELOR].id
    lead = visitor(here, LEAD)
    assert "Alder High, waiting 3 days" in words(lead.get("/board", owner=str(counselor)))
    assert "Maya Example" not in lead.get("/board", owner=str(stranger())).text
