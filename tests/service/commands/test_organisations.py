"""From an empty database to somebody who signs in, by whoever runs the machine: no demo is needed for real work."""

import re

import pytest
from click.testing import CliRunner

from service.actions import suspending
from service.actions.refusals import Conflict
from service.app import create_app, make_parts
from service.cli import main
from service.keys import add_wrapping_key
from service.kinds import SuspensionReason
from service.settings import load_settings
from service.worker import escalate
from tests.service.acts import screen
from tests.service.builders import WRAPPING, opened, world
from tests.service.caring import events
from tests.service.crossing import suspension

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
    assert run(environment, "list").output.endswith(f"  {NAME}\n")
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


def test_an_organisation_is_not_suspended_over_an_alert_that_nobody_answered_unawares(sqlite_url, tmp_path):
    here = world(sqlite_url, tmp_path)
    screen(here, "asq", [0, 0, 0, 1, 1])
    environment = {
        "HANDRAIL_DATA_DIR": str(tmp_path),
        "HANDRAIL_DATABASE_URL": sqlite_url,
        "HANDRAIL_SECRET_KEY": "k" * 40,
    }
    add_wrapping_key(tmp_path / "wrapping-keys", WRAPPING.secret)
    id_, why = str(here.organisation.id), ("--reason", "contract ended")
    refused = run(environment, "suspend", id_, *why)
    assert (refused.exit_code, "1 of 1 open alerts" in refused.stderr) == (1, True)
    done = run(environment, "suspend", id_, *why, "--although-open")
    assert (done.exit_code, "open alerts: 1" in done.output, "open needs: 1" in done.output) == (
        0,
        True,
        True,
    )
    assert "suspended since" in run(environment, "list").output
    with pytest.raises(Conflict, match="already"):
        suspension(here, suspending.suspend, reason=SuspensionReason.OTHER, although_open=True)
    assert CliRunner(env=environment).invoke(main, ["audit", "verify"]).exit_code == 0
    assert run(environment, "resume", id_).exit_code == 0
    with pytest.raises(Conflict, match="not suspended"):
        suspension(here, suspending.resume)
    assert run(environment, "resume", str(here.id())).exit_code == 1
    said = [each["details"]["status"] for each in events(here) if each["kind"] == "setting changed"]
    assert said == ["suspended", "resumed"]


def test_what_falls_due_while_it_is_suspended_is_told_when_it_works_again(sqlite_url, tmp_path):
    here = world(sqlite_url, tmp_path)
    screen(here, "asq", [0, 0, 0, 1, 1])
    suspension(here, suspending.suspend, reason=SuspensionReason.OTHER, although_open=True)
    here.clock.forward(hours=1)
    assert escalate(here.parts.open_write, here.parts.act) == 0
    suspension(here, suspending.resume)
    assert escalate(here.parts.open_write, here.parts.act) > 2
    assert escalate(here.parts.open_write, here.parts.act) == 0
