"""A tree of a definition -> one YAML 1.2 text that reads back as the same tree. Decides nothing about its content."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from instruments.nodes import Leaf, Node, Row, Table, plain_value
from instruments.problems import Place

_NOWHERE = Place("", 1, 1)
_STEP = "  "
_WIDTH = 100
_UNSEEN = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_PLAIN = re.compile(r"[a-z][a-z0-9_-]*\Z")


def word(value: str | int) -> Leaf:
    """A text or whole number as a value of a tree."""
    return Leaf(_NOWHERE, value, str(value))


def row(words: tuple[str, ...]) -> Row:
    """A list of texts as a part of a tree."""
    return Row(_NOWHERE, tuple(map(word, words)))


def table(entries: Iterable[tuple[str | int, Node]]) -> Table:
    """A mapping as a part of a tree."""
    return Table(_NOWHERE, tuple((word(key), node) for key, node in entries))


def with_entry(node: Table, key: str, value: Node) -> Table:
    """The mapping with one key set, in its place when it was there, else at the end."""
    if node.get(key) is None:
        return Table(node.place, (*node.entries, (word(key), value)))
    return Table(
        node.place, tuple((leaf, value if leaf.written == key else old) for leaf, old in node.entries)
    )


def without_entries(node: Table, *keys: str) -> Table:
    """The mapping without these keys."""
    return Table(node.place, tuple(entry for entry in node.entries if entry[0].written not in keys))


def written(node: Table) -> str:
    """The tree as YAML: one line for what is short, a line for each part of what is long, texts in quotes."""
    return "".join(f"{line}\n" for line in _block(node, ""))


def _block(node: Table, indent: str) -> list[str]:
    lines: list[str] = []
    for key, value in node.entries:
        flow = f"{indent}{_key(key)}: {_flow(value)}"
        if isinstance(value, Table) and value.entries and (not indent or len(flow) > _WIDTH):
            lines += [f"{indent}{_key(key)}:", *_block(value, indent + _STEP)]
        elif isinstance(value, Row) and len(flow) > _WIDTH:
            lines += [f"{indent}{_key(key)}:", *(f"{indent}{_STEP}- {_flow(part)}" for part in value.parts)]
        else:
            lines.append(flow)
    return lines


def _flow(node: Node) -> str:
    if isinstance(node, Leaf):
        return _scalar(node)
    if isinstance(node, Row):
        return f"[{', '.join(map(_flow, node.parts))}]"
    return f"{{{', '.join(f'{_key(key)}: {_flow(value)}' for key, value in node.entries)}}}"


def _key(leaf: Leaf) -> str:
    plain = isinstance(leaf.value, int) or (
        _PLAIN.match(leaf.written) and isinstance(plain_value(leaf.written), str)
    )
    return leaf.written if plain else _quoted(leaf.written)


def _scalar(leaf: Leaf) -> str:
    return _quoted(leaf.value) if isinstance(leaf.value, str) else leaf.written or "null"


def _quoted(text: str) -> str:
    """A text between quotes, as JSON writes it, which YAML 1.2 reads alike once what cannot be seen is escaped."""
    return _UNSEEN.sub(lambda one: f"\\u{ord(one[0]):04x}", json.dumps(text, ensure_ascii=False))
