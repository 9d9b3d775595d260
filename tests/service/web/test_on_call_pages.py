"""On call in one tap, the roster with its gaps, and what is late: what people see, press and are told."""

import pytest

from referral.model import Urgency
from service import worker
from service.permissions import Role
from tests.service.builders import world
from tests.service.caring import alert_of, events, need_of, need_row
from tests.service.web.speaking import speaker
from tests.service.web.visiting import visitor, words

ON_CALL, COORDINATOR, COUNSELOR = Role.ON_CALL, Role.COORDINATOR, Role.COUNSELOR
NIGHTS = {
    "days": ["0", "1", "2", "3", "4"],
    "starts": "17:00",
    "ends": "08:00",
    "first": "2026-10-12",
    "last": "",
}


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


@pytest.fixture
def app(here):
    return here.app()


def test_on_call_shows_alerts_and_nothing_else_and_one_tap_answers(here, app):
    need_of(here, Urgency.URGENT)
    person = visitor(here, ON_CALL, app)
    assert "No alert is open" in words(person.get("/on-call"))
    alert = alert_of(here)
    page = words(person.get("/on-call"))
    for each in ("Maya Example", "Room 114", "Nobody has acknowledged yet.", "I am going to Maya Example"):
        assert each in page
    after = words(person.send(f"/on-call/alerts/{alert.id}"))
    assert f"{here.people[ON_CALL].name} Seen" in after
    assert "Not seen yet." not in after
    assert "You are with Maya since 10:00." in after
    assert "On-Call Demo is with them." in words(person.get("/on-call"))


def test_the_second_to_tap_is_told_who_goes(here, app):
    alert = alert_of(here)
    visitor(here, ON_CALL, app).send(f"/on-call/alerts/{alert.id}")
    said = words(visitor(here, COUNSELOR, app).send(f"/on-call/alerts/{alert.id}"))
    assert "On-Call Demo has been with them since 10:00." in said


def test_opening_the_page_is_an_event_and_drawing_it_again_is_not(here, app):
    person = visitor(here, ON_CALL, app)
    person.get("/on-call")
    before = events(here)
    assert (before[-1]["kind"], before[-1]["details"]["view"]) == ("record viewed", "on-call")
    assert "<html" not in person.get("/on-call/alerts").text
    assert events(here) == before


def test_a_shift_is_added_shown_with_the_hours_left_open_and_taken_off(here, app):
    person = visitor(here, COORDINATOR, app)
    assert "No shift is on the roster yet." in words(person.get("/on-call/roster"))
    page = person.send("/on-call/roster", user_id=str(here.people[ON_CALL].id), **NIGHTS)
    said = words(page)
    assert "The shift is on the roster." in said
    assert "Monday, Tuesday, Wednesday, Thursday, Friday" in said
    assert "In the next seven days nobody is on call:" in said
    assert "today 10:00 until today 17:00" in said
    assert "The roster names nobody for now" in words(person.get("/on-call"))
    here.clock.forward(hours=8)
    person = visitor(here, COORDINATOR, app)
    assert "On call now: On-Call Demo." in words(person.get("/on-call"))
    (off,) = {line.split('"')[0] for line in page.text.split('action="')[1:] if "/withdraw" in line}
    assert "No shift is on the roster yet." in words(person.send(off))
    kept = [each["details"]["status"] for each in events(here) if each["kind"] == "setting changed"]
    assert kept == ["shift added", "shift withdrawn"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"user_id": ""}, "Choose who is on call."),
        ({"days": []}, "Choose at least one day."),
        ({"starts": "25:00"}, "Say when it begins."),
        ({"ends": ""}, "Say when it ends."),
        ({"first": ""}, "Give the first day."),
        ({"last": "2026-10-11"}, "The last day comes before the first."),
    ],
)
def test_a_shift_with_something_missing_names_it_and_keeps_the_rest(here, app, changes, told):
    person = visitor(here, COORDINATOR, app)
    page = person.post("/on-call/roster", **{"user_id": str(here.people[ON_CALL].id), **NIGHTS, **changes})
    assert page.status_code == 422
    assert told in words(page)
    assert "No shift is on the roster yet." in words(page)


def test_an_auditor_cannot_be_put_on_call(here, app):
    person = visitor(here, COORDINATOR, app)
    page = person.post("/on-call/roster", user_id=str(here.people[Role.AUDITOR].id), **NIGHTS)
    assert "Choose who is on call." in words(page)


def test_what_is_late_can_be_done_put_off_or_handed_on(here, app):
    need_id = need_of(here, Urgency.SOON)
    person = visitor(here, COUNSELOR, app)
    assert "Nothing of yours is late" in words(person.get("/late"))
    here.clock.now = need_row(here, need_id).due_at
    worker.escalate(here.parts.open_write, here.parts.act)
    person = visitor(here, COUNSELOR, app)
    page = person.get("/late")
    assert "Maya Example" in words(page)
    assert f"/needs/{need_id}#postpone" in page.text
    refused = person.post(f"/needs/{need_id}/postpone", postpone_reason="", postpone_until="2026-12-24T09:00")
    assert refused.status_code == 422
    assert "Say why this has to wait." in words(refused)
    assert 'value="2026-12-24T09:00"' in refused.text
    done = person.send(
        f"/needs/{need_id}/postpone",
        postpone_reason="client or family away",
        postpone_until="2026-10-16T09:00",
        postpone_note="Back on Friday.",
    )
    assert "Put off: they are away" in words(done)
    assert "Back on Friday." in words(done)
    assert "Nothing of yours is late" in words(person.get("/late"))


def test_what_is_immediate_offers_no_putting_off(here, app):
    need_id = need_of(here, Urgency.IMMEDIATE, pathway="crisis")
    assert "It has to wait" not in words(visitor(here, COUNSELOR, app).get(f"/needs/{need_id}"))


def test_the_api_puts_off_and_names_what_is_wrong(here, app):
    need_id = need_of(here, Urgency.SOON)
    say = speaker(here, COUNSELOR, app)
    wrong = say("POST", f"/needs/{need_id}/postpone", {"until": "2026-12-24T09:00:00Z"})
    assert wrong.status_code == 422
    assert [each["field"] for each in wrong.get_json()["problems"]] == ["reason", "until"]
    good = {"reason": "waiting for consent", "until": "2026-10-15T15:00:00Z"}
    assert say("POST", f"/needs/{need_id}/postpone", good).get_json()["until"] == "2026-10-15T15:00:00Z"
