"""One YAML 1.2 text -> a tree in which every value knows its line. Knows nothing of instruments or routing.

Read strictly: `No` is a word and `2026.10` is not `2026.1`; duplicate keys, anchors, aliases and tags are
refused; size, depth and the number of values are bounded before anything is built from them. Plain texts are read
by `quick.py`, all others by `whole.py`.
"""

from __future__ import annotations

from instruments.nodes import MAX_DEPTH, MAX_VALUES, Leaf, Node, Row, Table, describe, plain_value
from instruments.problems import Place, Problems
from instruments.quick import quick_tree

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_VALUES",
    "Leaf",
    "Node",
    "Row",
    "Table",
    "describe",
    "plain_value",
    "read_source",
]

MAX_BYTES = 256 * 1024


def read_source(text: str | bytes, file: str) -> Node:
    """The tree of one document. Raises BadDefinition naming what is not allowed and where it stands."""
    problems = Problems()
    decoded = _decoded(text, file, problems)
    tree = quick_tree(decoded, file) or _whole_tree(decoded, file)
    if tree is None:
        problems.add(Place(file, 1, 1), "the file is empty")
        problems.raise_if_any()
    assert tree is not None  # noqa: S101 - the line above raised; this tells the type checker
    return tree


def _whole_tree(text: str, file: str) -> Node | None:
    from instruments.whole import whole_tree  # noqa: PLC0415  YAML's own parser is slow to load and rarely needed

    return whole_tree(text, file)


def _decoded(text: str | bytes, file: str, problems: Problems) -> str:
    size = len(text) if isinstance(text, bytes) else len(text.encode("utf-8", "replace"))
    if size > MAX_BYTES:
        top = Place(file, 1, 1)
        problems.add(top, "the file is too large", found=f"{size} bytes", allowed=f"{MAX_BYTES} bytes")
        problems.raise_if_any()
    if isinstance(text, str):
        return text
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        found = f"byte 0x{text[error.start]:02x}"
        problems.add(Place(file, line, 1), "the file is not UTF-8", found=found, allowed="UTF-8 text")
        problems.raise_if_any()
        raise  # not reached: the line above raised
