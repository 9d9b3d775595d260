"""`handrail instruments wording` as a clinic types it: the form, the words, and then it can be asked."""

import json
import re

import pytest
from click.testing import CliRunner

from service.cli import main
from service.definitions import load_definitions


@pytest.fixture
def own(tmp_path):
    return tmp_path / "own"


def run(own, *words):
    return CliRunner(env={"HANDRAIL_DEFINITIONS_DIR": str(own)}).invoke(main, ["instruments", *words])


def form(own, tmp_path, name="cries-8"):
    """A file with the form filled in."""
    file = tmp_path / "words.yaml"
    empty = run(own, "wording", name, "--template").output
    words = re.sub('""', lambda place: f'"Words {place.start()}."', empty)
    file.write_text(words, encoding="utf-8")
    return file


def test_an_instrument_without_words_says_why_it_cannot_be_asked_and_what_to_do(own):
    shown = run(own, "show", "cries-8").output

    assert "Cannot be administered: it ships without its questions" in shown
    assert "handrail instruments wording cries-8 --text FILE attaches it." in shown
    assert "Cannot be administered" not in run(own, "show", "phq-9").output


def test_one_command_attaches_the_words_and_the_instrument_can_be_asked(own, tmp_path):
    done = run(own, "wording", "cries-8", "--text", str(form(own, tmp_path)))

    assert done.exit_code == 0
    assert done.output.startswith("cries-8 1.1.0 has words for 8 items in en and scores as before")
    assert "Cannot be administered" not in run(own, "show", "cries-8").output
    assert load_definitions(own).instruments.get("cries-8").has_wording
    assert not load_definitions(own).instruments.get("cries-8", "1.0.0").has_wording
    assert '"version": "1.1.0", "complete": true, "scores": {"total": 0' in run_score(own, tmp_path)


def test_the_words_of_the_lowest_and_highest_answer_are_shown_to_be_compared_with_the_form(own, tmp_path):
    file = form(own, tmp_path)
    words = re.sub('0: {en: "[^"]*"', '0: {en: "Not at all"', file.read_text(encoding="utf-8"))
    file.write_text(re.sub('5: {en: "[^"]*"', '5: {en: "Often"', words), encoding="utf-8")
    told = run(own, "wording", "cries-8", "--text", str(file)).output

    assert "Compare with the form, answer by answer, before anybody is asked:" in told
    assert '  q1 and 7 more: lowest 0 is "Not at all", highest 5 is "Often"' in told


def run_score(own, tmp_path):
    answers = tmp_path / "answers.jsonl"
    given = {f"q{number}": 0 for number in range(1, 9)}
    answers.write_text(json.dumps({"id": "a", "answers": given}), encoding="utf-8")
    runner = CliRunner(env={"HANDRAIL_DEFINITIONS_DIR": str(own)})
    return runner.invoke(main, ["score", "cries-8", "--input", str(answers)]).output


def test_the_same_words_again_write_nothing(own, tmp_path):
    file = form(own, tmp_path)
    run(own, "wording", "cries-8", "--text", str(file))
    again = run(own, "wording", "cries-8", "--text", str(file))

    assert again.output == "cries-8 1.1.0 has these words already; nothing was written\n"
    assert [path.name for path in (own / "instruments").iterdir()] == ["cries-8@1.1.0.yaml"]


def test_corrected_words_become_the_next_version_and_the_earlier_one_stays(own, tmp_path):
    file = form(own, tmp_path)
    run(own, "wording", "cries-8", "--text", str(file))
    file.write_text(file.read_text(encoding="utf-8").replace("Words ", "Other words "), encoding="utf-8")

    assert run(own, "wording", "cries-8", "--text", str(file)).output.startswith("cries-8 1.2.0 has words")
    assert load_definitions(own).instruments.versions("cries-8") == ("1.2.0", "1.1.0", "1.0.0")


def test_words_that_are_not_complete_attach_nothing_and_each_gap_is_named(own, tmp_path):
    file = form(own, tmp_path)
    file.write_text(file.read_text(encoding="utf-8").replace("q4:", "q44:"), encoding="utf-8")
    done = run(own, "wording", "cries-8", "--text", str(file))

    assert (done.exit_code, done.stdout) == (1, "")
    assert "handrail: nothing was attached, the words are not complete:" in done.stderr
    assert "words.yaml:14:3: item 'q4' is missing" in done.stderr
    assert "words.yaml:17:3: an unknown key in items; found 'q44'" in done.stderr
    assert not own.exists()


def test_the_form_and_the_new_version_can_go_to_a_file_which_is_never_overwritten(own, tmp_path):
    place = tmp_path / "elsewhere" / "form.yaml"

    assert run(own, "wording", "cries-8", "--template", "--output", str(place)).exit_code == 0
    assert place.read_text(encoding="utf-8").startswith("# Fill in every empty text.")
    second = run(own, "wording", "cries-8", "--template", "--output", str(place))
    assert (second.exit_code, "is there already; nothing was written" in second.stderr) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["cries-9", "--template"], "There is no instrument 'cries-9'."),
        (["cries-8"], "needs either --template, to get the form, or --text FILE"),
        (
            ["cries-8", "--template", "--language", "e!"],
            "--language e!: allowed: a language tag, as en or es",
        ),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(own, arguments, words):
    done = run(own, "wording", *arguments)

    assert (done.exit_code, done.stdout) == (2, "")
    assert words in done.stderr


def test_words_of_a_publisher_who_allows_them_are_not_replaced(own, tmp_path):
    done = run(own, "wording", "phq-9", "--text", str(form(own, tmp_path, "phq-9")))

    assert (done.exit_code, "phq-9 ships with the words of its publisher" in done.stderr) == (2, True)
