"""Adding a student, changing what is kept, moving them, and their guardians: at the pages."""

import re

import pytest
from sqlalchemy import select

from referral.consent import NotPermitted, Permitted
from service.actions import consents
from service.kinds import SiteKind
from service.permissions import Role
from service.store.audit import AuditEventRow
from service.store.clients import ClientRow, GuardianRow, guardians_of
from service.store.needs import needs_of
from service.store.organisations import SiteRow
from tests.journeys.changes import GUARDIAN, NEWCOMER
from tests.journeys.stage import screening
from tests.service.referring import at_noon, draft, shared_world
from tests.service.web.visiting import visitor, words

LEAD, SENDER = Role.COORDINATOR, Role.COUNSELOR


@pytest.fixture(scope="module")
def shared(migrated_sqlite, tmp_path_factory):
    with shared_world(migrated_sqlite, tmp_path_factory.mktemp("shared")) as here:
        here.birch = SiteRow(
            organisation_id=here.organisation.id, id=here.id(), name="Birch Middle", kind=SiteKind.BUILDING
        )
        with here.write() as session:
            session.add(here.birch)
        yield here


@pytest.fixture
def here(shared):
    return at_noon(shared)


def form(here, **changes):
    return NEWCOMER | {"site_id": str(here.school.id)} | changes


def details(here, row, **changes):
    """The form of a client as it stands, with changes."""
    names = [name for name in NEWCOMER if name != "was"]
    with here.read() as session:
        kept = session.get(ClientRow, (row.organisation_id, row.id))
        return {name: str(getattr(kept, name)) for name in names} | changes


def keep(here, person, row, **changes):
    was = re.search(r'name="was" value="(\w+)"', person.get(f"/clients/{row.id}/details").text)[1]
    return person.post(f"/clients/{row.id}/details", was=was, **details(here, row, **changes))


def told(here, client_id):
    """What the trail says of a client: (kind, details)."""
    wanted = select(AuditEventRow).where(AuditEventRow.client_id == client_id).order_by(AuditEventRow.seq)
    with here.read() as session:
        rows = session.scalars(wanted).all()
        return [(row.kind, row.entry) for row in rows if "viewed" not in row.kind]


def test_a_student_is_added_found_and_never_added_twice_by_mistake(here):
    person = visitor(here, SENDER, here.kept_app)
    assert "Add a student" in words(person.get("/clients"))
    answer = person.post("/clients/new", **form(here))
    assert answer.status_code == 303
    added = answer.location
    assert "Nia Newcomer" in words(person.post("/clients/search", query="nia newcomer"))
    again = person.post("/clients/new", **form(here))
    assert again.status_code == 422
    assert "somebody here has this id already" in words(again)
    assert f'<a href="{added}">Open the record that has this id' in again.text
    near = form(here, local_id="N9", given_name="Nya")
    shown = person.post("/clients/new", **near)
    assert (shown.status_code, "Is it one of these?" in words(shown)) == (422, True)
    sure = re.search(r'name="sure" value="([^"]+)"', shown.text)[1]
    assert person.post("/clients/new", **near, sure=sure).status_code == 303


def test_every_wrong_field_is_named_and_what_was_typed_is_kept(here):
    wrong = form(
        here, given_name=" ", home_language="xx", local_id="W1", site_id=str(here.teams["crisis"].id)
    )
    answer = visitor(here, SENDER, here.kept_app).post("/clients/new", **wrong)
    assert answer.status_code == 422
    linked = re.findall(r'<li><a href="#(\w+)">', answer.text)
    assert linked == ["given_name", "home_language", "site_id"]
    assert 'value="W1"' in answer.text


def test_a_double_at_another_site_is_told_without_a_name_and_an_id_taken_there_too(here):
    lead, counselor = visitor(here, LEAD, here.kept_app), visitor(here, SENDER, here.kept_app)
    theirs = {"given_name": "Bo", "family_name": "Birchman", "local_id": "B1", "site_id": str(here.birch.id)}
    assert lead.post("/clients/new", **form(here, **theirs)).status_code == 303
    mine = form(here, **theirs | {"site_id": str(here.school.id)})
    page = words(counselor.post("/clients/new", **mine))
    assert "somebody at another site has this id" in page
    assert "Open the record" not in page
    page = words(counselor.post("/clients/new", **mine | {"local_id": "B2"}))
    assert "Somebody at another site has nearly this name and birth date" in page
    assert counselor.post("/clients/new", **form(here, site_id=str(here.birch.id))).status_code == 422


def test_a_change_is_an_event_of_field_names_and_says_when_somebody_was_first(here):
    row, person = here.new_client("Change", "Testcase"), visitor(here, SENDER, here.kept_app)
    assert keep(here, person, row, family_name="Renamed", class_name="9C").status_code == 303
    assert "Change Renamed" in words(person.post("/clients/search", query="renamed 9c"))
    kind, entry = told(here, row.id)[-1]
    assert (kind, "family_name" in str(entry), "Renamed" in str(entry)) == ("client changed", True, False)
    assert keep(here, person, row, family_name="Renamed", class_name="9C").status_code == 303
    assert len(told(here, row.id)) == 1
    stale = details(here, row, given_name="Late")
    assert person.post(f"/clients/{row.id}/details", was="0" * 16, **stale).status_code == 409


def test_who_moves_to_another_site_takes_everything_open_along(here):
    row = here.new_client("Mover", "Testcase")
    draft(here, client=row)
    running = screening(here, row)
    counselor, lead = visitor(here, SENDER, here.kept_app), visitor(here, LEAD, here.kept_app)
    assert counselor.get(f"/clients/{row.id}").status_code == 200
    answer = keep(here, counselor, row, site_id=str(here.birch.id))
    assert (answer.status_code, answer.location) == (303, "/clients")
    page = words(counselor.get("/clients"))
    assert "those of the old one no longer" in page
    assert "What is open goes on with whoever is responsible" in page
    assert counselor.get(f"/clients/{row.id}").status_code == 404
    assert lead.get(f"/clients/{row.id}").status_code == 200
    with here.read() as session:
        assert [need.closed_at for need in needs_of(session, here.organisation.id, row.id)] == [None]
    saved = counselor.post(f"/s/{running}/answer", instrument="phq-9", item="q1", answer="1")
    assert saved.status_code == 303  # whoever began it finishes it
    assert counselor.get(f"/screenings/{running}/result").status_code == 404


def test_guardians_are_added_changed_and_taken_away_with_what_they_said(here):
    row, person = here.new_client("Ward", "Testcase"), visitor(here, SENDER, here.kept_app)
    for n in range(3):
        more = GUARDIAN | {"name": f"Guardian {n}"}
        assert person.post(f"/clients/{row.id}/guardians/new", **more).status_code == 303
    assert person.post(f"/clients/{row.id}/guardians/new", **GUARDIAN | {"phone": "12"}).status_code == 422
    with here.read() as session:
        ids = {each.name: each.id for each in guardians_of(session, here.organisation.id, row.id)}
    assert len(ids) == 4
    aunt = f"/clients/{row.id}/guardians/{ids['Guardian 0']}"
    assert person.post(aunt, **GUARDIAN | {"name": "Guardian 0", "phone": ""}).status_code == 303
    assert "guardian.phone" in str(told(here, row.id)[-1][1])

    assert isinstance(verdict(here, row), Permitted)
    mother = f"/clients/{row.id}/guardians/{ids['Rosa Testcase']}"
    assert person.post(f"{mother}/take-away").status_code == 303
    assert "guardian.taken_away" in str(told(here, row.id)[-1][1])
    assert isinstance(verdict(here, row), NotPermitted)
    assert "Rosa Testcase" not in words(person.get(f"/clients/{row.id}"))
    assert person.get(mother).status_code == 404
    other = here.new_client("Sibling", "Testcase")
    assert person.get(f"/clients/{other.id}/guardians/{ids['Guardian 1']}").status_code == 404
    with here.read() as session:
        assert session.get(GuardianRow, (row.organisation_id, ids["Rosa Testcase"])).taken_away_at is not None


def verdict(here, row):
    with here.read() as session:
        return consents.screening_verdict(session, session.merge(row), act=here.act())
