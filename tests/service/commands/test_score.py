"""`handrail score`: what the issue promises of lines in and lines out, of bad lines and of bad calls."""

import io
import json

import pytest
from click.testing import CliRunner

from instruments.lines import MAX_LINE
from service.cli import COMMANDS, main
from service.commands.score import bounded

NINE = {f"q{number}": 1 for number in range(1, 10)}
KEYS = ["id", "instrument", "version", "complete", "scores", "bands", "findings", "critical", "problems"]


def score(lines, *options, instrument="phq-9"):
    """The command over standard input: exit status, result lines, what it said of errors."""
    given = b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    done = CliRunner().invoke(main, ["score", instrument, "--input", "-", *options], input=given)
    return done.exit_code, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_each_line_comes_back_scored_in_the_order_in_which_it_came():
    status, rows, _said = score([{"id": "a", "answers": NINE}, {"id": "b", "answers": {**NINE, "q9": 0}}])
    assert status == 0
    assert [(row["id"], row["scores"]["total"], row["critical"]) for row in rows] == [
        ("a", 9, ["q9"]),
        ("b", 8, []),
    ]
    assert [list(row) for row in rows] == [KEYS, KEYS]


def test_refused_is_not_missing_is_not_zero():
    lines = [{"id": "r", "answers": {**NINE, "q1": "refused"}}, {"id": "m", "answers": {**NINE, "q1": None}}]
    status, rows, _said = score([*lines, {"id": "z", "answers": {**NINE, "q1": 0}}])
    assert status == 0
    assert [(row["complete"], row["scores"]["total"]) for row in rows] == [
        (False, None),
        (False, None),
        (True, 8),
    ]


def test_what_missing_answers_leave_open_is_named_on_request():
    lines = [
        {"id": "sure", "answers": NINE},
        {"id": "open", "answers": {**NINE, "q9": None}},
        {"id": "bad", "answers": {**NINE, "q9": 7}},
    ]
    status, (sure, left_open, bad), _said = score(lines, "--undecided")

    assert status == 1
    assert list(sure) == [*KEYS[:7], "undecided", *KEYS[7:]]
    assert (sure["undecided"], left_open["undecided"]) == (
        [],
        [
            "self-harm-thoughts",
            "self-harm-thoughts-not-answered",
            "depression-screen-positive",
            "depression-screen-positive-adolescent",
        ],
    )
    assert len(bad["undecided"]) == 6


def test_a_table_names_what_is_undecided_too(tmp_path):
    table = tmp_path / "answers.csv"
    table.write_text("id,q1,q2\na,3,\nb,9,\n", encoding="utf-8")
    done = CliRunner().invoke(main, ["score", "phq-2", "--input", str(table), "--undecided"])
    first, second = map(json.loads, done.stdout.splitlines())

    assert first["findings"] == ["depression-screen-positive", "depression-screen-positive-sensitive"]
    assert first["undecided"] == []
    assert second["undecided"] == first["findings"]


@pytest.mark.parametrize(
    ("line", "item", "found"),
    [
        ({"id": "x", "answers": {"q1": 7}}, "q1", "7"),
        ({"id": "x", "answers": {"q1": True}}, "q1", "true"),
        ({"id": "x", "answers": {"q77": 1}}, "q77", "'q77'"),
        (b'{"id": "x", "answers": {"q1": 1, "q1": 2}}', "q1", "the item twice"),
        (b"{broken", "", "'{broken'"),
        (b"\xff\xfe{}", "", "byte 0xff"),
        ({"answers": {}}, "id", "nothing"),
        ([], "", "[]"),
    ],
)
def test_a_bad_line_names_its_problem_and_the_rest_goes_on(line, item, found):
    status, rows, _said = score([line, {"id": "after", "answers": NINE}])
    assert status == 1
    assert [(problem["item"], problem["found"]) for problem in rows[0]["problems"]] == [(item, found)]
    assert rows[0]["problems"][0]["allowed"]
    assert (rows[1]["id"], rows[1]["problems"]) == ("after", [])


def test_a_line_too_long_is_told_so_and_never_held_whole():
    stream = io.BytesIO(b"x" * (3 * MAX_LINE) + b"\n" + b"short\n")
    first, second = bounded(stream)
    assert MAX_LINE < len(first) <= MAX_LINE + 2
    assert second == b"short\n"


def test_files_may_stand_for_standard_input_and_output(tmp_path):
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(json.dumps({"id": "a", "answers": NINE}), encoding="utf-8")
    done = CliRunner().invoke(main, ["score", "phq-9", "--input", str(source), "--output", str(target)])
    assert (done.exit_code, done.output) == (0, "")
    assert json.loads(target.read_text(encoding="utf-8"))["scores"] == {"total": 9}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["phq-99", "--input", "-"], "Did you mean phq-9?"),
        (["phq-9", "--version", "0.0.1", "--input", "-"], "phq-9@1.0.0"),
        (["phq-9", "--input", "no-such-file"], "no-such-file cannot be read"),
        (["phq-9", "--input", "."], ". cannot be read"),
        (["phq-9", "--input", "-", "--output", "no/such/folder/out"], "cannot be written"),
        (["phq-9"], "--input"),
    ],
)
def test_a_call_that_cannot_work_says_why_and_exits_with_2(arguments, words):
    done = CliRunner().invoke(main, ["score", *arguments])
    assert (done.exit_code, done.stdout) == (2, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_the_input_is_never_overwritten(tmp_path):
    source = tmp_path / "same.jsonl"
    source.write_text("{}", encoding="utf-8")
    done = CliRunner().invoke(main, ["score", "phq-9", "--input", str(source), "--output", str(source)])
    assert done.exit_code == 2
    assert source.read_text(encoding="utf-8") == "{}"


def test_an_empty_input_is_no_problem():
    assert score([]) == (0, [], "")


def test_every_command_is_there_and_says_what_it_does():
    done = CliRunner().invoke(main, ["--help"])
    assert done.exit_code == 0
    assert [name for name in COMMANDS if f"  {name} " not in done.output] == []
