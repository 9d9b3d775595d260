"""Walk 4, the clinic's intake by keyboard alone: forty wait; accept and book, decline kindly, ask for consent.

The school has the page of each open, and sees what the clinic does within a second.
"""

import pytest
from playwright.sync_api import expect

from referral.model import DeclineReason, State, Step, Urgency
from tests.browser.people import accessibility_problems, sign_in
from tests.service.answered import answered_draft, request_row
from tests.service.builders import world
from tests.service.referring import RECEIVER, SENDER, draft, row_of, take

pytestmark = pytest.mark.browser

KIND = "He is younger than those we see. We are sorry, and wish him well."


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


@pytest.fixture
def forty(here):
    """Forty referrals that wait; the ids of the three that press most, the third with answers behind it."""
    first = draft(here, urgency=Urgency.URGENT, client=here.new_client("Kai", "First"))
    here.clock.forward(minutes=1)
    second = draft(here, client=here.new_client("Ari", "Second"))
    here.clock.forward(minutes=1)
    third = answered_draft(here, here.new_client("Noor", "Third"))
    rest = []
    for number in range(37):
        here.clock.forward(minutes=1)
        rest.append(draft(here, client=here.new_client("Sam", f"Waiting{number}")))
    for each in (first, second, third, *rest):
        take(here, each, Step.SEND, SENDER)
        here.clock.forward(seconds=30)
    return first, second, third


class Keys:
    """Somebody at a keyboard; counts what they press, letters of words apart."""

    def __init__(self, page):
        self.page, self.pressed = page, 0

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    def tab_to(self, what):
        """Tab until the focus is there, as somebody does who looks at the ring around it."""
        for _each in range(60):
            if what.evaluate("each => each === document.activeElement"):
                return
            self.press("Tab")
        expect(what).to_be_focused()

    def choose(self, what):
        self.tab_to(what)
        self.press("Enter")


def said(page):
    return page.get_by_role("status").first


def looked_at(page, name):
    """The panel of the row that is chosen stands there."""
    expect(page.locator("#panel h2")).to_have_text(name)


def accept_and_book(keys, page):
    looked_at(page, "Kai First")
    keys.press("c")
    expect(said(page)).to_contain_text("Claimed")
    looked_at(page, "Kai First")
    keys.press("a")
    expect(said(page)).to_contain_text("Accepted")
    expect(page.get_by_role("link", name="Book the appointment")).to_be_focused()
    keys.press("Enter")
    keys.tab_to(page.get_by_label("Day and time of the appointment"))
    page.keyboard.type("10202026")
    keys.press("ArrowRight")
    page.keyboard.type("0300PM")
    keys.choose(page.get_by_role("button", name="Book the appointment"))
    expect(said(page)).to_contain_text("booked")


def decline_kindly(keys, page):
    keys.choose(page.get_by_role("navigation", name="Main").get_by_role("link", name="Referrals"))
    looked_at(page, "Ari Second")
    keys.press("Enter")
    keys.choose(page.get_by_role("link", name="Skip to main content"))
    keys.choose(page.get_by_role("link", name="Decline this referral"))
    keys.tab_to(page.get_by_role("combobox"))
    page.keyboard.type("Not elig")
    keys.tab_to(page.get_by_role("textbox"))
    page.keyboard.type(KIND)
    keys.choose(page.get_by_role("button", name="Decline this referral"))
    expect(said(page)).to_contain_text("Declined")


def ask_for_consent(keys, page):
    keys.choose(page.get_by_role("navigation", name="Main").get_by_role("link", name="Referrals"))
    looked_at(page, "Noor Third")
    keys.press("Enter")
    keys.choose(page.get_by_role("link", name="Skip to main content"))
    keys.choose(page.get_by_role("link", name="Ask for consent to share the single answers"))
    keys.tab_to(page.get_by_label("What do you need them for?"))
    page.keyboard.type("To judge")
    keys.choose(page.get_by_role("button", name="Ask for consent"))
    expect(said(page)).to_contain_text("Asked. The sender sees it now")


def test_the_intake_by_keyboard_alone(here, forty, new_context, serve):
    first, second, third = forty
    address = serve(here.app())
    page = new_context("desktop").new_page()
    sign_in(page, address, here, RECEIVER)
    keys = Keys(page)
    expect(page.locator("#views [aria-current] .n")).to_have_text("40")
    school = new_context("desktop").new_page()
    sign_in(school, address, here, SENDER)
    school.clock.install()
    for referral_id, what, shown in (
        (first, accept_and_book, "Appointment booked by"),
        (second, decline_kindly, KIND),
        (third, ask_for_consent, "is asked for: to judge safety"),
    ):
        school.goto(f"{address}/referrals/{referral_id}")
        what(keys, page)
        school.clock.run_for(1_100)
        expect(school.locator("#main")).to_contain_text(shown)
    found = [row_of(here, each) for each in (first, second, third)]
    assert [row.state for row in found] == [State.SCHEDULED, State.DECLINED, State.SENT]
    assert (found[1].decline_reason, found[1].decline_note) == (DeclineReason.NOT_ELIGIBLE, KIND)
    assert request_row(here, third) is not None
    assert keys.pressed < 60
    assert accessibility_problems(page) == []
