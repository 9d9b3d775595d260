"""Bad input, in page and API: a clear message, the right status, nothing half-saved, never a 500, nothing logged."""

import json
import logging
import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from referral.model import State
from service.kinds import OrganisationKind
from service.permissions import Role
from service.store.clients import GuardianRow
from service.store.referrals import ReferralRow
from tests.architecture.sources import assert_none
from tests.journeys.bad_requests import BODIES, NEVER, OVER_THE_API, SECRET
from tests.journeys.stage import changed, dumped, screening
from tests.service.builders import PASSWORD, consent, world
from tests.service.caring import alert_of
from tests.service.referring import draft, referral_in
from tests.service.web.speaking import speaker
from tests.service.web.visiting import visitor

TRAIL = {"audit_events", "chain_heads"}
SHAPE = {"type", "title", "status", "detail", "problems", "request_id"}


@pytest.fixture
def here(database_url, tmp_path):
    return world(database_url, tmp_path)


@pytest.fixture(autouse=True)
def nobody_in_the_log(caplog):
    """Whatever these tests do, no name and no word of what was sent stands in the log afterwards."""
    caplog.set_level(logging.DEBUG)
    yield
    known = ("Maya", "Noor", "Rosa", "Testcase", SECRET, PASSWORD)
    assert [word for word in known if word in caplog.text] == []


def expired(here):
    """A client whose guardian's yes has run out."""
    client = here.new_client("Noor", "Testcase", consented=False)
    with here.write() as session:
        guardian = session.scalars(select(GuardianRow).where(GuardianRow.client_id == client.id)).one()
        session.add(consent(here, client, guardian, valid_until=date(2026, 10, 12)))
    return client


def scene(here, tmp_path):
    """Who and what the cases name."""
    theirs = world("", tmp_path, parts=here.parts, clock=here.clock, kind=OrganisationKind.CLINIC)
    sent = referral_in(here, State.SENT, client=here.new_client("Ari"))
    with here.read() as session:
        need = session.scalars(select(ReferralRow.need_id).where(ReferralRow.id == sent)).one()
    calm = {"asq": {"q1": 0, "q2": 0, "q3": 0, "q4": 0}}
    found = {
        "client": here.client.id,
        "their_client": theirs.client.id,
        "their_team": theirs.teams["psychology"].id,
        "crisis_team": here.teams["crisis"].id,
        "unasked": here.new_client(consented=False).id,
        "expired": expired(here).id,
        "sent": sent,
        "need": need,
        "draft": draft(here, client=here.new_client("Kim")),
        "running": screening(here, here.client),
        "ended": screening(here, here.new_client("Lina"), calm),
        "alert": alert_of(here, here.new_client("Sol")).id,
        "email": here.people[Role.COUNSELOR].email,
    }
    return {"{" + name + "}": str(each) for name, each in found.items()}


def filled(text, known):
    return re.sub(r"\{[a-z_]+\}", lambda found: known.get(found[0], found[0]), text)


def sent_by(say, bad, known):
    name, address = bad.call.split(" ", 1)
    body = None if bad.body is None else json.loads(filled(json.dumps(bad.body), known))
    return say(name, filled(address, known), body)


def wrong(bad, answer):
    """What is wrong with the refusal, in one line; None when it is as it must be."""
    if (answer.status_code, answer.mimetype) != (bad.status, "application/problem+json"):
        return f"{bad.what}: {answer.status_code} for {bad.status}: {answer.text[:200]}"
    told = answer.json
    if told.keys() != SHAPE or not told["detail"] or "{'" in told["detail"]:
        return f"{bad.what}: unclear: {answer.text[:200]}"
    if bad.names and not any(bad.names in problem["field"] for problem in told["problems"]):
        return f"{bad.what}: {bad.names} is not named: {told['problems']}"
    return None


def test_every_bad_request_over_the_api_is_refused_clearly_and_changes_nothing(here, tmp_path):
    app, known = here.app(), scene(here, tmp_path)
    people = {role: speaker(here, role, app) for role in {bad.who for bad in OVER_THE_API}}
    before, found = dumped(here), []
    for bad in OVER_THE_API:
        found.append(wrong(bad, sent_by(people[bad.who], bad, known)))
        written = TRAIL if bad.status in {401, 403, 404} else set()  # who was turned away is written down
        tables = set(changed(before, after := dumped(here))) - written
        found.append(f"{bad.what}: changed {tables}" if tables else None)
        before = after
    assert_none(filter(None, found))


@pytest.mark.parametrize(("what", "body", "headers", "status"), BODIES, ids=[each[0] for each in BODIES])
def test_a_body_that_cannot_be_read_is_refused_clearly(sqlite_url, tmp_path, what, body, headers, status):
    here = world(sqlite_url, tmp_path)
    say, before = speaker(here, Role.COUNSELOR), dumped(here)
    told = {"Authorization": f"Bearer {say.token}", **headers}
    answer = say.client.post("/api/v1/clients/search", data=body, headers=told)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), what
    assert answer.json.keys() == SHAPE
    assert answer.json["detail"]
    assert changed(before, dumped(here)) == []


def test_a_screening_submitted_twice_is_one_result_and_one_referral(here):
    say = speaker(here, Role.COUNSELOR)
    body = {"client_id": str(here.client.id), "instruments": ["gad-7"], "agrees": True}
    running = say.post("/screenings", body).json["id"]
    answers = {"q1": 3, **{f"q{n}": 2 for n in range(2, 8)}}
    say.put(f"/screenings/{running}/answers", {"instrument": "gad-7", "answers": answers})
    first = say.post(f"/screenings/{running}/submit")
    before = dumped(here)
    second = say.post(f"/screenings/{running}/submit")
    assert (second.status_code, second.json) == (200, first.json)
    looks = changed(before, dumped(here))
    assert set(looks) == TRAIL
    assert len(dumped(here)["referrals"]) == 1


PAGES = [
    (
        "an answer off the scale",
        "/s/{running}/answer",
        {"instrument": "phq-9", "item": "q1", "answer": "7"},
        422,
    ),
    (
        "an answer that is no number",
        "/s/{running}/answer",
        {"instrument": "phq-9", "item": "q1", "answer": "x"},
        422,
    ),
    ("an unknown item", "/s/{running}/answer", {"instrument": "phq-9", "item": "q99", "answer": "1"}, 422),
    ("an unknown instrument", "/s/{running}/answer", {"instrument": "x", "item": "q1", "answer": "1"}, 422),
    ("no answer", "/s/{running}/answer", {}, 422),
    ("an answer after the end", "/s/{ended}/answer", {"instrument": "asq", "item": "q1", "answer": "0"}, 409),
    ("a start without a yes", "/clients/{client}/screen", {"instruments": "phq-9", "mode": "interview"}, 422),
    ("a start of nothing", "/clients/{client}/screen", {"mode": "interview", "agrees": "yes"}, 422),
    (
        "a mode that is none",
        "/clients/{client}/screen",
        {"instruments": "asq", "mode": "post", "agrees": "yes"},
        422,
    ),
    (
        "an expired consent",
        "/clients/{expired}/screen",
        {"instruments": "asq", "mode": "interview", "agrees": "yes"},
        409,
    ),
    (
        "an unknown client",
        f"/clients/{NEVER}/screen",
        {"instruments": "asq", "mode": "interview", "agrees": "yes"},
        404,
    ),
    ("their client", "/clients/{their_client}/screen", {"mode": "interview", "agrees": "yes"}, 404),
    ("consent of nobody", "/clients/{client}/consent", {"purpose": "screening", "status": "given"}, 422),
    (
        "consent of a stranger",
        "/clients/{client}/consent",
        {"purpose": "screening", "status": "given", "who": NEVER},
        422,
    ),
    ("a day that is none", "/clients/{client}/consent", {"purpose": "screening", "valid_until": "soon"}, 422),
    ("a team that is none", "/referrals/{draft}/send", {"receiver_id": SECRET}, 422),
    ("their team", "/referrals/{draft}/send", {"receiver_id": "{their_team}"}, 422),
    ("a step out of order", "/referrals/{draft}/request-cancel", {"cancel_reason": "no consent"}, 409),
    ("a step of the other side", "/referrals/{sent}/accept", {}, 403),
    ("an attempt that says nothing", "/needs/{need}/attempts", {"attempt_note": SECRET}, 422),
    ("a note beyond its length", "/needs/{need}/attempts", {"attempt_note": "x" * 1001}, 422),
    ("closing for no reason", "/needs/{need}/close", {}, 403),
    ("an alert ended unacknowledged", "/alerts/{alert}/end", {"took_over": SECRET}, 422),
    ("an assessment of nothing", "/screenings/{ended}/safety-assessment", {"note": SECRET}, 422),
    (
        "a NUL in a note",
        "/needs/{need}/attempts",
        {"channel": "phone", "result": "reached", "attempt_note": "a\0b"},
        422,
    ),
    ("a NUL in a search", "/clients/search", {"query": "a\0b"}, 422),
    (
        "broken UTF-8 in a note",
        "/needs/{need}/attempts",
        b"channel=phone&result=reached&attempt_note=%ff",
        422,
    ),
    ("broken UTF-8 in a search", "/clients/search", b"query=Jos%e9", 422),
    ("ten megabytes", "/clients/search", {"query": "x" * 10 * 1024 * 1024}, 413),
]
"""What, address, form, status: all sent by the counselor."""


def posted(person, address, form, known):
    if isinstance(form, bytes):
        token = f"&csrf_token={person.token()}".encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return person.client.post(filled(address, known), data=form + token, headers=kind)
    return person.post(filled(address, known), **{name: filled(each, known) for name, each in form.items()})


def test_every_bad_form_is_answered_with_a_page_that_says_what_to_mend(here, tmp_path):
    known, found = scene(here, tmp_path), []
    person = visitor(here, Role.COUNSELOR)
    before = dumped(here)
    for what, address, form, status in PAGES:
        answer = posted(person, address, form, known)
        if (answer.status_code, answer.mimetype) != (status, "text/html"):
            found.append(f"{what}: {answer.status_code} for {status}")
        elif status == 422 and 'role="alert"' not in answer.text:
            found.append(f"{what}: nothing says what to mend")
        tables = set(changed(before, after := dumped(here))) - TRAIL
        found += [f"{what}: changed {sorted(tables)}"] if tables else []
        before = after
    assert_none(found)


@pytest.mark.parametrize(
    "address", ["/queue?view=%ff", "/audit?kind=nothing", "/audit?before=x", "/board?after=zz"]
)
def test_a_page_asked_wrongly_says_so(sqlite_url, tmp_path, address):
    here = world(sqlite_url, tmp_path)
    answer = visitor(here, Role.SUPERVISOR).client.get(address)
    assert (answer.status_code in {400, 422}, answer.mimetype) == (True, "text/html")


def test_a_lapsed_sign_in_and_a_forged_token_open_nothing(sqlite_url, tmp_path):
    here = world(sqlite_url, tmp_path)
    app = here.app()
    say, person = speaker(here, Role.COUNSELOR, app), visitor(here, Role.COUNSELOR, app)
    assert say.get(f"/clients/{here.client.id}").status_code == 200
    here.clock.now += timedelta(minutes=31)
    assert say.get(f"/clients/{here.client.id}").status_code == 401
    assert person.get(f"/clients/{here.client.id}").status_code == 302
    forged = say.client.get("/api/v1/alerts", headers={"Authorization": "Bearer " + "x" * 500})
    assert forged.status_code == 401
