"""The family doctor without an account: link and digits on a phone, a booking, and weeks later what became of it."""

import re

import pytest

from referral.model import Outcome, State
from service.permissions import Role
from tests.browser.people import accessibility_problems, sideways, sign_in
from tests.service.builders import world
from tests.service.linking import outside_draft
from tests.service.referring import row_of

pytestmark = pytest.mark.browser

OFFICE = "Dr. Demo, Elm Street Practice (example)"


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


@pytest.fixture
def address(here, serve):
    return serve(here.app())


def sound(page):
    """A page that everybody can read and that fits its window."""
    assert accessibility_problems(page) == []
    assert sideways(page) == 0


def send_outside(page, address, here, referral_id):
    """The sender makes the link; (the link, the digits) as the page shows them once."""
    sign_in(page, address, here, Role.COUNSELOR)
    page.goto(f"{address}/referrals/{referral_id}/preview")
    page.get_by_text("Send it to an office without an account").click()
    page.get_by_label("Name of the person or office").fill(OFFICE)
    page.get_by_label("What it is").select_option("family doctor")
    page.get_by_role("textbox", name="Telephone").fill("555-010-0177")
    page.get_by_label("Why it goes outside").select_option(label="The family chose it")
    sound(page)
    page.get_by_role("button", name="Send it and make the link").click()
    page.get_by_text("This page is shown once").wait_for()
    sound(page)
    link = re.search(r"http://\S+/receive#[\w-]{43}", page.locator("#words").inner_text())[0]
    return link, page.locator(".digits").inner_text()


def come_in(page, link, digits):
    page.goto(link)
    page.get_by_label("Eight digits").fill(digits)
    page.get_by_role("button", name="Open the letter").click()


def test_the_family_doctor_without_an_account(here, address, new_context):
    referral_id = outside_draft(here)
    desk, phone = new_context("desktop").new_page(), new_context("phone").new_page()
    link, digits = send_outside(desk, address, here, referral_id)

    come_in(phone, link, "0000 0000")
    phone.get_by_text("That did not open.").wait_for()
    assert phone.url == f"{address}/receive"
    sound(phone)
    phone.get_by_label("Eight digits").fill(digits)
    phone.get_by_role("button", name="Open the letter").click()
    phone.wait_for_url("**/receive/referral")
    phone.get_by_role("heading", name="Noor Testcase").wait_for()
    sound(phone)
    assert phone.evaluate("sessionStorage.length") == 0

    phone.get_by_role("button", name="Accept this referral").click()
    phone.get_by_role("link", name="Book the appointment").click()
    phone.get_by_label("Day and time of the appointment").fill("2026-10-20T15:00")
    phone.get_by_role("button", name="Book the appointment").click()
    phone.get_by_text("Appointment 20 October").wait_for()
    phone.get_by_role("button", name="Close it").click()
    phone.get_by_text("Closed.").wait_for()

    here.clock.forward(days=10)
    desk = new_context("desktop").new_page()
    sign_in(desk, address, here, Role.COUNSELOR)
    desk.goto(f"{address}/referrals/{referral_id}")
    sound(desk)
    desk.get_by_role("button", name="New digits").click()
    fresh = desk.locator(".digits").inner_text()
    come_in(phone, link, fresh)
    phone.get_by_role("link", name="Write down the first contact").click()
    phone.get_by_label("When it was").fill("2026-10-20T15:00")
    phone.get_by_role("button", name="Write down the first contact").click()
    phone.get_by_role("link", name="Report the outcome").click()
    phone.get_by_label("What became of it").select_option("help began")
    phone.get_by_role("button", name="Report the outcome").click()
    phone.get_by_text("The letter is not shown any more").wait_for()
    sound(phone)
    row = row_of(here, referral_id)
    assert (row.state, row.outcome) == (State.COMPLETED, Outcome.HELP_BEGAN)


def test_forwarded_to_somebody_else_the_link_opens_nothing(here, address, new_context):
    link, digits = send_outside(new_context("desktop").new_page(), address, here, outside_draft(here))
    doctor, stranger = new_context("phone").new_page(), new_context("phone").new_page()
    come_in(doctor, link, digits)
    doctor.wait_for_url("**/receive/referral")
    come_in(stranger, link, digits)
    stranger.get_by_text("That did not open.").wait_for()
    stranger.goto(f"{address}/receive/referral")
    assert stranger.url == f"{address}/receive"


def test_without_script_the_key_is_copied_into_the_form_by_hand(here, address, new_context):
    link, digits = send_outside(new_context("desktop").new_page(), address, here, outside_draft(here))
    plain = new_context("phone", java_script_enabled=False).new_page()
    plain.goto(link)
    plain.get_by_label("Eight digits").fill(digits)
    plain.get_by_label("The end of the link, behind the #").fill(link.partition("#")[2])
    plain.get_by_role("button", name="Open the letter").click()
    plain.wait_for_url("**/receive/referral")
    assert plain.get_by_role("heading", name="Noor Testcase").is_visible()


def test_the_page_speaks_spanish_by_one_switch(here, address, new_context):
    link, _digits = send_outside(new_context("desktop").new_page(), address, here, outside_draft(here))
    phone = new_context("phone").new_page()
    phone.goto(link)
    phone.get_by_role("button", name="Español").click()
    phone.wait_for_selector('html[lang="es"]')
    assert phone.locator("[data-key-field]").is_hidden()
    sound(phone)
