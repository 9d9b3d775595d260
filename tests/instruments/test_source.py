"""YAML 1.2, strictly: what is read, what is refused, and that every problem has its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instruments.problems import BadDefinition
from instruments.source import MAX_BYTES, MAX_DEPTH, MAX_VALUES, Leaf, Table, plain_value, read_source


def problems(text):
    with pytest.raises(BadDefinition) as caught:
        read_source(text, "one.yaml")
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("No", "No"),
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-3", -3),
        ("2026.10", 2026.1),
        ("1.0.0", "1.0.0"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        (".inf", float("inf")),
    ],
)
def test_an_unquoted_value_means_what_yaml_1_2_says(written, value):
    assert plain_value(written) == value
    assert type(plain_value(written)) is type(value)


def test_a_quoted_value_stays_a_text_and_keeps_what_was_written():
    tree = read_source('version: "2026.10"\nanswer: No\n', "one.yaml")

    assert isinstance(tree, Table)
    assert [(leaf.value, leaf.written) for _, leaf in tree.entries] == [("2026.10", "2026.10"), ("No", "No")]


def test_every_value_knows_its_line_and_column():
    tree = read_source("a: 1\nb:\n  - x\n  - y\n", "one.yaml")

    assert isinstance(tree, Table)
    row = tree.get("b")
    assert [str(part.place) for part in row.parts] == ["one.yaml:3:5", "one.yaml:4:5"]
    assert isinstance(row.parts[0], Leaf)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: 1\na: 2\n", "one.yaml:2:1: the key 'a' twice; found first at one.yaml:1:1"),
        ("a: &x 1\n", "one.yaml:1:4: an anchor; found &x; allowed: the value alone"),
        ("a: !!str 1\n", "one.yaml:1:4: a tag"),
        ("a: !python/object:os.system 1\n", "one.yaml:1:4: a tag"),
        ("? [1, 2]\n: 3\n", "one.yaml:1:3: a key; found a list"),
        ("true: 3\n", "one.yaml:1:1: a key; found the truth value 'true'"),
        ("a: 1\n---\nb: 2\n", "one.yaml:2:1: a second document"),
        ("%YAML 1.1\n---\na: 1\n", "a directive"),
        ("a: [1\n", "not readable as YAML"),
        ("a:\t- b\n", "not readable as YAML"),
        ("\x00", "not readable as YAML"),
        ("", "the file is empty"),
        (b"a: 1\nb: \xff\n", "one.yaml:2:1: the file is not UTF-8; found byte 0xff"),
        ("a: " + "9" * 400, "a number that is too long; found 400 digits"),
        ("[" * 1000, f"nested too deeply; allowed: at most {MAX_DEPTH} levels"),
        ("- x\n" * (MAX_VALUES + 1), f"too many values; allowed: at most {MAX_VALUES}"),
        ("a: " + "x" * MAX_BYTES, "the file is too large"),
    ],
)
def test_what_is_not_allowed_is_named_with_its_place(text, problem):
    assert problem in problems(text)[0]


def test_an_alias_is_refused_and_never_followed():
    found = problems("a: &x [1, 2]\nb: *x\nc: *x\n")

    assert [line.partition(";")[0] for line in found] == [
        "one.yaml:1:4: an anchor",
        "one.yaml:2:4: an alias",
        "one.yaml:3:4: an alias",
    ]


def test_a_billion_laughs_costs_nothing():
    layers = "\n".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 30))

    assert len(problems(f"l0: &l0 lol\n{layers}\n")) > 30


def refusals(text):
    """The problems of a text that is refused, none when it reads; any other error comes through."""
    try:
        read_source(text, "one.yaml")
    except BadDefinition as refused:
        return refused.problems
    return ()


@given(st.text(max_size=200) | st.binary(max_size=200))
def test_any_text_at_all_gives_a_tree_or_problems_and_nothing_else(text):
    assert all(problem.place.line >= 1 for problem in refusals(text))


@given(st.text(alphabet="abc:-[]{}?&*!|>'\"#%\n \t0", max_size=80))
def test_any_yaml_like_text_gives_a_tree_or_problems_and_nothing_else(text):
    assert all(problem.place.line >= 1 for problem in refusals(text))
