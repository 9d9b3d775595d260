"""Small pieces of Python syntax trees. Knows nothing of instruments.

Everything that the compiler makes is made of these, from numbers and generated names only.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

_MOST_SHARED: Final = 4096
"""How many names and constants are kept, each the same node wherever it stands: half of all nodes are these."""

_LOAD: Final = ast.Load()


@lru_cache(_MOST_SHARED)
def name(word: str) -> ast.expr:
    """A generated name, to be read."""
    return ast.Name(word, _LOAD)


@lru_cache(_MOST_SHARED, typed=True)
def constant(value: int | str | None) -> ast.expr:
    """A constant."""
    return ast.Constant(value)


def binary(left: ast.expr, operator: ast.operator, right: ast.expr) -> ast.expr:
    """Two expressions joined by an operator."""
    return ast.BinOp(left, operator, right)


def compared(left: ast.expr, operator: ast.cmpop, right: ast.expr) -> ast.expr:
    """Two expressions compared."""
    return ast.Compare(left, [operator], [right])


def joined(parts: Sequence[ast.expr], join: Callable[[ast.expr, ast.expr], ast.expr]) -> ast.expr:
    """Expressions joined two by two, so that even thousands are not nested deeply. There must be one."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return join(joined(parts[:middle], join), joined(parts[middle:], join))


def added(parts: Sequence[ast.expr]) -> ast.expr:
    """The sum of expressions."""
    return joined(parts, lambda left, right: binary(left, ast.Add(), right)) if parts else constant(0)


def never() -> ast.expr:
    """The test that does not hold."""
    return ast.Constant(value=False)


def is_never(test: ast.expr) -> bool:
    """Whether a test is the one that does not hold."""
    return isinstance(test, ast.Constant) and test.value is False


def halved_up(number: ast.expr, multiply: int, divide: int) -> ast.expr:
    """As `formulas.half_up`, of a product."""
    product = binary(number, ast.Mult(), constant(multiply)) if multiply != 1 else number
    if divide == 1:
        return product
    doubled = binary(binary(product, ast.Mult(), constant(2)), ast.Add(), constant(divide))
    return binary(doubled, ast.FloorDiv(), constant(2 * divide))


def assigned(target: str, value: ast.expr) -> ast.stmt:
    """A statement that names a value."""
    return ast.Assign([ast.Name(target, ast.Store())], value)


def function(title: str, arguments: Sequence[str], body: Sequence[ast.stmt]) -> ast.FunctionDef:
    """A function of positional arguments."""
    names = [ast.arg(word) for word in arguments]
    return ast.FunctionDef(title, ast.arguments([], names, None, [], [], None, []), list(body), [])


def bits(tests: Sequence[ast.expr]) -> ast.expr:
    """Tests packed into one number, the first as the lowest bit."""
    shifted = [
        test if place == 0 else binary(test, ast.LShift(), constant(place))
        for place, test in enumerate(tests)
        if not is_never(test)
    ]
    return joined(shifted, lambda left, right: binary(left, ast.BitOr(), right)) if shifted else constant(0)
