"""The sender's page of a referral, left open: what the receiver does stands there within a second, by itself."""

import pytest
from playwright.sync_api import expect

from referral.items import ItemsReason
from referral.model import State, Step
from service.permissions import Role
from tests.browser.people import accessibility_problems, sign_in
from tests.service.answered import answered_referral, ask
from tests.service.builders import world
from tests.service.caring import events
from tests.service.referring import RECEIVER, SENDER, row_of, take

pytestmark = pytest.mark.browser


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


@pytest.fixture
def referral_id(here):
    return answered_referral(here)


@pytest.fixture
def left_open(here, referral_id, serve, page):
    """The page of the referral at the sender's desk, with the browser's clock in the hands of the test."""
    address = serve(here.app())
    sign_in(page, address, here, SENDER)
    page.clock.install()
    page.goto(f"{address}/referrals/{referral_id}")
    expect(page.locator("#main")).to_contain_text("Sent")
    return page


def a_second_later(page):
    page.clock.run_for(1_100)


def looks(here, referral_id):
    found = [entry for entry in events(here) if entry["kind"] == "record viewed"]
    return len([entry for entry in found if entry["subject"] == str(referral_id)])


def test_asking_for_consent_shows_within_a_second_and_can_be_answered(here, referral_id, left_open):
    ask(here, referral_id, ItemsReason.FOR_SAFETY)
    a_second_later(left_open)
    left_open.get_by_text("is asked for: to judge safety").wait_for()
    assert accessibility_problems(left_open) == []
    left_open.get_by_role("link", name="Answer the request").press("Enter")
    left_open.get_by_role("heading", name="May the single answers be shared?").wait_for()


def test_each_step_of_the_receiver_shows_within_a_second(here, referral_id, left_open):
    for step, words in (
        (Step.CLAIM, "Claimed by"),
        (Step.ACCEPT, "Accepted by"),
        (Step.SCHEDULE, "Appointment booked by"),
        (Step.DECLINE, "Full until May, sorry."),
    ):
        take(here, referral_id, step, RECEIVER)
        a_second_later(left_open)
        expect(left_open.locator("#main")).to_contain_text(words)


def test_while_nothing_happens_nothing_is_shown_anew_and_no_look_is_written(here, referral_id, left_open):
    before = looks(here, referral_id)
    for _second in range(3):
        with left_open.expect_response("**/live?since=*") as answered:
            a_second_later(left_open)
        assert answered.value.status == 204
    assert looks(here, referral_id) == before
    take(here, referral_id, Step.CLAIM, RECEIVER)
    a_second_later(left_open)
    expect(left_open.locator("#main")).to_contain_text("Claimed by")
    assert looks(here, referral_id) == before + 1


def test_what_is_unfolded_stays_so_and_the_focus_stays_where_it_was(here, referral_id, left_open):
    answers = left_open.get_by_text("All 10 answers")
    answers.click()
    take(here, referral_id, Step.CLAIM, RECEIVER)
    a_second_later(left_open)
    expect(left_open.locator("#main")).to_contain_text("Claimed by")
    expect(answers).to_be_focused()
    expect(left_open.get_by_role("region", name="All answers")).to_be_visible()


def test_what_somebody_types_is_left_alone_until_they_have_done(here, referral_id, serve, page):
    take(here, referral_id, Step.ACCEPT, RECEIVER)
    address = serve(here.app())
    sign_in(page, address, here, RECEIVER)
    page.clock.install()
    page.goto(f"{address}/referrals/{referral_id}?step=decline")
    words = page.get_by_role("textbox")
    words.fill("We are full, and")
    page.get_by_role("heading", level=1).click()
    take(here, referral_id, Step.REQUEST_CANCEL, SENDER)
    a_second_later(page)
    a_second_later(page)
    expect(words).to_have_value("We are full, and")
    words.fill("")
    page.get_by_role("heading", level=1).click()
    a_second_later(page)
    page.get_by_text("The sender asks to stop").wait_for()


def test_a_page_whose_record_may_not_be_looked_at_any_more_asks_once_and_rests(here, referral_id, left_open):
    with here.write() as session:
        row = session.merge(here.people[Role.COUNSELOR])
        row.site_id = here.teams["psychology"].id
    with left_open.expect_response("**/live?since=*") as answered:
        a_second_later(left_open)
    assert answered.value.status == 404
    for _second in range(3):
        a_second_later(left_open)
    refused = [entry for entry in events(here) if entry["kind"] == "access refused"]
    assert (len(refused), row_of(here, referral_id).state) == (1, State.SENT)


def test_a_connection_that_is_gone_is_no_error_and_the_page_goes_on_when_it_is_back(
    here, referral_id, left_open
):
    left_open.context.set_offline(True)
    a_second_later(left_open)
    take(here, referral_id, Step.CLAIM, RECEIVER)
    a_second_later(left_open)
    expect(left_open.locator("#main")).not_to_contain_text("Claimed by")
    left_open.context.set_offline(False)
    a_second_later(left_open)
    expect(left_open.locator("#main")).to_contain_text("Claimed by")
