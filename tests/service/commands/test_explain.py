"""`handrail explain`: every step of every form in the items' own words, to read or as JSON, and bad lines named."""

import json

import pytest
from click.testing import CliRunner

from service.cli import main

NINE = {f"q{number}": 1 for number in range(1, 10)}


def explain(*lines, instrument="phq-9", options=()):
    given = b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    done = CliRunner().invoke(main, ["explain", instrument, "--input", "-", *options], input=given)
    return done.exit_code, done.stdout, done.stderr


def test_a_form_is_told_step_by_step_in_the_items_own_words():
    status, said, _ = explain({"id": "a", "answers": NINE})
    lines = said.splitlines()

    assert status == 0
    assert lines[0].startswith("a: phq-9 1.")
    assert "  Score total, Depression total: 9" in lines
    assert "    1. Little interest or pleasure in doing things: Several days (1)" in lines
    assert "  Band total, Depression severity: mild" in lines
    assert "    9: 5 to 9" in lines
    assert "  Finding depression-screen-positive, Depression screen positive: no" in lines
    assert "    [no] Depression total: 9; looked for at least 10" in lines
    assert "    source: kroenke-2001" in lines


def test_it_is_told_in_spanish_when_asked_for():
    _, said, _ = explain({"id": "a", "answers": NINE}, options=["--language", "es"])

    assert "  Puntuación total, Total de depresión: 9" in said.splitlines()
    assert "    [no] Total de depresión: 9; se buscaba al menos 10" in said.splitlines()
    assert "    fuente: kroenke-2001" in said.splitlines()


def test_json_holds_every_step_with_its_verdict():
    status, said, _ = explain({"id": "a", "answers": {**NINE, "q9": "refused"}}, options=["--json"])
    (row,) = [json.loads(line) for line in said.splitlines()]
    steps = {(step["kind"], step["id"]): step for step in row["steps"]}

    assert (status, row["id"], row["instrument"], row["problems"]) == (0, "a", "phq-9", [])
    assert steps["score", "total"]["note"] == "no score, because there is no answer to q9"
    assert steps["finding", "self-harm-thoughts"]["verdict"] == "unknown"
    assert steps["finding", "self-harm-thoughts-not-answered"]["verdict"] == "yes"


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_bad_line_names_its_problem_and_the_rest_goes_on(options):
    status, said, _ = explain(
        {"id": "x", "answers": {"q1": 9}}, b"{broken", b"", {"id": "y", "answers": NINE}, options=options
    )

    assert status == 1
    assert "q1: found 9, allowed: 0, 1, 2, 3" in said
    assert "the line is not JSON" in said
    assert "Several days (1)" in said


@pytest.mark.parametrize(
    ("instrument", "options", "words"),
    [
        ("phq-99", (), "Did you mean phq-9?"),
        ("phq-9", ("--version", "0.0.1"), "phq-9@1.0.0"),
        ("phq-9", ("--language", "xx"), "--language xx: allowed: en, es"),
    ],
)
def test_a_call_that_cannot_work_says_why_and_exits_with_2(instrument, options, words):
    status, said, complaint = explain(instrument=instrument, options=options)

    assert (status, said) == (2, "")
    assert words in complaint
