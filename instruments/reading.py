"""Typed reading of a definition tree: texts, numbers, words, ranges. Notes problems and goes on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from instruments.problems import Place, Problems
from instruments.source import MAX_VALUES, Leaf, Node, Row, Table, describe

MAX_ITEMS = 500
MAX_SCALES = 100
MAX_BAND_SETS = 100
MAX_FINDINGS = 300
MAX_NAMES = 2_500
"""Names that ranges such as q1..q9 may stand for in one definition, all of them together."""

ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")
_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(slots=True)
class Reader:
    """Takes typed values off a tree. Every method notes what is wrong and returns something harmless."""

    problems: Problems = field(default_factory=Problems)
    _names: int = 0

    def table(
        self, node: Node | None, what: str, required: Iterable[str] = (), optional: Iterable[str] = ()
    ) -> Table:
        """A mapping with the required keys, perhaps the optional ones, and no others."""
        if not isinstance(node, Table):
            return self._wrong_table(node, what)
        required = tuple(required)
        allowed = {*required, *optional}
        for key, _ in node.entries:
            if key.written not in allowed:
                self.problems.unknown(key.place, f"an unknown key in {what}", key.written, allowed)
        for name in required:
            if node.get(name) is None:
                self.problems.add(node.place, f"{what} lacks {name!r}")
        return node

    def open_table(self, node: Node | None, what: str, most: int = MAX_VALUES) -> Table:
        """A mapping whose keys the author chooses; empty when there is none. What is over the most is not read."""
        table = node if isinstance(node, Table) else self._wrong_table(node, what)
        if len(table.entries) <= most:
            return table
        place = table.entries[most][0].place
        self.problems.add(place, f"too many {what}", found=str(len(table.entries)), allowed=f"at most {most}")
        return Table(table.place, table.entries[:most])

    def row(self, node: Node | None, what: str) -> tuple[Node, ...]:
        """The parts of a list; a single value counts as a list of one; empty when there is none."""
        if node is None:
            return ()
        if isinstance(node, Row):
            return node.parts
        if isinstance(node, Leaf) and node.value is not None:
            return (node,)
        self.problems.add(node.place, what, found=describe(node), allowed="a list")
        return ()

    def text(self, node: Node | None, what: str, default: str = "") -> str:
        """A text. A number or truth value must stand in quotes to be one."""
        if node is None:
            return default
        if isinstance(node, Leaf) and isinstance(node.value, str):
            return node.value
        self.problems.add(node.place, what, found=describe(node), allowed="a text (put it in quotes)")
        return default

    def whole(self, node: Node | None, what: str, low: int, high: int, default: int = 0) -> int:
        """A whole number from low to high."""
        if node is None:
            return default
        value = node.value if isinstance(node, Leaf) else None
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self.problems.add(
            node.place, what, found=describe(node), allowed=f"a whole number from {low} to {high}"
        )
        return default

    def flag(self, node: Node | None, what: str) -> bool:
        """True or false; false when absent."""
        if node is None:
            return False
        if isinstance(node, Leaf) and isinstance(node.value, bool):
            return node.value
        self.problems.add(node.place, what, found=describe(node), allowed="true or false")
        return False

    def word(self, node: Node | None, what: str, allowed: Iterable[str], default: str = "") -> str:
        """One word of a closed set."""
        if node is None:
            return default
        choices = tuple(allowed)
        if isinstance(node, Leaf) and node.written in choices:
            return node.written
        written = node.written if isinstance(node, Leaf) else describe(node)
        self.problems.unknown(node.place, what, written, choices)
        return default

    def identifier(self, leaf: Leaf, what: str) -> str:
        """A stable name: small letters, digits and single hyphens."""
        if not (isinstance(leaf.value, str) and ID.match(leaf.value)):
            allowed = "small letters, digits and single hyphens, a letter first"
            self.problems.add(leaf.place, what, found=repr(leaf.written), allowed=allowed)
        return leaf.written

    def words(self, node: Node | None, what: str) -> Mapping[str, str]:
        """A text in one or more languages: a plain text is English, else a mapping of language to text."""
        if node is None:
            return _NONE
        if isinstance(node, Leaf):
            return MappingProxyType({"en": self.text(node, what)})
        found: dict[str, str] = {}
        for key, value in self.open_table(node, what).entries:
            if not LANGUAGE.match(key.written):
                self.problems.add(
                    key.place, f"a language of {what}", found=repr(key.written), allowed="en, es, ..."
                )
            found[key.written] = self.text(value, f"{what} in {key.written}")
        return MappingProxyType(found)

    def codes(self, node: Node | None, what: str) -> Mapping[str, str]:
        """Codes by the name of their system: {loinc: 44249-1}."""
        entries = self.open_table(node, what).entries if node is not None else ()
        return MappingProxyType(
            {self.identifier(key, what): self.text(value, what) for key, value in entries}
        )

    def day(self, node: Node | None, what: str) -> date | None:
        """A day, written 2026-11-22."""
        written = self.text(node, what)
        try:
            return date.fromisoformat(written) if written else None
        except ValueError:
            place = node.place if node is not None else Place("", 1, 1)
            self.problems.add(place, what, found=repr(written), allowed="a day such as 2026-11-22")
            return None

    def names(self, node: Node | None, what: str, order: tuple[str, ...]) -> tuple[str, ...]:
        """Names out of an ordered set: one, a list, or a range such as q1..q9, in the order of the set."""
        found: list[str] = []
        for part in self.row(node, what):
            found.extend(self._span(part, what, order))
        return tuple(found)

    def _span(self, node: Node, what: str, order: tuple[str, ...]) -> tuple[str, ...]:
        written = self.text(node, what)
        first_name, dots, last_name = written.partition("..")
        is_range = dots and first_name[-1:].isdigit() and last_name[-1:].isdigit()
        ends = (first_name, last_name) if is_range else (written, written)
        for end in ends:
            if end not in order:
                self.problems.unknown(node.place, f"an unknown name in {what}", end, order)
                return ()
        first, last = order.index(ends[0]), order.index(ends[1])
        if first > last:
            self.problems.add(node.place, what, found=written, allowed=f"{ends[1]}..{ends[0]}")
        self._names += last - first + 1
        if self._names > MAX_NAMES:
            allowed = f"at most {MAX_NAMES} in a file"
            self.problems.add(node.place, f"too many names in ranges in {what}", allowed=allowed)
            return ()
        return order[first : last + 1]

    def _wrong_table(self, node: Node | None, what: str) -> Table:
        if node is not None:
            self.problems.add(node.place, what, found=describe(node), allowed="a mapping")
        return Table(node.place if node is not None else Place("", 1, 1), ())
