"""The numbers of a definition: scales and their missing rules. Part of loading; bands are beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from instruments.conditions import Span
from instruments.formulas import (
    Add,
    CountOf,
    Formula,
    Greatest,
    Least,
    LookedUp,
    Points,
    Scaled,
    ScoreOf,
    bounds_of,
    is_plain_sum,
    points_in,
)
from instruments.model import Item, Missing, MissingMethod, Scale
from instruments.reading import MAX_SCALES, Reader
from instruments.rules import Scope, Where, parse_condition
from instruments.source import Leaf, Node, Row, Table

_SCALE_KEYS = ("label", "reverse", "weights", "points", "missing", "source", "multiply", "divide", "decimals")
_FAR = 10**6


@dataclass(slots=True)
class Board:
    """What the scales of one file are read with: the items, and the scales read so far with their bounds."""

    reader: Reader
    items: tuple[Item, ...]
    scores: dict[str, Span] = field(default_factory=dict)
    worth: dict[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)

    @property
    def order(self) -> tuple[str, ...]:
        """The ids of the items in their order."""
        return tuple(item.id for item in self.items)

    def scope(self) -> Scope:
        """The names that a condition inside a scale may use: items only."""
        return Scope(items={item.id: (min(item.values), max(item.values)) for item in self.items})


def read_scales(node: Node | None, board: Board) -> tuple[Scale, ...]:
    """Every scale, in order; a scale may use the ones before it."""
    scales: list[Scale] = []
    for key, value in board.reader.open_table(node, "scales", MAX_SCALES).entries if node is not None else ():
        scale = _scale(key, value, board)
        board.scores[scale.id] = (scale.low, scale.high)
        scales.append(scale)
    return tuple(scales)


def _scale(key: Leaf, node: Node, board: Board) -> Scale:
    reader = board.reader
    name = reader.identifier(key, "the id of a scale")
    table = reader.table(node, f"scale {name!r}", [], [*_SCALE_KEYS, *_FORMS])
    board.worth = _worth(table, board)
    formula = _scaled(table, _formula(table, board), reader)
    low, high = bounds_of(formula, board.scores)
    return Scale(
        id=name,
        label=reader.words(table.get("label"), "label") or {"en": name},
        formula=formula,
        missing=_missing(table.get("missing"), formula, board),
        low=low,
        high=high,
        decimals=reader.whole(table.get("decimals"), "decimals", 0, 4),
        source=reader.text(table.get("source"), "source"),
    )


def _formula(table: Table, board: Board) -> Formula:
    for key, form in _FORMS.items():
        node = table.get(key)
        if node is not None:
            return form(node, board)
    board.reader.problems.add(table.place, "a scale without a formula", allowed=", ".join(_FORMS))
    return Add(())


def _scaled(table: Table, formula: Formula, reader: Reader) -> Formula:
    multiply = reader.whole(table.get("multiply"), "multiply", 1, _FAR, 1)
    divide = reader.whole(table.get("divide"), "divide", 1, _FAR, 1)
    return formula if multiply == divide == 1 else Scaled(formula, multiply, divide)


def _worth(table: Table, board: Board) -> dict[str, tuple[tuple[int, int], ...]]:
    """What each answer of each item is worth: itself, unless reversed, weighted or looked up."""
    reader = board.reader
    reverse = set(reader.names(table.get("reverse"), "reverse", board.order))
    weights = _weights(table.get("weights"), board)
    lookups = _lookups(table.get("points"), board)
    worth: dict[str, tuple[tuple[int, int], ...]] = {}
    for item in board.items:
        ends = min(item.values) + max(item.values)
        pairs = {value: ends - value if item.id in reverse else value for value in item.values}
        pairs |= lookups.get(item.id, {})
        weight = weights.get(item.id, 1)
        worth[item.id] = tuple((value, points * weight) for value, points in pairs.items())
    return worth


def _weights(node: Node | None, board: Board) -> dict[str, int]:
    table = board.reader.open_table(node, "weights") if node is not None else None
    weights: dict[str, int] = {}
    for key, value in table.entries if table else ():
        for name in board.reader.names(key, "weights", board.order):
            weights[name] = board.reader.whole(value, "a weight", -1000, 1000, 1)
    return weights


def _lookups(node: Node | None, board: Board) -> dict[str, dict[int, int]]:
    reader = board.reader
    table = reader.open_table(node, "points") if node is not None else None
    found: dict[str, dict[int, int]] = {}
    for key, value in table.entries if table else ():
        pairs = reader.open_table(value, "points").entries
        points = {
            reader.whole(k, "an answer", -_FAR, _FAR): reader.whole(v, "points", -_FAR, _FAR)
            for k, v in pairs
        }
        for name in reader.names(key, "points", board.order):
            found[name] = points
    return found


def _sum(node: Node, board: Board) -> Formula:
    return Add(_terms(node, board))


def _max(node: Node, board: Board) -> Formula:
    terms = _terms(node, board)
    return Greatest(terms) if terms else Add(())


def _min(node: Node, board: Board) -> Formula:
    terms = _terms(node, board)
    return Least(terms) if terms else Add(())


def _mean(node: Node, board: Board) -> Formula:
    """The mean in hundredths, so that it stays a whole number."""
    parts = _terms(node, board)
    return Scaled(Add(parts), 100, max(1, len(parts)))


def _count(node: Node, board: Board) -> Formula:
    where = Where(board.scope(), board.reader)
    conditions = []
    for part in _parts(node, board):
        names = board.reader.names(part.get("items"), "items", board.order) if isinstance(part, Table) else ()
        if isinstance(part, Table) and names:
            conditions += [parse_condition(_for_item(part, name), where) for name in names]
        else:
            conditions.append(parse_condition(part, where))
    return CountOf(tuple(conditions))


def _for_item(table: Table, name: str) -> Table:
    """The same comparison about one item."""
    entries = [
        (Leaf(key.place, "item", "item"), Leaf(key.place, name, name))
        if key.written == "items"
        else (key, value)
        for key, value in table.entries
    ]
    return Table(table.place, tuple(entries))


def _parts(node: Node, board: Board) -> tuple[Node, ...]:
    """The parts of a formula: those of a list, or the one that stands by itself."""
    if isinstance(node, Row) and not node.parts:
        board.reader.problems.add(node.place, "a scale of nothing", allowed="at least one item")
    return node.parts if isinstance(node, Row) else (node,)


def _terms(node: Node, board: Board) -> tuple[Formula, ...]:
    """Items, ranges of items, earlier scales (`{score: x}`) and nested sums and maxima."""
    found: list[Formula] = []
    for part in _parts(node, board):
        if isinstance(part, Table):
            found.append(_formula(board.reader.table(part, "a part of a scale", [], _FORMS), board))
        else:
            names = board.reader.names(part, "items of a scale", board.order)
            found.extend(Points(name, board.worth[name]) for name in names)
    return tuple(found)


def _score(node: Node, board: Board) -> Formula:
    return ScoreOf(board.reader.word(node, "score", board.scores))


def _table(node: Node, board: Board) -> Formula:
    """`{table: {of: raw, 0: 21, 1: 30}}`: the value that a published table gives for each score."""
    reader = board.reader
    table = reader.open_table(node, "table")
    name = reader.word(table.get("of"), "of", board.scores)
    rows = [(key, value) for key, value in table.entries if key.written != "of"]
    pairs = [
        (reader.whole(k, "a score", -_FAR, _FAR), reader.whole(v, "a value", -_FAR, _FAR)) for k, v in rows
    ]
    low, high = board.scores.get(name, (0, -1))
    values = [value for _, value in sorted(pairs)]
    if values not in (sorted(values), sorted(values, reverse=True)):
        reader.problems.add(table.place, "a table whose values go up and down", allowed="one direction")
    known = {key for key, _ in pairs}
    # The first that is missing, and none of the range is kept: a score can have any number of values.
    score = next((score for score in range(low, high + 1) if score not in known), None)
    if score is not None:
        reader.problems.add(
            table.place, f"the table has no value for {name} = {score}", allowed=f"{low} to {high}"
        )
        pairs.append((score, 0))
    return LookedUp(ScoreOf(name), tuple(pairs))


def _missing(node: Node | None, formula: Formula, board: Board) -> Missing:
    if node is None:
        return Missing(MissingMethod.REFUSE, 0, (), (), "")
    reader = board.reader
    table = reader.table(node, "missing", ["method"], ["allow", "never", "over", "source"])
    method = MissingMethod(
        reader.word(table.get("method"), "method", list(MissingMethod), MissingMethod.REFUSE)
    )
    if method is MissingMethod.PRORATE and not is_plain_sum(formula):
        reader.problems.add(node.place, "prorating something that is not a sum of items")
    blanks = [points for points in points_in(formula) if 0 not in dict(points.table)]
    if method is MissingMethod.ZERO and blanks:
        reader.problems.add(node.place, "blanks as 0", found=f"{blanks[0].item} has no answer 0")
    return Missing(
        method,
        reader.whole(table.get("allow"), "allow", 0, len(board.items)),
        reader.names(table.get("never"), "never", board.order),
        reader.names(table.get("over"), "over", board.order),
        reader.text(table.get("source"), "source"),
    )


_FORMS: Mapping[str, Callable[[Node, Board], Formula]] = {
    "sum": _sum,
    "max": _max,
    "min": _min,
    "mean": _mean,
    "count": _count,
    "score": _score,
    "table": _table,
}
