"""The quick reader against the YAML parser: the same tree, places included, or nothing at all."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import referral
from instruments.catalogue import DEFINITIONS
from instruments.problems import BadDefinition
from instruments.quick import quick_tree
from instruments.whole import whole_tree
from tests.instruments.forms import SUM, tiny

FILES = [*sorted(DEFINITIONS.glob("*.yaml")), *sorted(Path(referral.__file__).parent.rglob("*.yaml"))]


def agree(text):
    """Whether the quick reader says what the parser says, or leaves the text to it."""
    found = quick_tree(text, "one.yaml")
    if found is None:
        return True
    try:
        return found == whole_tree(text, "one.yaml")
    except BadDefinition:
        return False


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_definition_reads_alike(file):
    assert agree(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_our_definitions_are_plain_enough_to_be_read_quickly(file):
    assert quick_tree(file.read_text(encoding="utf-8"), file.name) is not None


PIECES = [
    *("a", "b", "key", "q1..q9", "0", "12", "-3", "1.5", "true", "null", "No", "~", "¿sí?", "a b", "9" * 20),
    *(
        ": ",
        ":",
        ", ",
        ",",
        " ",
        "  ",
        "\n",
        "\n  ",
        "\n    ",
        "- ",
        "-",
        "# x",
        " # x",
        "#",
        "\n\n",
        "---\n",
        "...",
    ),
    *(
        "{",
        "}",
        "[",
        "]",
        '"',
        "'",
        '"x"',
        "'y z'",
        '"a: b"',
        "{a: 1}",
        "[a, b]",
        "{0: {en: x}}",
        "a:b",
        "&x ",
        "*x",
    ),
    *(
        ">-",
        "|-",
        ">",
        "|",
        "!t ",
        "? ",
        "\\",
        "%",
        "@",
        "`",
        "key: ",
        "- a: 1\n",
        "a: b\n",
        "a:\n  ",
        "a b: ",
        "a b:\n  ",
        "{a b: 1}",
        "1 2: ",
        "a -b: ",
        "a  b: ",
        "a: >-\n  x y\n",
    ),
]


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
@settings(max_examples=150)
def test_any_text_of_yaml_pieces_reads_alike(text):
    assert agree(text + "\n")


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=3).map("".join), st.integers(0, 900))
@settings(max_examples=60)
def test_a_definition_with_pieces_put_into_it_reads_alike(put, place):
    text = tiny(
        SUM,
        "findings:\n  high: {when: {score: total, at_least: 4}, source: ours}\n",
        "notes:\n  - >-\n    One.\n",
    )

    assert agree(text[:place] + put + text[place:])


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\na: 2\n",
        "a: &x 1\n",
        "a: b: c\n",
        "a: 'it''s'\n",
        'a: "x\\ty"\n',
        "a: >-\n  one\n\n  two\n",
        "a: >-\n  one\n    two\n",
        "a: one\n  two\n",
        "a: {b: 1,}\n",
        "a: [1, 2\n",
        "a:\n",
        "a: 1",
        "true: 1\n",
        "a: x # y\n",
        "a: >-\n  x y\n    \n",
        "a:\tb\n",
        "a: >-\n  x y\n\n  #---\n",
    ],
)
def test_what_is_not_surely_plain_is_left_to_the_parser(text):
    assert quick_tree(text, "one.yaml") is None
