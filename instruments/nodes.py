"""What a definition file is once it has been read: values that know their place. Reads nothing itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from instruments.problems import Place

MAX_DEPTH = 20
MAX_VALUES = 10_000
"""How deep a file may be nested, and how many values it may hold."""

_MAX_DIGITS = 18  # longer whole numbers have no place in a definition, and converting them costs time

_INTEGER = re.compile(r"[-+]?[0-9]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)(e[-+]?[0-9]+)?\Z|[-+]?\.inf\Z|\.nan\Z", re.IGNORECASE)
_WORDS: dict[str, bool | None] = {"": None, "null": None, "~": None, "true": True, "false": False}
_KINDS: dict[type, str] = {
    type(None): "nothing",
    bool: "the truth value",
    int: "the number",
    float: "the number",
    str: "the text",
}

Plain: TypeAlias = "str | int | float | bool | None"


class Leaf(NamedTuple):
    """One value of the file: what YAML 1.2 makes of it, and the characters as they were written."""

    place: Place
    value: Plain
    written: str


@dataclass(frozen=True, slots=True)
class Row:
    """A list of the file."""

    place: Place
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping of the file: keys in their written order, each a word or a whole number."""

    place: Place
    entries: tuple[tuple[Leaf, Node], ...]

    def get(self, key: str) -> Node | None:
        """The value under a key, or None."""
        for leaf, node in self.entries:
            if leaf.written == key:
                return node
        return None


Node: TypeAlias = "Leaf | Row | Table"


def describe(node: Node) -> str:
    """What a value is, in words for an error: "the number 3", "a list"."""
    if isinstance(node, Row):
        return "a list"
    if isinstance(node, Table):
        return "a mapping"
    kind = _KINDS[type(node.value)]
    return kind if node.value is None else f"{kind} {node.written[:60]!r}"


def plain_value(written: str) -> Plain:
    """What an unquoted value means in the core schema of YAML 1.2: only true, false, null and numbers."""
    lowered = written.lower() if len(written) <= len("false") else written
    if lowered in _WORDS:
        return _WORDS[lowered]
    if written[0].isalpha():
        return written  # as most are; no number begins with a letter
    if _INTEGER.match(written):
        return int(written) if len(written) <= _MAX_DIGITS else str(written[:_MAX_DIGITS])
    if _FLOAT.match(written):
        return float(written.lower().replace(".inf", "inf").replace(".nan", "nan"))
    return written
