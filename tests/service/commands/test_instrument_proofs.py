"""`handrail instruments check|prove|diff` as somebody types them."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from instruments.catalogue import DEFINITIONS
from service.cli import main

PHQ_9 = str(DEFINITIONS / "phq-9.yaml")


def run(*words):
    found = CliRunner().invoke(main, ["instruments", *words])
    return found.exit_code, found.output


def changed(tmp_path, before, after):
    file = tmp_path / "phq-9.yaml"
    text = (DEFINITIONS / "phq-9.yaml").read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")
    return str(file)


def test_a_sound_definition_passes_its_check():
    code, output = run("check", PHQ_9)

    assert code == 0
    assert output.startswith("0 problems, ")
    assert output.endswith("0 not proved\n")


def test_an_unsafe_change_is_caught_with_answers_that_show_it(tmp_path):
    code, output = run(
        "check", changed(tmp_path, "when: {item: q9, at_least: 1}", "when: {item: q9, at_least: 2}")
    )

    assert code == 1
    assert "an assertion that does not hold; found q9 = 1" in output


def test_a_definition_that_cannot_be_read_names_the_line(tmp_path):
    code, output = run("check", changed(tmp_path, "sum: q1..q9", "sum: q1..q99"))

    assert code == 1
    assert "phq-9.yaml:" in output
    assert "found 'q99'" in output


def test_the_ways_of_scoring_are_proved_to_agree():
    code, output = run("prove", "gad-7")

    assert code == 0
    assert "(every state), 0 differences" in output


def test_random_answers_are_compared_as_well():
    code, output = run("prove", "gad-2", "--random", "30")

    assert code == 0
    assert "0 differences, 30 random answer sets (" in output


def test_an_unknown_instrument_is_refused_in_one_line():
    code, output = run("prove", "phq-8")

    assert code == 2
    assert "There is no instrument 'phq-8'." in output


CUT = "{score: total, at_least: 11}", "{score: total, at_least: 12}"


def test_a_changed_cut_off_shows_who_moves_and_needs_a_new_first_number(tmp_path):
    code, output = run("diff", PHQ_9, changed(tmp_path, *CUT))

    assert code == 1
    assert output.startswith(
        "changed: scoring\nversion: scoring changed from 1.0.0 to 1.0.0; allowed: 2.0.0 or later\n"
    )
    assert "finding depression-screen-positive-adolescent: yes to no in " in output
    assert "states, as with q1 = " in output
    assert "finding self-harm-thoughts:" not in output


@pytest.mark.parametrize(("number", "code"), [("1.0.1", 1), ("1.1.0", 1), ("2.0.0", 0)])
def test_a_changed_cut_off_is_well_under_a_version_that_says_so(tmp_path, number, code):
    file = changed(tmp_path, *CUT)
    text = Path(file).read_text(encoding="utf-8").replace('version: "1.0.0"', f'version: "{number}"')
    Path(file).write_text(text, encoding="utf-8")

    assert run("diff", PHQ_9, file)[0] == code


def test_changed_words_are_told_apart_from_changed_scoring(tmp_path):
    code, output = run(
        "diff", PHQ_9, changed(tmp_path, "Feeling down, depressed, or hopeless", "Feeling down")
    )

    assert (code, output) == (
        1,
        (
            "changed: wording\nversion: wording changed from 1.0.0 to 1.0.0; allowed: 1.1.0 or later\n"
            "no outcome moves\n"
        ),
    )


def test_another_item_is_a_change_of_scoring_whose_outcomes_cannot_be_compared(tmp_path):
    code, output = run(
        "diff", PHQ_9, changed(tmp_path, "items:\n", "items:\n  q0: {ask: New?, answers: frequency}\n")
    )

    assert code == 1
    assert "changed: scoring, wording" in output
    assert "outcomes not compared: phq-9 1.0.0 and 1.0.0 do not ask the same items" in output


def test_two_equal_definitions_move_nobody():
    assert run("diff", PHQ_9, PHQ_9) == (0, "no outcome moves\n")


def test_two_instruments_are_not_compared():
    code, output = run("diff", PHQ_9, str(DEFINITIONS / "gad-7.yaml"))

    assert code == 2
    assert "phq-9 and gad-7 are two instruments; they do not ask the same items" in output
