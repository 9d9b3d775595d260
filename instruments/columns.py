"""How the generated functions spell an item's value when it is a whole column: the same rules over NumPy arrays."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from instruments.emitter import Emitter, End
from instruments.model import Item
from instruments.spelling import CompleteEmitter, OpenEmitter
from instruments.syntax import added, binary, compared, constant, is_never, joined, name

BLANKS = 2
"""Two codes hold no answer: -1 is missing, -2 refused. A table's last two places are theirs."""


class _Columns(Emitter):
    """The operators that columns need in place of Python's own."""

    def either(self, tests: Sequence[ast.expr]) -> ast.expr:
        """Row by row."""
        return joined(tests, lambda left, right: binary(left, ast.BitOr(), right))

    def both(self, tests: Sequence[ast.expr]) -> ast.expr:
        """Row by row."""
        return joined(tests, lambda left, right: binary(left, ast.BitAnd(), right))

    def opposite(self, test: ast.expr) -> ast.expr:
        """Row by row."""
        return name("always") if is_never(test) else ast.UnaryOp(ast.Invert(), test)

    def take(self, target: str, value: ast.expr) -> list[ast.stmt]:
        """What never holds gets a column's own kind of no, which can be turned round."""
        return super().take(target, name("nowhere") if is_never(value) else value)

    def choose(self, test: ast.expr, then: ast.expr, otherwise: ast.expr) -> ast.expr:
        """Row by row."""
        return ast.Call(name("where"), [test, then, otherwise], [])

    def extreme(self, function: str, parts: Sequence[ast.expr]) -> ast.expr:
        """Two columns at a time."""
        return joined(parts, lambda left, right: ast.Call(name(function), [left, right], []))

    def tally(self, tests: Sequence[ast.expr]) -> ast.expr:
        """True counts 1; a sum of truth values would stay a truth value."""
        return added([ast.Call(name("count"), [test], []) for test in tests])

    def look_up(self, pairs: dict[int, int], key: ast.expr) -> ast.expr:
        """From a table that begins at its least key."""
        least = min(pairs)
        place = binary(key, ast.Sub(), constant(least)) if least else key
        return ast.Call(name("take"), [self.table(pairs), place], [])


class CompleteColumns(_Columns, CompleteEmitter):
    """Every row has a value in every column."""


class OpenColumns(_Columns, OpenEmitter):
    """A row may lack a value: columns hold codes."""

    def end_reading(self, item: Item, end: End) -> ast.expr:
        """By arithmetic where answers begin at 0: looking codes up costs many times as much."""
        if min(item.values) != 0:
            return super().end_reading(item, end)
        there = ast.Call(name("count"), [self.given(item)], [])
        low = binary(name(self.items[item.id][0]), ast.Mult(), there)
        if end is End.HIGH:
            most = binary(
                ast.Call(name("count"), [self.lacking(item)], []), ast.Mult(), constant(max(item.values))
            )
            low = binary(low, ast.Add(), most)
        return ast.Call(name("wide"), [low], [])

    def answer_looked_up(self, known: dict[int, int], otherwise: int, item: Item) -> ast.expr:
        """What a code comes to."""
        table: dict[Any, int] = {**known, None: otherwise}
        return ast.Call(name("take"), [self.table(table), name(self.items[item.id][0])], [])

    def lacking(self, item: Item) -> ast.expr:
        """Whether a row has no value."""
        return compared(name(self.items[item.id][0]), ast.Lt(), constant(0))

    def given(self, item: Item) -> ast.expr:
        """Whether a row has a value."""
        return compared(name(self.items[item.id][0]), ast.GtE(), constant(0))

    def declined(self, item: Item) -> ast.expr:
        """Whether a row refused."""
        return compared(name(self.items[item.id][0]), ast.Eq(), constant(-BLANKS))


def ends_of(emitter: Emitter) -> tuple[End, ...]:
    """The ends that a back end works out: both, unless both are one."""
    return (End.LOW,) if isinstance(emitter, CompleteEmitter) else (End.LOW, End.HIGH)
