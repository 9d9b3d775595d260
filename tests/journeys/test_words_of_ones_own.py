"""A clinic attaches its own words to an instrument that ships without any, and screens with it the same day."""

import re
from dataclasses import replace

import pytest
from click.testing import CliRunner

from service.cli import main
from service.definitions import load_definitions
from service.permissions import Role
from tests.journeys.cast import good, referred, screened
from tests.referral.programmes import own_programme
from tests.service.builders import Clock, make_parts, world
from tests.service.web.speaking import speaker

HIGH = {"q1": 5, "q2": 0, "q3": 5, "q4": 0, "q5": 0, "q6": 5, "q7": 3, "q8": 0}


def attached(own, folder, name):
    """What the command says to a form filled in with made-up, neutral words."""
    run = CliRunner(env={"HANDRAIL_DEFINITIONS_DIR": str(own)})
    form = run.invoke(main, ["instruments", "wording", name, "--template"]).output
    words = re.sub('""', lambda place: f'"Made up, number {place.start()}"', form)
    file = folder / f"{name}-words.yaml"
    file.write_text(words, encoding="utf-8")
    return run.invoke(main, ["instruments", "wording", name, "--text", str(file)])


@pytest.fixture
def own(tmp_path):
    return tmp_path / "own"


@pytest.fixture
def here(database_url, tmp_path, own):
    """A district that restarted after CRIES-8 and the C-SSRS screener got their words, and its programme pins them."""
    names = ("cries-8", "c-ssrs-screener")
    told = [attached(own, tmp_path, name) for name in names]
    assert [done.exit_code for done in told] == [0, 0], [done.output for done in told]
    own_programme(own, "1.1.0", *((f'  {name}: "1.0.0"', f'  {name}: "1.1.0"') for name in names))
    clock = Clock()
    parts = replace(make_parts(database_url, tmp_path, clock), definitions=load_definitions(own))
    return world(database_url, tmp_path, clock=clock, parts=parts)


def test_words_are_attached_then_offered_then_asked_scored_and_routed(here):
    say = speaker(here, Role.COUNSELOR)
    result = screened(here, say, **{"cries-8": HIGH})
    decision = referred(result)

    assert (decision["pathway"], decision["urgency"]) == ("psychology", "soon")
    assert decision["reasons"][0]["en"] == "Trauma screen positive (CRIES-8 17 or more)"
    scored = next(each for each in result["instruments"] if each["instrument"] == "cries-8")
    assert (scored["version"], scored["scores"]["total"]) == ("1.1.0", 18)


def test_a_yes_to_the_attached_c_ssrs_is_an_alert_today(here):
    say = speaker(here, Role.COUNSELOR)
    yes = {"q1": 1, "q2": 1, "q3": 0, "q4": 1, "q5": 0, "q6": 0}
    decision = referred(screened(here, say, **{"c-ssrs-screener": yes}))

    assert (decision["pathway"], decision["urgency"], decision["first"]) == (
        "crisis",
        "immediate",
        "safety-assessment",
    )
    assert good(say.get("/alerts"))["alerts"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (
            "psc-17",
            "The routing rules judge it: clinic-screening, school-screening. It is put to clients once a programme",
        ),
        (
            "nssi-severity",
            "It is not put to clients: somebody else fills it in. Imported answers are scored.",
        ),
    ],
)
def test_the_command_says_whether_clients_can_be_asked_and_what_is_still_to_do(own, tmp_path, name, told):
    done = attached(own, tmp_path, name)

    assert (done.exit_code, told in done.output) == (0, True), done.output
