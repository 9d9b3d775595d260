"""Crisis resource files -> Resources values. Part of loading."""

from __future__ import annotations

from datetime import date

from instruments.reading import Reader
from instruments.source import Node, Table
from referral.loading import LANGUAGES, both_languages, chosen, identifier, open_file
from referral.pathways import CrisisLine, Resources

_REQUIRED = ("resources", "version", "emergency", "checked_on", "check_every_days", "lines")
_LINE = ("id", "name", "how", "languages", "hours", "source")
_WAYS = ("call", "text", "chat")
_LONGEST_UNCHECKED = 366


def read_resources(text: str | bytes, file: str) -> Resources:
    """The crisis lines that a text defines. Raises BadDefinition with every problem."""
    tree, reader, digest = open_file(text, file)
    table = reader.table(tree, "the resources", _REQUIRED)
    resources = Resources(
        country=identifier(table, "resources", reader),
        version=reader.text(table.get("version"), "version"),
        emergency=reader.text(table.get("emergency"), "emergency"),
        checked_on=reader.day(table.get("checked_on"), "checked_on") or date.min,
        check_every_days=reader.whole(
            table.get("check_every_days"), "check_every_days", 1, _LONGEST_UNCHECKED, 1
        ),
        lines=tuple(_line(part, reader) for part in reader.row(table.get("lines"), "lines")),
        digest=digest,
    )
    reader.problems.raise_if_any()
    return resources


def _line(node: Node, reader: Reader) -> CrisisLine:
    table = reader.table(node, "a crisis line", _LINE, _WAYS)
    if not any(table.get(way) for way in _WAYS):
        reader.problems.add(node.place, "a crisis line nobody can reach", allowed="call, text or chat")
    return CrisisLine(
        id=reader.text(table.get("id"), "id"),
        name=both_languages(table.get("name"), "name", reader),
        how=both_languages(table.get("how"), "how", reader),
        call=_way(table, "call", reader),
        text=_way(table, "text", reader),
        chat=_way(table, "chat", reader),
        languages=chosen(table.get("languages"), "languages", LANGUAGES, reader),
        hours=both_languages(table.get("hours"), "hours", reader),
        source=reader.text(table.get("source"), "source"),
    )


def _way(table: Table, key: str, reader: Reader) -> str | None:
    return reader.text(table.get(key), key) or None
