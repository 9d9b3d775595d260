"""The alert page and the pages of safety assessments: what people see, press and are told is missing."""

from datetime import UTC, datetime

import pytest

from referral.model import Urgency
from service.permissions import Role
from tests.service.builders import world
from tests.service.caring import alert_of, events, need_of, screening_of
from tests.service.web.visiting import visitor, words

COUNSELOR, ON_CALL = Role.COUNSELOR, Role.ON_CALL


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


@pytest.fixture
def app(here):
    return here.app()


def test_the_alert_is_the_one_loud_page(here, app):
    alert = alert_of(here)
    person = visitor(here, COUNSELOR, app)
    page = person.get(f"/alerts/{alert.id}")
    said = words(page)
    for each in (
        "Stay with Maya",
        "I am with Maya",
        "Acknowledge by 10:05",
        "5 min 0 s left",
        "You could say",
        "Rosa Example (mother)",
        "Call 911",
        "Call 988 with Maya",
        "Next, 10:05",
        "Room 114",
    ):
        assert each in said
    assert "End the alert" not in said
    assert page.text.count("now-band") == 1
    assert 'href="tel:5550100142"' in page.text


def test_one_tap_says_i_am_with_them_and_the_second_is_told(here, app):
    alert = alert_of(here)
    first, second = visitor(here, ON_CALL, app), visitor(here, COUNSELOR, app)
    page = words(first.send(f"/alerts/{alert.id}/acknowledge"))
    assert "You are with Maya since 10:00." in page
    assert "End the alert" in page
    told = words(second.send(f"/alerts/{alert.id}/acknowledge"))
    assert "On-Call Demo has been with them since 10:00." in told
    assert "On-Call Demo is with Maya since 10:00." in told


def test_the_band_redraws_without_being_a_look_at_the_record(here, app):
    alert = alert_of(here)
    person = visitor(here, COUNSELOR, app)
    before = len(events(here))
    here.clock.forward(minutes=1, seconds=20)
    page = person.get(f"/alerts/{alert.id}/band")
    assert "3 min 40 s left" in words(page)
    assert "<html" not in page.text
    here.clock.forward(minutes=20)
    assert "Everybody on the ladder was told." in words(person.get(f"/alerts/{alert.id}/band"))
    assert len(events(here)) == before


def test_an_alert_ends_only_with_all_four(here, app):
    alert = alert_of(here)
    person = visitor(here, ON_CALL, app)
    refused = words(person.post(f"/alerts/{alert.id}/end", took_over="Rosa Example"))
    assert "Nobody has said yet that they are with the client" in refused
    person.post(f"/alerts/{alert.id}/acknowledge")
    page = person.post(f"/alerts/{alert.id}/end", took_over="Rosa Example", disposition="odd")
    assert page.status_code == 422
    assert "3 things to mend" in words(page)
    assert 'value="Rosa Example"' in page.text
    ended = person.send(
        f"/alerts/{alert.id}/end",
        took_over="Rosa Example",
        took_over_at="2026-10-13T10:00",
        safety_steps="Medicines are locked away.",
        disposition="further evaluation",
    )
    assert "The alert has ended." in words(ended)
    assert "Medicines are locked away." in words(ended)
    assert "Rosa Example, today 10:00" in words(ended)
    assert "now-band" not in ended.text


def test_in_the_hour_that_comes_twice_an_alert_can_be_ended(here, app):
    """At the end of summer time the clock shows 1:40 twice: the later one is meant once it has come."""
    here.clock.now = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
    alert = alert_of(here)
    person = visitor(here, ON_CALL, app)
    person.post(f"/alerts/{alert.id}/acknowledge")
    here.clock.forward(minutes=15)
    done = {"took_over": "Rosa Example", "safety_steps": "Locked away.", "disposition": "low"}
    assert person.post(f"/alerts/{alert.id}/end", took_over_at="2026-11-01T01:50", **done).status_code == 422
    assert person.post(f"/alerts/{alert.id}/end", took_over_at="2026-11-01T01:40", **done).status_code == 303


def test_answers_behind_an_alert_are_for_those_who_may_read_them(here, app):
    alert = alert_of(here)
    assert "Rule: asq-acute" in words(visitor(here, COUNSELOR, app).get(f"/alerts/{alert.id}"))
    assert visitor(here, Role.AUDITOR, app).get(f"/alerts/{alert.id}").status_code == 404


def test_a_safety_assessment_is_written_down(here, app):
    screening_id = screening_of(here)
    person, path = visitor(here, COUNSELOR, app), f"/screenings/{screening_id}/safety-assessment"
    page = person.get(path)
    assert "Talk first, write later" in words(page)
    assert "NIMH" in words(page)
    assert "no text of theirs is used" in words(person.get("/instruments/safety-assessment"))
    assert 'href="/instruments/safety-assessment"' in page.text
    refused = person.post(path, took_over="Rosa Example")
    assert refused.status_code == 422
    assert "Say what you concluded." in words(refused)
    assert 'value="Rosa Example"' in refused.text
    kept = words(person.send(path, disposition="low", safety_plan="yes", took_over="Rosa Example"))
    assert "Low risk" in kept
    assert "Made together" in kept


def test_imminent_risk_leads_straight_to_the_crisis_steps(here, app):
    screening_id = screening_of(here)
    page = visitor(here, COUNSELOR, app).send(
        f"/screenings/{screening_id}/safety-assessment",
        disposition="imminent",
        safety_plan="no",
        why_no_safety_plan="Going to hospital now.",
        took_over="Officer Placeholder",
    )
    assert "Stay with Maya" in words(page)


def test_what_is_due_is_listed(here, app):
    person = visitor(here, COUNSELOR, app)
    assert "Nothing is due" in words(person.get("/safety-assessments"))
    need_id = need_of(here, Urgency.URGENT)
    page = person.get("/safety-assessments")
    assert "Start the assessment : Maya Example" in words(page)
    assert f'href="/needs/{need_id}/safety-assessment"' in page.text
    assert person.get(f"/needs/{need_id}/safety-assessment").status_code == 200
