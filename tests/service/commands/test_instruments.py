"""`handrail instruments`: the list for people and programs, and one instrument in full."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.cli import main

ASKED = {"asq": 5, "gad-7": 7, "pc-ptsd-5": 6, "pcl-5": 20, "phq-9": 10}


def run(*arguments):
    return CliRunner().invoke(main, ["instruments", *arguments])


def test_the_list_for_programs_has_every_instrument_with_its_permission():
    rows = json.loads(run("list", "--json").output)
    assert {row["id"]: row["items"] for row in rows}.items() >= ASKED.items()
    assert all(list(row) == ["id", "version", "name", "items", "languages", "permission"] for row in rows)
    assert all(row["permission"] and row["languages"] for row in rows)


def test_the_list_for_people_is_a_table():
    head, *lines = run("list").output.splitlines()
    assert head.split() == ["id", "version", "name", "items", "languages", "permission"]
    assert [line.split()[0] for line in lines if line.split()[0] in ASKED] == list(ASKED)


def test_one_instrument_is_shown_with_its_ground():
    shown = " ".join(run("show", "asq").output.split())

    for words in (
        "Ask Suicide-Screening Questions",
        "public domain",
        "q5 Are you having thoughts",
        "1 Yes · 0 No",
        "Thoughts of suicide right now (action today): acute",
        "By the rules of: School screening",
        "Nothing follows: may still be found there: Suicide risk screen negative",
        "- nimh-asq: NIMH ASQ",
    ):
        assert words in shown


def test_it_is_shown_in_spanish():
    assert "¿Está pensando en suicidarse en este momento?" in run("show", "asq", "--language", "es").output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["asqq"], "Did you mean asq?"),
        (["asq", "--language", "xx"], "allowed: en, es"),
        (["asq", "--version", "9"], "asq@9"),
    ],
)
def test_what_there_is_not_is_said_clearly(arguments, words):
    done = run("show", *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert words in done.stderr


def test_the_whole_sheet_goes_to_a_page_and_to_paper(tmp_path):
    html, pdf = tmp_path / "asq.html", tmp_path / "asq.pdf"
    done = run("show", "asq", "--language", "es", "--html", str(html), "--pdf", str(pdf), "--paper", "a4")

    assert done.exit_code == 0
    assert [line.partition(": ")[0] for line in done.output.splitlines()] == [str(html), str(pdf)]
    assert '<html lang="es">' in html.read_text(encoding="utf-8")
    assert pdf.read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("cries-8", "Cannot be administered: it ships without its questions."),
        ("self-injury", "Not validated. There is no score and no cut-off on purpose"),
        ("lec-5", "UNVERIFIED: no sentence of the publisher on the LEC-5 itself was seen"),
    ],
)
def test_the_page_says_first_what_one_must_know_first(tmp_path, name, words):
    run("show", name, "--html", str(tmp_path / "sheet.html"))
    page = (tmp_path / "sheet.html").read_text(encoding="utf-8")

    notices = page[: page.index("<dl>")]
    assert words in " ".join(notices.split())


def test_a_sheet_that_cannot_be_written_is_said_in_one_line(tmp_path):
    done = run("show", "asq", "--pdf", str(tmp_path / "nowhere" / "asq.pdf"))

    assert done.exit_code == 2
    assert "asq.pdf cannot be written: No such file or directory" in done.stderr


SHIPPED = Path("instruments/definitions/gad-7.yaml")


def test_a_file_that_is_in_no_folder_yet_is_shown_and_proved(tmp_path):
    file = tmp_path / "ours.yaml"
    file.write_text(
        SHIPPED.read_text(encoding="utf-8").replace("instrument: gad-7", "instrument: ours"), encoding="utf-8"
    )

    shown, proved = run("show", str(file)), run("prove", str(file), "--random", "50")

    assert (shown.exit_code, proved.exit_code) == (0, 0)
    assert "Anxiety severity" in shown.output
    assert proved.output.startswith("ours: 92 states compared (every state), 0 differences, 50 random")


@pytest.mark.parametrize("act", ["show", "prove"])
@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("recall:", "recal:", "ours.yaml:24:1: "),
        ("  0-4:", "  0-3:", "ours.yaml:"),
        ("instrument:", "instrument: &a", "ours.yaml:1:"),
    ],
)
def test_a_file_with_a_mistake_is_told_by_line_and_not_used(tmp_path, act, old, new, words):
    file = tmp_path / "ours.yaml"
    file.write_text(SHIPPED.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")

    done = run(act, str(file))

    assert (done.exit_code, done.stdout) == (2, "")
    assert "the definition cannot be used:" in done.stderr
    assert words in done.stderr


def test_a_file_that_is_not_there_or_has_no_versions_is_said(tmp_path):
    assert "none.yaml cannot be read: No such file" in run("show", str(tmp_path / "none.yaml")).stderr
    assert "a file is one version" in run("show", str(SHIPPED), "--version", "1.0.0").stderr
