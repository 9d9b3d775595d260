"""The administrator's pages of programmes: what runs, what another version moves, and moving with a reason."""

from dataclasses import replace

import pytest

from service.definitions import load_definitions
from service.permissions import Role
from tests.referral.programmes import PROGRAMME, changed, keep, own_programme, own_routing
from tests.service.builders import world
from tests.service.web.visiting import visitor, words

MOVE = "/programmes/school-screening/move"


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    own = tmp_path_factory.mktemp("own")
    cut = "when: {score: gad.total, between: [10, 14]}"
    own_routing(own, "2.0.0", (cut, cut.replace("10", "13")))
    own_programme(own, "2.0.0", ("routing: school-screening@1.0.0", "routing: school-screening@2.0.0"))
    keep(
        own, "programmes", "second", changed(PROGRAMME, ("programme: school-screening", "programme: second"))
    )
    return load_definitions(own)


@pytest.fixture
def here(database_url, tmp_path, known):
    made = world(database_url, tmp_path)
    made.parts = replace(made.parts, definitions=known)
    return made


@pytest.fixture
def admin(here):
    return visitor(here, Role.ADMINISTRATOR)


def test_the_administrator_begins_the_day_with_what_runs(admin):
    page = words(admin.client.get("/", follow_redirects=True))

    assert "School screening 1.0.0" in page
    assert "See what moves with 2.0.0" in page
    assert "Start School screening" in page


@pytest.mark.parametrize("role", [Role.COUNSELOR, Role.SUPERVISOR, Role.AUDITOR])
def test_nobody_else_sees_or_moves_them(here, role):
    person = visitor(here, role)

    assert person.get("/programmes").status_code == 403
    assert person.get(MOVE, to="2.0.0").status_code == 403
    assert person.post(MOVE, to="2.0.0", was="1.0.0").status_code == 403
    assert "Programmes" not in words(person.client.get("/", follow_redirects=True))


def test_what_moves_is_shown_before_anything_is_moved(admin):
    page = words(admin.get(MOVE, to="2.0.0"))

    assert "This version lowers something." in page
    assert "Lower: later, or less is asked for" in page
    assert "GAD-7" in page
    assert "3 of 92 states" in page
    assert "I have seen what is lowered or not proved" in page
    assert "School screening 1.0.0" in words(admin.get("/programmes"))


def test_a_move_that_lowers_needs_the_tick_and_a_reason_and_keeps_what_was_written(admin):
    said = admin.post(MOVE, to="2.0.0", was="1.0.0", reason="short")
    assert said.status_code == 422
    assert "Tick that you have seen what is lowered or not proved." in words(said)
    assert "Say why, in at least 10 characters." in words(said)
    assert ">short</textarea>" in said.text

    why = "The clinicians chose the higher cut-off."
    done = admin.send(MOVE, to="2.0.0", was="1.0.0", lowers="yes", reason=why)
    assert "School screening 2.0.0" in words(done)
    assert f"Why this version: {why}" in words(done)
    assert "Nothing is lowered." in words(admin.get(MOVE, to="1.0.0"))


def test_who_comes_second_is_told(admin):
    assert admin.post(MOVE, to="2.0.0", was="0.9.0").status_code == 409


def test_an_unknown_version_or_programme_is_refused_clearly(admin):
    assert admin.get(MOVE, to="9.9.9").status_code == 422
    assert admin.get("/programmes/nothing/move").status_code == 404
    assert admin.post("/programmes/nothing/start").status_code == 422
    assert admin.post("/programmes/nothing/end").status_code == 409


def test_ending_and_starting(here, admin):
    admin.post("/programmes/school-screening/end", was="1.0.0")
    counselor = visitor(here, Role.COUNSELOR)
    ask = f"/clients/{here.client.id}/screen"
    assert "No screening programme is in force here." in words(counselor.get(ask))

    admin.post("/programmes/second/start", version="1.0.0")
    assert "Start the questions" in words(counselor.get(ask))


def test_where_several_run_the_page_says_which_one_asks(here, admin):
    admin.post("/programmes/second/start")
    counselor = visitor(here, Role.COUNSELOR)
    page = counselor.get(f"/clients/{here.client.id}/screen", programme="school-screening")

    assert 'name="programme" value="school-screening"' in page.text
    assert page.text.count('aria-current="true"') == 1
