"""Conditions, formulas and scales as the trees that a definition file writes them in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from instruments.conditions import (
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    Named,
    Not,
    OneOf,
    Possible,
    Refused,
    Within,
)
from instruments.exchange.yaml_text import Tree
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
    points_in,
)
from instruments.model import Instrument, Item, Missing, MissingMethod, Scale

Branch = dict[Any, Tree]

_RANGE_END = re.compile(r"[a-z][a-z0-9-]*[0-9]\Z")
_SHORTEST_RANGE = 3


def condition_tree(condition: Condition) -> Tree:
    """A condition as a definition writes it."""
    return _CONDITIONS[type(condition)](condition)


def names_tree(names: Iterable[str], order: tuple[str, ...]) -> list[str]:
    """Names of items, those that follow each other in the published order as one range."""
    runs: list[list[str]] = []
    for name in names:
        if runs and name in order and order.index(name) == order.index(runs[-1][-1]) + 1:
            runs[-1].append(name)
        else:
            runs.append([name])
    return [part for run in runs for part in _run(run)]


def _run(run: list[str]) -> list[str]:
    ends = run[0], run[-1]
    if len(run) < _SHORTEST_RANGE or not all(_RANGE_END.match(end) for end in ends):
        return run
    return [f"{ends[0]}..{ends[1]}"]


def scale_tree(scale: Scale, instrument: Instrument) -> Branch:
    """A scale with its formula, what its answers are worth, and its missing rule."""
    items = {item.id: item for item in instrument.items}
    order = tuple(items)
    tree: Branch = {"label": dict(scale.label), **_top(scale.formula, order), **_worth(scale.formula, items)}
    if scale.decimals:
        tree["decimals"] = scale.decimals
    if scale.missing != Missing(MissingMethod.REFUSE, 0, (), (), ""):
        tree["missing"] = _missing(scale.missing, order)
    if scale.source:
        tree["source"] = scale.source
    return tree


def _top(formula: Formula, order: tuple[str, ...]) -> Branch:
    if not isinstance(formula, Scaled):
        return _formula(formula, order)
    factors: Branch = {"multiply": formula.multiply, "divide": formula.divide}
    return {**_formula(formula.part, order), **{key: value for key, value in factors.items() if value != 1}}


def _formula(formula: Formula, order: tuple[str, ...]) -> Branch:
    """A formula that is not a bare item: `{sum: ...}` and the like."""
    if isinstance(formula, Scaled):  # only a mean stands inside another formula
        return {"mean": _parts(formula.part, order)}
    if isinstance(formula, ScoreOf):
        return {"score": formula.scale}
    if isinstance(formula, CountOf):
        return {"count": [condition_tree(condition) for condition in formula.conditions]}
    if isinstance(formula, LookedUp):
        of = formula.part.scale if isinstance(formula.part, ScoreOf) else ""
        return {"table": {"of": of, **dict(formula.table)}}
    return {_JOINS[type(formula)]: _parts(formula, order)}


def _parts(formula: Formula, order: tuple[str, ...]) -> list[Tree]:
    parts = formula.parts if isinstance(formula, Add | Greatest | Least) else (formula,)
    found: list[Tree] = []
    run: list[str] = []
    for part in parts:
        if isinstance(part, Points):
            run.append(part.item)
            continue
        found += [*names_tree(run, order), _formula(part, order)]
        run = []
    return [*found, *names_tree(run, order)]


def _worth(formula: Formula, items: dict[str, Item]) -> Branch:
    """What answers are worth where that is not their own value: reversed, or a table."""
    reverse: list[Tree] = []
    tables: Branch = {}
    for points in points_in(formula):
        values = items[points.item].values
        if points.table == tuple((value, min(values) + max(values) - value) for value in values):
            reverse.append(points.item)
        elif points.table != tuple((value, value) for value in values):
            tables[points.item] = dict(points.table)
    return {**({"reverse": reverse} if reverse else {}), **({"points": tables} if tables else {})}


def _missing(missing: Missing, order: tuple[str, ...]) -> Branch:
    tree: Branch = {"method": str(missing.method), "allow": missing.allow}
    for key, names in (("never", missing.never), ("over", missing.over)):
        if names:
            tree[key] = names_tree(names, order)
    return {**tree, "source": missing.source} if missing.source else tree


def _within(condition: Within) -> Tree:
    low, high = condition.low, condition.high
    head: Branch = {str(condition.kind): condition.name}
    if low is not None and high is not None:
        return {**head, "is": low} if low == high else {**head, "between": [low, high]}
    return {**head, "at_least": low} if low is not None else {**head, "at_most": high}


def _several(key: str) -> Callable[[Any], Tree]:
    return lambda condition: {key: [condition_tree(part) for part in condition.parts]}


_JOINS: dict[type, str] = {Add: "sum", Greatest: "max", Least: "min"}

_CONDITIONS: dict[type, Callable[[Any], Tree]] = {
    Named: lambda condition: condition.name,
    Within: _within,
    OneOf: lambda condition: {
        str(condition.kind): condition.name,
        "one_of": list(condition.values),
    },
    Refused: lambda condition: {"refused": condition.item},
    Not: lambda condition: {"not": condition_tree(condition.part)},
    Possible: lambda condition: {"possible": condition_tree(condition.part)},
    AllOf: _several("all"),
    AnyOf: _several("any"),
    AtLeast: lambda condition: {
        "at_least": condition.count,
        "of": [condition_tree(part) for part in condition.parts],
    },
}
