"""One line of JSON in, one object out, whatever the line holds: the contract of `handrail score`."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instruments.lines import MAX_LINE, score_line, score_lines
from tests.instruments.forms import all_items, catalogue

KEYS = ["id", "instrument", "version", "complete", "scores", "bands", "findings", "critical", "problems"]


def row(line, name="phq-9"):
    return score_line(line if isinstance(line, bytes) else line.encode(), catalogue().scorer(name))


def form(answers, **more):
    return json.dumps({"id": "a-1", "answers": answers, **more})


def test_a_complete_form_gives_exactly_the_agreed_object():
    assert row(form(all_items(9, 2))) == {
        "id": "a-1",
        "instrument": "phq-9",
        "version": "1.0.0",
        "complete": True,
        "scores": {"total": 18},
        "bands": {"total": "moderately severe", "adolescent": "at or above cut-off"},
        "findings": [
            "self-harm-thoughts",
            "depression-screen-positive",
            "depression-screen-positive-adolescent",
            "major-depressive-syndrome",
        ],
        "critical": ["q9"],
        "problems": [],
    }


def test_missing_and_refused_answers_are_no_problem():
    found = row('{"id": "a-1", "answers": {"q1": 0, "q2": null, "q3": "refused"}}')

    assert (found["problems"], found["complete"], found["scores"]) == ([], False, {"total": None})


@pytest.mark.parametrize(
    ("line", "item", "found", "allowed"),
    [
        (form({"q1": 4}), "q1", "4", "0, 1, 2, 3, 'refused' or null"),
        (form({"q1": True}), "q1", "true", "0, 1, 2, 3, 'refused' or null"),
        (form({"q1": "1"}), "q1", "'1'", "0, 1, 2, 3, 'refused' or null"),
        (form({"q10": 1}), "q10", "'q10'", "q1, q2, q3, q4, q5, q6, q7, q8, q9, difficulty"),
        ('{"id": "a", "answers": {"q1": NaN}}', "q1", "NaN", "0, 1, 2, 3, 'refused' or null"),
        ('{"id": "a", "answers": {"q1": -Infinity}}', "q1", "-Infinity", "0, 1, 2, 3, 'refused' or null"),
        ('{"id": "a", "answers": {"q1": 1e999}}', "q1", "inf", "0, 1, 2, 3, 'refused' or null"),
        (
            '{"id": "a", "answers": {"q1": %s}}' % ("9" * 9999),
            "q1",
            "a whole number of 9999 digits",
            "0, 1, 2, 3",
        ),
        ('{"id": "a", "answers": {"q1": 0, "q1": 1}}', "q1", "the item twice", "once"),
        ('{"id": "a", "id": "b", "answers": {}}', "id", "the key twice", "once"),
        ('{"id": 5, "answers": {}}', "id", "5", "a text of 1 to 200 characters"),
        ('{"answers": {}}', "id", "nothing", "a text of 1 to 200 characters"),
        ('{"id": "a"}', "answers", "nothing", "an object"),
        ('{"id": "a", "answers": [1]}', "answers", "[1]", "an object"),
        (form({}, name="x"), "name", "'name'", "id, answers"),
        ("[1, 2]", "", "[1, 2]", "one JSON object"),
        ("{", "", "'{'", "one JSON object"),
        (b"\xff\xfe", "", "byte 0xff", "UTF-8 text"),
        ("[" * 100_000, "", "deep nesting", "one JSON object"),
        (b" " * (MAX_LINE + 1) + b"{}", "", f"{MAX_LINE + 3} bytes", f"{MAX_LINE} bytes"),
    ],
)
def test_a_bad_line_names_the_item_what_was_found_and_what_is_allowed(line, item, found, allowed):
    answer = row(line)
    (problem,) = answer["problems"]

    assert (problem["item"], problem["found"]) == (item, found)
    assert problem["allowed"].startswith(allowed)
    assert problem["message"]
    assert list(answer) == KEYS
    assert (answer["complete"], answer["scores"], answer["findings"]) == (False, {"total": None}, [])


def test_every_problem_of_a_line_is_named_at_once():
    found = row('{"id": "", "extra": 1, "answers": {"q1": 9, "q2": "x", "q99": 0, "q3": 1, "q3": 2}}')

    assert [problem["item"] for problem in found["problems"]] == ["extra", "id", "q3", "q1", "q2", "q99"]


@pytest.mark.parametrize(
    "line",
    [
        form({"q9": 1, "q1": 77}),
        '{"id": "a", "answers": {"q9": 3, "q9": 0}}',
        '{"id": 7, "answers": {"q9": 2}}',
    ],
)
def test_an_answer_that_calls_for_action_today_is_told_even_on_a_bad_line(line):
    found = row(line)

    assert found["critical"] == ["q9"]
    assert found["problems"]
    assert found["scores"] == {"total": None}


def test_one_bad_line_does_not_stop_the_rest_and_blank_lines_are_passed_over():
    lines = [b"\xef\xbb\xbf" + form(all_items(9, 0)).encode(), b"\n", b"nonsense\n", form({"q9": 1}).encode()]
    found = list(score_lines(lines, catalogue().scorer("phq-9")))

    assert [bool(one["problems"]) for one in found] == [False, True, False]
    assert [one["scores"]["total"] for one in found] == [0, None, None]


def test_a_gate_is_answered_under_its_own_name():
    found = row('{"id": "v", "answers": {"exposure": 0}}', "pc-ptsd-5")

    assert (found["complete"], found["scores"]) == (True, {"total": 0})


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_at_all_give_the_agreed_object(line):
    assert list(row(line)) == KEYS


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["q1", "q9"]) | st.text(max_size=3), JSON, max_size=6), JSON)
def test_any_json_at_all_gives_the_agreed_object_that_is_json_again(answers, line_id):
    found = row(json.dumps({"id": line_id, "answers": answers}))

    assert list(json.loads(json.dumps(found))) == KEYS
    assert bool(found["problems"]) or isinstance(line_id, str)
