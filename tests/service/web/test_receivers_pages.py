"""The directory at the pages, and the sender's page where nobody has room or the family asks for something."""

import re

import pytest

from referral.model import State
from service.permissions import Role
from tests.service.referring import SENDER, at_noon, draft, row_of, shared_world
from tests.service.web.test_referrals_pages import Visitor, headings

ADMIN, STAFF = Role.ADMINISTRATOR, Role.REFERRAL_STAFF
FULL = {"open_places": "0", "per_week": "1", "wait_days": "35"}
WITHIN = {"lowest_age": "5", "highest_age": "21", "languages": ["en", "es"]}


@pytest.fixture(scope="module")
def shared(migrated_sqlite, tmp_path_factory):
    with shared_world(migrated_sqlite, tmp_path_factory.mktemp("shared")) as here:
        yield here


@pytest.fixture
def here(shared):
    return at_noon(shared)


def state(visitor, team, **fields):
    """Fill in the form of a team and answer what came of it."""
    where = f"/receivers/{team.id}/edit"
    was = re.search(r'name="was" value="(\d+)"', visitor.get(where).text).group(1)
    return visitor.post(where, was=was, **fields)


def test_the_administrator_states_everything_and_everybody_finds_it(here):
    team, visitor = here.teams["social-work"], Visitor(here, ADMIN)
    answer = state(
        visitor, team, **WITHIN, ways="telehealth", outside_school="yes", wait_days="3", cost="insurance"
    )
    assert answer.status_code == 303
    page = Visitor(here, SENDER).get(f"/receivers/{team.id}")
    assert headings(page, 1) == ["Social-Work team"]
    for words in (
        "ages 5 to 21",
        "English, Spanish",
        "By video or telephone",
        "about 3 days",
        "Paid by insurance",
    ):
        assert words in page.text
    assert "State it anew" not in page.text
    found = visitor.get("/receivers?language=es&pathway=social-work").text
    assert ("Social-Work team" in found, "Crisis team" in found) == (True, False)
    assert "No receiver is like that" in visitor.get("/receivers?words=nobody").text


def test_a_teams_own_staff_see_its_numbers_only_and_what_is_wrong_is_named_with_the_input_kept(here):
    team, visitor = here.teams["psychology"], Visitor(here, STAFF)
    form = visitor.get(f"/receivers/{team.id}/edit").text
    assert ("New people each week" in form, "Youngest age" in form) == (True, False)
    answer = state(visitor, team, per_week="three", wait_days="2")
    assert answer.status_code == 422
    assert '<a href="#per_week">' in answer.text
    assert 'value="2"' in answer.text
    assert visitor.get(f"/receivers/{here.teams['crisis'].id}/edit").status_code == 403


def test_an_office_is_added_and_what_it_offers_is_stated_next(here):
    visitor = Visitor(here, ADMIN)
    visitor.get("/receivers/new")
    office = {"name": "Elm Practice", "kind": "clinic", "phone": "555-010-0188", "language": "en"}
    assert visitor.post("/receivers/new", **office | {"phone": "1"}).status_code == 422
    answer = visitor.post("/receivers/new", **office)
    assert answer.status_code == 303
    assert "Takes referrals for" in visitor.get(answer.location).text


def test_where_nobody_has_room_the_page_says_so_and_chooses_nobody(here):
    state(Visitor(here, ADMIN), here.teams["psychology"], **WITHIN, **FULL)
    referral_id, visitor = draft(here), Visitor(here, SENDER)
    page = visitor.get(f"/referrals/{referral_id}/preview").text
    assert "No team here has a place now." in page
    assert "Full: a place in about 5 weeks." in page
    assert "it would go on the waiting list" in page
    assert "Proposed" not in page
    receivers = re.findall(r'<input type="radio" name="receiver_id"[^>]*>', page)
    assert receivers
    assert not any("checked" in each for each in receivers)
    to = {"receiver_id": str(here.teams["psychology"].id)}
    refused = visitor.post(f"/referrals/{referral_id}/send", **to)
    assert (refused.status_code, '<a href="#knowing">' in refused.text) == (422, True)
    assert visitor.post(f"/referrals/{referral_id}/send", **to, knowing="yes").status_code == 303
    assert row_of(here, referral_id).state is State.SENT


def test_what_the_family_asks_for_orders_the_teams_and_stays_chosen(here):
    referral_id, visitor = draft(here, pathway="social-work"), Visitor(here, SENDER)
    visitor.get(f"/referrals/{referral_id}/preview")
    page = visitor.post(f"/referrals/{referral_id}/preview", wishes=["telehealth", "sign language"])
    assert page.status_code == 200
    assert len(re.findall(r'name="wishes" value="[a-z ]+" checked', page.text)) == 2
    assert "Sign language: not stated, ask." in page.text
