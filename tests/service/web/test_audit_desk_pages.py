"""The auditor's pages: filters in the address, events opened, files taken out, the weekly list; access on paper."""

import html
import json
from datetime import date

import pytest

from service.actions import audit_desk, clients
from service.permissions import Role
from tests.service.acts import screen
from tests.service.builders import world
from tests.service.web.speaking import speaker
from tests.service.web.visiting import visitor, words


@pytest.fixture
def here(sqlite_url, tmp_path):
    made = world(sqlite_url, tmp_path)
    screen(made, "asq", [0, 0, 0, 0])
    with made.write() as session:
        clients.show(session, made.client.id, act=made.act(Role.COORDINATOR))
    return made


@pytest.fixture
def app(here):
    return here.app()


@pytest.fixture
def auditor(here, app):
    return visitor(here, Role.AUDITOR, app)


def test_the_filters_stay_in_the_form_and_in_the_address_of_older_events(here, auditor):
    person = here.people[Role.COORDINATOR].id
    page = auditor.get("/audit", actor=person, since="2026-10-13", refused="")
    assert "1 event fits" in words(page)
    assert f'<option value="{person}" selected>' in page.text
    assert 'name="since" type="date" value="2026-10-13"' in page.text


def test_what_fits_nothing_says_what_to_do(auditor):
    page = words(auditor.get("/audit", since="2030-01-01"))
    assert "Nothing fits" in page
    assert "Show every event" in page


def test_a_search_that_stopped_says_so_and_goes_on(auditor, monkeypatch):
    monkeypatch.setattr(audit_desk, "SEARCHED", 3)
    page = auditor.get("/audit", kind="screening started")
    assert "were looked through, not the whole trail" in words(page)
    assert "Nothing fits among these" in words(page)
    assert "Table (CSV)" in words(page)
    older = html.unescape(page.text.split('class="btn" href="')[-1].split('"')[0])
    assert "kind=screening+started" in older
    assert "before=" in older


def test_each_event_opens_to_its_fields_and_digests(here, auditor):
    page = words(auditor.get("/audit", kind="record viewed", client=here.client.id))
    assert f"Client {here.client.id}" in page
    assert "Digest before it" in page


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"actor": "Maya"}, "is nobody of the list"),
        ({"role": "king"}, "is no role"),
        ({"group": "x"}, "is no group of events"),
        ({"since": "yesterday"}, "is no day"),
        ({"seq": "-1"}, "is not a place in the trail"),
        ({"about": "NOSUCH00"}, "nothing here has this number or id"),
    ],
)
def test_a_filter_that_cannot_be_used_is_named(auditor, asked, told):
    page = auditor.get("/audit", **asked)
    assert page.status_code == 422
    assert told in words(page)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_days_at_the_edge_of_the_calendar_are_just_days(auditor, day):
    assert auditor.get("/audit", since=day).status_code == 200
    assert auditor.get("/audit", until=day).status_code == 200
    assert auditor.get("/audit/review", week=day).status_code == 422


@pytest.mark.parametrize(
    ("form", "media", "begins"),
    [
        ("csv", "text/csv", "seq,id,at"),
        ("json", "application/x-ndjson", '{"digest"'),
        ("fhir", "application/fhir+ndjson", '{"resourceType":"AuditEvent"'),
    ],
)
def test_a_file_holds_what_fits_and_no_name(auditor, form, media, begins):
    answer = auditor.post("/audit/export", format=form, kind="record viewed")
    assert (answer.status_code, answer.mimetype) == (200, media)
    assert answer.text.startswith(begins)
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="audit-to-')
    assert [name for name in ("Maya", "Example", "Rosa", "Demo") if name in answer.text] == []


def test_a_form_that_is_none_is_refused(auditor):
    assert auditor.post("/audit/export", format="xml").status_code == 422


def test_the_api_answers_with_the_same_filters(here, app):
    say = speaker(here, Role.AUDITOR, app)
    found = say.get(f"/audit/events?role=coordinator&client={here.client.id}").json
    assert (found["fitting"], found["more"], found["older"]) == (1, False, None)
    assert found["lines"][0]["details"] == {"view": "client"}
    assert say.get("/audit/events?role=king").json["problems"][0]["field"] == "role"
    assert "Maya" not in json.dumps(found)


def key_of(page):
    return page.text.split('name="finding" value="')[1].split('"')[0]


def test_a_finding_is_marked_and_says_by_whom(here, auditor):
    page = auditor.get("/audit/review")
    assert "1 waits for a review." in words(page)
    assert "Maya" not in page.text
    week = date(2026, 10, 12)
    done = words(auditor.send("/audit/review", week=week, finding=key_of(page), note="spoken to"))
    assert "Spoken to the person Auditor Demo, today 10:00" in done
    assert "All are reviewed." in done
    again = auditor.post("/audit/review", week=week, finding=key_of(page), note="spoken to")
    assert again.status_code == 409


def test_a_mark_that_says_too_little_names_each_field(auditor):
    page = auditor.post("/audit/review")
    assert page.status_code == 422
    assert all(each in words(page) for each in ("Name the week", "names no finding", "Say what came of it"))


def test_a_quiet_week_says_so(auditor):
    assert "Nothing unusual this week" in words(auditor.get("/audit/review", week="2026-09-01"))


def test_the_report_of_access_stands_on_a_page_and_on_paper_in_two_languages(here, app):
    counselor = visitor(here, Role.COUNSELOR, app)
    where = f"/clients/{here.client.id}/access"
    page = words(counselor.get(where))
    assert "Coordinator Demo , coordinator: looked at the record" in page
    assert where in counselor.get(f"/clients/{here.client.id}").text
    for language in ("en", "es"):
        paper = counselor.get(f"{where}.pdf", language=language)
        assert (paper.status_code, paper.mimetype) == (200, "application/pdf")
        assert paper.headers["Content-Disposition"] == 'inline; filename="access-2026-10-13.pdf"'
    assert counselor.get(f"{where}.pdf", language="tlh").status_code == 422
    assert visitor(here, Role.AUDITOR, app).get(where).status_code == 404


def test_kinds_and_roles_are_words_of_the_page_and_the_code_stands_beside(auditor):
    auditor.post("/language", language="es", next="/audit")
    page = words(auditor.get("/audit", kind="screening submitted"))
    for said in ("Terminó la evaluación", "screening submitted", "Orientación", "Se abrió una necesidad"):
        assert said in page
    assert "{" not in page
