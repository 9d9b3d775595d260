"""`handrail score --batch`: tables in and out say what lines say, bad rows are named, nothing is left half-written."""

import csv
import json
import random
import sys

import pyarrow as pa
import pytest
from click.testing import CliRunner
from pyarrow import ipc, parquet

from instruments.answers import REFUSED
from instruments.catalogue import load_catalogue
from service.cli import main
from service.commands import arrow_files, table_files

ITEMS = [f"q{number}" for number in range(1, 10)]
HEADER = ["id", *ITEMS]
KINDS = ["csv", "arrow", "parquet"]


def batch(folder, source, target="out.csv", instrument="phq-9", options=()):
    arguments = ["--batch", "--input", str(folder / source), "--output", str(folder / target), *options]
    done = CliRunner().invoke(main, ["score", instrument, *arguments])
    return done.exit_code, done.stderr


def write(path, rows, header=HEADER):
    columns = dict(zip(header, zip(*rows, strict=True), strict=True)) if rows else {}
    table = pa.table({name: pa.array(columns.get(name, []), pa.string()) for name in header})
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *rows])
    elif path.suffix == ".parquet":
        parquet.write_table(table, path)
    else:
        with ipc.new_file(path, table.schema) as file:
            file.write_table(table, max_chunksize=7)


def read(path):
    """The rows of a results table, whatever it is written in, as CSV says them."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    table = parquet.read_table(path) if path.suffix == ".parquet" else ipc.open_file(path).read_all()
    said = {None: "", True: "yes", False: "no"}
    return [
        {
            key: said[value] if value is None or isinstance(value, bool) else str(value)
            for key, value in row.items()
        }
        for row in table.to_pylist()
    ]


def some_rows(number):
    dice = random.Random(5)  # noqa: S311  the same each time
    choices = ["0", "1", "2", "3", "3", "", REFUSED, "4", "x", "-1", "01"]
    return [[f"p{row}", *(dice.choice(choices) for _ in ITEMS)] for row in range(number)]


def as_line(row):
    kinds = {"": None, REFUSED: REFUSED, "x": "x", "01": "01"}
    return {
        item: kinds[cell] if cell in kinds else int(cell) for item, cell in zip(ITEMS, row[1:], strict=True)
    }


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("into", KINDS)
def test_every_row_says_what_its_line_says(tmp_path, monkeypatch, kind, into):
    monkeypatch.setattr(table_files, "ROWS_AT_ONCE", 16)
    rows = some_rows(40)
    write(tmp_path / f"in.{kind}", rows)
    status, said = batch(tmp_path, f"in.{kind}", f"out.{into}")
    lines = "\n".join(json.dumps({"id": row[0], "answers": as_line(row)}) for row in rows)
    told = CliRunner().invoke(main, ["score", "phq-9", "--input", "-"], input=lines)
    expected = [json.loads(line) for line in told.stdout.splitlines()]
    found = read(tmp_path / f"out.{into}")

    assert [row["id"] for row in found] == [line["id"] for line in expected]
    for row, line in zip(found, expected, strict=True):
        assert row["problems"] == "; ".join(problem["message"] for problem in line["problems"])
        assert (row["complete"], row["critical_q9"]) == (
            "yes" if line["complete"] else "no",
            "yes" if "q9" in line["critical"] else "no",
        )
        for scale, score in line["scores"].items():
            assert row[f"score_{scale}"] == ("" if score is None else str(score))
        for one, band in line["bands"].items():
            assert row[f"band_{one}"] == (band or "")
        holds = [
            name[8:] for name, verdict in row.items() if name.startswith("finding_") and verdict == "yes"
        ]
        assert holds == line["findings"]
    bad = sum(bool(line["problems"]) for line in expected)
    assert (status, f"{bad} rows had problems" in said) == (1, True)


def test_a_stream_of_record_batches_is_read_as_well(tmp_path):
    table = pa.table({item: ["1", None, REFUSED] for item in ITEMS})
    with ipc.new_stream(tmp_path / "in.arrow", table.schema) as stream:
        stream.write_table(table, max_chunksize=2)

    assert batch(tmp_path, "in.arrow")[0] == 0
    assert [row["score_total"] for row in read(tmp_path / "out.csv")] == ["9", "", ""]


def test_whole_numbers_and_nulls_are_read_from_columns_of_numbers(tmp_path):
    columns = {"id": ["a", "b", "c"], **{item: [1, 2, 3] for item in ITEMS}, "q3": [1, None, -2]}
    parquet.write_table(pa.table(columns), tmp_path / "in.parquet")
    status, _ = batch(tmp_path, "in.parquet")
    rows = read(tmp_path / "out.csv")

    assert status == 1
    assert [row["score_total"] for row in rows] == ["9", "", ""]
    assert rows[2]["problems"].startswith("q3: found -2, allowed: 0, 1, 2, 3")


def test_a_clean_table_exits_with_0_and_rows_without_an_id_are_numbered(tmp_path):
    write(tmp_path / "in.csv", [["1"] * 9, ["0"] * 9], ITEMS)

    assert batch(tmp_path, "in.csv")[0] == 0
    assert [(row["id"], row["score_total"]) for row in read(tmp_path / "out.csv")] == [("1", "9"), ("2", "0")]


def test_a_row_of_another_length_is_named_and_the_rest_goes_on(tmp_path):
    text = ",".join(HEADER) + "\na,1\n\nb,1,1,1,1,1,1,1,1,1\nc" + ",1" * 10 + "\nd,\ufeff\udcff1,1\n"
    (tmp_path / "in.csv").write_bytes(text.encode("utf-8", errors="surrogateescape"))
    status, _ = batch(tmp_path, "in.csv")

    assert status == 1
    assert [(row["id"], row["problems"].partition(",")[0]) for row in read(tmp_path / "out.csv")] == [
        ("a", "found 2 cells"),
        ("b", ""),
        ("c", "found 11 cells"),
        ("d", "found 3 cells"),
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_without_rows_gives_its_columns(tmp_path, kind):
    write(tmp_path / f"in.{kind}", [])

    assert batch(tmp_path, f"in.{kind}", f"out.{kind}")[0] == 0
    assert read(tmp_path / f"out.{kind}") == []


def test_items_without_a_column_are_told(tmp_path):
    write(tmp_path / "in.csv", [["a", "2"]], ["id", "q9"])
    status, said = batch(tmp_path, "in.csv")

    assert status == 0
    assert "no column for q1, q2, q3, q4, q5, q6, q7, q8: missing throughout" in said
    assert read(tmp_path / "out.csv")[0]["critical_q9"] == "yes"


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("in.csv", "id,q1,Q2\n", "'Q2': not a column of phq-9 (allowed: id, q1, "),
        ("in.csv", "id,q1,q1\n", "q1: twice among the columns"),
        ("in.csv", "id\n", "no item has a column"),
        ("in.csv", "", "no item has a column"),
        ("in.parquet", "nonsense", "no Parquet file"),
        ("in.arrow", "nonsense", "no Arrow file"),
        ("in.txt", "id,q1\n", "the name must end in .csv, .arrow, .parquet"),
        ("gone.csv", None, "gone.csv cannot be read: No such file or directory"),
        ("gone.arrow", None, "gone.arrow cannot be read"),
        ("gone.parquet", None, "gone.parquet cannot be read"),
    ],
)
def test_a_table_that_cannot_be_scored_says_why_and_nothing_is_written(tmp_path, name, text, words):
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    status, said = batch(tmp_path, name)

    assert status == 2
    assert words in said
    assert "Traceback" not in said
    assert [path.name for path in tmp_path.iterdir()] == ([] if text is None else [name])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            'id,q1\na,1\nb,"1\nc,1\nd,1\n',
            "the row that begins in line 3 cannot be read: unexpected end of data",
        ),
        ('id,q1\n\n"a\nb",1\r\n\nc,"1"2\nd,1\n', "the row that begins in line 6 cannot be read"),
        ('id,q1\na,"' + "x" * 200_000, "the row that begins in line 2 cannot be read: field larger than"),
    ],
)
def test_quoting_that_is_not_sound_never_swallows_rows(tmp_path, text, words):
    (tmp_path / "in.csv").write_bytes(text.encode())
    (tmp_path / "out.csv").write_text("as it was", encoding="utf-8")
    status, said = batch(tmp_path, "in.csv")

    assert (status, words in said, "nothing is written" in said) == (1, True, True)
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == "as it was"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "out.csv"]


def test_many_empty_lines_do_not_end_a_table(tmp_path, monkeypatch):
    monkeypatch.setattr(table_files, "ROWS_AT_ONCE", 4)
    (tmp_path / "in.csv").write_text("id,q9\na,1\n" + "\n" * 20 + "b,2\n", encoding="utf-8")

    assert batch(tmp_path, "in.csv")[0] == 0
    assert [row["id"] for row in read(tmp_path / "out.csv")] == ["a", "b"]


@pytest.mark.parametrize("kind", KINDS)
def test_an_id_that_a_spreadsheet_would_run_is_written_with_an_apostrophe(tmp_path, kind):
    ids = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "a=1"]
    write(tmp_path / f"in.{kind}", [[one, "1"] for one in ids], ["id", "q9"])
    batch(tmp_path, f"in.{kind}")

    found = [row["id"] for row in read(tmp_path / "out.csv")]
    assert found == [*(f"'{one}" for one in ids[:-1]), "a=1"]


def test_what_stands_beside_the_output_is_left_alone_and_links_are_not_followed(tmp_path):
    write(tmp_path / "in.csv", [["a", "2"]], ["id", "q9"])
    for name in ("out.csv.partial", "elsewhere.csv"):
        (tmp_path / name).write_text("somebody's", encoding="utf-8")
    (tmp_path / "out.csv").symlink_to(tmp_path / "elsewhere.csv")

    assert batch(tmp_path, "in.csv")[0] == 0
    assert [row["id"] for row in read(tmp_path / "out.csv")] == ["a"]
    assert not (tmp_path / "out.csv").is_symlink()
    for name in ("out.csv.partial", "elsewhere.csv"):
        assert (tmp_path / name).read_text(encoding="utf-8") == "somebody's"


def test_columns_of_another_kind_are_refused(tmp_path):
    parquet.write_table(pa.table({"q1": [1.0, None]}), tmp_path / "in.parquet")
    status, said = batch(tmp_path, "in.parquet")

    assert status == 2
    assert "q1 (double): allowed are whole numbers and text" in said


def test_a_file_that_breaks_off_leaves_nothing_half_written(tmp_path):
    write(tmp_path / "in.arrow", some_rows(40))
    whole = (tmp_path / "in.arrow").read_bytes()
    spoilt = bytearray(whole)
    spoilt[len(whole) // 3 : len(whole) // 3 + 400] = b"\xff" * 400
    (tmp_path / "in.arrow").write_bytes(spoilt)
    status, said = batch(tmp_path, "in.arrow")

    assert status in {1, 2}
    assert {path.name for path in tmp_path.iterdir()} <= {"in.arrow", "out.csv"}
    assert (tmp_path / "out.csv").exists() is (status == 1 and "rows had problems" in said)


def test_the_input_is_never_overwritten_and_folders_that_are_not_there_are_named(tmp_path):
    write(tmp_path / "in.csv", [])

    assert "is the input file" in batch(tmp_path, "in.csv", "in.csv")[1]
    assert "cannot be written: No such file" in batch(tmp_path, "in.csv", "no/out.csv")[1]


def test_without_pyarrow_csv_works_and_the_others_say_what_to_install(tmp_path, monkeypatch):
    write(tmp_path / "in.csv", [])
    monkeypatch.delitem(sys.modules, "service.commands.arrow_files", raising=False)
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    assert batch(tmp_path, "in.csv")[0] == 0
    status, said = batch(tmp_path, "in.csv", "out.parquet")
    assert (status, "pip install 'handrail[batch]'" in said) == (2, True)


def test_an_instrument_that_columns_cannot_hold_does_not_exist_in_the_library():
    assert all(max(max(item.values) for item in one.items) < 126 for one in load_catalogue().instruments())


@pytest.mark.parametrize("kind", ["arrow", "parquet"])
def test_progress_grows_within_a_record_batch_and_ends_where_the_file_does(tmp_path, monkeypatch, kind):
    monkeypatch.setattr(arrow_files, "ROWS_AT_ONCE", 4)
    table = pa.table({"q1": pa.array([0] * 10, pa.int8())})
    if kind == "parquet":
        parquet.write_table(table, tmp_path / "in.parquet")
    else:
        with ipc.new_file(tmp_path / "in.arrow", table.schema) as file:
            file.write_table(table)
    reader = arrow_files.WAYS[f".{kind}"][0](tmp_path / f"in.{kind}")
    told = [reader.done for _ in reader.pieces()]

    assert told == [part * reader.length // 10 for part in (4, 8, 10)]
    assert reader.done == reader.length
    reader.close()
