"""Searching for a client, on the page and over the API: a name that is only near never looks like the one typed."""

import pytest

from service.permissions import Role
from service.store.accounts import UserRow
from tests.service.builders import world
from tests.service.web.speaking import speaker
from tests.service.web.visiting import visitor, words

NEAR = {
    "en": "Nobody by exactly this name. Near names:",
    "es": "No hay nadie exactamente con ese nombre. Nombres parecidos:",
}
FOUND = {"en": "One found", "es": "Una persona encontrada"}


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_page_says_when_names_are_only_near(here, language):
    with here.write() as session:
        row = here.people[Role.COUNSELOR]
        session.get(UserRow, (row.organisation_id, row.id)).language = language
    person = visitor(here, Role.COUNSELOR)

    near = words(person.post("/clients/search", query="maja exampel"))
    assert NEAR[language] in near
    assert "Maya Example" in near
    assert FOUND[language] not in near

    assert NEAR[language] not in words(person.post("/clients/search", query="maya"))
    found = person.post("/clients/search", query="maya")
    assert FOUND[language] in words(found)
    assert f"/clients/{here.client.id}/screen" in found.text, "three clicks from here to the first question"


@pytest.mark.parametrize(("query", "near"), [("maja exampel", True), ("maya", False), ("", False)])
def test_the_api_says_when_names_are_only_near(here, query, near):
    answer = speaker(here, Role.COUNSELOR).post("/clients/search", {"query": query})
    assert [each["name"] for each in answer.json["clients"]] == ["Maya Example"]
    assert answer.json["near"] is near
