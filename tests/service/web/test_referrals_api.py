"""Referrals over the JSON API: the queue, one of them, every step, and every way of being refused."""

import json
import uuid

import pytest

from referral.model import State, Step, Urgency
from service.kinds import OrganisationKind
from service.permissions import Role
from service.store.trail import newest_events
from service.web.steps import STEPS
from tests.service.builders import PASSWORD, world
from tests.service.referring import (
    RECEIVER,
    SENDER,
    WAYS,
    at_noon,
    draft,
    referral_in,
    row_of,
    said,
    shared_world,
)

BY_SENDER = {Step.DISMISS, Step.REQUEST_CANCEL, Step.MARK_ERROR}
FROM = {
    "dismiss": State.DRAFT,
    "claim": State.SENT,
    "release": State.CLAIMED,
    "accept": State.SENT,
    "decline": State.CLAIMED,
    "waitlist": State.ACCEPTED,
    "schedule": State.WAITLISTED,
    "reschedule": State.SCHEDULED,
    "attended": State.SCHEDULED,
    "not-attended": State.SCHEDULED,
    "cancel-appointment": State.SCHEDULED,
    "outcome": State.IN_CARE,
    "not-reached": State.IN_CARE,
    "request-cancel": State.ACCEPTED,
    "confirm-cancel": State.CANCEL_REQUESTED,
    "mark-error": State.SENT,
}


@pytest.fixture(scope="module")
def shared(migrated_sqlite, tmp_path_factory):
    with shared_world(migrated_sqlite, tmp_path_factory.mktemp("shared")) as here:
        yield here


@pytest.fixture
def here(shared):
    return at_noon(shared)


class Caller:
    """One person at the API."""

    def __init__(self, here, role, app=None):
        self.client = (app or here.kept_app).test_client()
        email = here.people[role].email
        token = self.post("sign-ins", {"email": email, "password": PASSWORD}).json["token"]
        self.client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"

    def post(self, path, body=None):
        return self.client.post(f"/api/v1/{path}", json=body) if body else self.client.post(f"/api/v1/{path}")

    def get(self, path, **query):
        return self.client.get(f"/api/v1/{path}", query_string=query)


def as_json(command):
    plain = {name: getattr(command, name) for name in command.__slots__}
    return {
        name: value if isinstance(value, str) else value.isoformat() for name, value in plain.items() if value
    }


def without_request(response):
    body = json.loads(response.data)
    body.pop("request_id")
    return body


def test_every_step_has_a_state_to_be_tried_from():
    assert FROM.keys() == STEPS.keys()


@pytest.mark.parametrize("name", STEPS)
def test_each_step_is_taken_through_its_address(here, name):
    step = STEPS[name]
    referral_id = referral_in(here, FROM[name])
    caller = Caller(here, SENDER if step in BY_SENDER else RECEIVER)
    answer = caller.post(f"referrals/{referral_id}/{name}", as_json(said(here, step)))
    assert (answer.status_code, answer.json["state"]) == (200, row_of(here, referral_id).state)
    assert answer.json["state"] != FROM[name] or step is Step.RESCHEDULE


@pytest.mark.parametrize("name", STEPS)
def test_each_step_out_of_order_is_a_conflict_in_the_documented_shape(here, name):
    step, role = STEPS[name], SENDER if STEPS[name] in BY_SENDER else RECEIVER
    ended = {Step.MARK_ERROR: State.ENTERED_IN_ERROR, Step.REPORT_OUTCOME: State.DECLINED}
    referral_id = referral_in(here, ended.get(step, State.COMPLETED))
    body = {"error_reason": "wrong client"} if step is Step.MARK_ERROR else as_json(said(here, step))
    answer = Caller(here, role).post(f"referrals/{referral_id}/{name}", body)
    assert (answer.status_code, answer.mimetype) == (409, "application/problem+json")
    assert answer.json["detail"]


def test_a_draft_is_looked_at_sent_worked_and_read_to_its_end(here):
    sender, receiver = Caller(here, SENDER), Caller(here, RECEIVER)
    referral_id = draft(here)
    preview = sender.get(f"referrals/{referral_id}/preview").json
    team = preview["proposals"][0]["receiver"]["id"]
    assert sender.post(f"referrals/{referral_id}/send", {"receiver_id": team}).json["state"] == "sent"
    for role, step in WAYS[State.COMPLETED][1:]:
        name = next(name for name, each in STEPS.items() if each is step)
        assert role is RECEIVER
        receiver.post(f"referrals/{referral_id}/{name}", as_json(said(here, step)))
    read = sender.post(f"referrals/{referral_id}/read-outcome")
    assert (read.json["outcome"], read.json["outcome_read_at"]) == ("help began", "2026-10-13T16:00:00Z")
    history = sender.get(f"referrals/{referral_id}").json["history"]
    assert [each["step"] for each in history] == [
        "send",
        "accept",
        "record attended",
        "report outcome",
        "read outcome",
    ]
    assert history[1]["words"]["en"] == "Accepted by Clinician Demo"


def test_the_receiver_sees_reasons_and_steps_of_its_side(here):
    seen = Caller(here, RECEIVER).get(f"referrals/{referral_in(here, State.SENT)}").json
    assert (seen["side"], seen["client"]["name"]) == ("receiver", "Noor Testcase")
    assert seen["steps"] == ["claim", "accept", "decline", "report not reached"]
    assert seen["answers"] == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"decline_reason": "too busy"}, "decline_reason"),
        ({"decline_reason": ["no capacity"]}, "decline_reason"),
        ({"note": "no room"}, "decline_reason"),
        ({"decline_reason": "no capacity", "outcome": "help began"}, "outcome"),
        ({"decline_reason": "no capacity", "note": 7}, "note"),
        ({"decline_reason": "no capacity", "note": "x" * 1001}, "note"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_happens(here, body, field):
    referral_id = referral_in(here, State.SENT)
    answer = Caller(here, RECEIVER).post(f"referrals/{referral_id}/decline", body)
    assert answer.status_code == 422
    assert [problem["field"] for problem in answer.json["problems"]] == [field]
    assert row_of(here, referral_id).state is State.SENT


@pytest.mark.parametrize(
    "moment", ["2026-10-20", "2026-10-20T10:00:00", "soon", 7, None, "2026-10-01T10:00:00Z"]
)
def test_an_appointment_needs_a_zone_and_a_time_to_come(here, moment):
    referral_id = referral_in(here, State.ACCEPTED)
    answer = Caller(here, RECEIVER).post(f"referrals/{referral_id}/schedule", {"appointment_at": moment})
    assert answer.status_code == 422
    assert [problem["field"] for problem in answer.json["problems"]] == ["appointment_at"]


@pytest.fixture
def alone(sqlite_url, tmp_path):
    """A world that no other test touches."""
    here = world(sqlite_url, tmp_path)
    here.kept_app = here.app()
    return here


@pytest.mark.parametrize("role", [SENDER, RECEIVER])
def test_another_organisations_referral_answers_as_one_that_never_was(alone, tmp_path, role):
    theirs = world("", tmp_path, parts=alone.parts, clock=alone.clock, kind=OrganisationKind.CLINIC)
    ids = (referral_in(theirs, State.SENT), uuid.UUID(int=12345))
    caller, team = Caller(alone, role), str(theirs.teams["psychology"].id)
    for path in ("", "/preview"):
        answers = [caller.get(f"referrals/{each}{path}") for each in ids]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert without_request(answers[0]) == without_request(answers[1])
    for path, body in (("send", {"receiver_id": team}), ("accept", None), ("read-outcome", None)):
        answers = [caller.post(f"referrals/{each}/{path}", body) for each in ids]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert without_request(answers[0]) == without_request(answers[1])


def test_the_other_side_is_forbidden_with_the_reason(here):
    referral_id = referral_in(here, State.SENT)
    answer = Caller(here, SENDER).post(f"referrals/{referral_id}/accept")
    assert answer.status_code == 403
    assert "work a referral on the receiving side" in answer.json["detail"]


def test_the_second_to_accept_over_the_api_is_told_who_was_first(alone):
    here = alone
    referral_id = referral_in(here, State.SENT, pathway="crisis", urgency=Urgency.IMMEDIATE)
    with here.write() as session:
        first = session.merge(here.people[RECEIVER])
        first.site_id = here.teams["crisis"].id
    Caller(here, RECEIVER).post(f"referrals/{referral_id}/accept")
    answer = Caller(here, Role.ON_CALL).post(f"referrals/{referral_id}/accept")
    assert (answer.status_code, answer.json["detail"]) == (409, "Accepted by Clinician Demo, today 10:00")


def test_a_queue_goes_on_after_its_cursor_and_says_how_many_there_are(alone):
    here = alone
    for number in range(3):
        client = here.new_client("Noor", f"Testcase{number}")
        referral_in(here, State.SENT, client=client)
        here.clock.forward(minutes=1)
    caller = Caller(here, RECEIVER)
    page = caller.get("referrals", view="needs-someone").json
    assert (len(page["referrals"]), page["counts"]["needs-someone"], page["next_cursor"]) == (3, 3, None)
    assert page["referrals"][0]["client"]["name"] == "Noor Testcase0"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"view": "everything"}, "view"),
        ({"urgency": "now"}, "urgency"),
        ({"cursor": "AAAA"}, "cursor"),
        ({"cursor": "ä" * 46}, "cursor"),
        ({"cursor": "_" * 46}, "cursor"),
        ({"cursor": "x" * 300}, "cursor"),
        ({"name": "Maya"}, "name"),
    ],
)
def test_a_queue_that_is_asked_wrongly_names_the_parameter(here, query, field):
    answer = Caller(here, RECEIVER).get("referrals", **query)
    assert answer.status_code == 422
    assert [problem["field"] for problem in answer.json["problems"]] == [field]


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.REFERRAL_STAFF, 200),
        (Role.CLINICIAN, 200),
        (Role.ON_CALL, 200),
        (Role.COORDINATOR, 200),
        (Role.SUPERVISOR, 200),
        (Role.COUNSELOR, 403),
        (Role.AUDITOR, 403),
        (Role.ADMINISTRATOR, 403),
    ],
)
def test_only_those_who_work_or_coordinate_referrals_have_a_queue(here, role, status):
    assert Caller(here, role).get("referrals").status_code == status


def test_looking_at_a_referral_is_an_event(here):
    referral_id = referral_in(here, State.SENT)
    here.clock.forward(minutes=1)
    Caller(here, RECEIVER).get(f"referrals/{referral_id}")
    with here.read() as session:
        newest = newest_events(session, here.organisation.id, most=1)[0]
    assert (newest.kind, newest.subject_id) == ("record viewed", referral_id)
