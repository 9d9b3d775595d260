"""Notes at the pages and over the API: seen by all who care, opened by few."""

import re

import pytest

from service.permissions import Role
from tests.service.builders import world
from tests.service.web.speaking import speaker
from tests.service.web.visiting import visitor, words

SECRET = "She told me about home."


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


@pytest.fixture
def app(here):
    return here.app()


def written(here, app, readers="few"):
    author = visitor(here, Role.COUNSELOR, app)
    assert author.post(f"/clients/{here.client.id}/notes", text=SECRET, readers=readers).status_code == 303
    listed = speaker(here, Role.COUNSELOR, app).get(f"/clients/{here.client.id}/notes").json["notes"]
    return author, listed[0]["id"]


def test_the_page_of_a_client_tells_of_a_restricted_note_without_a_word_of_it(here, app):
    author, note_id = written(here, app)
    page = visitor(here, Role.COORDINATOR, app).get(f"/clients/{here.client.id}")
    assert "Note by Counselor Demo" in words(page)
    assert "few may read it" in words(page)
    assert SECRET not in page.text
    assert f"/notes/{note_id}" not in page.text
    assert SECRET in words(author.get(f"/notes/{note_id}"))


def test_opening_it_without_the_right_is_refused_clearly(here, app):
    _author, note_id = written(here, app)
    page = visitor(here, Role.COORDINATOR, app).get(f"/notes/{note_id}")
    assert page.status_code == 403
    assert SECRET not in page.text


def test_a_note_is_corrected_and_struck_out_at_its_page(here, app):
    author, note_id = written(here, app, readers="all")
    page = author.send(f"/notes/{note_id}/correct", text="She told me about school.")
    assert "The note is corrected" in words(page)
    assert "The wording before" in words(page)
    page = author.send(f"/notes/{note_id}/strike-out")
    assert "Struck out by Counselor Demo: entered in error." in words(page)
    assert author.get(f"/notes/{note_id}").status_code == 403


@pytest.mark.parametrize("readers", [{}, {"readers": "restricted"}])
def test_who_may_read_a_note_is_never_guessed(here, app, readers):
    author = visitor(here, Role.COUNSELOR, app)
    page = author.post(f"/clients/{here.client.id}/notes", text=SECRET, **readers)
    assert (page.status_code, "Choose one of the list" in words(page)) == (422, True)
    assert "/notes/" not in re.sub("/notes/new", "", author.get(f"/clients/{here.client.id}").text)


@pytest.mark.parametrize("where", ["new", "correct"])
def test_an_empty_note_is_named_and_the_form_shown_again(here, app, where):
    author, note_id = written(here, app)
    path = f"/clients/{here.client.id}/notes" if where == "new" else f"/notes/{note_id}/correct"
    page = author.post(path, text=" ", readers="all")
    assert page.status_code == 422
    assert "Write what should be kept." in words(page)


def test_over_the_api_a_list_never_says_what_a_note_says(here, app):
    _author, note_id = written(here, app)
    listed = speaker(here, Role.SUPERVISOR, app).get(f"/clients/{here.client.id}/notes")
    assert SECRET not in listed.text
    assert listed.json["notes"][0] | {"at": ""} == {
        "id": note_id,
        "restricted": True,
        "by": "Counselor Demo",
        "at": "",
        "wordings": 1,
        "struck_at": None,
        "struck_by": "",
        "may_open": True,
    }
    found = speaker(here, Role.SUPERVISOR, app).get(f"/notes/{note_id}").json
    assert [each["text"] for each in found["wordings"]] == [SECRET]
    assert (found["may_correct"], found["may_strike_out"]) == (False, True)


@pytest.mark.parametrize(
    "body", [{}, {"text": 3}, {"text": "x", "restricted": "yes"}, {"text": "x", "to": "all"}]
)
def test_over_the_api_a_wrong_body_is_named(here, app, body):
    answer = speaker(here, Role.COUNSELOR, app).post(f"/clients/{here.client.id}/notes", body)
    assert answer.status_code == 422
    assert answer.json["problems"]
