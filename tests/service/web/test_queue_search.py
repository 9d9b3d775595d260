"""Finding a referral in one's queue: by name or number, in every view at once, and never by an address."""

import re

import pytest

from referral.model import State, Urgency
from service.actions import queue_search
from service.actions.queue_search import number_in
from tests.service.builders import world
from tests.service.referring import RECEIVER, referral_in, row_of
from tests.service.web.test_queue_pages import names_on
from tests.service.web.visiting import visitor


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


def test_a_name_is_found_in_whichever_view_it_stands_and_filters_stay(here):
    lucia = here.new_client("Lucía", "Specimen")
    sent = referral_in(here, State.SENT, client=lucia, urgency=Urgency.URGENT)
    for state, pathway in ((State.DECLINED, "psychology"), (State.SENT, "psychiatry")):
        referral_in(here, state, client=here.new_client("Lucia", f"Testcase{state.name}"), pathway=pathway)
    referral_in(here, State.WAITLISTED, client=here.new_client("Kai", "Mockup"))
    desk = visitor(here, RECEIVER)
    found = desk.post("/queue", query="LUCIA", view="waiting-list")
    assert names_on(found) == ["Lucía Specimen", "Lucia TestcaseDECLINED"]
    assert "2 referrals found" in found.text
    assert 'name="view" value="waiting-list"' in found.text
    narrowed = desk.post("/queue", query="lucia spec", view="all-open", urgency="soon")
    assert (names_on(narrowed), "Take the filters off" in narrowed.text) == ([], True)
    number = row_of(here, sent).number
    for typed in (number, number.lower().replace("-", " "), number.removeprefix("HR-")):
        assert names_on(desk.post("/queue", query=typed)) == ["Lucía Specimen"]


def test_no_name_stands_in_an_address(here):
    desk = visitor(here, RECEIVER)
    assert desk.get("/queue", query="lucia").status_code == 422
    assert 'hx-get="/queue/live?view=mine"' in desk.post("/queue", query=" ", view="mine").text
    page = desk.post("/queue", query="lucia").text
    assert [
        each for each in re.findall(r'(?:href|action|hx-get|data-panel)="([^"]*)"', page) if "lucia" in each
    ] == []


def test_when_more_fit_than_a_page_holds_all_are_counted(here, monkeypatch):
    monkeypatch.setattr(queue_search, "PAGE", 1)
    for number in range(3):
        referral_in(here, State.SENT, client=here.new_client("Kai", f"Specimen{number}"))
    assert (
        "3 referrals found, the 1 most urgent are here"
        in visitor(here, RECEIVER).post("/queue", query="kai").text
    )


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("HR-2Q4K-7ZZA", "HR-2Q4K-7ZZA"),
        ("hr2q4k7zza", "HR-2Q4K-7ZZA"),
        ("2q4k 7zza", "HR-2Q4K-7ZZA"),
        ("Maya Example", None),
        ("", None),
    ],
)
def test_a_number_is_known_however_it_is_written(typed, number):
    assert number_in(typed) == number
