"""Routing files -> Rules values, every name in them checked. Part of loading.

What can only be found by trying every combination (rules that never fire) is in `checking.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from instruments.model import Instrument
from instruments.reading import Reader
from instruments.rules import Where, parse_condition
from instruments.source import Leaf, Node, Table
from referral.facts import OF_THE_CLIENT, scope_of
from referral.loading import both_languages, digest_of, identifier, open_file
from referral.model import SAFETY_ASSESSMENT, Urgency
from referral.pathways import Pathway
from referral.rules import NOTHING_FOLLOWS, Consequence, Promise, Refer, Rescreen, Rule, Rules, Watch

_REQUIRED = ("routing", "version", "name", "uses", "rules", "undecided", "otherwise")
_LONGEST_RESCREEN = 366


class Instruments(Protocol):
    """Where instruments come from: a catalogue."""

    def get(self, id: str, version: str | None = None) -> Instrument:  # noqa: A002  the catalogue's own name
        """The instrument with an id, in one version or the newest; raises when there is none."""


def read_routing(
    text: str | bytes, file: str, instruments: Instruments, pathways: Mapping[str, Pathway]
) -> Rules:
    """The routing rules that a text defines. Raises BadDefinition with every problem."""
    tree, reader, _ = open_file(text, file)
    table = reader.table(tree, "the routing file", _REQUIRED, ["assert", NOTHING_FOLLOWS])
    uses = _uses(table.get("uses"), instruments, reader)
    where = Where(scope_of(uses, tuple(pathways)), reader)
    undecided = reader.table(table.get("undecided"), "undecided", ["urgency", "because"])
    otherwise = reader.table(table.get("otherwise"), "otherwise", ["because"])
    rules = Rules(
        id=identifier(table, "routing", reader),
        version=reader.text(table.get("version"), "version"),
        digest=_digest(digest_of(_decided_by(tree)), uses),
        name=both_languages(table.get("name"), "name", reader),
        uses=uses,
        rules=_rules(table.get("rules"), where, pathways),
        promises=tuple(_promise(part, where) for part in reader.row(table.get("assert"), "assert")),
        undecided=Urgency(reader.word(undecided.get("urgency"), "urgency", list(Urgency), Urgency.URGENT)),
        undecided_because=both_languages(undecided.get("because"), "because", reader),
        otherwise_because=both_languages(otherwise.get("because"), "because", reader),
        nothing_follows=_silent(table.get(NOTHING_FOLLOWS), where),
        lines=_lines(table),
    )
    reader.problems.raise_if_any()
    return rules


def _decided_by(tree: Node) -> Node:
    """The file without what decides nothing: the digest of rules in use does not change with it."""
    if not isinstance(tree, Table):
        return tree
    return replace(tree, entries=tuple(each for each in tree.entries if each[0].written != NOTHING_FOLLOWS))


def _silent(node: Node | None, where: Where) -> frozenset[str]:
    known = {name for name in where.scope.findings if name.partition(".")[0] not in OF_THE_CLIENT}
    return frozenset(
        where.reader.word(part, NOTHING_FOLLOWS, known) for part in where.reader.row(node, NOTHING_FOLLOWS)
    )


def _lines(table: Table) -> Mapping[str, int]:
    uses, silent = table.get("uses"), table.get(NOTHING_FOLLOWS)
    named = {key.written: key.place.line for key, _ in uses.entries} if isinstance(uses, Table) else {}
    return named if silent is None else {**named, NOTHING_FOLLOWS: silent.place.line}


def _digest(content: str, uses: Mapping[str, Instrument]) -> str:
    """A routing file means what it says about the very instruments that it was read with."""
    named = "".join(f"\n{alias} {uses[alias].digest}" for alias in sorted(uses))
    return hashlib.sha256((content + named).encode()).hexdigest()


def _uses(node: Node | None, instruments: Instruments, reader: Reader) -> Mapping[str, Instrument]:
    uses: dict[str, Instrument] = {}
    for key, value in reader.open_table(node, "uses").entries:
        wanted, _, version = reader.text(value, "uses").partition("@")
        try:
            uses[reader.identifier(key, "an alias")] = instruments.get(wanted, version or None)
        except LookupError as error:
            reader.problems.add(value.place, "uses: an unknown instrument", found=str(error))
    return uses


def _rules(node: Node | None, where: Where, pathways: Mapping[str, Pathway]) -> tuple[Rule, ...]:
    rules: list[Rule] = []
    for part in where.reader.row(node, "rules"):
        known = tuple(rule.id for rule in rules)
        rule = _rule(part, where, pathways, known)
        if rule.id in known:
            where.reader.problems.add(part.place, f"the rule {rule.id!r} twice")
        rules.append(rule)
    return tuple(rules)


def _rule(node: Node, where: Where, pathways: Mapping[str, Pathway], known: tuple[str, ...]) -> Rule:
    reader = where.reader
    table = reader.table(
        node, "a rule", ["id", "because", "when", "source"], ["unless", "refer", "rescreen", "watch"]
    )
    when = table.get("when") or Leaf(node.place, "", "")
    rule = Rule(
        id=identifier(table, "id", reader),
        because=both_languages(table.get("because"), "because", reader),
        when=parse_condition(when, where),
        unless=tuple(
            reader.word(part, "unless", known) for part in reader.row(table.get("unless"), "unless")
        ),
        consequences=_consequences(table, pathways, reader),
        source=reader.text(table.get("source"), "source"),
        line=node.place.line,
    )
    if not rule.consequences:
        reader.problems.add(node.place, "a rule without a consequence", allowed="refer, rescreen or watch")
    return rule


def _promise(node: Node, where: Where) -> Promise:
    reader = where.reader
    table = reader.table(node, "an assertion", ["if", "then", "because"])
    given = parse_condition(table.get("if") or Leaf(node.place, "", ""), where)
    urgency = Urgency(reader.word(table.get("then"), "then", list(Urgency), Urgency.IMMEDIATE))
    return Promise(given, urgency, reader.text(table.get("because"), "because"), node.place.line)


def _consequences(table: Table, pathways: Mapping[str, Pathway], reader: Reader) -> tuple[Consequence, ...]:
    found: list[Consequence] = []
    refer = table.get("refer")
    targets = (refer,) if isinstance(refer, Table) else reader.row(refer, "refer")
    found += [_refer(part, pathways, reader) for part in targets]
    if table.get("rescreen") is not None:
        days = reader.table(table.get("rescreen"), "rescreen", ["days"])
        found.append(Rescreen(reader.whole(days.get("days"), "days", 1, _LONGEST_RESCREEN, 1)))
    if reader.flag(table.get("watch"), "watch"):
        found.append(Watch())
    return tuple(found)


def _refer(node: Node, pathways: Mapping[str, Pathway], reader: Reader) -> Refer:
    table = reader.table(node, "refer", ["to", "urgency"], ["first"])
    to = reader.word(table.get("to"), "to", pathways)
    urgency = Urgency(reader.word(table.get("urgency"), "urgency", list(Urgency), Urgency.URGENT))
    if to and urgency not in pathways[to].urgencies:
        allowed = ", ".join(pathways[to].urgencies)
        reader.problems.add(table.place, f"{to} has no such urgency", found=urgency, allowed=allowed)
    first = reader.word(table.get("first"), "first", [SAFETY_ASSESSMENT]) or None
    return Refer(to, pathways[to].name if to else {}, urgency, first)
