"""Walk 5, no room: the sender sees it before sending; the urgent goes to who has room, the other waits with support."""

import re

import pytest
from playwright.sync_api import expect

from referral.model import State, Urgency
from referral.offers import Offer
from service.actions import stating
from service.actions.stating import Statement
from service.kinds import SiteKind
from service.permissions import Role
from service.store.organisations import SiteRow
from tests.browser.people import accessibility_problems, sideways, sign_in
from tests.service.builders import world
from tests.service.caring import do
from tests.service.linking import agree
from tests.service.referring import RECEIVER, SENDER, draft, row_of

pytestmark = pytest.mark.browser

FULL = Offer(("psychology",), 5, 21, ("en",), per_week=1, open_places=0, wait_days=35)
ROOM = Offer(("psychology",), 5, 21, ("en",), per_week=4, open_places=3, wait_days=0)


@pytest.fixture
def here(sqlite_url, tmp_path):
    made = world(sqlite_url, tmp_path)
    do(made, stating.keep, made.teams["psychology"].id, Statement(FULL, "", 0), role=Role.ADMINISTRATOR)
    return made


@pytest.fixture
def second(here):
    """Another team for the same help, with room."""
    with here.write() as session:
        row = SiteRow(
            organisation_id=here.organisation.id,
            id=here.id(),
            name="Bridge Psychology (example)",
            kind=SiteKind.TEAM,
            pathway="psychology",
            phone="555-010-0118",
        )
        session.add(row)
    do(here, stating.keep, row.id, Statement(ROOM, "", 0), role=Role.ADMINISTRATOR)
    return row


def prepared(here, urgency, name):
    client = here.new_client("Kai", name)
    agree(here, client)
    return draft(here, urgency=urgency, client=client)


def opened(page, address, referral_id):
    page.goto(f"{address}/referrals/{referral_id}/preview")
    assert (accessibility_problems(page), sideways(page)) == ([], 0)


def test_an_urgent_one_goes_to_the_second_choice_that_has_room(here, second, new_context, serve):
    referral_id, address = prepared(here, Urgency.URGENT, "Urgent"), serve(here.app())
    page = new_context("desktop").new_page()
    sign_in(page, address, here, SENDER)
    opened(page, address, referral_id)
    expect(page.get_by_label(re.compile("^Bridge Psychology"))).to_be_checked()
    expect(page.locator("main")).to_contain_text("Full: a place in about 5 weeks.")
    expect(page.locator("main")).to_contain_text("Next with room: Bridge Psychology (example).")
    page.get_by_role("button", name="Send the referral").click()
    expect(page.get_by_role("status").first).to_contain_text("Sent.")
    row = row_of(here, referral_id)
    assert (row.state, row.receiver_id) == (State.SENT, second.id)


def test_what_can_wait_goes_on_the_waiting_list_with_a_day_and_support_and_is_never_just_sent(
    here, new_context, serve
):
    referral_id, address = prepared(here, Urgency.SOON, "Soon"), serve(here.app())
    page = new_context("desktop").new_page()
    sign_in(page, address, here, SENDER)
    opened(page, address, referral_id)
    expect(page.locator("main")).to_contain_text(
        "No team here has a place now. The counselor stays the contact"
    )
    page.get_by_label(re.compile("^Psychology team")).check()
    page.get_by_role("button", name="Send the referral").click()
    expect(page.locator(".errors")).to_be_visible()
    assert row_of(here, referral_id).state is State.DRAFT
    page.get_by_label(re.compile("^I know")).check()
    page.get_by_role("button", name="Send the referral").click()
    expect(page.get_by_role("status").first).to_contain_text("Sent.")
    waits(new_context("desktop").new_page(), address, here, referral_id)
    page.reload()
    expect(page.locator("main")).to_contain_text("The waiting list is looked at again 3 November")
    expect(page.locator("main")).to_contain_text("Until then: The counselor stays the contact")
    page.get_by_role("link", name="The whole need").click()
    expect(page.locator("main")).to_contain_text("Until then: The counselor stays the contact")


def waits(page, address, here, referral_id):
    """The team puts it on its list, with a day."""
    sign_in(page, address, here, RECEIVER)
    page.goto(f"{address}/referrals/{referral_id}")
    page.get_by_role("button", name="Claim this referral").click()
    page.get_by_role("link", name="Put on the waiting list").click()
    page.get_by_label("When the waiting list is looked at again").fill("2026-11-03")
    page.get_by_role("button", name="Put on the waiting list").click()
    expect(page.get_by_role("status").first).to_contain_text("waiting list")
