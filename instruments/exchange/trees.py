"""Small questions about the tree of an expression, asked wherever one is read. Knows no answers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from instruments.exchange.expressions import Call, Expression, NotUnderstood, Number, Operation

MOST_DECIMALS = 4


def shown_decimals(node: Expression) -> tuple[int, Expression]:
    """A number divided by ten, a hundred ... at the very end, after rounding."""
    if isinstance(node, Operation) and node.sign == "/" and isinstance(node.parts[1], Number):
        for decimals in range(1, MOST_DECIMALS + 1):
            if node.parts[1].value == 10**decimals and not isinstance(node.parts[0], Number):
                return decimals, node.parts[0]
    return 0, node


def quoted_number(text: str) -> Fraction:
    """The number in a quoted text, as REDCap writes a code. Raises NotUnderstood."""
    try:
        return Fraction(int(text))
    except ValueError:
        raise NotUnderstood(f"a comparison with the text {text[:40]!r}") from None


def not_zero(number: Fraction | int) -> int | Fraction:
    """A divisor. Raises NotUnderstood when it is nothing."""
    if number == 0:
        raise NotUnderstood("a division by nothing")
    return number


def only(parts: Sequence[Expression]) -> Expression:
    """The one part that there should be. Raises NotUnderstood when there are more or fewer."""
    if len(parts) != 1:
        raise NotUnderstood("a function with too many or too few values")
    return parts[0]


def inputs(node: Call) -> tuple[Expression, ...]:
    """What a function is given: its target, then its arguments."""
    return (*((node.target,) if node.target is not None else ()), *node.arguments)


def certain_part(condition: Expression, maximum: Expression) -> Fraction | None:
    """N in `maximum = N or (a.exists() and b.exists())`, a and b all that the maximum is of; else None."""
    if not isinstance(condition, Operation) or condition.sign != "or" or len(condition.parts) != 2:  # noqa: PLR2004
        return None
    reached, there = condition.parts
    if not isinstance(maximum, Call) or not isinstance(reached, Operation) or reached.sign != "=":
        return None
    given = spread(inputs(maximum))
    exist = tuple(Call(part, "exists", ()) for part in given)
    whole = exist[0] if len(exist) == 1 else Operation("and", exist)
    most = reached.parts[1]
    if reached.parts[0] != maximum or there != whole or not isinstance(most, Number):
        return None
    return most.value


def spread(parts: Sequence[Expression]) -> list[Expression]:
    """The members of a union `a | b`."""
    found: list[Expression] = []
    for part in parts:
        found.extend(part.parts if isinstance(part, Operation) and part.sign == "|" else (part,))
    return found
