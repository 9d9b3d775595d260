"""`handrail pathways`: what there is, and every planted fault of a folder at once, each with its place."""

import pytest
from click.testing import CliRunner

from service.cli import main
from tests.referral.files import CRISIS, PSYCHOLOGY, SCHOOL_YEAR, SCREENING, US

PLANTED = {
    "pathways/psychology.yaml": (PSYCHOLOGY, "calendar: organisation", "calendar: alder-crek"),
    "pathways/crisis.yaml": (
        CRISIS,
        "{after_minutes: 5, roles: [on-call]",
        "{after_minutes: 5, roles: [referral staff]",
    ),
    "calendars/autumn.yaml": (SCHOOL_YEAR, "calendar: alder-creek", "calendar: alder-creak"),
    "resources/us.yaml": (US, 'call: "988"', 'cal: "988"'),
    "routing/school-screening.yaml": (SCREENING, "when: asq.acute", "when: asq.acut"),
}
TOLD = (
    "autumn.yaml:1:1: a definition under another name; found autumn; allowed: alder-creak",
    "crisis.yaml:48:5: nobody can hold this rung; found referral staff; allowed: clinician,",
    "calendar: an unknown one; found 'alder-crek'; allowed: organisation, alder-creek, ",
    "did you mean alder-creek?",
    "did you mean asq.acute?",
    "us.yaml:",
)


def run(tmp_path, *words):
    env = {"HANDRAIL_DATA_DIR": str(tmp_path), "HANDRAIL_DEFINITIONS_DIR": str(tmp_path / "definitions")}
    return CliRunner(env=env).invoke(main, ["pathways", *words])


def test_every_pathway_is_listed_and_shown_in_both_languages(tmp_path):
    listed, shown = run(tmp_path, "list"), run(tmp_path, "show", "psychiatry", "--language", "es")

    assert [line.split()[0] for line in listed.stdout.splitlines()] == [
        *("crisis", "primary-care", "psychiatry", "psychology", "school-support", "social-work"),
    ]
    assert "soon, first appointment: 7 days (after the 7-day follow-up measures" in shown.stdout
    assert "Revisión de la medicación por quien receta" in shown.stdout
    unknown = run(tmp_path, "show", "dentistry")
    assert (unknown.exit_code, "allowed: crisis," in unknown.stderr) == (2, True)


@pytest.mark.long
@pytest.mark.slow
def test_every_planted_fault_of_a_folder_is_told_at_once_with_its_place(tmp_path):
    for name, (text, part, instead) in PLANTED.items():
        file = tmp_path / "own" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        assert part in text
        file.write_text(text.replace(part, instead, 1), "utf-8")

    done = run(tmp_path, "check", str(tmp_path / "own"))

    assert done.exit_code == 1
    for words in TOLD:
        assert words in done.stdout
    assert done.stdout.splitlines()[-1].endswith("problems in 16 files")


@pytest.mark.long
@pytest.mark.slow
def test_nothing_is_wrong_with_what_ships(tmp_path):
    done = run(tmp_path, "check")

    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "0 problems in 15 files")
