"""How a FHIRPath expression names answers: by a variable of the file, or by a path to items with a linkId."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from instruments.conditions import Condition, Span
from instruments.exchange.expressions import (
    Call,
    Expression,
    Member,
    Nothing,
    NotUnderstood,
    Number,
    Operation,
    Variable,
    Word,
)
from instruments.exchange.fhir_options import Choice
from instruments.exchange.linear import Linear
from instruments.exchange.meaning import Meaning
from instruments.exchange.skipping import always_asked, check_skipped, count_skipped, same_condition
from instruments.formulas import ScoreOf
from instruments.model import Item

_ROOTS = frozenset({"resource", "questionnaireresponse", "context", "rootresource"})
_WEIGHTS = frozenset({"weight", "ordinal"})
_VALUES = frozenset({"value", "valueCoding"})
_DEEPEST = 40
_MOST_NESTED = 6
_MOST_EFFORT = 50_000


@dataclass(slots=True)
class Effort:
    """How much work the expressions of one file have been; beyond a bound they are no longer followed."""

    spent: int = 0

    def spend(self, work: int) -> None:
        """Count some work. Raises NotUnderstood beyond the bound."""
        self.spent += work
        if self.spent > _MOST_EFFORT:
            raise NotUnderstood("the expressions of this file are too large to follow")


@dataclass(slots=True)
class Paths:
    """The names of one file. `links` maps a linkId to the id of its item here, `scores` a variable to a scale."""

    items: Mapping[str, Item]
    links: Mapping[str, str]
    choices: Mapping[str, tuple[Choice, ...]]
    variables: Mapping[str, Expression] = field(default_factory=dict)
    scores: Mapping[str, str] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)
    spans: Mapping[str, Span] = field(default_factory=dict)
    outermost: frozenset[str] = frozenset()
    nested: frozenset[str] = frozenset()
    unweighed: frozenset[str] = frozenset()
    effort: Effort = field(default_factory=Effort)
    inside: int = 0
    conditions: dict[Expression, Condition] = field(default_factory=dict)

    def resolved(self, node: Expression) -> Expression:
        """What a variable stands for; one that leads to itself is refused."""
        for _ in range(_DEEPEST):
            if not isinstance(node, Variable) or node.name in self.scores or node.name not in self.variables:
                return node
            node = self.variables[node.name]
        raise NotUnderstood("a variable that leads to itself")

    def number(self, node: Expression) -> Linear | None:
        """An answer by its path or variable, an earlier score, or what counts for a question not asked."""
        if isinstance(node, Variable) and node.name in self.scores:
            return Linear({ScoreOf(self.scores[node.name]): Fraction(1)})
        skipping = self._skipping(self.resolved(node))
        if skipping is not None:
            name, value = skipping
            count_skipped(self.skipped, self.items[name], value)
            return Linear({name: Fraction(1)})
        answers = self.answers(node)
        if answers is None or len(answers) != 1:
            return None
        always_asked(self.items[answers[0]])
        return Linear({answers[0]: Fraction(1)})

    def answers(self, node: Expression) -> tuple[str, ...] | None:
        """The items whose weights a path collects: `...where(linkId = 'q1').answer.weight()`."""
        node = self.resolved(node)
        if not isinstance(node, Call) or node.name not in _WEIGHTS or node.arguments:
            return None
        names = self._holders(node.target)
        self.effort.spend(len(names or ()))
        unweighed = [name for name in names or () if name in self.unweighed]
        if unweighed:
            raise NotUnderstood(f"the file gives the answers of {unweighed[0]} no numbers")
        return names

    def coded(self, node: Expression) -> tuple[Item, Mapping[str, int]] | None:
        """`...answer.value.code`: the item, and its answers by their code."""
        node = self.resolved(node)
        if not isinstance(node, Member) or node.name != "code":
            return None
        names = self._holders(node.target)
        if not names or len(names) != 1:
            return None
        codes = {choice.key[1]: choice.option.value for choice in self._choices_of(names[0])}
        return self.items[names[0]], codes

    def _choices_of(self, name: str) -> tuple[Choice, ...]:
        return next(self.choices[link] for link, known in self.links.items() if known == name)

    def _holders(self, node: Expression | None) -> tuple[str, ...] | None:
        """The items that `....answer` (perhaps with `.value`) belongs to."""
        if isinstance(node, Member) and node.name in _VALUES:
            node = node.target
        if not isinstance(node, Member) or node.name != "answer":
            return None
        return self._chosen(node.target)

    def _chosen(self, node: Expression | None) -> tuple[str, ...]:
        """The items that `.where(...)` picks out of all that the path before it reaches."""
        if isinstance(node, Call) and node.name == "where" and len(node.arguments) == 1:
            reached = self._reached(node.target)
            return tuple(name for name in self._picked(node.arguments[0]) if name in reached)
        return self._reached(node)

    def _reached(self, node: Expression | None) -> tuple[str, ...]:
        """The items that a path from the response leads to: `.item` those outside groups, the others deeper ones.

        `.repeat(item)` goes into groups, `.descendants()` also to questions under the answer to a question.
        """
        groups, every = _is_call(node, "repeat", Member(None, "item")), _is_call(node, "descendants")
        if not isinstance(node, Call | Member) or not (
            groups or every or node == Member(node.target, "item")
        ):
            raise NotUnderstood("a path that does not lead to items")
        start = node.target
        name = start.name.lower() if isinstance(start, Variable | Member) else ""
        if name not in _ROOTS:
            raise NotUnderstood("a path that does not begin at the response")
        near = {link for link in self.links if link not in self.nested} if groups else self.outermost
        return tuple(known for link, known in self.links.items() if every or link in near)

    def _picked(self, node: Expression) -> tuple[str, ...]:
        """The items whose linkId fits a condition; in the order of the form."""
        if isinstance(node, Operation) and node.sign == "or":
            found = {name for part in node.parts for name in self._picked(part)}
            return tuple(name for name in self.links.values() if name in found)
        if isinstance(node, Call) and node.name == "startsWith" and _is_link(node.target):
            start = _word(node.arguments[0] if node.arguments else None)
            return tuple(name for link, name in self.links.items() if link.startswith(start))
        if not isinstance(node, Operation) or node.sign not in {"=", "!="} or not _is_link(node.parts[0]):
            raise NotUnderstood("items that are not chosen by their linkId")
        wanted = _word(node.parts[1])
        if wanted not in self.links:
            raise NotUnderstood(f"the item {wanted[:60]!r} is not carried")
        return tuple(name for link, name in self.links.items() if (link == wanted) is (node.sign == "="))

    def _skipping(self, node: Expression) -> tuple[str, int] | None:
        """`iif(asked, answer, iif((asked).not(), 0, {}))`: the item, and what counts when it is not asked."""
        if not isinstance(node, Call) or node.name != "iif" or len(node.arguments) != 3:  # noqa: PLR2004
            return None
        asked, answer, other = node.arguments
        if not isinstance(other, Call) or other.name != "iif" or len(other.arguments) != 3:  # noqa: PLR2004
            return None
        again, skipped, unknown = other.arguments
        negated = isinstance(again, Call) and again.name == "not" and again.target == asked
        names = self.answers(answer) if negated and isinstance(unknown, Nothing) else None
        if not names or len(names) != 1 or not isinstance(skipped, Number) or skipped.value.denominator != 1:
            return None
        if not same_condition(self._condition(asked), self.items[names[0]].asked_if, self.items):
            raise NotUnderstood(f"{names[0]} counts under another condition than it is asked")
        return names[0], int(skipped.value)

    def _condition(self, asked: Expression) -> Condition:
        """When a question is asked, as an expression has it; such conditions may rest on one another."""
        if asked not in self.conditions:
            self.effort.spend(1)
            if self.inside >= _MOST_NESTED:
                raise NotUnderstood("conditions that lead on without end")
            inner = replace(self, skipped={}, inside=self.inside + 1)
            condition = Meaning(inner).truth(asked)
            check_skipped(condition, self.items, inner.skipped, frozenset())
            self.conditions[asked] = condition
        return self.conditions[asked]


def _is_call(node: Expression | None, name: str, *arguments: Expression) -> bool:
    return isinstance(node, Call) and node.name == name and node.arguments == arguments


def _is_link(node: Expression | None) -> bool:
    return isinstance(node, Member) and node.target is None and node.name == "linkId"


def _word(node: Expression | None) -> str:
    if not isinstance(node, Word):
        raise NotUnderstood("a linkId that is not written out")
    return node.text
