"""The rules of a definition: findings, assertions, change thresholds and worked examples. Part of loading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from instruments.conditions import AnyOf, Condition
from instruments.loading_items import is_one_answer
from instruments.model import Assertion, BandSet, Change, Example, Finding, Item, Purpose, Scale
from instruments.reading import MAX_FINDINGS, Reader
from instruments.rules import Scope, Where, parse_condition
from instruments.source import MAX_VALUES, Leaf, Node, Row, Table

_FINDING_KEYS = ("label", "critical", "purpose", "population")
_EXAMPLE_KEYS = ("name", "scores", "bands", "findings", "undecided", "critical", "complete")
_FAR = 10**6


@dataclass(frozen=True, slots=True)
class Names:
    """Everything that a rule of one file may refer to."""

    reader: Reader
    items: tuple[Item, ...]
    scales: tuple[Scale, ...]
    band_sets: tuple[BandSet, ...]
    sources: tuple[str, ...]
    whole: Scope = field(init=False, repr=False)
    """The names in scope without any finding."""

    def __post_init__(self) -> None:
        whole = Scope(
            items={item.id: (min(item.values), max(item.values)) for item in self.items},
            scores={scale.id: (scale.low, scale.high) for scale in self.scales},
            bands={one.id: tuple(band.name for band in one.bands) for one in self.band_sets},
        )
        object.__setattr__(self, "whole", whole)

    def scope(self, findings: tuple[str, ...]) -> Scope:
        """The names in scope once these findings have been read."""
        return replace(self.whole, findings=frozenset(findings))


def read_findings(node: Node | None, names: Names) -> tuple[Finding, ...]:
    """Every finding, in order; a finding may use the ones before it."""
    findings: list[Finding] = []
    for key, value in _entries(node, "findings", names.reader, MAX_FINDINGS):
        known = tuple(finding.id for finding in findings)
        findings.append(_finding(key, value, Where(names.scope(known), names.reader), names.sources))
    return tuple(findings)


def read_assertions(node: Node | None, names: Names, findings: tuple[Finding, ...]) -> tuple[Assertion, ...]:
    """Every promise about all answer sets: `{if: ..., then: ..., because: ...}`."""
    where = Where(names.scope(tuple(finding.id for finding in findings)), names.reader)
    return tuple(_assertion(part, where) for part in names.reader.row(node, "assert"))


def read_changes(node: Node | None, names: Names) -> tuple[Change, ...]:
    """How far each scale must move for a change to mean something."""
    return tuple(_change(part, names) for part in names.reader.row(node, "changes"))


def read_examples(node: Node | None, names: Names) -> tuple[Example, ...]:
    """Every worked example, as it stands; checking runs them."""
    return tuple(_example(part, names) for part in names.reader.row(node, "examples"))


def _finding(key: Leaf, node: Node, where: Where, sources: tuple[str, ...]) -> Finding:
    reader = where.reader
    name = reader.identifier(key, "the id of a finding")
    table = reader.table(node, f"finding {name!r}", ["when", "source"], _FINDING_KEYS)
    when = _condition(table, "when", where)
    critical = reader.flag(table.get("critical"), "critical")
    if critical and not is_one_answer(when):
        allowed = "a comparison of one item, or any of several"
        reader.problems.add(
            table.place, "a critical finding must follow from one answer alone", allowed=allowed
        )
    return Finding(
        id=name,
        label=reader.words(table.get("label"), "label") or {"en": name},
        when=when,
        critical=critical,
        purpose=Purpose(reader.word(table.get("purpose"), "purpose", list(Purpose), Purpose.SCREENING)),
        population=reader.text(table.get("population"), "population"),
        source=reader.word(table.get("source"), "source", sources),
        line=key.place.line,
    )


def _assertion(node: Node, where: Where) -> Assertion:
    table = where.reader.table(node, "an assertion", ["if", "then"], ["because"])
    given, then = _condition(table, "if", where), _condition(table, "then", where)
    return Assertion(given, then, where.reader.text(table.get("because"), "because"), node.place.line)


def _condition(table: Table, key: str, where: Where) -> Condition:
    node = table.get(key)
    return AnyOf(()) if node is None else parse_condition(node, where)


def _change(node: Node, names: Names) -> Change:
    reader = names.reader
    table = reader.table(node, "a change", ["scale", "points", "meaning", "source"], ["population"])
    return Change(
        scale=reader.word(table.get("scale"), "scale", [scale.id for scale in names.scales]),
        points=reader.whole(table.get("points"), "points", -_FAR, _FAR),
        meaning=reader.text(table.get("meaning"), "meaning"),
        population=reader.text(table.get("population"), "population"),
        source=reader.word(table.get("source"), "source", names.sources),
    )


def _example(node: Node, names: Names) -> Example:
    reader = names.reader
    table = reader.table(node, "an example", ["answers"], _EXAMPLE_KEYS)
    complete = table.get("complete")
    return Example(
        name=reader.text(table.get("name"), "name"),
        answers=_answers(table.get("answers"), names),
        scores=_scores(table.get("scores"), names),
        bands=_bands(table.get("bands"), names),
        findings=_listed(table.get("findings"), "findings", reader),
        undecided=_listed(table.get("undecided"), "undecided", reader),
        critical=_listed(table.get("critical"), "critical", reader),
        complete=None if complete is None else reader.flag(complete, "complete"),
        line=node.place.line,
    )


def _answers(node: Node | None, names: Names) -> Mapping[str, object]:
    order = tuple(item.id for item in names.items)
    found: dict[str, object] = {}
    for key, value in _entries(node, "answers", names.reader):
        answer = value.value if isinstance(value, Leaf) else "a list or mapping"
        found.update(dict.fromkeys(names.reader.names(key, "answers", order), answer))
    return found


def _scores(node: Node | None, names: Names) -> Mapping[str, int | None]:
    scales = [scale.id for scale in names.scales]
    return {
        names.reader.word(key, "scores", scales): (
            None if _is_null(value) else names.reader.whole(value, "a score", -_FAR, _FAR)
        )
        for key, value in _entries(node, "scores", names.reader)
    }


def _bands(node: Node | None, names: Names) -> Mapping[str, str | None]:
    sets = [one.id for one in names.band_sets]
    return {
        names.reader.word(key, "bands", sets): None if _is_null(value) else names.reader.text(value, "a band")
        for key, value in _entries(node, "bands", names.reader)
    }


def _is_null(node: Node) -> bool:
    return isinstance(node, Leaf) and node.value is None


def _listed(node: Node | None, what: str, reader: Reader) -> tuple[str, ...] | None:
    if node is None:
        return None
    parts = node.parts if isinstance(node, Row) else (node,)
    return tuple(reader.text(part, what) for part in parts)


def _entries(
    node: Node | None, what: str, reader: Reader, most: int = MAX_VALUES
) -> tuple[tuple[Leaf, Node], ...]:
    return reader.open_table(node, what, most).entries if node is not None else ()
