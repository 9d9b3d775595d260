"""How an action says no: what is wrong with the input, or what stands in the way. Knows no HTTP."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One field: what was found there and what is allowed, in words."""

    field: str
    message: str
    found: str = ""
    allowed: str = ""


class Invalid(Exception):
    """The input cannot be used; names every field that is wrong."""

    def __init__(self, *problems: FieldProblem) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{problem.field}: {problem.message}" for problem in problems))


class Conflict(Exception):
    """The input is fine, but the record has moved on or something must come first."""


class Suspended(Exception):
    """The organisation is suspended: nobody of it is let in, whoever they are and however they came."""


def required(value: str | None, field: str, message: str) -> Sequence[FieldProblem]:
    """One problem when the text is empty, else none: for collecting several before refusing."""
    return () if value and value.strip() else (FieldProblem(field, message, found="nothing"),)
