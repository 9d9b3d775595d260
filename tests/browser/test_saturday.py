"""Walk 3, Saturday evening in a term break: an answer, a page that is closed, a ladder that rings, Monday."""

from datetime import UTC, date, datetime, time

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from service import worker
from service.actions import rosters
from service.actions.rosters import NewShift
from service.permissions import Role
from service.store.alerts import open_alerts
from service.store.misses import TellingRow, tellings_about
from tests.browser.people import accessibility_problems, sideways, sign_in
from tests.browser.test_screening import begin, press, strike
from tests.service.builders import Clock, world
from tests.service.caring import do, events

pytestmark = pytest.mark.browser

SATURDAY = datetime(2026, 12, 27, 4, 40, tzinfo=UTC)  # 21:40 on the 26th in Denver, in the winter break
WEEKEND = frozenset({5, 6})
TOOK_OVER = "Rosa Example (mother), who sits with her in the living room"
MADE_SAFE = "The medicines are locked away and the windows shut; nobody leaves her alone tonight."


@pytest.fixture
def here(sqlite_url, tmp_path):
    made = world(sqlite_url, tmp_path, clock=Clock(SATURDAY))
    shift = NewShift(made.people[Role.ON_CALL].id, WEEKEND, time(8), time(23, 59), date(2026, 12, 19))
    do(made, rosters.add, shift)
    return made


def answered_and_left(tablet, address, here):
    """ASQ 5 is answered yes: help stands there, and the page is closed without an end."""
    begin(tablet, address, here, mode="handed-over tablet", ticked=("asq",))
    press(tablet, "0", "0", "1", "0")
    strike(tablet, "1")
    expect(tablet.get_by_role("heading", level=1)).to_have_text("Thank you for telling us.")
    expect(tablet.get_by_role("link", name="988").first).to_be_visible()
    tablet.close()


def minutes(here, number):
    """So many minutes after the answer; the worker looks."""
    here.clock.now = SATURDAY
    here.clock.forward(minutes=number)
    worker.escalate(here.parts.open_write, here.parts.act)


def told(here):
    """Who was told of the alert, by rung."""
    names = {user.id: role for role, user in here.people.items()}
    with here.read() as session:
        (alert,) = open_alerts(session, here.organisation.id)
        rows = tellings_about(session, here.organisation.id, alert.id)
        return sorted((row.rung, str(names[row.user_id])) for row in rows)


def everybody_told(here):
    """Whoever was told of anything so far."""
    with here.read() as session:
        return session.scalars(select(TellingRow.user_id)).all()


def write_down(phone):
    """Who is with her, since when, what was made safe, what was decided."""
    phone.get_by_role("link", name="Write down what happened").tap()
    phone.get_by_label("Which adult took over in person?").fill(TOOK_OVER)
    phone.get_by_label("When did they take over?").fill("2026-12-26T21:55")
    phone.get_by_label("What was made safe?").fill(MADE_SAFE)
    phone.get_by_label("Further evaluation needed").check()
    phone.get_by_role("button", name="End the alert").tap()


def test_saturday_evening_in_a_term_break(here, new_context, serve):
    address = serve(here.app())
    answered_and_left(new_context("tablet").new_page(), address, here)
    first = [(0, "clinician"), (0, "counselor")]
    assert told(here) == first
    minutes(here, 4)
    assert told(here) == first
    minutes(here, 5)
    minutes(here, 6)
    assert told(here) == [*first, (1, "on-call")]

    minutes(here, 7)
    phone = new_context("phone").new_page()
    sign_in(phone, address, here, Role.ON_CALL)
    expect(phone.get_by_text("Nobody has acknowledged yet.")).to_be_visible()
    assert (sideways(phone), accessibility_problems(phone)) == (0, [])
    phone.get_by_role("button", name="I am going to Maya Example").tap()
    expect(phone.get_by_text("You are with Maya since 21:47.")).to_be_visible()
    assert (sideways(phone), accessibility_problems(phone)) == (0, [])

    minutes(here, 20)
    assert told(here) == [*first, (1, "on-call")]
    people = everybody_told(here)
    assert len(people) == len(set(people)) == 5  # of the alert, or of the deadline of the need behind it
    phone.get_by_role("button", name="End the alert").tap()
    expect(phone.get_by_text("The alert goes on until that is done.")).to_be_visible()
    write_down(phone)
    expect(phone.get_by_text("Ended").first).to_be_visible()
    phone.get_by_role("link", name="Go on with the referral").tap()
    phone.get_by_role("button", name="Claim this referral").tap()
    expect(phone.get_by_role("status").first).to_contain_text("Claimed")

    here.clock.now = datetime(2026, 12, 28, 16, 0, tzinfo=UTC)
    worker.tick(here.parts.open_write, here.parts.act)
    worker.escalate(here.parts.open_write, here.parts.act)
    monday(new_context("desktop").new_page(), address, here)
    kinds = [entry["kind"] for entry in events(here)]
    assert kinds.count("alert raised") == kinds.count("alert escalated") == kinds.count("alert closed") == 1


def monday(desk, address, here):
    """The counselor's day begins with it, and one page tells all of it; from the record it is one click too."""
    sign_in(desk, address, here, Role.COUNSELOR)
    expect(desk.get_by_text("The alert about Maya Example has ended.")).to_be_visible()
    assert accessibility_problems(desk) == []
    desk.get_by_role("link", name="Read what was done").press("Enter")
    page = desk.locator("main")
    for words in (TOOK_OVER, "21:55", MADE_SAFE, "Further evaluation needed", "On-Call Demo", "21:47"):
        expect(page).to_contain_text(words)
    desk.get_by_text("Why this alert?").click()
    expect(page).to_contain_text("Are you having thoughts of killing yourself right now?")
    desk.goto(address)
    expect(desk.get_by_text("The alert about Maya Example has ended.")).to_have_count(0)
    desk.goto(f"{address}/clients/{here.client.id}")
    desk.get_by_role("region", name="Alerts").get_by_role("link").press("Enter")
    expect(page).to_contain_text(MADE_SAFE)
    desk.get_by_role("link", name="Go on with the need").press("Enter")
    expect(desk.get_by_role("region", name="Safety assessment")).to_contain_text("Further evaluation needed")
