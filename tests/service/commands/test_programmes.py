"""`handrail programmes`: what there is, what another version moves, and moving from the command line."""

import pytest
from click.testing import CliRunner

from service.actions import storage
from service.cli import main
from tests.referral.programmes import own_programme, own_routing
from tests.service.builders import world

ADMIN = "programme.administrator@alder-creek.example"
CUT = "when: {score: gad.total, between: [10, 14]}"
WHY = "The clinicians chose the higher cut-off."


@pytest.fixture
def own(tmp_path):
    folder = tmp_path / "definitions"
    own_routing(folder, "2.0.0", (CUT, CUT.replace("10", "13")))
    own_programme(folder, "2.0.0", ("routing: school-screening@1.0.0", "routing: school-screening@2.0.0"))
    return folder


@pytest.fixture
def here(tmp_path):
    url = f"sqlite:///{tmp_path}/handrail.db"
    storage.upgrade(url)
    return world(url, tmp_path)


def run(tmp_path, *words):
    env = {
        "HANDRAIL_DATA_DIR": str(tmp_path),
        "HANDRAIL_DATABASE_URL": f"sqlite:///{tmp_path}/handrail.db",
        "HANDRAIL_DEFINITIONS_DIR": str(tmp_path / "definitions"),
        "HANDRAIL_SECRET_KEY": "k" * 40,
    }
    return CliRunner(env=env).invoke(main, ["programmes", *words])


def test_every_version_is_listed_and_shown(tmp_path, own):
    listed, shown = run(tmp_path, "list"), run(tmp_path, "show", "school-screening@1.0.0")

    assert [line.split()[0] for line in listed.stdout.splitlines()] == [
        "clinic-screening@1.0.0",
        "school-screening@2.0.0",
        "school-screening@1.0.0",
    ]
    assert "phq-9 1.0.0  asked at first\n" in shown.stdout
    assert "Rules: school-screening@1.0.0\n" in shown.stdout


def test_the_difference_names_who_moves_and_which_answers_show_it(tmp_path, own):
    done = run(tmp_path, "diff", "school-screening@1.0.0", "school-screening@2.0.0")

    assert done.exit_code == 1
    assert "gad-7: 3 of 92 states move DOWN" in done.stdout
    assert "as from [refer psychology routine] to [none] with q1 = " in done.stdout
    back = run(tmp_path, "diff", "school-screening@2.0.0", "school-screening@1.0.0")
    assert back.exit_code == 0
    assert "gad-7: 3 of 92 states move up" in back.stdout


def test_what_there_is_none_of_is_said_in_one_line(tmp_path):
    done = run(tmp_path, "diff", "school-screening@1.0.0", "school-screening@9.0.0")

    assert done.exit_code == 2
    assert 'programme: found "school-screening@9.0.0"; allowed: school-screening@1.0.0' in done.stderr


def test_the_check_reads_rules_that_no_programme_uses(tmp_path, own):
    assert run(tmp_path, "check").exit_code == 0

    own_routing(own, "3.0.0", ("when: asq.acute", "when: asq.acut"))
    done = run(tmp_path, "check")
    assert done.exit_code == 1
    assert "school-screening@3.0.0.yaml:" in done.stdout
    assert done.stdout.endswith("1 problems in 3 versions of programmes\n")


def test_the_check_names_a_used_programme_that_changed(here, tmp_path):
    own_programme(tmp_path / "definitions", "1.0.0", ("from: 5, to: 22", "from: 6, to: 22"))
    done = run(tmp_path, "check")

    assert done.exit_code == 1
    assert "the programme school-screening 1.0.0 was used with digest" in done.stdout


def test_a_move_shows_the_difference_and_needs_the_reason(here, own, tmp_path):
    move = ("move", "school-screening@2.0.0", "--by", ADMIN)
    refused = run(tmp_path, *move)
    assert refused.exit_code == 1
    assert "gad-7: 3 of 92 states move DOWN" in refused.stdout
    assert "lowers: Tick that you have seen" in refused.stderr

    done = run(tmp_path, *move, "--lowers", "--reason", WHY)
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "school-screening@2.0.0 is in force")


def test_ending_and_starting(here, tmp_path):
    assert run(tmp_path, "end", "school-screening", "--by", ADMIN).stdout == "school-screening has ended\n"
    assert run(tmp_path, "end", "school-screening", "--by", ADMIN).exit_code == 1
    started = run(tmp_path, "start", "school-screening@1.0.0", "--by", ADMIN)
    assert started.stdout == "school-screening@1.0.0 is in force\n"
    again = run(tmp_path, "start", "school-screening", "--by", ADMIN)
    assert (again.exit_code, "is in force here already" in again.stderr) == (1, True)


@pytest.mark.parametrize("by", ["counselor@alder-creek.example", "nobody@nowhere.example"])
def test_only_an_administrator_acts(here, tmp_path, by):
    done = run(tmp_path, "end", "school-screening", "--by", by)

    assert done.exit_code == 1
    assert "by: one programme administrator is needed" in done.stderr
