"""A tree as a text: it reads back as the same tree, whatever the words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instruments.catalogue import DEFINITIONS
from instruments.loading import load_definition
from instruments.nodes import Leaf, Row, Table
from instruments.source import read_source
from instruments.whole import whole_tree
from instruments.writing import table, word, written


def bare(node):
    """What a tree says, without where it stands."""
    if isinstance(node, Leaf):
        return node.value
    if isinstance(node, Row):
        return [bare(part) for part in node.parts]
    return {key.value: bare(value) for key, value in node.entries}


@pytest.mark.parametrize("path", sorted(DEFINITIONS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_definition_reads_back_as_the_same_definition(path):
    tree = read_source(path.read_bytes(), path.name)
    text = written(tree)

    assert isinstance(tree, Table)
    assert bare(read_source(text, "again.yaml")) == bare(tree)
    assert load_definition(text, path.name).digest == load_definition(path.read_bytes(), path.name).digest


@given(st.lists(st.tuples(st.text(min_size=1), st.text()), max_size=4, unique_by=lambda pair: pair[0]))
def test_any_words_read_back_to_the_letter(pairs):
    text = written(table([("a", table((key, word(said)) for key, said in pairs))]))
    tree = whole_tree(text, "again.yaml")

    assert {key.written: value.value for key, value in tree.get("a").entries} == dict(pairs)
