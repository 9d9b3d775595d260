"""Walk 7, Monday: of many open needs those that wait for a call stand first, with why; one family has moved away."""

import re

import pytest
from playwright.sync_api import expect

from referral.model import ClosingReason, State, Urgency
from service.permissions import Role
from tests.browser.people import accessibility_problems, sideways, sign_in
from tests.service.answered import answered_draft
from tests.service.caring import need_row
from tests.service.crossing import came, carried, taken_in, two
from tests.service.referring import draft, referral_in, row_of

pytestmark = pytest.mark.browser

TO_CALL, OTHERS = 12, 48


@pytest.fixture
def pair(sqlite_url, tmp_path):
    return two(sqlite_url, tmp_path)


@pytest.fixture
def moved(pair):
    """A Monday with sixty open needs, a dozen of them to be called; the draft of a family that moved away."""
    here, _there = pair
    for number in range(OTHERS - 1):
        draft(here, urgency=Urgency.ROUTINE, client=here.new_client("Sam", f"Steady{number}"))
    for number in range(TO_CALL):
        here.clock.forward(seconds=30)
        referral_in(here, State.NOT_ATTENDED, client=here.new_client("Kai", f"Missed{number}"))
    referral_id = answered_draft(here, here.new_client("José", "Moved"))
    here.clock.forward(minutes=10)
    return referral_id


class Clicks:
    """Somebody with a mouse; counts the clicks."""

    def __init__(self):
        self.made = 0

    def on(self, what):
        what.click()
        self.made += 1


def call_everybody(page, clicks):
    """From the board: the list, then one press for each call; whoever was not reached comes back tomorrow."""
    clicks.on(page.get_by_role("link", name=f"Calls to make {TO_CALL} to be made today"))
    expect(page.locator("main ol.plain-list > li")).to_have_count(TO_CALL)
    first = page.locator("main ol.plain-list > li").first
    expect(first).to_contain_text("Did not come to the appointment")
    expect(first.get_by_role("link", name="555-010-0142")).to_be_visible()
    assert (sideways(page), accessibility_problems(page)) == (0, [])
    for left in range(TO_CALL, 0, -1):
        result = "Reached" if left % 2 else "No answer"
        clicks.on(page.locator("main ol.plain-list > li").first.get_by_role("button", name=result))
        expect(page.locator("main ol.plain-list > li")).to_have_count(left - 1)


def hand_over(page, clicks, here, there):
    """The family moved: with a yes that names the other organisation, the whole need goes there."""
    clicks.on(page.get_by_role("link", name="Students"))
    page.get_by_role("searchbox").fill("moved")
    clicks.on(page.get_by_role("link", name="José Moved"))
    clicks.on(page.get_by_role("link", name="Psychology"))
    clicks.on(page.get_by_role("link", name="Look at the referral and send it"))
    clicks.on(page.get_by_role("link", name=re.compile(re.escape(there.organisation.name))))
    page.get_by_label("Who answered").select_option(label="Rosa Moved, mother")
    page.get_by_label("What they said").select_option(label="Yes")
    clicks.on(page.get_by_role("button", name="Write the answer down"))
    page.get_by_label("Why it goes there").select_option(index=1)
    clicks.on(page.get_by_label(re.compile("hand the whole need over")))
    clicks.on(page.get_by_role("button", name=f"Send it to {there.organisation.name}"))
    expect(page.locator("main")).to_contain_text("Not delivered yet.")


def arrives(there, here, new_context, address):
    """Over there the coordinator sees who it is, why, who agreed, and takes the need in."""
    carried(here)
    page = new_context("desktop").new_page()
    sign_in(page, address, there, Role.COORDINATOR)
    page.get_by_role("link", name=re.compile("From others")).click()
    page.locator("main a.name").first.click()
    for words in ("José Moved", "Rosa Moved", "agreed", here.organisation.name):
        expect(page.locator("main")).to_contain_text(words)
    assert accessibility_problems(page) == []
    taken_in(there)
    carried(here)


def test_monday_with_many_open_needs(pair, moved, new_context, serve):
    here, there = pair
    address, clicks = serve(here.app()), Clicks()
    page = new_context("desktop").new_page()
    sign_in(page, address, here, Role.COORDINATOR)
    expect(page.locator(".tally a").first).to_contain_text(str(TO_CALL + OTHERS))
    call_everybody(page, clicks)
    assert clicks.made == 1 + TO_CALL
    hand_over(page, clicks, here, there)
    assert clicks.made <= 1 + TO_CALL + 8
    arrives(there, here, new_context, address)
    need = need_row(here, row_of(here, moved).need_id)
    assert (need.closing_reason, len(came(there))) == (ClosingReason.MOVED_AWAY, 1)
    page.goto(f"{address}/clients/{need.client_id}/timeline")
    for words in ("Sent to another organisation", "Arrived at the other organisation", "Need closed"):
        expect(page.locator("main")).to_contain_text(words)
