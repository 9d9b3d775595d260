"""Retention files -> Schedule values: every class has its rule, every figure says where it is from. Part of loading."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from instruments.problems import BadDefinition
from instruments.reading import Reader
from instruments.source import Node, Table
from referral.loading import both_languages, identifier, open_file
from referral.retention import OF_CLIENTS, Period, RecordClass, Rule, Schedule, Start

_REQUIRED = ("retention", "version", "name", "school_year_ends", "classes")
_ALWAYS = "always"
_PERIOD = re.compile(r"([1-9][0-9]{0,2}) (year|month|day)s?\Z")
_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\Z")
_COMMON_YEAR = 2023
"""A day that is not in every year cannot end each school year."""
_OLDEST = 30


def read_retention(text: str | bytes, file: str) -> Schedule:
    """The schedule that a text defines. Raises BadDefinition with every problem."""
    tree, reader, digest = open_file(text, file)
    table = reader.table(tree, "the retention schedule", _REQUIRED)
    found = (
        identifier(table, "retention", reader),
        reader.text(table.get("version"), "version"),
        digest,
        both_languages(table.get("name"), "name", reader),
        _year_end(table.get("school_year_ends"), reader),
        _rules(table.get("classes"), reader),
    )
    if reader.problems.found:
        raise BadDefinition(reader.problems.found)
    return Schedule(*found)


def _rules(node: Node | None, reader: Reader) -> Mapping[RecordClass, Rule]:
    rules: dict[RecordClass, Rule] = {}
    for part in reader.row(node, "classes"):
        rule = _rule(part, reader)
        if rule.record_class in rules:
            reader.problems.add(part.place, f"classes: {rule.record_class} comes twice")
        rules[rule.record_class] = rule
    for each in RecordClass:
        if node is not None and each not in rules:
            reader.problems.add(node.place, f"classes: nothing says how long to keep: {each}")
    return rules


def _rule(node: Node, reader: Reader) -> Rule:
    table = reader.table(node, "a class", ["class", "keep", "source", "checked"], ["from", "minors"])
    words = reader.word(table.get("class"), "class", list(RecordClass), RecordClass.AUDIT)
    record_class, keep = RecordClass(words), _keep(table, reader)
    age, after = _minors(table.get("minors"), record_class, reader)
    return Rule(
        record_class,
        keep,
        _start(table, keep, reader),
        age,
        after,
        both_languages(table.get("source"), "source", reader),
        reader.flag(table.get("checked"), "checked"),
    )


def _keep(table: Table, reader: Reader) -> Period | None:
    node = table.get("keep")
    return None if reader.text(node, "keep") == _ALWAYS else _period(node, f"keep (or {_ALWAYS})", reader)


def _period(node: Node | None, what: str, reader: Reader) -> Period:
    words = reader.text(node, what)
    found = _PERIOD.match(words)
    if found is None:
        if node is not None:
            reader.problems.add(node.place, what, found=repr(words), allowed="as 7 years, 18 months, 90 days")
        return Period(years=999)
    return Period(**{f"{found[2]}s": int(found[1])})


def _start(table: Table, keep: Period | None, reader: Reader) -> Start:
    node = table.get("from")
    if (node is None) == (keep is not None):
        allowed = "from, with the moment from which the period runs; without it where records are kept always"
        found = "nothing" if node is None else "a moment"
        reader.problems.add(table.place, "from", found=found, allowed=allowed)
    return Start.LAST_ACT if node is None else Start(reader.word(node, "from", list(Start), Start.LAST_ACT))


def _minors(node: Node | None, record_class: RecordClass, reader: Reader) -> tuple[int | None, Period]:
    if node is None:
        return None, Period()
    if record_class not in OF_CLIENTS:
        reader.problems.add(node.place, f"minors: {record_class} is not about one client")
    table = reader.table(node, "minors", ["birthday", "keep"])
    age = reader.whole(table.get("birthday"), "birthday", 1, _OLDEST, 18)
    return age, _period(table.get("keep"), "minors: keep", reader)


def _year_end(node: Node | None, reader: Reader) -> tuple[int, int]:
    words = reader.text(node, "school_year_ends")
    found = _DAY.match(words)
    try:
        day = date(_COMMON_YEAR, int(found[1]), int(found[2])) if found else None
    except ValueError:
        day = None
    if day is None:
        if node is not None:
            reader.problems.add(
                node.place, "school_year_ends", found=repr(words), allowed='month and day, as "06-30"'
            )
        return 12, 31
    return day.month, day.day
