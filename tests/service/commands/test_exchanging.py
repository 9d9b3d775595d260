"""`handrail instruments export|import` and tables for `handrail score`, as somebody types them."""

import json

import pytest
from click.testing import CliRunner

from instruments.loading import load_definition
from service.cli import main


def run(*words):
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.mark.parametrize("target", ["fhir-r4", "fhir-r5", "redcap"])
def test_an_instrument_goes_out_and_comes_back_as_a_definition_that_passes_its_check(tmp_path, target):
    out, back = tmp_path / "phq-2.file", tmp_path / "phq-2.yaml"

    assert run("instruments", "export", "phq-2", "--to", target, "--output", out).exit_code == 0
    made = run("instruments", "import", out, "--output", back)
    checked = run("instruments", "check", back)

    assert made.exit_code == 0
    assert load_definition(back.read_bytes(), back.name).scales[0].id == "total"
    assert "to add: permission: what the publisher allows" in made.stderr
    assert all(line.split(": ", 1)[1] in made.stderr for line in checked.output.splitlines()[:-1])


def test_what_the_format_cannot_carry_is_named_apart_from_the_file():
    done = run("instruments", "export", "phq-9", "--to", "fhir-r4")

    assert done.exit_code == 0
    assert json.loads(done.stdout)["resourceType"] == "Questionnaire"
    assert "findings.self-harm-thoughts: the finding self-harm-thoughts (critical: it calls" in done.stderr


def test_yaml_is_the_whole_definition(tmp_path):
    out = tmp_path / "asq.yaml"

    assert run("instruments", "export", "asq", "--to", "yaml", "--output", out).stderr == ""
    assert run("instruments", "check", out).output.startswith("0 problems, ")


def test_an_instrument_without_wording_says_that_only_ids_go_out():
    done = run("instruments", "export", "k10", "--to", "redcap")

    assert (
        "items: the wording: this instrument is kept without it (see its permission): ids only" in done.stderr
    )


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (["export", "phq-99", "--to", "yaml"], 2, "There is no instrument 'phq-99'"),
        (["export", "phq-9", "--to", "xml"], 2, "'xml' is not one of"),
        (["export", "phq-9", "--to", "yaml", "--output", "no/such/folder/x"], 2, "cannot be written"),
        (["import", "no-such-file", "--output", "x.yaml"], 2, "does not exist"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(words, status, told):
    done = run("instruments", *words)

    assert done.exit_code == status
    assert told in done.stderr


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"PK\x03\x04", "neither a FHIR Questionnaire in JSON nor a REDCap data dictionary"),
        (b'{"resourceType": "Patient"}', "found 'Patient'; allowed: 'Questionnaire'"),
        (b'{"a": 1,}', "form.txt:1:9: not readable as JSON"),
        (b"Variable / Field Name,Form Name\r\n", "the column 'Field Type' is missing"),
    ],
)
def test_a_file_that_cannot_come_in_leaves_nothing_behind(tmp_path, content, told):
    source, target = tmp_path / "form.txt", tmp_path / "form.yaml"
    source.write_bytes(content)
    done = run("instruments", "import", source, "--output", target)

    assert (done.exit_code, target.exists()) == (1, False)
    assert told in done.stderr


def test_a_definition_never_takes_the_place_of_its_source(tmp_path):
    source, link = tmp_path / "form.json", tmp_path / "form.yaml"
    run("instruments", "export", "phq-2", "--to", "fhir-r4", "--output", source)
    before = source.read_bytes()
    link.symlink_to(source)

    for target in (source, link):
        done = run("instruments", "import", source, "--output", target)
        assert (done.exit_code, "is the file that is read" in done.stderr) == (2, True)
    assert source.read_bytes() == before


def test_an_output_is_put_in_place_whole_and_keeps_who_may_read_it(tmp_path):
    target, other = tmp_path / "out.yaml", tmp_path / "other.yaml"
    other.write_text("somebody's", encoding="utf-8")
    target.symlink_to(other)

    assert run("instruments", "export", "phq-2", "--to", "yaml", "--output", target).exit_code == 0
    assert load_definition(target.read_bytes(), target.name).id == "phq-2"
    assert (other.read_text(encoding="utf-8"), target.is_symlink()) == ("somebody's", False)
    target.chmod(0o600)
    run("instruments", "export", "phq-9", "--to", "yaml", "--output", target)
    assert (load_definition(target.read_bytes(), target.name).id, target.stat().st_mode & 0o777) == (
        "phq-9",
        0o600,
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other.yaml", "out.yaml"]


def test_an_output_that_is_no_ordinary_file_is_refused():
    done = run("instruments", "export", "phq-2", "--to", "yaml", "--output", "/dev/null")

    assert (done.exit_code, "it is no ordinary file" in done.stderr) == (2, True)


@pytest.mark.parametrize("type_of", ["Questionnaire", "Patient"])
def test_names_in_a_strangers_file_cannot_steer_the_terminal_or_forge_lines(tmp_path, type_of):
    source = tmp_path / "form.json"
    key = "a\x1b[2J\nto add: nothing\u202eb"
    options = [{"valueCoding": {"code": str(one), "display": "x"}} for one in (0, 1)]
    item = {"linkId": "q1", "text": "Q", "type": "choice", "answerOption": options, key: 1}
    resource = {
        "resourceType": type_of,
        "item": [item, {**item, key: "\ud800"}][: 1 + (type_of == "Patient")],
    }
    source.write_text(json.dumps(resource), encoding="utf-8")
    done = run("instruments", "import", source, "--output", "-")

    assert r"a\x1b[2J\nto add: nothing\u202eb" in done.stderr
    assert all(sign.isprintable() or sign == "\n" for sign in done.stderr)
    assert not any(line.startswith("to add: nothing") for line in done.stderr.splitlines())


def test_a_table_of_answers_is_scored_row_by_row(tmp_path):
    table = tmp_path / "answers.CSV"
    table.write_text("id,q1,q2\na,1,2\nb,,refused\nc,9,1\n", encoding="utf-8")
    done = run("score", "phq-2", "--input", table)
    first, second, third = map(json.loads, done.stdout.splitlines())

    assert done.exit_code == 1
    assert (first["scores"], second["scores"]) == ({"total": 3}, {"total": None})
    assert third["problems"][0]["message"].startswith("line 4, column 2 (q1): found 9, allowed: ")


def test_a_table_with_a_wrong_first_line_is_refused_as_a_whole(tmp_path):
    table = tmp_path / "answers.csv"
    table.write_text("id,q1,qq2\na,1,2\n", encoding="utf-8")
    done = run("score", "phq-2", "--input", table)

    assert (done.exit_code, done.stdout) == (1, "")
    assert "line 1, column 3: found 'qq2'" in done.stderr
