"""A screening in a real browser, at the widths of a phone, a tablet and a desk."""

import re

import pytest
from playwright.sync_api import expect

from service.permissions import Role
from tests.browser.people import accessibility_problems, sideways, sign_in
from tests.service.builders import PASSWORD, world

pytestmark = pytest.mark.browser


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


@pytest.fixture
def address(here, serve):
    return serve(here.app())


def begin(page, address, here, mode="interview", ticked=("phq-9", "asq")):
    sign_in(page, address, here, Role.COUNSELOR)
    page.get_by_role("searchbox").fill("maja")
    page.get_by_role("link", name="Maya Example").click()
    page.get_by_role("link", name="Start a screening").click()
    for name in ("phq-9", "asq", "gad-7", "pc-ptsd-5", "pcl-5"):
        page.locator(f'input[value="{name}"]').set_checked(name in ticked)
    page.locator(f'input[value="{mode}"]').check()
    page.get_by_label(re.compile("agrees to answer")).check()
    page.get_by_role("button", name="Start the questions").click()


def strike(page, key):
    """Press a number key and Enter, once the question and the page's script are there to hear them."""
    page.locator(".progress").wait_for()
    page.wait_for_load_state()
    page.keyboard.press(key)
    page.keyboard.press("Enter")


def press(page, *keys):
    """Answer by number key, one question after another, each time seen to have moved on."""
    for key in keys:
        here = int(re.search(r"Question (\d+)", page.locator(".progress").inner_text()).group(1))
        strike(page, key)
        expect(page.locator(".progress")).to_contain_text(f"Question {here + 1} of")


def lose(page, *, lost=True):
    """Take the connection away, or give it back."""
    page.wait_for_load_state()
    page.context.set_offline(lost)


def test_the_whole_form_by_keyboard_leads_to_a_result_with_reasons(any_page, address, here):
    page = any_page
    begin(page, address, here, ticked=("phq-9",))
    press(page, *"223122100")
    page.get_by_label("I'd rather not say").check()
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Finish the screening").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What Maya's answers say")
    expect(page.locator(".score")).to_contain_text("13")
    expect(page.get_by_text("depression-moderate").first).to_be_visible()
    assert sideways(page) == 0
    assert accessibility_problems(page) == []


def test_a_question_can_be_passed_gone_back_to_and_resumed(page, address, here):
    begin(page, address, here, ticked=("phq-9",))
    page.get_by_label("I'd rather not say").check()
    page.get_by_role("button", name="Next").click()
    expect(page.locator(".progress")).to_contain_text("Question 2 of")
    page.get_by_role("link", name="Back").click()
    expect(page.get_by_label("I'd rather not say")).to_be_checked()
    page.goto(f"{address}/clients/{here.client.id}")
    page.get_by_role("link", name="Resume the screening").click()
    expect(page.locator(".progress")).to_contain_text("Question 2 of")


def test_a_yes_to_asq_5_brings_the_crisis_steps_before_anything_else(page, address, here):
    begin(page, address, here, ticked=("asq",))
    press(page, "1", "0", "0", "0")
    strike(page, "1")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Stay with Maya")
    page.goto(f"{address}/clients")
    expect(page.get_by_role("region", name="Live alert")).to_contain_text("Maya Example")


def test_a_handed_over_device_reaches_nothing_but_its_questions(new_context, address, here):
    page = new_context("tablet").new_page()
    begin(page, address, here, mode="handed-over tablet", ticked=("asq",))
    expect(page.locator(".progress")).to_be_visible()
    for path in ("/clients", f"/clients/{here.client.id}", "/instruments", "/", "/sign-in"):
        page.goto(address + path)
        expect(page.locator(".top")).to_have_count(0)
    page.goto(address)
    expect(page.locator(".progress")).to_be_visible()
    assert "Counselor" not in page.locator("body").inner_text()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, Maya.")
    assert accessibility_problems(page) == []
    page.go_back()
    expect(page.locator(".top")).to_have_count(0)
    page.goto(address)
    page.get_by_role("link", name="I have handed it back").click()
    page.get_by_label("Password").fill("not this one")
    page.get_by_role("button", name="Take the tablet back").click()
    expect(page.get_by_text("not the password")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Take the tablet back").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What Maya's answers say")


def test_an_acute_answer_on_the_tablet_shows_the_client_help_and_staff_the_alert(new_context, address, here):
    page = new_context("tablet").new_page()
    begin(page, address, here, mode="handed-over tablet", ticked=("asq",))
    press(page, "0", "0", "1", "0")
    strike(page, "1")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you for telling us.")
    expect(page.get_by_role("link", name="988").first).to_be_visible()
    staff = new_context("desktop").new_page()
    sign_in(staff, address, here, Role.ON_CALL)
    expect(staff.get_by_role("heading", level=2, name="Maya Example")).to_be_visible()
    staff.goto(f"{address}/queue")
    expect(staff.get_by_role("region", name="Live alert")).to_contain_text("Maya Example")


def test_a_lost_connection_loses_no_answer(new_context, address, here):
    page = new_context("phone").new_page()
    begin(page, address, here, ticked=("phq-9",))
    expect(page.locator(".progress")).to_contain_text("Question 1 of")
    lose(page)
    press(page, "2")
    expect(page.locator("[data-offline]")).to_be_visible()
    lose(page, lost=False)
    expect(page.locator("[data-offline]")).to_be_hidden()
    page.get_by_role("link", name="Back").click()
    expect(page.locator(".progress")).to_contain_text("Question 1 of")
    expect(page.get_by_label("More than half the days")).to_be_checked()


def test_questions_go_on_while_the_connection_is_gone(new_context, address, here):
    page = new_context("tablet").new_page()
    begin(page, address, here, ticked=("phq-9",))
    press(page, *"12301")
    lose(page)
    press(page, "2", "3")
    expect(page.get_by_text("No connection just now. Your answers are kept")).to_be_visible()
    assert accessibility_problems(page) == []
    lose(page, lost=False)
    expect(page.locator("[data-offline]")).to_be_hidden()
    press(page, "1", "0")
    page.get_by_label("I'd rather not say").check()
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Finish the screening").click()
    expect(page.locator(".score").first).to_contain_text("13")


def test_when_no_question_is_sure_to_follow_the_page_waits(page, address, here):
    begin(page, address, here, ticked=("asq",))
    press(page, "0", "0", "0")
    lose(page)
    strike(page, "1")
    expect(page.get_by_role("heading", name="No connection just now")).to_be_visible()
    expect(page.get_by_role("link", name="I need help now")).to_be_visible()
    lose(page, lost=False)
    expect(page.locator(".progress")).to_contain_text("Question 5 of 5")


@pytest.mark.parametrize(
    ("mode", "words"),
    [("interview", "Do not leave them alone."), ("handed-over tablet", "Thank you for telling us.")],
)
def test_an_acute_answer_is_followed_by_help_also_without_a_connection(page, address, here, mode, words):
    begin(page, address, here, mode=mode, ticked=("asq",))
    press(page, "0", "0", "1", "0")
    lose(page)
    strike(page, "1")
    expect(page.get_by_role("heading", name=words)).to_be_visible()
    expect(page.get_by_role("link", name="988").first).to_be_visible()
    assert accessibility_problems(page) == []
    assert sideways(page) == 0
    lose(page, lost=False)
    page.wait_for_url(re.compile("/alerts/|/help"))


def test_answers_that_are_not_taken_stay_on_the_page_until_they_are(new_context, address, here):
    page = new_context("desktop").new_page()
    begin(page, address, here, ticked=("phq-9",))
    press(page, "1")
    lose(page)
    press(page, "2", "3")
    kept = page.context.cookies()
    page.context.clear_cookies()
    lose(page, lost=False)
    expect(page.get_by_role("heading", name="These answers are not handed in yet")).to_be_visible()
    assert accessibility_problems(page) == []
    page.context.add_cookies(kept)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".progress")).to_contain_text("Question 4 of")
    page.get_by_role("link", name="Back").click()
    expect(page.locator(".progress")).to_contain_text("Question 3 of")
    expect(page.get_by_label("Nearly every day")).to_be_checked()


def test_help_stays_while_an_answer_is_still_under_way(page, address, here):
    begin(page, address, here, mode="handed-over tablet", ticked=("phq-9",))
    held = []

    def hold(route):
        held.append(route)

    page.route("**/answer", hold)
    with page.expect_request("**/answer"):
        strike(page, "1")
    page.get_by_role("link", name="I need help now").click()
    expect(page.get_by_role("heading", name="Help is here.")).to_be_visible()
    with page.expect_response("**/answer"):
        held[0].continue_()
    expect(page.get_by_role("heading", name="Help is here.")).to_be_visible()
    page.get_by_role("button", name="Go on with the questions").click()
    expect(page.locator(".progress")).to_contain_text("Question 2 of")


def test_help_and_stopping_need_no_connection(new_context, address, here):
    page = new_context("phone").new_page()
    begin(page, address, here, mode="handed-over tablet", ticked=("phq-9",))
    press(page, "1")
    lose(page)
    page.get_by_role("link", name="I need help now").click()
    expect(page.get_by_role("heading", name="Help is here.")).to_be_visible()
    assert sideways(page) == 0
    page.get_by_role("button", name="Go on with the questions").click()
    expect(page.locator(".progress")).to_contain_text("Question 2 of")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("heading", name="No connection just now")).to_be_visible()
    lose(page, lost=False)
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, Maya.")


def test_the_questions_change_language_without_losing_anything(page, address, here):
    begin(page, address, here, ticked=("phq-9",))
    press(page, "1")
    page.get_by_role("button", name="Español").click()
    expect(page.get_by_label("Varios días")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_label("Several days")).to_be_visible()
    expect(page.locator(".progress")).to_contain_text("Question 2 of")


@pytest.mark.parametrize("path", ["/sign-in", "/crisis-help"])
def test_open_pages_are_accessible_at_every_width(any_page, address, path):
    any_page.goto(address + path)
    assert accessibility_problems(any_page) == []
    assert sideways(any_page) == 0


@pytest.mark.parametrize(
    "path",
    [
        "/clients",
        "/clients/{id}",
        "/clients/{id}/screen",
        "/clients/{id}/consent",
        "/instruments",
        "/instruments/asq",
    ],
)
def test_staff_pages_are_accessible_at_every_width(any_page, address, here, path):
    sign_in(any_page, address, here, Role.COUNSELOR)
    any_page.goto(address + path.format(id=here.client.id))
    assert accessibility_problems(any_page) == []
    assert sideways(any_page) == 0
