"""What is worked out once and kept between pages is the same for everybody whom it is shown to, and for nobody else."""

import re

from flask import url_for

from service.actions.queue import View
from service.kinds import OrganisationKind
from service.permissions import Permission, Role
from service.web.addresses import address
from service.web.shell import _navigation
from tests.service.builders import world
from tests.service.web.visiting import visitor


def places(person):
    nav = re.search(r'<nav class="nav".*?</nav>', person.get("/password").text, re.DOTALL)[0]
    return re.findall(r'href="([^"]+)"[^>]*>([^<]+)<', nav)


def test_the_navigation_is_the_readers_in_their_role_and_language(sqlite_url, tmp_path):
    here = world(sqlite_url, tmp_path)
    app = here.app()
    counselor, auditor = visitor(here, Role.COUNSELOR, app), visitor(here, Role.AUDITOR, app)
    for _again in range(2):
        assert ("/clients", "Students") in places(counselor)
        assert [where for where, _words in places(auditor)] == ["/audit", "/instruments"]
    counselor.post("/language", language="es")
    assert ("/clients", "Estudiantes") in places(counselor)
    assert ("/audit", "Audit trail") in places(auditor)


def test_clients_are_called_as_the_organisation_calls_them(sqlite_url, tmp_path):
    may = frozenset({Permission.FIND_CLIENTS})
    with world(sqlite_url, tmp_path).app().test_request_context():
        found = [_navigation(may, kind, "en", "")[0].words for kind in reversed(OrganisationKind)]
    assert sorted(found) == ["Patients", "Students"]


def test_an_address_is_kept_for_where_the_program_is_mounted(sqlite_url, tmp_path):
    app = world(sqlite_url, tmp_path).app()
    for root in ("", "/handrail", ""):
        with app.test_request_context(base_url=f"http://localhost{root}"):
            for values in ({}, {"view": View.MINE}, {"view": View.OVERDUE}, {"selected": "one"}):
                assert address("queue.show", **values) == url_for("queue.show", **values)
                assert address("queue.show", **values).startswith(f"{root}/queue")
