"""Screenings over the JSON API, good input and bad."""

import json

import pytest

from service.kinds import OrganisationKind
from service.permissions import Role
from tests.service.builders import PASSWORD, world
from tests.service.web.speaking import speaker

MODERATE = {f"q{n}": value for n, value in enumerate([2, 2, 3, 1, 2, 2, 1, 0, 0], start=1)}


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


@pytest.fixture
def say(here):
    return speaker(here, Role.COUNSELOR)


def start(here, say, *instruments, **headers):
    body = {"client_id": str(here.client.id), "instruments": list(instruments), "agrees": True}
    answer = say.post("/screenings", body, **headers)
    assert answer.status_code == 201, answer.text
    return answer.json["id"]


def test_the_story_from_first_answer_to_a_reasoned_decision(here, say):
    screening = start(here, say, "phq-9", "asq")
    assert (
        say.put(f"/screenings/{screening}/answers", {"instrument": "phq-9", "answers": MODERATE}).json[
            "answered"
        ]
        == 9
    )
    asq = {"instrument": "asq", "answers": {"q1": 0, "q2": 0, "q3": 1, "q4": 0, "q5": 0}}
    assert say.put(f"/screenings/{screening}/answers", asq).status_code == 200
    result = say.post(f"/screenings/{screening}/submit").json
    assert result["instruments"][0]["scores"] == {"total": 13}
    assert result["urgency"] == "urgent"
    urgent = result["decisions"][0]
    assert "asq-non-acute" in urgent["rules"]
    assert urgent["reasons"][0]["es"]
    assert result["safety_assessment"]["due_at"].endswith("Z")
    assert any(
        each["rule"] == "asq-acute" for each in say.get(f"/screenings/{screening}/trace").json["verdicts"]
    )


def test_submitting_twice_answers_the_same(here, say):
    screening = start(here, say, "phq-9")
    say.put(f"/screenings/{screening}/answers", {"instrument": "phq-9", "answers": MODERATE})
    first = say.post(f"/screenings/{screening}/submit").json
    assert say.post(f"/screenings/{screening}/submit").json == first


def test_the_same_idempotency_key_is_the_same_screening(here, say):
    assert start(here, say, "phq-9", **{"Idempotency-Key": "a"}) == start(
        here, say, "phq-9", **{"Idempotency-Key": "a"}
    )


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"q1": 7}, "q1"),
        ({"q1": True}, "q1"),
        ({"q1": "1"}, "q1"),
        ({"q1": 1.0}, "q1"),
        ({"q1": None}, "q1"),
        ({"q99": 1}, "q99"),
        ({"q1": 10**30}, "q1"),
    ],
)
def test_a_bad_answer_is_named_and_nothing_is_saved(here, say, answers, field):
    screening = start(here, say, "phq-9")
    body = {"instrument": "phq-9", "answers": {"q2": 1, **answers}}
    answer = say.put(f"/screenings/{screening}/answers", body)
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert any(field in problem["field"] for problem in answer.json["problems"])
    assert say.get(f"/screenings/{screening}").json["answered"] == 0


@pytest.mark.parametrize(
    ("body", "mimetype", "status", "words"),
    [
        (b"{", "application/json", 400, "line 1"),
        (b'{"a": "\xff"}', "application/json", 400, "UTF-8"),
        (b"[]", "application/json", 400, "object"),
        (b'{"agrees": NaN}', "application/json", 400, "JSON"),
        (b'{"agrees": true, "agrees": false}', "application/json", 422, "agrees"),
        (b"[" * 100_000, "application/json", 400, "JSON"),
        (b"agrees=1", "application/x-www-form-urlencoded", 415, "application/json"),
        (b'{"x": "' + b"y" * 10_000_000 + b'"}', "application/json", 413, ""),
    ],
)
def test_a_broken_body_gets_the_documented_error(say, body, mimetype, status, words):
    answer = say.client.post(
        "/api/v1/screenings",
        data=body,
        content_type=mimetype,
        headers={"Authorization": f"Bearer {say.token}"},
    )
    assert answer.status_code == status
    assert set(answer.json) == {"type", "title", "status", "detail", "problems", "request_id"}
    assert words in json.dumps(answer.json)


def test_unknown_fields_are_refused_by_name(here, say):
    body = {"client_id": str(here.client.id), "instruments": ["asq"], "agrees": True, "role": "supervisor"}
    answer = say.post("/screenings", body)
    assert answer.status_code == 422
    assert answer.json["problems"][0]["field"] == "role"


def test_expired_consent_is_a_conflict_with_its_reason(here, say):
    other = here.new_client(consented=False)
    body = {"client_id": str(other.id), "instruments": ["asq"], "agrees": True}
    answer = say.post("/screenings", body)
    assert answer.status_code == 409
    assert "asked" in answer.json["detail"]


def test_a_client_of_the_other_tenant_answers_like_one_that_never_existed(here, say, sqlite_url, tmp_path):
    clinic = world(sqlite_url, tmp_path, kind=OrganisationKind.CLINIC, parts=here.parts, clock=here.clock)
    answers = [say.get(f"/clients/{one}") for one in (clinic.client.id, here.id())]
    assert [answer.status_code for answer in answers] == [404, 404]
    bodies = [answer.text.replace(answer.json["request_id"], "") for answer in answers]
    assert bodies[0] == bodies[1]


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer nothing", "Basic abc"])
def test_without_a_live_token_nothing_opens(here, token):
    answer = here.app().test_client().get("/api/v1/instruments", headers={"Authorization": token})
    assert answer.status_code == 401
    assert answer.json["status"] == 401


def test_a_cookie_never_opens_the_api(here):
    client = here.app().test_client()
    client.get("/sign-in")
    assert client.get("/api/v1/instruments").status_code == 401


def test_an_ended_token_opens_nothing(say):
    assert say("DELETE", "/sign-ins/current").status_code == 204
    assert say.get("/instruments").status_code == 401


def test_a_wrong_password_and_an_unknown_person_get_the_same_answer(here):
    client = here.app().test_client()
    known = here.people[Role.COUNSELOR].email
    answers = [
        client.post("/api/v1/sign-ins", json={"email": email, "password": password})
        for email, password in ((known, "wrong"), ("nobody@alder-creek.example", PASSWORD))
    ]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].json["detail"] == answers[1].json["detail"]


def test_an_idle_sign_in_ends_by_itself(here, say):
    here.clock.forward(minutes=31)
    assert say.get("/instruments").status_code == 401


def test_an_unknown_address_and_a_wrong_method_keep_the_shape(say):
    assert say.get("/nothing-here").json["status"] == 404
    answer = say.post("/instruments")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert answer.json["status"] == 405
