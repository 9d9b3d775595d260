"""The queue's page: views with counts, filters in the address, the list alone, and the panel."""

import re

import pytest

from referral.model import State, Step, Urgency
from service.actions import queue
from service.permissions import Role
from tests.service.builders import world
from tests.service.referring import RECEIVER, referral_in, take
from tests.service.web.test_referrals_pages import Visitor, buttons, headings, mains


@pytest.fixture
def here(sqlite_url, tmp_path):
    here = world(sqlite_url, tmp_path)
    here.kept_app = here.app()
    return here


def names_on(answer):
    return re.findall(r'<a class="name"[^>]*>([^<]+)</a>', answer.text)


def counts_on(answer):
    return [int(each) for each in re.findall(r'<span class="n">(\d+)</span>', answer.text)]


def test_the_page_has_its_heading_views_counts_and_table(here):
    referral_in(here, State.SENT)
    page = Visitor(here, RECEIVER).get("/queue")
    assert headings(page, 1) == ["Referrals to your team"]
    assert counts_on(page) == [1, 0, 0, 0, 0, 0, 1]
    assert names_on(page) == ["Noor Testcase"]
    assert re.findall(r'<th role="columnheader" scope="col">([^<]+)', page.text) == [
        "Urgency",
        "Student",
        "Reason",
        "Time left",
        "Owner",
    ]
    assert "open until 16:00" in page.text or "open until" in page.text


@pytest.mark.parametrize(
    ("role", "title"),
    [
        (Role.REFERRAL_STAFF, "Referrals to your team"),
        (Role.ON_CALL, "Crisis and immediate referrals"),
        (Role.COORDINATOR, "All referrals"),
    ],
)
def test_the_heading_says_whose_queue_it_is(here, role, title):
    assert headings(Visitor(here, role).get("/queue"), 1) == [title]


def test_filters_stand_in_the_address_and_stay_chosen(here):
    referral_in(here, State.SENT, urgency=Urgency.URGENT)
    referral_in(here, State.SENT, client=here.new_client("Kai", "Specimen"))
    page = Visitor(here, RECEIVER).get("/queue?view=all-open&urgency=urgent&owner=nobody")
    assert names_on(page) == ["Noor Testcase"]
    assert '<option value="urgent" selected>' in page.text
    assert '<option value="nobody" selected>' in page.text


def test_an_empty_view_says_what_would_be_here_and_where_to_go(here):
    page = Visitor(here, RECEIVER).get("/queue?view=waiting-list")
    assert "Nobody is on the waiting list." in page.text
    assert 'href="/queue?view=all-open"' in page.text


def test_the_list_alone_brings_the_views_with_it(here):
    referral_in(here, State.SENT)
    part = Visitor(here, RECEIVER).get("/queue/live?view=all-open")
    assert "<html" not in part.text
    assert names_on(part) == ["Noor Testcase"]
    assert 'hx-swap-oob="outerMorph"' in part.text
    assert 'hx-get="/queue/live?view=all-open"' in part.text


def test_the_panel_has_one_main_button_and_the_others_beside_it(here):
    referral_id = referral_in(here, State.SENT)
    panel = Visitor(here, RECEIVER).get(f"/queue/panel/{referral_id}?view=all-open")
    assert headings(panel) == ["Noor Testcase"]
    assert mains(panel) == ["Claim this referral"]
    assert {"Accept this referral", "Decline this referral"} <= set(buttons(panel))
    assert f'name="next" value="/queue?view=all-open&amp;selected={referral_id}"' in panel.text


def test_claiming_from_the_panel_goes_back_to_the_list(here):
    referral_id = referral_in(here, State.SENT)
    visitor = Visitor(here, RECEIVER)
    visitor.get(f"/queue/panel/{referral_id}")
    answer = visitor.post(f"/referrals/{referral_id}/claim", next=f"/queue?selected={referral_id}")
    assert answer.location == f"/queue?selected={referral_id}"
    assert "Claimed." in visitor.get(answer.location).text


def test_a_long_queue_goes_on_behind_a_link(here, monkeypatch):
    monkeypatch.setattr(queue, "PAGE", 2)
    for number in range(3):
        here.clock.forward(minutes=1)
        referral_in(here, State.SENT, client=here.new_client("Kai", f"Specimen{number}"))
    visitor = Visitor(here, RECEIVER)
    page = visitor.get("/queue?view=all-open")
    on = re.search(r'href="(/queue\?[^"]*cursor=[^"]+)"', page.text).group(1).replace("&amp;", "&")
    following = visitor.get(on)
    assert (names_on(page), names_on(following)) == (["Kai Specimen0", "Kai Specimen1"], ["Kai Specimen2"])
    assert "Not the first page." in following.text


def test_a_claimed_referral_shows_who_holds_it(here):
    take(here, referral_in(here, State.SENT), Step.CLAIM, RECEIVER)
    assert ">You</td>" in Visitor(here, RECEIVER).get("/queue?view=mine").text


def test_a_view_that_does_not_exist_is_refused_in_words(here):
    answer = Visitor(here, RECEIVER).get("/queue?view=everything")
    assert answer.status_code == 422
    assert "view" in answer.text


def test_who_has_no_queue_is_told_so(here):
    assert Visitor(here, Role.COUNSELOR).get("/queue").status_code == 403


def test_a_page_left_open_does_not_keep_its_person_signed_in(here):
    visitor = Visitor(here, RECEIVER)
    for _minute in range(4):
        here.clock.forward(minutes=10)
        answer = visitor.client.get("/queue/live", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/sign-in")


def test_using_the_queue_keeps_its_person_signed_in(here):
    visitor = Visitor(here, RECEIVER)
    for _minute in range(4):
        here.clock.forward(minutes=10)
        answer = visitor.get("/queue")
    assert answer.status_code == 200
