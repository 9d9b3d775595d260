"""Definition files of this package -> values, or BadDefinition with file:line of every problem.

This module holds what all of them share; each kind of file has its own `loading_*` module. The strict YAML
reader is instruments'.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from instruments.canonical import canonical_bytes
from instruments.model import Text
from instruments.reading import Reader
from instruments.source import Leaf, Node, Row, Table, read_source
from referral.deadlines import Unit, Within, parse_within

LANGUAGES = ("en", "es")
_REAL = frozenset({Unit.MINUTES, Unit.HOURS, Unit.DAYS})


def open_file(text: str | bytes, file: str) -> tuple[Node, Reader, str]:
    """The tree of a file, a reader that notes problems, and the digest of the file's content.

    Raises BadDefinition at once for text that is no YAML, or not the strict YAML we allow.
    """
    tree = read_source(text, file)
    return tree, Reader(), digest_of(tree)


def digest_of(tree: Node) -> str:
    """The SHA-256 (hex) of a file's content: comments, order of keys and layout do not count."""
    return hashlib.sha256(canonical_bytes(_plain(tree))).hexdigest()


def _plain(node: Node) -> object:
    if isinstance(node, Table):
        return {key.written: _plain(value) for key, value in node.entries}
    if isinstance(node, Row):
        return [_plain(part) for part in node.parts]
    return node.written


def identifier(table: Table, key: str, reader: Reader) -> str:
    """The id of a file: small letters, digits and single hyphens."""
    node = table.get(key)
    return reader.identifier(node, key) if isinstance(node, Leaf) else reader.text(node, key)


def both_languages(node: Node | None, what: str, reader: Reader) -> Text:
    """A text in English and Spanish; lacking either is a problem."""
    words = reader.words(node, what)
    for language in LANGUAGES:
        if node is not None and not words.get(language):
            reader.problems.add(node.place, f"{what} lacks {language}", allowed="both en and es")
    return words


def chosen(node: Node | None, what: str, allowed: Iterable[str], reader: Reader) -> tuple[str, ...]:
    """A list of words, each out of a closed set."""
    choices = tuple(allowed)
    return tuple(reader.word(part, what, choices, choices[0]) for part in reader.row(node, what))


def span(node: Node | None, what: str, reader: Reader) -> Within:
    """One length of time, written "4 working hours"."""
    words = reader.text(node, what)
    try:
        return parse_within(words)
    except ValueError as error:
        if node is not None:
            reader.problems.add(
                node.place, what, found=repr(words), allowed=str(error).partition("allowed: ")[2]
            )
        return Within(1, Unit.MINUTES)


def limited_span(table: Table, what: str, reader: Reader) -> Within:
    """A length of time with its real limit (`at_most`) or its rule outside working hours (`outside`).

    Working time without one of the two is a problem: a term break could then swallow the deadline.
    """
    within = span(table.get("within"), f"{what}: within", reader)
    at_most = _real_span(table.get("at_most"), f"{what}: at_most", reader)
    outside = _real_span(table.get("outside"), f"{what}: outside", reader)
    _check_limits(within, at_most, outside, (table, what, reader))
    return Within(within.amount, within.unit, at_most, outside)


def _real_span(node: Node | None, what: str, reader: Reader) -> Within | None:
    if node is None:
        return None
    within = span(node, what, reader)
    if within.unit not in _REAL:
        reader.problems.add(node.place, what, found=repr(str(within.unit)), allowed=", ".join(sorted(_REAL)))
    return within


def _check_limits(
    within: Within, at_most: Within | None, outside: Within | None, at: tuple[Table, str, Reader]
) -> None:
    table, what, reader = at
    needed = {
        Unit.WORKING_HOURS: at_most,
        Unit.WORKING_DAYS: at_most,
        Unit.SAME_WORKING_DAY: outside,
    }
    if within.unit in needed and needed[within.unit] is None:
        key = "outside" if within.unit is Unit.SAME_WORKING_DAY else "at_most"
        reader.problems.add(
            table.place, f"{what}: {within.unit} without a real limit", allowed=f"{key}: 24 hours"
        )
    if within.unit in _REAL and (at_most or outside):
        reader.problems.add(table.place, f"{what}: a real time needs neither at_most nor outside")
