"""Needs, alerts and safety assessments over the JSON API: every route, and every way of being refused."""

import pytest

from referral.model import State, Urgency
from service.kinds import OrganisationKind
from service.permissions import Role
from tests.service.builders import world
from tests.service.caring import alert_of, assessed_for_need, latest_of, need_of, need_row, screening_of
from tests.service.referring import referral_in, row_of
from tests.service.web.speaking import speaker

COORDINATOR, COUNSELOR, SUPERVISOR, ON_CALL = Role.COORDINATOR, Role.COUNSELOR, Role.SUPERVISOR, Role.ON_CALL
DONE = {
    "took_over": "Rosa Example (mother)",
    "took_over_at": "2026-10-13T16:00:00Z",
    "safety_steps": "Medicines are locked away.",
    "disposition": "further evaluation",
}
SAFE = {"disposition": "low", "took_over": "Rosa Example (mother)", "safety_plan": True}


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


@pytest.fixture
def on_both(database_url, tmp_path):
    return world(database_url, tmp_path)


def named(answer):
    return {problem["field"] for problem in answer.json["problems"]}


def ended(here, state=State.DECLINED, **facts):
    return row_of(here, referral_in(here, state, client=here.client, **facts)).need_id


def test_the_board_is_told_page_by_page(on_both):
    need_id = ended(on_both, urgency=Urgency.URGENT)
    page = speaker(on_both, COORDINATOR).get("/needs?view=opened&pathway=psychology").json
    [group] = page["groups"]
    [card] = group["cards"]
    assert (card["id"], card["urgency"], card["course"]["state"]) == (str(need_id), "urgent", "declined")
    assert card["due_at"].endswith("Z")
    assert (page["tallies"]["all"], page["tallies"]["opened"], page["next"]) == (1, 1, None)


@pytest.mark.parametrize(
    ("query", "field"),
    [("view=odd", "view"), ("pathway=astrology", "pathway"), ("after=x", "after"), ("colour=red", "colour")],
)
def test_a_filter_that_there_is_not_is_named(here, query, field):
    answer = speaker(here, COORDINATOR).get(f"/needs?{query}")
    assert (answer.status_code, named(answer)) == (422, {field})


def test_one_need_is_told_with_everything_around_it(here):
    need_id = ended(here)
    told = speaker(here, COORDINATOR).get(f"/needs/{need_id}").json
    assert told["client"]["name"] == "Maya Example"
    assert told["next_step"]["es"] == "Buscar otra vía"
    assert [each["state"] for each in told["referrals"]] == ["declined"]
    assert told["problems"] == []


def test_a_need_is_opened_worked_and_closed(on_both):
    person = speaker(on_both, COORDINATOR)
    body = {
        "client_id": str(on_both.client.id),
        "pathway": "psychology",
        "urgency": "soon",
        "reason": "Worried.",
    }
    made = person.post("/needs", body)
    assert made.status_code == 201
    need = f"/needs/{made.json['id']}"
    tried = {"channel": "phone", "result": "no answer", "next_call_on": "2026-10-15"}
    assert person.post(f"{need}/attempts", tried).status_code == 201
    handed = {"owner_id": str(on_both.people[SUPERVISOR].id), "note": "Yours."}
    assert person.post(f"{need}/reassign", handed).json["owner_id"] == handed["owner_id"]
    draft = person.get(need).json["referrals"][0]["id"]
    assert person.post(f"/referrals/{draft}/dismiss", {"cancel_reason": "details missing"}).status_code == 200
    on_both.clock.forward(minutes=5)
    redirected = person.post(f"{need}/redirect", {"pathway": "psychiatry"})
    assert redirected.status_code == 201
    draft = redirected.json["referral_id"]
    assert person.post(f"/referrals/{draft}/dismiss", {"cancel_reason": "details missing"}).status_code == 200
    assert person.post(f"{need}/close", {"reason": "moved away"}).json["closed"] is True
    on_both.clock.forward(minutes=5)
    assert person.post(f"{need}/reopen", {"note": "They came back."}).status_code == 201
    assert person.get(need).json["closed"] is None


def test_reading_an_outcome_closes_the_loop(here):
    need_id = ended(here, State.COMPLETED)
    assert speaker(here, COUNSELOR).post(f"/needs/{need_id}/close-loop", {}).json["closed"] is True
    assert need_row(here, need_id).closing_reason == "help began"


def test_a_second_person_signs(here):
    need_id = ended(here, State.NOT_REACHED, urgency=Urgency.URGENT)
    answer = speaker(here, SUPERVISOR).post(f"/needs/{need_id}/sign-off", {"note": "We tried everything."})
    assert answer.json["signed"] == "not reached"


@pytest.mark.parametrize(
    ("path", "body", "status", "fields"),
    [
        ("attempts", {}, 422, {"channel", "result"}),
        ("attempts", {"channel": "drum", "result": "heard"}, 422, {"channel", "result"}),
        (
            "attempts",
            {"channel": "phone", "result": "reached", "next_call_on": "soon"},
            422,
            {"next_call_on"},
        ),
        ("reassign", {}, 422, {"owner_id", "note"}),
        ("reassign", {"owner_id": "nobody", "note": "x"}, 422, {"owner_id"}),
        ("redirect", {"pathway": "astrology"}, 422, {"pathway"}),
        ("close", {}, 422, {"reason", "took_over", "safety_assessment", "disposition", "safety_plan"}),
        ("close", {"reason": "bored"}, 422, {"reason"}),
        ("close", {"reason": "moved away", "force": True}, 422, {"force"}),
        ("close-loop", {"keep_open": "perhaps"}, 422, {"keep_open"}),
        ("sign-off", {"note": ""}, 422, {"note"}),
        ("close-loop", {}, 409, set()),
        ("reopen", {"note": "x"}, 409, set()),
    ],
)
def test_every_refusal_names_all_that_is_wrong(here, path, body, status, fields):
    need_id = ended(here, urgency=Urgency.URGENT)
    answer = speaker(here, COORDINATOR).post(f"/needs/{need_id}/{path}", body)
    assert (answer.status_code, named(answer)) == (status, fields)
    assert answer.mimetype == "application/problem+json"
    assert need_row(here, need_id).closed_at is None


def test_opening_by_judgement_names_all_that_is_wrong(here):
    answer = speaker(here, COUNSELOR).post("/needs", {"client_id": str(here.client.id)})
    assert (answer.status_code, named(answer)) == (422, {"pathway", "urgency", "reason"})


def test_an_alert_is_told_acknowledged_and_ended(on_both):
    alert = alert_of(on_both)
    first, second = speaker(on_both, ON_CALL), speaker(on_both, COUNSELOR)
    assert [each["id"] for each in first.get("/alerts").json["alerts"]] == [str(alert.id)]
    told = first.get(f"/alerts/{alert.id}").json
    assert (told["emergency"], told["crisis_lines"][0]["id"], told["answers"]) == ("911", "988", [])
    assert told["protocol"][0]["id"] == "stay"
    assert first.post(f"/alerts/{alert.id}/acknowledge").json["acknowledged"]["by"] == "On-Call Demo"
    late = second.post(f"/alerts/{alert.id}/acknowledge")
    assert (late.status_code, "On-Call Demo has been with them" in late.json["detail"]) == (409, True)
    missing = first.post(f"/alerts/{alert.id}/close", {"took_over": " "})
    assert (missing.status_code, named(missing)) == (
        422,
        {"took_over", "took_over_at", "safety_steps", "disposition"},
    )
    assert first.post(f"/alerts/{alert.id}/close", DONE).json["closed"] is True
    assert first.get("/alerts").json["alerts"] == []
    assert first.post(f"/alerts/{alert.id}/close", DONE).status_code == 409


def test_a_safety_assessment_is_due_and_recorded(on_both):
    need_id = need_of(on_both, Urgency.URGENT)
    person = speaker(on_both, COUNSELOR)
    [due] = person.get("/safety-assessments").json["due"]
    assert (due["need_id"], due["client"]["name"]) == (str(need_id), "Maya Example")
    assert person.post(f"/needs/{need_id}/safety-assessment", SAFE).status_code == 201
    screening_id = screening_of(on_both)
    imminent = {
        "disposition": "imminent",
        "took_over": "Officer Placeholder",
        "why_no_safety_plan": "Hospital.",
    }
    recorded = person.post(f"/safety-assessments/{screening_id}", imminent)
    assert (recorded.status_code, recorded.json["alert_id"] is not None) == (201, True)
    again = person.post(f"/safety-assessments/{screening_id}", SAFE)
    assert (again.status_code, "Counselor Demo" in again.json["detail"]) == (409, True)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"disposition", "why_no_safety_plan"}),
        ({"disposition": "fine"}, {"disposition"}),
        ({**SAFE, "safety_plan": "yes"}, {"safety_plan"}),
        ({**SAFE, "happened_at": "2026-10-13T10:00:00"}, {"happened_at"}),
        ({**SAFE, "happened_at": "2026-10-14T10:00:00Z"}, {"happened_at"}),
    ],
)
def test_an_assessment_names_all_that_is_wrong(here, body, fields):
    answer = speaker(here, COUNSELOR).post(f"/safety-assessments/{screening_of(here)}", body)
    assert (answer.status_code, named(answer)) == (422, fields)


READS = ["/needs/{need}", "/alerts/{alert}"]
WRITES = [
    ("/needs/{need}/attempts", {"channel": "phone", "result": "reached"}),
    ("/needs/{need}/reassign", {"note": "x"}),
    ("/needs/{need}/redirect", {}),
    ("/needs/{need}/sign-off", {"note": "x"}),
    ("/needs/{need}/close", {"reason": "moved away"}),
    ("/needs/{need}/close-loop", {}),
    ("/needs/{need}/reopen", {"note": "x"}),
    ("/needs/{need}/safety-assessment", SAFE),
    ("/alerts/{alert}/acknowledge", {}),
    ("/alerts/{alert}/close", DONE),
    ("/safety-assessments/{screening}", SAFE),
    ("/needs", {"client_id": "{client}", "pathway": "psychology", "urgency": "soon", "reason": "x"}),
]


def test_nothing_of_the_other_organisation_exists(here, tmp_path):
    clinic = world(None, tmp_path, kind=OrganisationKind.CLINIC, parts=here.parts)
    alert, need_id, screening_id = alert_of(clinic), need_of(clinic), screening_of(clinic)
    ids = {"need": need_id, "alert": alert.id, "screening": screening_id, "client": clinic.client.id}
    person = speaker(here, SUPERVISOR)
    for path in READS:
        assert person.get(path.format(**ids)).status_code == 404
    for path, body in WRITES:
        told = {
            name: value.format(**ids) if isinstance(value, str) else value for name, value in body.items()
        }
        assert person.post(path.format(**ids), told).status_code == 404
    assert latest_of(clinic, need_id).state is State.DRAFT


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        (COUNSELOR, "/needs", 403),
        (Role.AUDITOR, "/needs", 403),
        (Role.AUDITOR, "/alerts", 403),
        (Role.REFERRAL_STAFF, "/safety-assessments", 403),
        (ON_CALL, "/alerts", 200),
        (COUNSELOR, "/safety-assessments", 200),
    ],
)
def test_each_role_reads_what_its_work_needs(here, role, path, status):
    assert speaker(here, role).get(path).status_code == status


def test_an_urgent_loop_closes_with_what_closing_takes(here):
    need_id = ended(here, State.COMPLETED, urgency=Urgency.URGENT)
    person = speaker(here, COORDINATOR)
    missing = person.post(f"/needs/{need_id}/close-loop", {})
    assert named(missing) == {"took_over", "safety_assessment", "disposition", "safety_plan"}
    assessed_for_need(here, need_id)
    assert person.post(f"/needs/{need_id}/close-loop", {}).json["closed"] is True


@pytest.mark.parametrize("said", [1, 0, "yes", "true", None])
def test_yes_and_no_are_said_plainly_over_the_api(here, said):
    need_id = ended(here, State.COMPLETED)
    answer = speaker(here, COUNSELOR).post(f"/needs/{need_id}/close-loop", {"keep_open": said})
    assert (answer.status_code, named(answer)) == (422, {"keep_open"})
    screening_id = screening_of(here)
    body = {**SAFE, "safety_plan": said}
    answer = speaker(here, COUNSELOR).post(f"/safety-assessments/{screening_id}", body)
    assert (answer.status_code, named(answer)) == (422, {"safety_plan"})
