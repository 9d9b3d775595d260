"""The pages of accounts and places: a first password is shown once, and whoever has it can do nothing but choose."""

import re
from datetime import timedelta

import pytest

from service.actions.accounts import GOOD_FOR
from service.permissions import Role
from service.store.organisations import sites_of
from tests.service.builders import PASSWORD, world
from tests.service.caring import events
from tests.service.web.visiting import visitor

CHOSEN = "a lantern on the quiet river"


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


def added(here, app, email="kim@alder-creek.example"):
    """The first password of a new counselor, as the page shows it."""
    form = {"name": "Kim Demo", "role": "counselor", "site_id": str(here.school.id), "language": "en"}
    page = visitor(here, Role.ADMINISTRATOR, app).post("/people/new", email=email, **form)
    assert page.status_code == 200
    return re.search(r'class="digits">([a-z2-9-]{19})<', page.text)[1]


def sign_in(app, email, password):
    client = app.test_client()
    return client, client.post("/sign-in", data={"email": email, "password": password})


@pytest.fixture
def app(here):
    made = here.app()
    made.config["WTF_CSRF_ENABLED"] = False
    return made


def test_a_first_password_opens_one_page_and_then_nothing(here, app):
    password = added(here, app)
    client, answer = sign_in(app, "kim@alder-creek.example", password)
    assert answer.status_code == 303
    for path in ("/", "/clients", "/instruments", f"/clients/{here.client.id}"):
        assert client.get(path).location == "/password", path
    assert client.post("/sign-out").status_code == 303
    client, _answer = sign_in(app, "kim@alder-creek.example", password)
    chosen = client.post("/password", data={"now": password, "new": CHOSEN, "again": CHOSEN})
    assert (chosen.status_code, chosen.location) == (303, "/")
    assert client.get("/clients").status_code == 200
    assert sign_in(app, "kim@alder-creek.example", password)[1].status_code == 401
    assert password not in str(events(here))


def test_over_the_api_a_first_password_opens_nothing(here, app):
    password = added(here, app)
    told = app.test_client().post(
        "/api/v1/sign-ins", json={"email": "kim@alder-creek.example", "password": password}
    )
    headers = {"Authorization": f"Bearer {told.json['token']}"}
    assert app.test_client().get("/api/v1/instruments", headers=headers).status_code == 403
    assert app.test_client().delete("/api/v1/sign-ins/current", headers=headers).status_code == 204


def test_a_first_password_is_good_for_seven_days(here, app):
    password = added(here, app)
    here.clock.forward(seconds=(GOOD_FOR - timedelta(seconds=1)).total_seconds())
    assert sign_in(app, "kim@alder-creek.example", password)[1].status_code == 303
    here.clock.forward(seconds=1)
    assert sign_in(app, "kim@alder-creek.example", password)[1].status_code == 401


def test_another_password_signs_every_other_device_out_and_this_one_stays(here, app):
    email = here.people[Role.COUNSELOR].email
    one, _answer = sign_in(app, email, PASSWORD)
    two, _answer = sign_in(app, email, PASSWORD)
    assert one.get("/clients").status_code == two.get("/clients").status_code == 200
    one.post("/password", data={"now": PASSWORD, "new": CHOSEN, "again": CHOSEN})
    assert one.get("/clients").status_code == 200
    assert two.get("/clients").status_code == 302


@pytest.mark.parametrize("how", ["close", "password"])
def test_a_closed_account_and_a_renewed_password_end_every_sign_in_at_once(here, app, how):
    email = here.people[Role.COUNSELOR].email
    client, _answer = sign_in(app, email, PASSWORD)
    target = here.people[Role.COUNSELOR].id
    visitor(here, Role.ADMINISTRATOR, app).post(f"/people/{target}/{how}")
    assert client.get("/clients").status_code == 302
    assert sign_in(app, email, PASSWORD)[1].status_code == 401


def test_the_list_says_what_is_missing_until_it_is_there(here, app):
    admin = visitor(here, Role.ADMINISTRATOR, app)
    assert "Before anybody is screened" not in admin.get("/places").text
    with here.write() as session:
        crisis = next(row for row in sites_of(session, here.organisation.id) if row.pathway == "crisis")
        crisis.pathway = "psychology"
    assert "Before anybody is screened" in admin.get("/places").text
    assert admin.post("/places/new", name="Night team", pathway="crisis").status_code == 303
    assert "Before anybody is screened" not in admin.get("/places").text


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"name": ""}, "Write something here."),
        ({"name": "alder HIGH"}, "Another place has this name."),
        ({"name": "Night team", "pathway": "nowhere"}, "Choose a pathway of the list."),
    ],
)
def test_a_place_that_cannot_be_is_refused_with_the_field(here, app, form, words):
    page = visitor(here, Role.ADMINISTRATOR, app).post("/places/new", **form)
    assert (page.status_code, words in page.text) == (422, True)
    with here.read() as session:
        assert len(sites_of(session, here.organisation.id)) == 1 + len(here.teams)
