"""The words that back ends spell expressions with: names, tables, joins, and what is shared. Reads no formulas."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from typing import Any

from instruments.conditions import groups_in
from instruments.formulas import Points
from instruments.model import Instrument, Item, Scale
from instruments.syntax import added, assigned, is_never, name, never


class End(Enum):
    """Which end of a span, and so which question: certain (low) or possible (high)."""

    LOW = "l"
    HIGH = "h"

    @property
    def other(self) -> End:
        """The opposite end."""
        return End.HIGH if self is End.LOW else End.LOW


class Emitter(ABC):
    """Makes expressions for one instrument; `constants` collects the tables that they look things up in."""

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument
        self.constants: dict[str, object] = {}
        self.items = {item.id: (f"i{place}", item) for place, item in enumerate(instrument.items)}
        self._scales = {scale.id: f"s{place}" for place, scale in enumerate(instrument.scales)}
        self._findings = {finding.id: f"f{place}" for place, finding in enumerate(instrument.findings)}
        self._uses = Counter(group for finding in instrument.findings for group in groups_in(finding.when))
        self._shared: dict[object, str] = {}
        self.pending: list[ast.stmt] = []

    @abstractmethod
    def value(self, item: Item, end: End) -> ast.expr:
        """An item's answer, or the end of the span it can still have."""

    @abstractmethod
    def worth(self, points: Points, end: End) -> ast.expr:
        """What an item is worth, as `Sheet.points`."""

    @abstractmethod
    def refused(self, item: Item, end: End) -> ast.expr:
        """Whether an item was (or may yet be) refused."""

    @abstractmethod
    def applies(self, item: Item, test: ast.expr, end: End) -> ast.expr:
        """A comparison of an item, made a no where branching rightly skipped it."""

    @abstractmethod
    def estimated(self, scale: Scale) -> Iterator[ast.stmt]:
        """The statements by which a missing rule estimates a score."""

    def scale(self, scale: str, end: End) -> str:
        """The name of a score's variable."""
        return f"{self._scales[scale]}{end.value}"

    def finding(self, finding: str, end: End) -> str:
        """The name of a finding's variable."""
        return f"{self._findings[finding]}{end.value}"

    def asked(self, item: Item, end: End) -> str:
        """The name of the variable that says whether branching leads to an item."""
        return f"a{self.items[item.id][0]}{end.value}"

    def shared(self, group: object, end: End, make: Callable[[], ast.expr]) -> ast.expr:
        """An expression for a group of conditions; a name for it where the instrument has the group twice.

        The statement that gives the name waits in `pending` until the caller takes it.
        """
        if self._uses[group] < 2:  # noqa: PLR2004 - once is not shared
            return make()
        key = (group, end)
        if key not in self._shared:
            value = make()
            self._shared[key] = f"g{len(self._shared)}"
            self.pending.append(assigned(self._shared[key], value))
        return name(self._shared[key])

    def take(self, target: str, value: ast.expr) -> list[ast.stmt]:
        """The statements that name a value, those that it shares first."""
        statements = [*self.pending, assigned(target, value)]
        self.pending.clear()
        return statements

    def table(self, pairs: dict[Any, int]) -> ast.expr:
        """A name for a table of numbers."""
        for existing, known in self.constants.items():
            if known == pairs:
                return name(existing)
        fresh = f"t{len(self.constants)}"
        self.constants[fresh] = pairs
        return name(fresh)

    def look_up(self, pairs: dict[int, int], key: ast.expr) -> ast.expr:
        """What a table holds for a number."""
        return ast.Subscript(self.table(pairs), key, ast.Load())

    def either(self, tests: Sequence[ast.expr]) -> ast.expr:
        """Whether one of the tests holds."""
        return ast.BoolOp(ast.Or(), list(tests))

    def both(self, tests: Sequence[ast.expr]) -> ast.expr:
        """Whether all of the tests hold."""
        return ast.BoolOp(ast.And(), list(tests))

    def opposite(self, test: ast.expr) -> ast.expr:
        """Whether a test does not hold."""
        return ast.UnaryOp(ast.Not(), test)

    def choose(self, test: ast.expr, then: ast.expr, otherwise: ast.expr) -> ast.expr:
        """One value or the other."""
        return ast.IfExp(test, then, otherwise)

    def extreme(self, function: str, parts: Sequence[ast.expr]) -> ast.expr:
        """The greatest or least of some numbers."""
        return parts[0] if len(parts) == 1 else ast.Call(name(function), list(parts), [])

    def tally(self, tests: Sequence[ast.expr]) -> ast.expr:
        """How many tests hold."""
        return added(list(tests))


def any_of(tests: Sequence[ast.expr], emitter: Emitter) -> ast.expr:
    """Whether one of the tests holds, leaving out those that never do."""
    possible = [test for test in tests if not is_never(test)]
    if not possible:
        return never()
    return possible[0] if len(possible) == 1 else emitter.either(possible)


def all_of(tests: Sequence[ast.expr], emitter: Emitter) -> ast.expr:
    """Whether all tests hold; never when one never does."""
    if any(is_never(test) for test in tests):
        return never()
    return tests[0] if len(tests) == 1 else emitter.both(tests)
