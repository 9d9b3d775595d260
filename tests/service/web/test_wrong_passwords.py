"""Wrong passwords: written down, slowed down, told to whoever they concern; and whose device it is stays open."""

import json
import re
from datetime import timedelta

import pytest
from itsdangerous import URLSafeSerializer
from sqlalchemy import select

from referral.events import EventKind
from service.actions.tries import wait_after
from service.permissions import Role
from service.store.audit import AuditEventRow
from service.store.scope import across
from tests.service.builders import PASSWORD, world
from tests.service.web.visiting import visitor, words

WRONG = "not the password"


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


def knock(browser, here, password=PASSWORD, role=Role.COUNSELOR):
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/sign-in").text)
    facts = {"csrf_token": token[1], "email": here.people[role].email, "password": password}
    return browser.post("/sign-in", data=facts)


def leave(browser):
    browser.delete_cookie("handrail")


def refused(here):
    """(actor's role, reason, where) of each refused sign-in in the trail."""
    with here.read() as session:
        kind = AuditEventRow.kind == EventKind.SIGN_IN_REFUSED
        rows = session.scalars(across(select(AuditEventRow).where(kind).order_by(AuditEventRow.seq))).all()
        found = [json.loads(row.entry) for row in rows]
    return [(each["role"], each["reason"], each["details"]["surface"]) for each in found]


def test_each_wrong_password_is_an_event_until_tries_must_wait_and_the_answer_is_always_the_same(here):
    browser = here.app().test_client()
    answers = [knock(browser, here, WRONG) for _ in range(5)]
    answers += [knock(browser, here), browser.post("/sign-in", data=unknown(browser))]

    assert {each.status_code for each in answers} == {401}
    assert len({re.sub(r'value="[^"]*"', "", each.text) for each in answers}) == 1
    assert refused(here) == [("system", "wrong password", "new device")] * 5

    here.clock.forward(minutes=1)
    assert knock(browser, here).status_code == 303


def unknown(browser):
    page = browser.get("/sign-in").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    return {"csrf_token": token, "email": "nobody@alder-creek.example", "password": WRONG}


def test_of_any_number_of_guesses_in_a_day_less_than_a_hundred_are_looked_at():
    now, end, looked = timedelta(), timedelta(days=1), 0
    while now < end:
        looked += 1
        now += wait_after(looked)
    assert looked == 56


def test_a_known_device_stays_open_while_somebody_guesses_elsewhere_and_is_told_of_it(here):
    app = here.app()
    own, foreign = app.test_client(), app.test_client()
    assert knock(own, here).status_code == 303
    assert "wrong password" not in words(own.get("/clients"))
    leave(own)
    here.clock.forward(minutes=1)
    for _ in range(6):
        knock(foreign, here, WRONG)
    assert knock(foreign, here).status_code == 401

    assert knock(own, here).status_code == 303
    page = words(own.get("/clients"))
    assert "typed a wrong password for your account elsewhere, 5 times, the last time today 10:01" in page
    assert "signed in to your account" not in page

    leave(own)
    here.clock.forward(minutes=1)
    assert knock(foreign, here).status_code == 303
    assert "signed in to your account" not in words(foreign.get("/clients"))
    here.clock.forward(minutes=1)
    assert knock(own, here).status_code == 303
    assert "signed in to your account on a new device, the last time today 10:02" in words(
        own.get("/clients")
    )


def test_a_device_signed_by_somebody_else_is_a_new_one(here):
    browser = here.app().test_client()
    known = {here.people[Role.COUNSELOR].id.hex: ["", 9_999_999_999]}
    browser.set_cookie("handrail-device", URLSafeSerializer("x" * 40, salt="handrail-device").dumps(known))
    knock(browser, here, WRONG)
    assert refused(here) == [("system", "wrong password", "new device")]


def test_the_password_of_now_is_not_guessed_in_a_sign_in_that_was_left_open(here):
    browser = here.app().test_client()
    knock(browser, here)
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/password").text)[1]
    new = {"csrf_token": token, "new": "a sentence about rivers", "again": "a sentence about rivers"}
    for guess in [WRONG] * 5 + [PASSWORD]:
        assert browser.post("/password", data={**new, "now": guess}).status_code == 422
    assert refused(here) == [("system", "wrong password", "known device")] * 5


def test_a_supervisor_is_shown_on_the_weekly_list_whose_account_was_tried(here):
    app = here.app()
    foreign = app.test_client()
    for _ in range(5):
        knock(foreign, here, WRONG)
    page = words(visitor(here, Role.SUPERVISOR, app).get("/audit/review"))
    assert "Wrong passwords Counselor Demo A wrong password for this account was typed 5 times" in page
