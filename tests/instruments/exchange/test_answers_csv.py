"""Answers as a table: blank, refused and wrong cells are three different things, and a wrong one has an address."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instruments.exchange.answers_csv import BadHeader, score_table
from tests.instruments.forms import catalogue


def scored(text, name="phq-2"):
    content = text if isinstance(text, bytes) else text.encode()
    return list(score_table(content.splitlines(keepends=True), catalogue().scorer(name)))


def messages(row):
    return [problem["message"] for problem in row["problems"]]


def test_a_row_scores_as_the_same_answers_do_anywhere():
    (row,) = scored("id,q1,q2\na-1,2,3\n")

    assert (row["id"], row["complete"], row["scores"]) == ("a-1", True, {"total": 5})


def test_blank_is_missing_and_refused_is_a_refusal():
    blank, refused, absent = scored("id,q1,q2,q3,q4\na,0,0,0,\nb,0,0,0,refused\n", "asq"), None, None
    first, second = blank
    (absent,) = scored("id,q1\nc,0\n", "asq")

    assert (first["findings"], first["complete"]) == ([], False)
    assert second["findings"] == ["positive"]
    assert (absent["findings"], absent["problems"], refused) == ([], [], None)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("a,9,1", "line 2, column 2 (q1): found 9, allowed: 0, 1, 2, 3, 'refused' or blank"),
        ("a,1,x", "line 2, column 3 (q2): found 'x', allowed: 0, 1, 2, 3, 'refused' or blank"),
        ("a,1.0,1", "line 2, column 2 (q1): found '1.0', allowed: 0, 1, 2, 3, 'refused' or blank"),
        ("a,1,Refused", "line 2, column 3 (q2): found 'Refused', allowed: 0, 1, 2, 3, 'refused' or blank"),
        (",1,1", "line 2, column 1 (id): found '', allowed: a text of 1 to 200 characters"),
        ("a,1", "line 2: found 2 cells, allowed: 3 cells, as in the first line"),
        ("a,1,1,1", "line 2: found 4 cells, allowed: 3 cells, as in the first line"),
        ('"a"b,1,1', "line 2: not readable as CSV: ',' expected after '\"'"),
    ],
)
def test_a_bad_row_names_its_line_and_column_and_has_no_score(row, message):
    (found,) = scored(f"id,q1,q2\n{row}\n")

    assert messages(found) == [message]
    assert found["scores"] == {"total": None}


def test_every_bad_cell_of_a_row_is_named_and_the_next_row_is_scored():
    bad, good = scored("id,q1,q2\na,9,9\nb,1,1\n")

    assert [problem["item"] for problem in bad["problems"]] == ["q1", "q2"]
    assert good["scores"] == {"total": 2}


def test_an_answer_that_calls_for_action_is_told_even_in_a_bad_row():
    (row,) = scored("id,q1,q9\na,77,2\n", "phq-9")

    assert row["critical"] == ["q9"]


def test_bytes_that_are_not_text_are_named_by_their_cell():
    (row,) = scored(b"id,q1,q2\na,1,\xff\n")

    assert messages(row)[0].startswith("line 2, column 3 (q2): found ")


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("q1,q2", ["the column id is missing"]),
        ("id,q1,qq2", ["column 3: found 'qq2'", "did you mean q2?"]),
        ("id,q1,q1", ["column 3: the column 'q1' twice"]),
        ("", ["the column id is missing"]),
        ('id,"q1"x', ["line 1: not readable as CSV"]),
    ],
)
def test_a_bad_header_is_refused_with_every_problem(header, words):
    with pytest.raises(BadHeader) as refused:
        scored(f"{header}\na,1,1\n")

    assert all(word in str(refused.value) for word in words)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_crash_it(content):
    rows = scored(b"id,q1,q2\n" + content)

    assert all(row["problems"] or row["id"] for row in rows)
