"""The small typed condition language that instruments and routing share: from YAML to checked conditions.

What a condition is and how it is decided stands in `conditions.py`, how it is told in words in `reasons.py`;
both are reachable from here. The forms, each written as a YAML value:

- `acute` (a finding, another rule, or a yes-or-no fact)
- `{any: [...]}`, `{all: [...]}`, `{none: [...]}`, `{not: ...}`, `{at_least: 2, of: [...]}`
- `{item: q9, at_least: 1}`, `{items: q1..q5, at_least: 2}` (one condition for each item), `{refused: q5}`
- `{score: total, between: [31, 33]}`; also `at_most` and `is`
- `{band: total, is: severe}`, `{band: total, one_of: [moderate, severe]}`
- `{fact: age, at_least: 13}`
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from instruments.conditions import (
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    Gap,
    Kind,
    Lookup,
    Named,
    Not,
    OneOf,
    Possible,
    Reading,
    Refused,
    Span,
    Verdict,
    Within,
    compare,
    evaluate,
    leaves,
)
from instruments.reading import Reader
from instruments.reasons import Because, Words, explain_condition
from instruments.source import Leaf, Node, Row, Table, describe

__all__ = [
    "AllOf",
    "AnyOf",
    "AtLeast",
    "Because",
    "Condition",
    "Gap",
    "Kind",
    "Lookup",
    "Named",
    "Not",
    "OneOf",
    "Possible",
    "Reading",
    "Refused",
    "Scope",
    "Span",
    "Verdict",
    "Where",
    "Within",
    "Words",
    "compare",
    "evaluate",
    "explain_condition",
    "leaves",
    "parse_condition",
]

NOTHING = Named("")
"""Stands where a condition could not be read; the problem has been noted, so it is never evaluated."""

_FAR = 10**9


@dataclass(frozen=True, slots=True)
class Scope:
    """The names that a condition may use, each with the values that it can have.

    Items and scores carry their lowest and highest value, so that a comparison that can never hold (or always
    does) is refused when the file is read. Findings are names that are simply true or false.
    """

    findings: frozenset[str] = frozenset()
    items: Mapping[str, Span] = field(default_factory=dict)
    scores: Mapping[str, Span] = field(default_factory=dict)
    bands: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    numbers: Mapping[str, Span] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Where:
    """What a condition is read with: the names in scope, and the reader that notes problems."""

    scope: Scope
    reader: Reader


def parse_condition(node: Node, where: Where) -> Condition:
    """The condition that a YAML value spells. Problems are noted with the reader, each with its place."""
    if isinstance(node, Leaf):
        return _name(node, where)
    if isinstance(node, Table):
        for key, form in _FORMS.items():
            if node.get(key) is not None:
                return form(node, where)
    allowed = f"a name, or a mapping with one of: {', '.join(_FORMS)}"
    where.reader.problems.add(node.place, "a condition", found=describe(node), allowed=allowed)
    return NOTHING


def _name(node: Leaf, where: Where) -> Condition:
    name = where.reader.text(node, "a condition")
    if name not in where.scope.findings:
        where.reader.problems.unknown(node.place, "an unknown name", name, where.scope.findings)
        return NOTHING
    return Named(name)


def _parts(node: Node | None, where: Where) -> tuple[Condition, ...]:
    """The conditions of a list; `{items: ...}` and `{refused: ...}` give one for each item they name."""
    nodes = node.parts if isinstance(node, Row) else (node,) if node is not None else ()
    found: list[Condition] = []
    for part in nodes:
        found.extend(_spread(part, where))
    if not found and node is not None:
        where.reader.problems.add(node.place, "an empty list of conditions")
    return tuple(found)


def _spread(node: Node, where: Where) -> tuple[Condition, ...]:
    if isinstance(node, Table) and node.get("items") is not None:
        names = where.reader.names(node.get("items"), "items", tuple(where.scope.items))
        return tuple(
            _compare(node, where.reader, "items", Kind.ITEM, name, where.scope.items[name]) for name in names
        )
    if isinstance(node, Table) and node.get("refused") is not None:
        where.reader.table(node, "a condition", ["refused"])
        names = where.reader.names(node.get("refused"), "refused", tuple(where.scope.items))
        return tuple(Refused(name) for name in names)
    return (parse_condition(node, where),)


def _any(node: Table, where: Where) -> Condition:
    where.reader.table(node, "a condition", ["any"])
    return _joined(AnyOf, _parts(node.get("any"), where))


def _all(node: Table, where: Where) -> Condition:
    where.reader.table(node, "a condition", ["all"])
    return _joined(AllOf, _parts(node.get("all"), where))


def _none(node: Table, where: Where) -> Condition:
    where.reader.table(node, "a condition", ["none"])
    return Not(_joined(AnyOf, _parts(node.get("none"), where)))


def _not(node: Table, where: Where) -> Condition:
    where.reader.table(node, "a condition", ["not"])
    return Not(parse_condition(node.get("not") or node, where))


def _possible(node: Table, where: Where) -> Condition:
    where.reader.table(node, "a condition", ["possible"])
    return Possible(parse_condition(node.get("possible") or node, where))


def _at_least(node: Table, where: Where) -> Condition:
    where.reader.table(node, "a condition", ["at_least", "of"])
    parts = _parts(node.get("of"), where)
    count = where.reader.whole(node.get("at_least"), "at_least", 1, max(1, len(parts)))
    return AtLeast(count, parts)


def _joined(join: type[AnyOf | AllOf], parts: tuple[Condition, ...]) -> Condition:
    return parts[0] if len(parts) == 1 else join(parts)


def _items(node: Table, where: Where) -> Condition:
    parts = _spread(node, where)
    if len(parts) != 1:
        allowed = "inside any, all, none or of; or one item"
        where.reader.problems.add(node.place, "several items alone", found=f"{len(parts)}", allowed=allowed)
        return NOTHING
    return parts[0]


def _item(node: Table, where: Where) -> Condition:
    return _numbered(node, where, Kind.ITEM, "item", where.scope.items)


def _score(node: Table, where: Where) -> Condition:
    return _numbered(node, where, Kind.SCORE, "score", where.scope.scores)


def _fact(node: Table, where: Where) -> Condition:
    return _numbered(node, where, Kind.FACT, "fact", where.scope.numbers)


def _band(node: Table, where: Where) -> Condition:
    reader, known = where.reader, where.scope.bands
    reader.table(node, "a comparison", ["band"], ["is", "one_of"])
    name = reader.text(node.get("band"), "band")
    if name not in known:
        reader.problems.unknown((node.get("band") or node).place, "an unknown band", name, known)
        return NOTHING
    _told_once(node, reader, "is", "one_of")
    chosen = reader.row(node.get("one_of") or node.get("is"), "one_of")
    if not chosen:
        reader.problems.add(node.place, "a comparison", allowed="is or one_of")
    return OneOf(Kind.BAND, name, tuple(reader.word(part, name, known[name]) for part in chosen))


def _numbered(node: Table, where: Where, kind: Kind, key: str, known: Mapping[str, Span]) -> Condition:
    name = where.reader.text(node.get(key), key)
    if name not in known:
        place = (node.get(key) or node).place
        where.reader.problems.unknown(place, f"an unknown {key}", name, known)
        return NOTHING
    return _compare(node, where.reader, key, kind, name, known[name])


def _compare(node: Table, reader: Reader, key: str, kind: Kind, name: str, span: Span) -> Condition:
    reader.table(node, "a comparison", [key], ["at_least", "at_most", "between", "is"])
    low, high = _bounds(node, reader)
    if low is None and high is None:
        reader.problems.add(node.place, "a comparison", allowed="at_least, at_most, between or is")
        return NOTHING
    crossed = low is not None and high is not None and low > high
    verdict = Verdict.NO if crossed else compare(span, low, high)
    if verdict is not Verdict.UNKNOWN:
        always = "always" if verdict is Verdict.YES else "never"
        found = f"{name} from {span[0]} to {span[1]}"
        reader.problems.add(node.place, f"a comparison that {always} holds", found=found)
    return Within(kind, name, low, high)


def _bounds(node: Table, reader: Reader) -> tuple[int | None, int | None]:
    exact, between = node.get("is"), node.get("between")
    _told_once(node, reader, "is", "between", "at_least" if node.get("at_least") else "at_most")
    if exact is not None:
        value = reader.whole(exact, "is", -_FAR, _FAR)
        return value, value
    if between is not None:
        ends = [reader.whole(part, "between", -_FAR, _FAR) for part in reader.row(between, "between")]
        if len(ends) != 2 or ends[0] > ends[1]:  # noqa: PLR2004 - a range has two ends
            reader.problems.add(between.place, "between", allowed="[lowest, highest]")
            return None, None
        return ends[0], ends[1]
    low, high = node.get("at_least"), node.get("at_most")
    return (
        None if low is None else reader.whole(low, "at_least", -_FAR, _FAR),
        None if high is None else reader.whole(high, "at_most", -_FAR, _FAR),
    )


def _told_once(node: Table, reader: Reader, *keys: str) -> None:
    """Of keys that each say all, only one may be there: what another one says would be passed over."""
    said = [key for key in keys if node.get(key) is not None]
    if len(said) > 1:
        reader.problems.add(
            node.place, "a comparison told twice", found=" and ".join(said), allowed="one of them"
        )


_FORMS: dict[str, Callable[[Table, Where], Condition]] = {
    "any": _any,
    "all": _all,
    "none": _none,
    "not": _not,
    "possible": _possible,
    "of": _at_least,
    "items": _items,
    "item": _item,
    "refused": _items,
    "score": _score,
    "band": _band,
    "fact": _fact,
}
