"""The queue by keyboard alone in a real browser: move, look, claim, accept, open; and keys turned off."""

import pytest
from playwright.sync_api import expect

from referral.model import State, Step
from tests.browser.people import accessibility_problems, sideways, sign_in
from tests.service.builders import world
from tests.service.referring import RECEIVER, SENDER, referral_in, row_of, take

pytestmark = pytest.mark.browser


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


@pytest.fixture
def three(here):
    """Three sent referrals, the most pressing first."""
    ids = []
    for number in range(3):
        here.clock.forward(minutes=1)
        ids.append(referral_in(here, State.SENT, client=here.new_client("Kai", f"Specimen{number}")))
    return ids


@pytest.fixture
def desk(here, three, serve, page):
    """The queue, opened by a clinician at a desk."""
    address = serve(here.app())
    sign_in(page, address, here, RECEIVER)
    page.goto(f"{address}/queue")
    return page


def panel(page):
    return page.locator("#panel h2")


def test_j_and_k_move_and_the_panel_follows(desk):
    expect(panel(desk)).to_have_text("Kai Specimen0")
    desk.keyboard.press("j")
    expect(panel(desk)).to_have_text("Kai Specimen1")
    expect(desk.get_by_role("link", name="Kai Specimen1")).to_be_focused()
    expect(desk.get_by_role("link", name="Kai Specimen1")).to_have_attribute("aria-current", "true")
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    expect(panel(desk)).to_have_text("Kai Specimen2")
    desk.keyboard.press("k")
    expect(panel(desk)).to_have_text("Kai Specimen1")
    assert accessibility_problems(desk) == []


def test_c_claims_a_accepts_and_enter_opens(here, three, desk):
    desk.keyboard.press("j")
    desk.keyboard.press("c")
    expect(desk.get_by_role("status").filter(has_text="Claimed.")).to_be_visible()
    assert row_of(here, three[1]).state is State.CLAIMED
    desk.goto(desk.url.split("?")[0] + f"?view=mine&selected={three[1]}")
    expect(panel(desk)).to_have_text("Kai Specimen1")
    desk.keyboard.press("a")
    expect(desk.get_by_role("status").filter(has_text="Accepted.")).to_be_visible()
    assert row_of(here, three[1]).state is State.ACCEPTED
    expect(desk).to_have_url(desk.url.split("?")[0] + f"?view=mine&selected={three[1]}")
    desk.get_by_role("link", name="Kai Specimen1").focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", level=1)).to_have_text("Kai Specimen1")
    expect(desk.get_by_role("button", name="Book the appointment")).to_be_visible()


def test_x_ticks_and_the_ticks_outlast_a_fresh_list_until_the_row_has_left_it(here, three, desk):
    desk.keyboard.press("x")
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    desk.keyboard.press("x")
    expect(desk.locator("#chosen-words")).to_have_text("Ticked: 2")
    take(here, three[0], Step.REQUEST_CANCEL, SENDER)
    desk.evaluate("htmx.trigger('#queue-live', 'refresh')")
    expect(desk.locator("#chosen-words")).to_have_text("Ticked: 1")
    assert desk.evaluate(
        "[...document.querySelectorAll('.tick input:checked')].map((each) => each.value)"
    ) == [str(three[2])]
    desk.get_by_role("button", name="Claim them").click()
    expect(desk.get_by_role("status")).to_contain_text("1 of 1 done")
    assert (row_of(here, three[1]).state, row_of(here, three[2]).state) == (State.SENT, State.CLAIMED)
    assert accessibility_problems(desk) == []


def test_a_key_that_cannot_be_used_is_said_and_a_field_takes_letters(here, three, desk):
    take(here, three[0], Step.REQUEST_CANCEL, SENDER)
    desk.goto(f"{desk.url}?view=all-open&selected={three[0]}")
    expect(panel(desk)).to_have_text("Kai Specimen0")
    desk.keyboard.press("a")
    expect(desk.locator("#queue-said")).to_have_text("That cannot be done with this referral now.")
    desk.keyboard.press("/")
    expect(desk.get_by_label("Name or number")).to_be_focused()
    desk.keyboard.type("jspecimen1".removeprefix("j"))
    desk.keyboard.press("Enter")
    expect(panel(desk)).to_have_text("Kai Specimen1")
    expect(desk.get_by_role("link", name="Kai Specimen0")).to_have_count(0)
    assert "specimen" not in desk.url.lower()
    assert accessibility_problems(desk) == []


def test_keys_turned_off_stay_off_and_come_back(desk):
    expect(panel(desk)).to_have_text("Kai Specimen0")
    desk.get_by_role("link", name="Turn keys off").click()
    desk.reload()
    expect(panel(desk)).to_have_text("Kai Specimen0")
    desk.keyboard.press("j")
    expect(desk.get_by_role("link", name="Kai Specimen0")).to_have_attribute("aria-current", "true")
    desk.get_by_role("link", name="Turn keys on").click()
    desk.keyboard.press("j")
    expect(panel(desk)).to_have_text("Kai Specimen1")


def test_the_list_keeps_itself_fresh_without_moving_the_focus(here, three, desk):
    desk.keyboard.press("j")
    expect(panel(desk)).to_have_text("Kai Specimen1")
    take(here, three[0], Step.REQUEST_CANCEL, SENDER)
    desk.evaluate("htmx.trigger('#queue-live', 'refresh')")
    expect(desk.get_by_role("link", name="Kai Specimen0")).to_have_count(0)
    expect(desk.locator("#views [aria-current] .n")).to_have_text("2")
    expect(desk.get_by_role("link", name="Kai Specimen1")).to_be_focused()
    expect(desk.get_by_role("link", name="Kai Specimen1")).to_have_attribute("aria-current", "true")


def test_on_a_phone_a_name_opens_the_whole_referral(here, three, serve, new_context):
    phone = new_context("phone").new_page()
    address = serve(here.app())
    sign_in(phone, address, here, RECEIVER)
    phone.goto(f"{address}/queue")
    expect(phone.locator("#panel")).to_be_hidden()
    assert (sideways(phone), accessibility_problems(phone)) == (0, [])
    phone.get_by_role("link", name="Kai Specimen0").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Kai Specimen0")
    assert (sideways(phone), accessibility_problems(phone)) == (0, [])
