"""The questions of a definition: answer sets, items, branching. Part of loading."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from instruments.conditions import AnyOf, Condition, Refused, Within, leaves
from instruments.model import Finding, Item, Option, Text
from instruments.reading import MAX_ITEMS, Reader
from instruments.rules import Scope, Where, parse_condition
from instruments.source import Leaf, Node, Table, describe

_ITEM_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")
_OPTIONAL_KEYS = ("ask", "lead", "number", "codes", "asked_if", "not_asked", "believed", "optional")
_LOWEST, _HIGHEST = -1000, 1000


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the items of one file share: the reader, the answer sets, the stem they are read with."""

    reader: Reader
    answers: Mapping[str, tuple[Option, ...]]
    lead: Text


def read_answer_sets(node: Node | None, reader: Reader) -> Mapping[str, tuple[Option, ...]]:
    """The named answer sets: {frequency: {0: Not at all, 1: {en: ..., es: ...}}}."""
    sets: dict[str, tuple[Option, ...]] = {}
    for key, options in reader.open_table(node, "answers").entries:
        name = reader.identifier(key, "the name of an answer set")
        sets[name] = tuple(_option(value, label, reader) for value, label in _entries(options, reader))
        if len(sets[name]) < 2:  # noqa: PLR2004 - one answer is no question
            reader.problems.add(options.place, f"the answer set {name!r}", allowed="at least two answers")
    return sets


def read_items(node: Node | None, sheet: Sheet) -> tuple[Item, ...]:
    """Every item in its published order. Branching may look only at items that come before."""
    items: list[Item] = []
    for key, value in sheet.reader.open_table(node, "items", MAX_ITEMS).entries:
        items.append(_item(key, value, sheet, items))
    return tuple(items)


def with_critical(items: tuple[Item, ...], findings: tuple[Finding, ...]) -> tuple[Item, ...]:
    """The items, each with the condition under which its answer alone leads to a critical finding."""
    conditions: list[Condition] = [
        leaf for finding in findings if finding.critical for leaf in leaves(finding.when)
    ]
    return tuple(replace(item, critical=_critical(item.id, conditions)) for item in items)


def is_one_answer(condition: Condition) -> bool:
    """Whether a condition follows from one item's answer alone: a comparison, or any of several."""
    parts = condition.parts if isinstance(condition, AnyOf) else (condition,)
    return all(isinstance(part, Within | Refused) and _item_of(part) for part in parts)


def spans(items: list[Item] | tuple[Item, ...]) -> dict[str, tuple[int, int]]:
    """The lowest and highest answer of each item."""
    return {item.id: (min(item.values, default=0), max(item.values, default=0)) for item in items}


def _critical(item: str, conditions: list[Condition]) -> Condition | None:
    mine = tuple(dict.fromkeys(leaf for leaf in conditions if _item_of(leaf) == item))
    if not mine:
        return None
    return mine[0] if len(mine) == 1 else AnyOf(mine)


def _item_of(condition: Condition) -> str:
    if isinstance(condition, Refused):
        return condition.item
    return condition.name if isinstance(condition, Within) and condition.kind == "item" else ""


def _entries(node: Node, reader: Reader) -> tuple[tuple[Leaf, Node], ...]:
    return reader.open_table(node, "an answer set").entries


def _option(value: Leaf, label: Node, reader: Reader) -> Option:
    points = reader.whole(value, "the value of an answer", _LOWEST, _HIGHEST)
    if isinstance(label, Table) and label.get("codes") is not None:
        codes = reader.codes(label.get("codes"), "codes")
        texts = Table(label.place, tuple(entry for entry in label.entries if entry[0].written != "codes"))
        return Option(points, reader.words(texts, "an answer"), codes)
    return Option(points, reader.words(label, "an answer"), {})


def _item(key: Leaf, node: Node, sheet: Sheet, before: list[Item]) -> Item:
    reader = sheet.reader
    name = _item_id(key, reader)
    table = reader.table(node, f"item {name!r}", ["answers"], _OPTIONAL_KEYS)
    options = _options(table.get("answers"), sheet)
    values = [option.value for option in options]
    not_asked = table.get("not_asked")
    return Item(
        id=name,
        number=reader.text(table.get("number"), "number", name.removeprefix("q")),
        # An empty lead is a choice: this question is read without the stem of the others.
        lead=reader.words(table.get("lead"), "lead") if table.get("lead") else sheet.lead,
        ask=reader.words(table.get("ask"), "ask"),
        options=options,
        asked_if=_asked_if(table.get("asked_if"), reader, before),
        not_asked=reader.whole(not_asked, "not_asked", min(values), max(values)) if not_asked else None,
        believed=reader.flag(table.get("believed"), "believed"),
        optional=reader.flag(table.get("optional"), "optional"),
        critical=None,
        codes=reader.codes(table.get("codes"), "codes"),
    )


def _item_id(key: Leaf, reader: Reader) -> str:
    if not _ITEM_ID.match(key.written):
        allowed = "small letters, digits and hyphens, a letter first, as q1 or exposure"
        reader.problems.add(key.place, "the id of an item", found=repr(key.written), allowed=allowed)
    return key.written


def _options(node: Node | None, sheet: Sheet) -> tuple[Option, ...]:
    name = sheet.reader.word(node, "answers", sheet.answers) if isinstance(node, Leaf) else ""
    if node is not None and not isinstance(node, Leaf):
        allowed = f"the name of an answer set: {', '.join(sheet.answers)}"
        sheet.reader.problems.add(node.place, "answers", found=describe(node), allowed=allowed)
    return sheet.answers.get(name) or (Option(0, {}, {}), Option(1, {}, {}))


def _asked_if(node: Node | None, reader: Reader, before: list[Item]) -> Condition | None:
    if node is None:
        return None
    return parse_condition(node, Where(Scope(items=spans(before)), reader))
