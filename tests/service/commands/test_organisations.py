"""From an empty database to somebody who signs in, by whoever runs the machine: no demo is needed for real work."""

import re

import pytest
from click.testing import CliRunner

from service.app import create_app, make_parts
from service.cli import main
from service.settings import load_settings
from tests.service.builders import opened

NAME = "Birch Hollow Schools (example)"
GIVEN = {
    "--kind": "district",
    "--calendar": "alder-creek",
    "--crisis-phone": "555-010-0199",
    "--admin-name": "Robin Setup",
    "--admin-email": "robin@birch.example",
}


@pytest.fixture
def environment(database_url, tmp_path):
    return {
        "HANDRAIL_DATA_DIR": str(tmp_path),
        "HANDRAIL_DATABASE_URL": database_url,
        "HANDRAIL_SECRET_KEY": "k" * 40,
    }


def run(environment, *words):
    return CliRunner(env=environment).invoke(main, ["organisations", *words])


def add(environment, name=NAME, **changes):
    given = {**GIVEN, **{f"--{key.replace('_', '-')}": value for key, value in changes.items()}}
    return run(environment, "add", name, *(each for pair in given.items() for each in pair))


def signed_in(environment, email, password):
    """The page that somebody reaches after signing in."""
    parts = make_parts(load_settings(environment))
    opened.append(parts.close)
    app = create_app(parts)
    app.config.update(WTF_CSRF_ENABLED=False, SESSION_COOKIE_SECURE=False, SESSION_COOKIE_NAME="handrail")
    client = app.test_client()
    client.post("/sign-in", data={"email": email, "password": password})
    return client, client.get("/people", follow_redirects=True).request.path


def test_an_organisation_is_there_and_its_administrator_gets_in(environment):
    done = add(environment)
    assert done.exit_code == 0, done.output
    first = re.search(r"^  ([a-z2-9-]{19})$", done.output, re.MULTILINE)[1]
    assert run(environment, "list").output == f"{NAME}\n"
    client, reached = signed_in(environment, "robin@birch.example", first)
    assert reached == "/password"
    new = "a lantern on the quiet river"
    client.post("/password", data={"now": first, "new": new, "again": new})
    assert client.get("/people").status_code == 200
    again = run(environment, "password", "robin@birch.example", "--organisation", NAME)
    assert again.exit_code == 0, again.output
    assert client.get("/people").status_code == 302, "the old password and its sign-ins open nothing"
    proved = CliRunner(env=environment).invoke(main, ["audit", "verify"])
    assert (proved.exit_code, f"{NAME}: intact" in proved.output) == (0, True)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        (
            {"calendar": "nowhere"},
            "calendar: There is no calendar 'nowhere'; there are: alder-creek, fern-street.",
        ),
        ({"admin_email": "robin"}, "email: Give an e-mail address"),
        ({"admin_name": " "}, "admin_name: Write something here."),
        ({"crisis_phone": ""}, "crisis_phone: Write something here."),
        ({"name": ""}, "name: Write something here."),
    ],
)
def test_what_cannot_be_is_said_in_one_line_and_nothing_is_there(sqlite_url, tmp_path, changes, named):
    environment = {
        "HANDRAIL_DATA_DIR": str(tmp_path),
        "HANDRAIL_DATABASE_URL": sqlite_url,
        "HANDRAIL_SECRET_KEY": "k" * 40,
    }
    done = add(environment, **changes)
    assert (done.exit_code, named in done.stderr) == (1, True)
    assert "Traceback" not in done.output
    assert run(environment, "list").output == "There is no organisation yet.\n"


def test_the_same_name_twice_and_a_stranger_are_refused(sqlite_url, tmp_path):
    environment = {
        "HANDRAIL_DATA_DIR": str(tmp_path),
        "HANDRAIL_DATABASE_URL": sqlite_url,
        "HANDRAIL_SECRET_KEY": "k" * 40,
    }
    assert add(environment).exit_code == 0
    twice = add(environment, name=NAME.upper())
    assert (twice.exit_code, "named" in twice.stderr) == (1, True)
    for email, name in (("x@birch.example", NAME), ("robin@birch.example", "Elsewhere")):
        assert run(environment, "password", email, "--organisation", name).exit_code == 1
