"""`handrail pathways replay`: stored decisions come out the same, bit for bit, or what differs is named."""

import json

import pytest
from click.testing import CliRunner

from referral.model import DecisionKind, Urgency
from service.cli import main
from service.keys import add_wrapping_key
from service.kinds import ScreeningStatus
from service.permissions import Role
from service.store.screenings import administrations_in, answers_in, decisions_of, find_screening
from tests.service.acts import screen, screen_all
from tests.service.builders import WRAPPING, world
from tests.service.commands.test_used_definitions import altered
from tests.service.web.visiting import visitor, words

RISK = {"phq-9": [2, 2, 3, 1, 2, 2, 1, 0, "refused"], "asq": [0, 0, 1, 0, 0]}


@pytest.fixture
def here(database_url, tmp_path):
    made = world(database_url, tmp_path)
    add_wrapping_key(tmp_path / "wrapping-keys", WRAPPING.secret)
    return made


def replay(here, tmp_path, *options):
    env = {
        "HANDRAIL_DATA_DIR": str(tmp_path),
        "HANDRAIL_DATABASE_URL": here.parts.settings.database_url,
        "HANDRAIL_DEFINITIONS_DIR": str(tmp_path / "definitions"),
    }
    return CliRunner(env=env).invoke(main, ["pathways", "replay", *options])


def changed(here, screening_id, change):
    """Somebody who holds the database's keys changes what is kept of a screening."""
    with here.write() as session:
        change(session, find_screening(session, here.organisation.id, screening_id))


def test_what_was_decided_comes_out_the_same_whatever_became_of_the_screening(here, tmp_path):
    screen_all(here, RISK)
    screen(here, "phq-9", [1] * 9)
    stopped = screen(here, "gad-7", [3, 3], ending=ScreeningStatus.STOPPED)
    acute = screen(here, "asq", [0, 0, 1, 0, 1])
    later = screen(here, "phq-9", [3] * 9)

    every = replay(here, tmp_path, "--all")

    assert (every.exit_code, every.stdout) == (
        0,
        "5 routings worked out again: 5 the same, 0 differ, 0 lack a definition\n",
    )
    for screening_id in (stopped, acute, later):
        one = replay(here, tmp_path, "--screening", str(screening_id))
        assert (one.exit_code, one.stdout.startswith("1 routings worked out again: 1 the same")) == (0, True)


def other_inputs(_session, row):
    kept = json.loads(row.routing["inputs"])
    kept["client"]["age"] = 40
    row.routing = {**row.routing, "inputs": json.dumps(kept, sort_keys=True, separators=(",", ":"))}


def broken_inputs(_session, row):
    row.routing = {**row.routing, "inputs": "{}"}


def other_verdict(_session, row):
    first, *others = row.routing["verdicts"]
    row.routing = {**row.routing, "verdicts": [{**first, "verdict": "unknown"}, *others]}


def other_answer(session, row):
    (form,) = administrations_in(session, row.organisation_id, [row.id])
    answers_in(session, row.organisation_id, [form.id])[0].say(0)


def other_result(session, row):
    (form,) = administrations_in(session, row.organisation_id, [row.id])
    form.result = {**form.result, "scores": {"total": 1}}


def lower_urgency(session, row):
    for decision in decisions_of(session, row.organisation_id, row.id):
        if decision.kind is DecisionKind.REFER:
            decision.urgency = Urgency.ROUTINE


def no_decision(session, row):
    for decision in decisions_of(session, row.organisation_id, row.id):
        decision.pathway = "primary-care" if decision.kind is DecisionKind.REFER else decision.pathway


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (other_inputs, "what the trail committed to"),
        (broken_inputs, "inputs"),
        (other_verdict, "routing"),
        (other_answer, "result of phq-9, inputs"),
        (other_result, "result of phq-9"),
        (lower_urgency, "decision refer"),
        (no_decision, "decision refer"),
    ],
)
def test_a_change_of_what_is_kept_is_named_and_nothing_of_it_is_told(here, tmp_path, change, told):
    screening_id = screen(here, "phq-9", [3] * 8 + [0])
    changed(here, screening_id, change)

    done = replay(here, tmp_path, "--all")

    assert done.exit_code == 1
    first, counts = done.stdout.splitlines()
    assert first.startswith(f"screening {screening_id}: differs: {told}")
    assert counts == "1 routings worked out again: 0 the same, 1 differ, 0 lack a definition"
    assert "Maya" not in done.output


def test_a_definition_that_is_another_one_now_is_missing_and_named(here, tmp_path):
    screen(here, "phq-9", [3] * 9)
    altered(tmp_path, "phq-9")

    done = replay(here, tmp_path, "--all")

    assert done.exit_code == 3
    assert "a definition is missing: phq-9 1.0.0 (" in done.stdout


def test_rules_that_nobody_has_any_more_are_missing_and_named(here, tmp_path):
    screening_id = screen(here, "phq-9", [3] * 9)

    def unknown(_session, row):
        row.routing = {**row.routing, "digest": "0" * 64}

    changed(here, screening_id, unknown)

    done = replay(here, tmp_path, "--screening", str(screening_id))

    assert (done.exit_code, "(000000000000)" in done.stdout) == (3, True)


def test_the_command_says_what_it_needs(here, tmp_path):
    for options in ((), ("--all", "--screening", str(here.id()))):
        assert replay(here, tmp_path, *options).exit_code == 2
    unknown = replay(here, tmp_path, "--screening", str(here.id()))
    assert (unknown.exit_code, "was routed here" in unknown.stderr) == (3, True)


def test_the_page_with_every_step_says_whether_it_comes_out_the_same(here):
    screening_id, app = screen(here, "phq-9", [3] * 9), here.app()
    person = visitor(here, Role.COUNSELOR, app)
    assert "worked out again just now, from the answers: the same" in words(
        person.get(f"/screenings/{screening_id}/trace/phq-9")
    )
    changed(here, screening_id, lower_urgency)
    assert "comes out otherwise" in words(person.get(f"/screenings/{screening_id}/trace/phq-9"))
