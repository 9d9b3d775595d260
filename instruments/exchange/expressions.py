"""The text of an expression -> a tree, for the parts of FHIRPath and of REDCap logic that can mean a score.

Nothing is evaluated. Whatever is not understood is said so, and the caller names it as not carried.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

MAX_LENGTH = 20_000
_MAX_DEPTH = 60
_SHOWN = 60

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>[0-9]{1,15}(?:\.[0-9]{1,9})?)
    |(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    |(?P<field>\[[A-Za-z][A-Za-z0-9_]*\])
    |(?P<outer>%[A-Za-z_][A-Za-z0-9_]*)
    |(?P<word>\$?[A-Za-z_][A-Za-z0-9_]*)
    |(?P<sign><>|!=|<=|>=|[=<>+\-*/|(){},.]))""",
    re.VERBOSE,
)
_SIGNS = (("or",), ("and",), ("=", "!=", "<>"), ("<", ">", "<=", ">="), ("|",), ("+", "-"), ("*", "/", "div"))
_POWERS = {sign: power for power, signs in enumerate(_SIGNS, start=1) for sign in signs}
_CHAINED = {"or", "and", "+", "|"}


class NotUnderstood(Exception):
    """A part of an expression that has no meaning here; the words say which."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number, exactly."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Word:
    """A quoted text."""

    text: str


@dataclass(frozen=True, slots=True)
class Variable:
    """`%name` in FHIRPath, `[name]` in REDCap."""

    name: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """`{}`: the empty collection."""


@dataclass(frozen=True, slots=True)
class Operation:
    """Parts joined by one sign; chains of the same one are a single operation."""

    sign: str
    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """`target.name`, or a bare name without a target."""

    target: Expression | None
    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """`target.name(...)`, or `name(...)` without a target."""

    target: Expression | None
    name: str
    arguments: tuple[Expression, ...]


Expression: TypeAlias = "Number | Word | Variable | Nothing | Operation | Member | Call"


def parse_expression(text: str) -> Expression:
    """The tree of an expression. Raises NotUnderstood for what is outside the parts that are read here."""
    if len(text) > MAX_LENGTH:
        raise NotUnderstood(f"it is longer than {MAX_LENGTH} characters")
    parser = _Parser(list(_tokens(text)))
    tree = parser.expression(0, 0)
    parser.take("end")
    return tree


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    place = 0
    while place < len(text.rstrip()):
        found = _TOKEN.match(text, place)
        if found is None:
            raise NotUnderstood(f"the part {text[place : place + _SHOWN].strip()!r} cannot be read")
        place = found.end()
        kind = found.lastgroup or ""
        yield kind, found[kind]
    yield "end", ""


@dataclass(slots=True)
class _Parser:
    """Reads tokens by the binding power of their signs."""

    tokens: list[tuple[str, str]]
    place: int = 0

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.place]

    def take(self, kind: str, written: str | None = None) -> str:
        found_kind, found = self.peek()
        if found_kind != kind or written not in (None, found):
            said = f"{found[:_SHOWN]!r} stands where {written or kind} should"
            raise NotUnderstood(said if found else "it ends early")
        self.place += 1
        return found

    def follows(self, sign: str) -> bool:
        """Whether this sign comes next; it is taken if so."""
        if self.peek() == ("sign", sign):
            self.place += 1
            return True
        return False

    def expression(self, power: int, depth: int) -> Expression:
        if depth > _MAX_DEPTH:
            raise NotUnderstood("it is nested too deeply")
        left = self._suffixed(self._primary(depth), depth)
        while (sign := self._operator()) and _POWERS[sign] > power:
            self.place += 1
            left = _joined(sign, left, self.expression(_POWERS[sign], depth + 1))
        return left

    def _operator(self) -> str:
        kind, written = self.peek()
        sign = written.lower() if kind == "word" else written
        return sign if kind in {"sign", "word"} and sign in _POWERS else ""

    def _primary(self, depth: int) -> Expression:
        kind, written = self.peek()
        if kind == "sign":
            return self._signed(depth)
        self.take(kind)
        if kind == "word":
            return self._named(None, written, depth)
        leaves: dict[str, Expression] = {
            "number": Number(Fraction(written if kind == "number" else 0)),
            "text": Word(written[1:-1]),
            "field": Variable(written[1:-1]),
            "outer": Variable(written[1:]),
        }
        if kind not in leaves:
            raise NotUnderstood("it ends early")
        return leaves[kind]

    def _signed(self, depth: int) -> Expression:
        if self.follows("("):
            inner = self.expression(0, depth + 1)
            self.take("sign", ")")
            return inner
        if self.follows("-"):
            return Operation("-", (Number(Fraction(0)), self.expression(_POWERS["*"], depth + 1)))
        self.take("sign", "{")
        self.take("sign", "}")
        return Nothing()

    def _suffixed(self, left: Expression, depth: int) -> Expression:
        while self.follows("."):
            left = self._named(left, self.take("word"), depth)
        return left

    def _named(self, target: Expression | None, name: str, depth: int) -> Expression:
        if not self.follows("("):
            return Member(target, name)
        arguments: list[Expression] = []
        while not self.follows(")"):
            if arguments:
                self.take("sign", ",")
            arguments.append(self.expression(0, depth + 1))
        return Call(target, name, tuple(arguments))


def _joined(sign: str, left: Expression, right: Expression) -> Operation:
    if sign in _CHAINED and isinstance(left, Operation) and left.sign == sign:
        return Operation(sign, (*left.parts, right))
    return Operation("!=" if sign == "<>" else sign, (left, right))
