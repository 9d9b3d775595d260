"""Walk 4: the clinic asks for consent to share the answers, the school says why not, and the open page tells it."""

import pytest

from referral.items import ItemsReason, ItemsRefusal
from service.actions import items
from service.permissions import Role
from tests.browser.people import accessibility_problems, sideways, sign_in
from tests.service.answered import answered_referral, done, request_row
from tests.service.builders import world

pytestmark = pytest.mark.browser


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


def test_by_keyboard_the_clinic_asks_and_the_page_left_open_tells_the_answer(here, new_context, serve):
    referral_id, page = answered_referral(here), new_context("desktop").new_page()
    address = serve(here.app())
    sign_in(page, address, here, Role.REFERRAL_STAFF)
    page.clock.install()
    page.goto(f"{address}/referrals/{referral_id}")
    page.get_by_role("link", name="Ask for consent to share the single answers").press("Enter")
    page.get_by_label("What do you need them for?").focus()
    page.keyboard.type("To judge")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("is asked for: to judge safety").wait_for()
    done(here, items.decline, referral_id, ItemsRefusal.CALL_US)
    page.clock.run_for(11_000)
    page.get_by_text("not shared: call us instead").wait_for()
    assert page.url == f"{address}/referrals/{referral_id}"


def test_the_school_answers_at_every_width(here, any_page, serve):
    referral_id = answered_referral(here)
    with here.write() as session:
        items.ask(session, referral_id, ItemsReason.FOR_SAFETY, act=here.act(Role.CLINICIAN))
    address, page = serve(here.app()), any_page
    sign_in(page, address, here, Role.COUNSELOR)
    for where in ("/clients", "/asked", f"/referrals/{referral_id}", f"/referrals/{referral_id}/items"):
        page.goto(f"{address}{where}")
        assert (where, sideways(page)) == (where, 0)
        assert (where, accessibility_problems(page)) == (where, [])
    page.get_by_text("They cannot be shared").click()
    page.get_by_label("Why not?").select_option(label="A guardian said no")
    page.get_by_role("button", name="Tell them why not").click()
    page.get_by_text("The receiver is told why not.").wait_for()
    assert request_row(here, referral_id).refusal is ItemsRefusal.GUARDIAN_NO
