"""A plain tree -> YAML 1.2 text in the manner of our definitions. Knows no instrument.

Short values stand on one line, long ones are laid out below each other. A text that YAML could take for
anything else is quoted, and so is every text with a sign that means something to YAML.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from instruments.nodes import plain_value

Tree: TypeAlias = "str | int | float | bool | Sequence[Tree] | Mapping[Any, Tree] | None"

_WIDTH = 110
_PLAIN = re.compile(r"[A-Za-zÀ-ÿ0-9¿][A-Za-zÀ-ÿ0-9 ()/.?¿'+–—_-]*\Z")
_ODD = re.compile(
    "[^\\t\\n\\r\\x20-\\x7e\\xa0-\\u2027\\u202a-\\ud7ff"  # what YAML prints as it is
    "\\ue000-\\ufefe\\uff00-\\ufffd\\U00010000-\\U0010ffff]"
)


def yaml_text(tree: Mapping[Any, Tree]) -> str:
    """The text of one document: each key of the tree on a line of its own."""
    lines = [line for key, value in tree.items() for line in _entry(_key(key), value, 0)]
    return "\n".join(lines) + "\n"


def _entry(start: str, value: Tree, indent: int) -> Iterator[str]:
    """The lines of one entry: `start` is its key with the colon, or a dash."""
    head = " " * indent + start
    flow = f"{head} {_flow(value)}"
    if isinstance(value, str | int | float) or value is None or not value or _is_short(flow, value, indent):
        yield flow
    elif isinstance(value, Mapping):
        yield head
        for key, part in value.items():
            yield from _entry(_key(key), part, indent + 2)
    else:
        yield head
        for part in value:
            yield f"{' ' * (indent + 2)}- {_flow(part)}"


def _is_short(flow: str, value: Tree, indent: int) -> bool:
    """Whether a value may stand on one line. At the top of the file mappings are always laid out."""
    return len(flow) <= _WIDTH and (indent > 0 or not isinstance(value, Mapping) or _is_flat(value))


def _is_flat(value: Mapping[Any, Tree]) -> bool:
    return all(isinstance(part, str | int) or part is None for part in value.values())


def _key(key: str | int) -> str:
    return f"{key}:" if isinstance(key, int) else f"{_scalar(key)}:"


def _flow(value: Tree) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(key)} {_flow(part)}" for key, part in value.items()) + "}"
    if isinstance(value, str):
        return _scalar(value)
    if isinstance(value, Sequence):
        return "[" + ", ".join(_flow(part) for part in value) + "]"
    return json.dumps(value)


def _scalar(text: str) -> str:
    plain = _PLAIN.match(text) and text == text.strip() and "  " not in text
    if plain and isinstance(plain_value(text), str) and not _is_number_like(text):
        return text
    return _ODD.sub(_escape, json.dumps(text, ensure_ascii=False))


def _is_number_like(text: str) -> bool:
    """Whether a text begins as a number or a day does: quoted, so that nobody wonders."""
    return text[0].isdigit() and re.fullmatch(r"[0-9.:/eE_+-]+", text) is not None and "-" not in text[1:2]


def _escape(found: re.Match[str]) -> str:
    number = ord(found[0])
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"  # noqa: PLR2004 - four digits
