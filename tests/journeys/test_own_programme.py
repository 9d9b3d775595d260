"""A clinic brings a licensed text, writes its own rules and programme, moves to it, and screens with it."""

import re
from dataclasses import replace

import pytest
from click.testing import CliRunner

from service.cli import main
from service.definitions import load_definitions
from service.kinds import OrganisationKind
from service.permissions import Role
from tests.referral.programmes import keep
from tests.service.builders import world
from tests.service.web.speaking import speaker

ADMIN = "programme.administrator@fern-street.example"
OWN_RULES = """\
routing: trauma-follow-up
version: "1.0.0"
name: {en: Trauma follow-up, es: Seguimiento de trauma}
uses: {cr: cries-8, asq: asq}
rules:
  - id: asq-acute
    because: {en: Thoughts of suicide right now, es: Ideas de suicidio en este momento}
    when: asq.acute
    refer: {to: crisis, urgency: immediate, first: safety-assessment}
    source: "NIMH ASQ pathway"
  - id: asq-positive
    because: {en: Suicide risk screen positive, es: Tamizaje de riesgo de suicidio positivo}
    when: asq.positive
    refer: {to: psychology, urgency: urgent, first: safety-assessment}
    source: "NIMH ASQ pathway"
  - id: strong-reactions
    because: {en: Strong reactions to what happened (CRIES-8 17 or more), es: Reacciones fuertes a lo ocurrido}
    when: {score: cr.total, at_least: 17}
    refer: {to: psychology, urgency: soon}
    source: programme choice
assert:
  - {if: asq.acute, then: immediate, because: Thoughts of suicide right now are immediate.}
undecided:
  urgency: urgent
  because: {en: Answers are missing, es: Faltan respuestas}
otherwise:
  because: {en: Nothing that was asked is elevated, es: Nada de lo preguntado está elevado}
"""
OWN_PROGRAMME = """\
programme: trauma-follow-up
version: "1.0.0"
name: {en: Trauma follow-up, es: Seguimiento de trauma}
ages: {from: 8, to: 18}
routing: trauma-follow-up@1.0.0
instruments: {cries-8: "1.1.0", asq: "1.0.0"}
first: [cries-8, asq]
"""


@pytest.fixture
def here(database_url, tmp_path):
    return world(database_url, tmp_path, kind=OrganisationKind.CLINIC)


@pytest.fixture
def run(here, tmp_path):
    """`handrail` as the clinic types it."""
    env = {
        "HANDRAIL_DATA_DIR": str(tmp_path),
        "HANDRAIL_DATABASE_URL": here.parts.settings.database_url,
        "HANDRAIL_DEFINITIONS_DIR": str(tmp_path / "own"),
        "HANDRAIL_SECRET_KEY": "k" * 40,
    }

    def typed(*words):
        done = CliRunner(env=env).invoke(main, list(words))
        assert done.exit_code == 0, done.output
        return done.stdout

    return typed


def nurse_at(here, definitions):
    """The nurse, at a service that was started anew over these definitions."""
    here.parts = replace(here.parts, definitions=definitions)
    return speaker(here, Role.COUNSELOR)


def test_a_licensed_text_is_put_to_people_scored_and_routed_by_the_clinics_own_programme(here, run, tmp_path):
    own, form = tmp_path / "own", tmp_path / "words.yaml"
    empty = run("instruments", "wording", "cries-8", "--template")
    words = re.sub('""', lambda place: f'"Words {place.start()}."', empty)
    form.write_text(words, encoding="utf-8")
    run("instruments", "wording", "cries-8", "--text", str(form))

    start = {"client_id": str(here.client.id), "instruments": ["cries-8"], "agrees": True}
    refused = nurse_at(here, load_definitions(own)).post("/screenings", start)
    assert refused.status_code == 422
    assert "has words here, and the programme clinic-screening pins a version without them" in refused.text

    keep(own, "routing", "trauma-follow-up", OWN_RULES)
    keep(own, "programmes", "trauma-follow-up", OWN_PROGRAMME)
    assert run("programmes", "check") == "0 problems in 3 versions of programmes\n"
    run("programmes", "start", "trauma-follow-up", "--by", ADMIN)
    run("programmes", "end", "clinic-screening", "--by", ADMIN)

    nurse = nurse_at(here, load_definitions(own))
    begun = nurse.post("/screenings", start)
    assert begun.status_code == 201, begun.text
    where = f"/screenings/{begun.json['id']}"
    given = {"instrument": "cries-8", "answers": {f"q{n}": 5 for n in range(1, 9)}}
    assert nurse.put(f"{where}/answers", given).status_code == 200
    result = nurse.post(f"{where}/submit").json

    (scored,) = result["instruments"]
    assert (scored["instrument"], scored["version"], scored["scores"]["total"]) == ("cries-8", "1.1.0", 40)
    assert result["rules"] == "trauma-follow-up 1.0.0"
    assert [(each["pathway"], each["urgency"]) for each in result["decisions"]] == [("psychology", "soon")]
