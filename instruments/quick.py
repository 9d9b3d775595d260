"""The plain part of YAML, read in a fraction of the time; whatever is not surely plain is left to the whole reader.

Definitions are mostly nested keys, short values, one-line `{...}` and `[...]`, and folded texts. This reader
knows those and nothing else: at the first thing that it does not know it gives up, and `source.py` reads the
text from its beginning with the YAML parser. What it does read, it reads exactly as that parser would, places
included; the tests hold the two together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from instruments.nodes import Leaf, Node, Row, Table, plain_value
from instruments.problems import Place

_MOST_CHARACTERS = 64 * 1024
_MOST_PARTS = 8_000
_DEEPEST = 12
_ODD = re.compile(r" \n|\n +#|[^\n\x20-\x7e\xa1-\u02ff\u2010-\u2027\u2030-\u205e]")
_KEY = re.compile(
    r"([A-Za-z0-9][A-Za-z0-9_.-]*(?: [A-Za-z0-9][A-Za-z0-9_.-]*)*|\"[A-Za-z0-9][A-Za-z0-9_.-]*\"):(?: |\Z)"
)
_LONGEST_KEY = 128
_QUOTED = re.compile(r"\"[^\"\\]*\"|'[^']*'")
_BLOCK_PLAIN = re.compile(r"(?:[A-Za-z0-9(\xa1-\u02ff]|-(?=[0-9]))(?:[^:#]|:(?! |\Z))*(?<! )\Z")
_FLOW_PLAIN = re.compile(r"(?:[A-Za-z0-9(\xa1-\u02ff]|-(?=[0-9]))(?:[^:#,\[\]{}\"']|:(?=[A-Za-z0-9]))*")
_LONG_NUMBER = re.compile(r"[-+]?[0-9]{18,}")
_BLOCK_TEXT = re.compile(r"[^\s](?:.*[^\s])?\Z")


class _NotPlain(Exception):
    """Something that this reader does not surely read as YAML does."""


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    indent: int
    text: str


def quick_tree(text: str, file: str) -> Node | None:
    """The tree of a plain text, or None when it holds anything that is not surely plain."""
    parts = text.count(",") + text.count("\n")
    if len(text) > _MOST_CHARACTERS or parts > _MOST_PARTS or not text.endswith("\n") or _ODD.search(text):
        return None
    lines = [_Line(number, *_split(line)) for number, line in enumerate(text.split("\n"), 1)]
    reader = _Reader(file, [line for line in lines if line.text and not line.text.startswith("#")])
    try:
        tree = reader.table(0, 0)
    except _NotPlain:
        return None
    return tree if reader.is_done() else None


def _split(line: str) -> tuple[int, str]:
    text = line.lstrip(" ")
    return len(line) - len(text), text


class _Reader:
    """Reads block style line by line. Lines that are blank or comments have been left out."""

    def __init__(self, file: str, lines: list[_Line]) -> None:
        self._file = file
        self._lines = lines
        self._next = 0

    def is_done(self) -> bool:
        """Whether every line was read."""
        return self._next == len(self._lines)

    def table(self, indent: int, depth: int) -> Table:
        """The keys that begin at one indent."""
        entries: list[tuple[Leaf, Node]] = []
        start = self._peek()
        if depth > _DEEPEST or start is None or start.indent != indent:
            raise _NotPlain
        while (line := self._peek()) is not None and line.indent == indent and not line.text.startswith("- "):
            entries.append(self._entry(line, indent, depth))
        if len({key.written for key, _ in entries}) < len(entries):
            raise _NotPlain
        return Table(self._place(start, indent), tuple(entries))

    def _entry(self, line: _Line, indent: int, depth: int) -> tuple[Leaf, Node]:
        match = _KEY.match(line.text)
        if match is None:
            raise _NotPlain
        key = _key(match[1], self._place(line, indent))
        self._next += 1
        rest = line.text[match.end() :]
        column = indent + match.end() + len(rest) - len(rest.lstrip(" "))
        value = rest.strip(" ")
        if not value:
            return key, self._below(indent, depth)
        if value in (">-", "|-"):
            return key, self._block_text(line, column, indent, folded=value == ">-")
        return key, self._value(value, line, column)

    def _below(self, indent: int, depth: int) -> Node:
        """What stands under a key that has nothing after it on its line."""
        line = self._peek()
        if line is None or line.indent <= indent:
            raise _NotPlain
        below = self._row if line.text.startswith("- ") else self.table
        return below(line.indent, depth + 1)

    def _row(self, indent: int, depth: int) -> Row:
        """A list; a part that begins with a key is a table of its own, indented to that key."""
        start = self._peek()
        parts: list[Node] = []
        while (line := self._peek()) is not None and line.indent == indent and line.text.startswith("- "):
            rest = line.text[2:]
            self._next += 1
            column = indent + 2 + len(rest) - len(rest.lstrip(" "))
            value = rest.strip(" ")
            if _KEY.match(value):
                self._next -= 1
                self._lines[self._next] = _Line(line.number, column, value)
                parts.append(self.table(column, depth + 1))
            elif value in (">-", "|-"):
                parts.append(self._block_text(line, column, indent, folded=value == ">-"))
            else:
                parts.append(self._value(value, line, column))
        if start is None:
            raise _NotPlain
        return Row(self._place(start, indent), tuple(parts))

    def _block_text(self, line: _Line, column: int, indent: int, *, folded: bool) -> Leaf:
        """A text over several lines, all at one deeper indent and without blank lines between them."""
        texts: list[str] = []
        first = self._peek()
        while first is not None and (part := self._peek()) is not None and part.indent > indent:
            expected = line.number + len(texts) + 1
            if part.indent != first.indent or part.number != expected or not _BLOCK_TEXT.match(part.text):
                raise _NotPlain
            texts.append(part.text)
            self._next += 1
        if not texts:
            raise _NotPlain
        text = (" " if folded else "\n").join(texts)
        return Leaf(self._place(line, column), text, text)

    def _value(self, value: str, line: _Line, column: int) -> Node:
        """A value that ends with its line."""
        following = self._peek()
        if following is not None and following.indent > line.indent and not value.startswith(("{", "[")):
            raise _NotPlain
        place = self._place(line, column)
        if value[0] in "{[":
            flow = _Flow(value, self._file, line.number, column)
            node = flow.node(0)
            if flow.at != len(value):
                raise _NotPlain
            return node
        return _leaf(value, place, _BLOCK_PLAIN)

    def _peek(self) -> _Line | None:
        return self._lines[self._next] if self._next < len(self._lines) else None

    def _place(self, line: _Line, column: int) -> Place:
        return Place(self._file, line.number, column + 1)


class _Flow:
    """Reads `{...}` and `[...]` on one line."""

    def __init__(self, text: str, file: str, line: int, column: int) -> None:
        self._text = text
        self._file = file
        self._line = line
        self._column = column
        self.at = 0

    def node(self, depth: int) -> Node:
        """The value that begins here."""
        if depth > _DEEPEST or self.at >= len(self._text):
            raise _NotPlain
        opener = self._text[self.at]
        if opener == "{":
            return self._table(depth)
        return self._row(depth) if opener == "[" else self._scalar()

    def _table(self, depth: int) -> Table:
        place = self._here()
        entries: list[tuple[Leaf, Node]] = []
        self.at += 1
        while self._goes_on("}", first=not entries):
            match = _KEY.match(self._text, self.at)
            if match is None or not match[0].endswith(" "):
                raise _NotPlain
            key = _key(match[1], self._here())
            self.at = match.end()
            self._skip()
            entries.append((key, self.node(depth + 1)))
        if len({key.written for key, _ in entries}) < len(entries):
            raise _NotPlain
        return Table(place, tuple(entries))

    def _row(self, depth: int) -> Row:
        place = self._here()
        parts: list[Node] = []
        self.at += 1
        while self._goes_on("]", first=not parts):
            parts.append(self.node(depth + 1))
            if isinstance(parts[-1], Leaf) and self._text[self.at : self.at + 1] == ":":
                raise _NotPlain
        return Row(place, tuple(parts))

    def _goes_on(self, closer: str, *, first: bool) -> bool:
        """Past spaces and one comma to the next part, or past the closing bracket."""
        self._skip()
        found = self._text[self.at : self.at + 1]
        if found == closer:
            self.at += 1
            return False
        if not first:
            if found != ",":
                raise _NotPlain
            self.at += 1
            self._skip()
            if self._text[self.at : self.at + 1] in ("", closer, ","):
                raise _NotPlain
        return True

    def _scalar(self) -> Leaf:
        place = self._here()
        match = (_QUOTED if self._text[self.at] in "\"'" else _FLOW_PLAIN).match(self._text, self.at)
        if match is None:
            raise _NotPlain
        self.at = match.end()
        return _leaf(match[0].rstrip(" "), place, _FLOW_PLAIN)

    def _skip(self) -> None:
        while self._text[self.at : self.at + 1] == " ":
            self.at += 1

    def _here(self) -> Place:
        return Place(self._file, self._line, self._column + self.at + 1)


def _key(written: str, place: Place) -> Leaf:
    if written.startswith('"'):
        return Leaf(place, written[1:-1], written[1:-1])
    value = plain_value(written)
    if value is None or isinstance(value, float | bool) or _LONG_NUMBER.fullmatch(written):
        raise _NotPlain
    if len(written) > _LONGEST_KEY:  # YAML has an end to them, far beyond this one
        raise _NotPlain
    return Leaf(place, value, written)


def _leaf(written: str, place: Place, plain: re.Pattern[str]) -> Leaf:
    if _QUOTED.fullmatch(written):
        return Leaf(place, written[1:-1], written[1:-1])
    if plain.fullmatch(written) is None or _LONG_NUMBER.fullmatch(written):
        raise _NotPlain
    return Leaf(place, plain_value(written), written)
