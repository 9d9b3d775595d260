"""A counselor at the pages and over the API, in a building that keeps caseloads."""

import pytest

from service.permissions import Role
from tests.service.builders import world
from tests.service.caring import events
from tests.service.caseloads import keep_caseloads
from tests.service.web.speaking import speaker
from tests.service.web.visiting import visitor, words


@pytest.fixture
def here(sqlite_url, tmp_path):
    made = world(sqlite_url, tmp_path)
    keep_caseloads(made)
    return made


def test_a_record_outside_the_caseload_asks_why_and_leads_on(here):
    person, record = visitor(here, Role.COUNSELOR), f"/clients/{here.client.id}"
    asked = person.client.get(f"{record}/timeline")
    assert asked.status_code == 302
    assert asked.location == f"{record}/reason?next={record}/timeline"
    form = person.client.get(asked.location)
    assert "Maya Example" in words(form)
    assert "2011" not in form.text, "name and class, and nothing else"
    assert here.client.local_id not in form.text
    refused = person.post(f"{record}/reason", next=f"{record}/timeline")
    assert refused.status_code == 422
    assert "Say why you open this record." in words(refused)
    opened = person.post(f"{record}/reason", reason="came to me", words="", next=f"{record}/timeline")
    assert (opened.status_code, opened.location) == (303, f"{record}/timeline")
    assert events(here)[-1]["kind"] == "opened with a reason"
    assert person.client.get(opened.location).status_code == 200
    assert person.client.get(f"{record}/reason").location == record


def test_a_refusal_for_want_of_a_reason_is_an_event(here):
    visitor(here, Role.COUNSELOR).client.get(f"/clients/{here.client.id}")
    told = events(here)[-1]
    assert (told["kind"], told["client"]) == ("access refused", str(here.client.id))
    assert told["details"] == {"permission": "reason", "view": "clients.show"}


def test_a_part_of_a_page_leads_there_as_a_whole_page(here):
    answer = visitor(here, Role.COUNSELOR).client.get(
        f"/clients/{here.client.id}", headers={"HX-Request": "true"}
    )
    assert answer.status_code == 403
    assert answer.headers["HX-Redirect"].startswith(f"/clients/{here.client.id}/reason")


def test_what_is_sent_outside_the_caseload_changes_nothing_and_asks_why(here):
    person = visitor(here, Role.COUNSELOR)
    answer = person.post(f"/clients/{here.client.id}/notes", text="Seen.", readers="all")
    assert (answer.status_code, answer.location) == (303, f"/clients/{here.client.id}/reason")
    assert "note written" not in [each["kind"] for each in events(here)]


def test_over_the_api_a_reason_opens_the_record(here):
    say = speaker(here, Role.COUNSELOR)
    client = f"/clients/{here.client.id}"
    refused = say.get(client)
    assert (refused.status_code, refused.mimetype) == (403, "application/problem+json")
    assert "outside your caseload" in refused.json["detail"]
    (line,) = say.post("/clients/search", {"query": "maya"}).json["clients"]
    assert (line["outside"], line["born_on"], line["local_id"]) == (True, None, "")
    assert say.post(f"{client}/reasons", {"reason": "nosy"}).status_code == 422
    opened = say.post(f"{client}/reasons", {"reason": "to be screened"})
    assert (opened.status_code, opened.json) == (201, {"needed": True})
    assert events(here)[-1]["kind"] == "opened with a reason"
    assert say.get(client).status_code == 200
    again = say.post(f"{client}/reasons", {"reason": "to be screened"})
    assert (again.status_code, again.json) == (200, {"needed": False})


def test_a_search_leads_to_the_reason(here):
    found = visitor(here, Role.COUNSELOR).post("/clients/search", query="maya")
    assert f"/clients/{here.client.id}/reason" in found.text
    assert "Not on your caseload" in words(found)


def test_an_administrator_sets_it_for_a_building_on_its_page(here):
    person, page = visitor(here, Role.ADMINISTRATOR), f"/places/{here.school.id}"
    assert 'value="caseload" checked' in person.client.get(page).text
    person.post(page, name=here.school.name, opens="building")
    assert 'value="building" checked' in person.client.get(page).text
    assert visitor(here, Role.COUNSELOR).client.get(f"/clients/{here.client.id}").status_code == 200
