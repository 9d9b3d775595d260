"""Choosing a receiver in a browser: what the family asks for orders the teams anew, and nothing stands in the way."""

import re

import pytest

from referral.offers import Offer
from service.actions import stating
from service.actions.stating import Statement
from service.permissions import Role
from tests.browser.people import accessibility_problems, sideways, sign_in
from tests.service.builders import world
from tests.service.caring import do
from tests.service.linking import outside_draft

pytestmark = pytest.mark.browser


def test_the_sender_sees_room_and_wait_and_orders_them_by_what_is_asked_for(
    sqlite_url, tmp_path, serve, new_context
):
    here = world(sqlite_url, tmp_path)
    team = here.teams["psychology"]
    full = Offer((team.pathway,), 5, 21, ("en",), per_week=1, open_places=0, wait_days=35)
    do(here, stating.keep, team.id, Statement(full, "", 0), role=Role.ADMINISTRATOR)
    referral_id, address = outside_draft(here), serve(here.app())
    page = new_context("phone").new_page()
    sign_in(page, address, here, Role.COUNSELOR)
    page.goto(f"{address}/referrals/{referral_id}/preview")
    assert page.locator("input[name=receiver_id]:checked").count() == 0
    page.get_by_text("What the family asks for").click()
    page.get_by_role("checkbox", name="Outside school hours").check()
    page.get_by_role("button", name="Order them by this").click()
    assert page.get_by_text("Open outside school hours: not stated, ask.").is_visible()
    assert page.get_by_role("checkbox", name="Outside school hours").is_checked()
    assert (accessibility_problems(page), sideways(page)) == ([], 0)
    page.get_by_label(re.compile("^Psychology team")).check()
    page.get_by_label(re.compile("^I know")).check()
    page.get_by_role("button", name="Send the referral").click()
    assert page.get_by_text("Sent. You see here when the team claims it.").is_visible()
    page.goto(f"{address}/receivers")
    assert (accessibility_problems(page), sideways(page)) == ([], 0)
