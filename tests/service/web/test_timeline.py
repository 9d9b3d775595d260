"""The timeline and audit pages and their API: what they say, to whom, and what they answer to a bad address."""

import uuid

import pytest

from referral.model import Step
from service.kinds import OrganisationKind
from service.permissions import Role
from service.store.audit import ChainHeadRow
from tests.service.acts import screen
from tests.service.builders import world
from tests.service.referring import draft, take
from tests.service.web.speaking import speaker
from tests.service.web.visiting import visitor


@pytest.fixture
def here(sqlite_url, tmp_path):
    made = world(sqlite_url, tmp_path)
    screen(made, "asq", [0, 0, 0, 1, 0])
    return made


@pytest.fixture
def app(here):
    return here.app()


def test_the_timeline_page_tells_what_happened_by_whom(here, app):
    page = visitor(here, Role.COUNSELOR, app).get(f"/clients/{here.client.id}/timeline")
    assert page.status_code == 200
    assert "Screened: ASQ" in page.text
    assert "Counselor Demo, Counselor" in page.text
    assert "An answer was saved" not in page.text


def test_the_timeline_page_shows_answers_and_looks_when_asked(here, app):
    person = visitor(here, Role.COUNSELOR, app)
    person.get(f"/clients/{here.client.id}/timeline")
    page = person.get(f"/clients/{here.client.id}/timeline", all=1)
    assert page.text.count("An answer was saved") == 5
    assert "Looked at: the timeline" in page.text


def test_the_timeline_page_goes_on_to_older_entries(here, app):
    for _ in range(20):
        screen(here, "asq", [0, 0, 0, 0])
    person = visitor(here, Role.COUNSELOR, app)
    page = person.get(f"/clients/{here.client.id}/timeline")
    assert "Show older entries" in page.text
    older = page.text.split("before=")[1].split('"')[0].split("&")[0]
    assert "Screened: ASQ" in person.get(f"/clients/{here.client.id}/timeline", before=older).text


@pytest.mark.parametrize("before", ["x", "-1", "1e9", "9" * 30, "٣", "1 OR 1=1"])
def test_a_place_that_is_none_is_refused_with_its_name(here, app, before):
    say = speaker(here, Role.COUNSELOR, app)
    answer = say.get(f"/clients/{here.client.id}/timeline?before={before}")
    assert answer.status_code == 422
    assert answer.json["problems"][0]["field"] == "before"
    assert visitor(here, Role.AUDITOR, app).get("/audit", before=before).status_code == 422


def test_the_audit_page_shows_what_happened_without_any_name(here, app):
    page = visitor(here, Role.AUDITOR, app).get("/audit")
    assert page.status_code == 200
    assert 'hx-get="/audit/proof"' in page.text
    main = page.text.split("<main")[1]
    assert [name for name in ("Maya", "Example", "Rosa") if name in main] == []


def proof(here, app):
    return visitor(here, Role.AUDITOR, app).client.get("/audit/proof", headers={"HX-Request": "true"})


def test_the_proof_of_the_trail_says_that_it_is_whole(here, app):
    part = proof(here, app)
    assert part.status_code == 200
    assert "Whole: " in part.text
    assert "<html" not in part.text


def test_the_proof_alone_leads_to_the_page_that_fetches_it(here, app):
    assert visitor(here, Role.AUDITOR, app).get("/audit/proof").location == "/audit"


def test_the_proof_of_the_trail_names_the_first_bad_event(here, app):
    with here.write() as session:
        session.get(ChainHeadRow, here.organisation.id).digest = b"\x00" * 32
    assert "is not as it was written" in proof(here, app).text


def test_the_audit_page_can_be_narrowed_to_one_kind(here, app):
    page = visitor(here, Role.AUDITOR, app).get("/audit", kind="answer saved")
    body = page.text.split("<tbody>")[1].split("</tbody>")[0]
    assert body.count("<tr>") == 5
    assert "Nothing fits" in visitor(here, Role.AUDITOR, app).get("/audit", kind="export made").text


def test_a_kind_that_is_none_is_refused_with_those_there_are(here, app):
    page = visitor(here, Role.AUDITOR, app).get("/audit", kind="<script>")
    assert page.status_code == 422
    assert "&lt;script&gt;" in page.text
    assert "<script>" not in page.text.replace('<script src="', "")


@pytest.mark.parametrize("role", [Role.COUNSELOR, Role.CLINICIAN, Role.ADMINISTRATOR])
def test_the_audit_page_is_for_those_who_may_read_it(here, app, role):
    assert visitor(here, role, app).get("/audit").status_code == 403
    assert (
        visitor(here, role, app).client.get("/audit/proof", headers={"HX-Request": "true"}).status_code == 403
    )
    assert speaker(here, role, app).get("/audit/status").status_code == 403


def test_the_api_tells_a_clients_timeline_in_both_languages(here, app):
    answer = speaker(here, Role.COUNSELOR, app).get(f"/clients/{here.client.id}/timeline")
    assert answer.status_code == 200
    words = [line["words"] for line in answer.json["lines"]]
    assert {"en": "Screened: ASQ", "es": "Evaluación hecha: ASQ"} in words
    assert answer.json["older"] is None
    assert answer.json["lines"][0]["at"].endswith("Z")


def test_the_api_tells_a_referrals_timeline(here, app):
    referral_id = draft(here, pathway="social-work")
    take(here, referral_id, Step.SEND, Role.COUNSELOR)
    answer = speaker(here, Role.COUNSELOR, app).get(f"/referrals/{referral_id}/timeline")
    assert [line["details"]["step"] for line in answer.json["lines"]] == ["send"]


def test_the_api_tells_the_state_of_the_trail(here, app):
    answer = speaker(here, Role.AUDITOR, app).get("/audit/status")
    assert answer.status_code == 200
    assert (answer.json["verdict"], answer.json["event"]) == ("intact", None)
    assert (len(answer.json["head"]), answer.json["count"] > 5) == (64, True)


def test_the_api_names_a_tampered_trail(here, app):
    with here.write() as session:
        session.get(ChainHeadRow, here.organisation.id).digest = b"\x00" * 32
    answer = speaker(here, Role.AUDITOR, app)
    found = answer.get("/audit/status").json
    assert found["verdict"] == "tampered"
    assert found["event"]["seq"] > 0
    assert uuid.UUID(found["event"]["id"])


def test_what_is_out_of_reach_answers_as_what_is_not_there(here, app):
    other = world("", None, kind=OrganisationKind.CLINIC, clock=here.clock, parts=here.parts)
    say = speaker(other, Role.COUNSELOR, app)
    theirs = say.get(f"/clients/{here.client.id}/timeline")
    nobodys = say.get(f"/clients/{uuid.uuid4()}/timeline")
    assert (theirs.status_code, nobodys.status_code) == (404, 404)
    assert theirs.json["detail"] == nobodys.json["detail"]
