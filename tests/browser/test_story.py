"""The main job in a real browser: counselor, receiving staff and coordinator, from a typing slip to a closed loop."""

import re

import pytest
from playwright.sync_api import expect

from service.permissions import Role
from tests.browser.people import accessibility_problems, sideways, sign_in
from tests.chromium import WIDTHS
from tests.journeys.cast import CHOSEN_TEAM, WHY_THIS_TEAM, cast
from tests.journeys.stage import stage
from tests.service.builders import PASSWORD, world

pytestmark = pytest.mark.browser


def answer(page, *keys):
    """Answer by keyboard, one question after another, each time seen to have moved on; "-" is to pass."""
    for key in keys:
        page.wait_for_load_state()  # its script hears the keys
        shown = page.locator(".progress").inner_text()
        if key == "-":
            page.get_by_label("I'd rather not say").check()
        else:
            page.keyboard.press(key)
        page.keyboard.press("Enter")
        expect(page.locator("main")).not_to_contain_text(shown)


def screen(page):
    """Found with four letters and a slip, asked by keyboard: item 9 of the PHQ-9 refused, ASQ 3 answered yes."""
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("maja")
    page.get_by_role("link", name="Maya Example").click()
    expect(page.get_by_role("region", name="Consent")).to_contain_text("Screening")
    page.get_by_role("link", name="Start a screening").click()
    page.get_by_label(re.compile("agrees to answer")).check()
    page.get_by_role("button", name="Start the questions").click()
    answer(page, *"22312210--", *"00100")
    page.get_by_role("button", name="Finish the screening").click()


def refer(page):
    """The result says what to do today and why; the assessment is one button, the referral goes where she says."""
    expect(page.get_by_role("heading", level=1)).to_have_text("What Maya's answers say")
    expect(page.get_by_role("alert")).to_contain_text("See Maya before the day ends")
    expect(page.get_by_text("asq-non-acute").first).to_be_visible()
    result = page.url
    page.get_by_role("link", name="Start the safety assessment").click()
    page.get_by_label(re.compile("Further evaluation needed")).check()
    page.get_by_label("Which adult took over in person?").fill("Rosa Example (mother)")
    page.get_by_label("Yes, together").check()
    page.get_by_role("button", name="Write down the assessment").click()
    expect(page.get_by_role("status")).to_contain_text("written down")
    page.goto(result)
    page.get_by_role("link", name="Look at the referral and send it").first.click()
    page.get_by_label(re.compile(re.escape(CHOSEN_TEAM))).check()
    page.get_by_role("button", name="Send the referral").click()
    page.get_by_role("link", name=re.compile("first team")).click()
    page.get_by_label("Why not the first one proposed").select_option(label="Speaks their language")
    page.get_by_label("In a few words").first.fill(WHY_THIS_TEAM)
    page.get_by_role("button", name="Send the referral").click()
    expect(page.get_by_role("status")).to_contain_text("Sent")


def begin_help(page, here):
    """The receiving team's queue by keyboard: claim, accept; then book, write attendance down, report."""
    page.wait_for_load_state()
    page.keyboard.press("j")
    expect(page.locator("#panel")).to_contain_text("Maya Example")
    page.keyboard.press("c")
    expect(page.get_by_role("status").first).to_contain_text("Claimed")
    page.get_by_role("link", name="Mine").click()
    page.wait_for_load_state()
    page.keyboard.press("j")
    expect(page.locator("#panel")).to_contain_text("Accept this referral")
    page.keyboard.press("a")
    expect(page.get_by_role("status").first).to_contain_text("Accepted")
    page.goto(page.url.split("?")[0] + "?view=all-open")
    page.get_by_role("link", name="Maya Example").first.click()
    page.get_by_role("link", name="Open the whole referral").or_(
        page.locator("#appointment_at")
    ).first.click()
    page.get_by_label("Day and time of the appointment").fill("2026-10-14T14:00")
    page.get_by_role("button", name="Book the appointment").click()
    expect(page.get_by_role("status").first).to_contain_text("booked")
    where = page.url
    here.clock.forward(days=1, hours=6)
    return where


def report(page, where):
    """A day later: she came, and help began."""
    page.goto(where)
    page.get_by_label("When it was").fill("2026-10-14T14:00")
    page.get_by_role("button", name="Write down the first contact").click()
    page.get_by_label("What became of it").select_option(label="Help began")
    page.get_by_label("What the sender should know").fill("The first talk is over; weekly from here on.")
    page.get_by_role("button", name="Report the outcome").click()
    expect(page.get_by_role("status").first).to_contain_text("Outcome reported")


def close(page):
    """The board shows the need with its stage; the outcome is read and the loop closed."""
    page.get_by_role("link", name="Maya Example").first.click()
    expect(page.get_by_text("weekly from here on").first).to_be_visible()
    page.get_by_role("button", name=re.compile("^Close the loop")).click()
    expect(page.get_by_role("status").first).to_contain_text("outcome is read")
    page.get_by_role("link", name="Maya Example").first.click()
    page.get_by_role("link", name="The whole timeline").click()
    line = page.locator("main")
    for words in ("Screened", "sent", "claimed", "accepted", "appointment booked", "Need closed"):
        expect(line).to_contain_text(words)


def signed_in(new_context, address, email):
    page = new_context("desktop").new_page()
    page.goto(address)
    page.get_by_label("Work e-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    return page


def test_one_elevated_answer_travels_to_a_closed_loop(new_context, serve, sqlite_url, tmp_path):
    here = cast(sqlite_url, tmp_path)
    address = serve(here.app)
    counselor = signed_in(new_context, address, here.people[Role.COUNSELOR].email)
    screen(counselor)
    refer(counselor)
    staff = signed_in(new_context, address, here.worker.email)
    where = begin_help(staff, here)
    staff = signed_in(new_context, address, here.worker.email)
    report(staff, where)
    close(signed_in(new_context, address, here.people[Role.COORDINATOR].email))
    assert here.verified().exit_code == 0
    auditor = signed_in(new_context, address, here.people[Role.SUPERVISOR].email)
    auditor.goto(f"{address}/audit")
    expect(auditor.get_by_role("status").first).to_contain_text("Whole: ")


BETWEEN = "tablet"
"""A width that shows what a phone or a desk shows: there it is only seen that everything fits."""

PAGES = {
    Role.SUPERVISOR: [
        "/queue",
        "/board",
        "/audit",
        "/audit?group=looks",
        "/audit?since=2030-01-01",
        "/audit/review",
        "/needs/{need_id}",
        "/alerts/{alert_id}",
        "/referrals/{referral_id}",
        "/clients/{client_id}",
        "/clients/{client_id}/timeline",
        "/clients/{client_id}/access",
        "/clients/{client_id}/needs/new",
        "/screenings/{screening_id}/result",
        "/screenings/{screening_id}/safety-assessment",
        "/safety-assessments",
        "/referrals/{draft}/preview",
    ],
    Role.CLINICIAN: ["/queue", "/referrals/{referral_id}"],
}


@pytest.mark.slow
@pytest.mark.parametrize(("language", "widths"), [("en", [*WIDTHS]), ("es", ["phone"])], ids=["en", "es"])
def test_every_page_of_the_story_is_accessible_and_fits_at_every_width(
    new_context, serve, sqlite_url, tmp_path, language, widths
):
    staged = stage(world(sqlite_url, tmp_path))
    address, found = serve(staged.here.app()), []
    ids = {**staged.ids, "draft": staged.more["referral_id"][0]}
    for width in widths:
        for role, paths in PAGES.items():
            page = new_context(width).new_page()
            sign_in(page, address, staged.here, role)
            if language == "es":
                page.get_by_role("button", name="Español").click()
            for path in paths:
                page.goto(address + path.format(**ids))
                expect(page.locator("html")).to_have_attribute("lang", language)
                found += [f"{path} {width}: {sideways(page)} px sideways"] if sideways(page) > 0 else []
                if width != BETWEEN:
                    found += [f"{path} {width}: {words}" for words in accessibility_problems(page)]
    assert found == []
