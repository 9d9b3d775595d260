"""The escalation file -> an Escalation. Part of loading."""

from __future__ import annotations

from instruments.reading import Reader
from instruments.source import Leaf, Node, Table
from referral.deadlines import WORKING
from referral.escalation import OWNER, Escalation, MissedRung
from referral.loading import both_languages, chosen, limited_span, open_file
from referral.loading_pathways import ROLES, read_limit
from referral.model import Urgency

AT_ONCE = "at once"
_TOLD = (OWNER, *ROLES)


def read_escalation(text: str | bytes, file: str) -> Escalation:
    """What a text says is done about missed deadlines. Raises BadDefinition with every problem."""
    tree, reader, digest = open_file(text, file)
    table = reader.table(tree, "the file", ["escalation", "version", "missed", "unended", "postpone"])
    missed = reader.table(table.get("missed"), "missed", list(map(str, Urgency)))
    postpone = reader.table(table.get("postpone"), "postpone", [], list(map(str, Urgency)))
    escalation = Escalation(
        version=reader.text(table.get("version"), "version"),
        digest=digest,
        missed={urgency: _rungs(missed, urgency, reader) for urgency in Urgency},
        unended=_unended(table, reader),
        postpone={
            urgency: read_limit(node, f"postpone, {urgency}", reader)
            for urgency in Urgency
            if (node := postpone.get(urgency)) is not None
        },
    )
    reader.problems.raise_if_any()
    return escalation


def _rungs(missed: Table, urgency: Urgency, reader: Reader) -> tuple[MissedRung, ...]:
    what = f"missed, {urgency}"
    node = missed.get(urgency)
    rungs = tuple(_rung(part, what, reader) for part in reader.row(node, what))
    if rungs and (rungs[0].after is not None or any(rung.after is None for rung in rungs[1:])):
        place = (node or missed).place
        reader.problems.add(place, f"{what}: the first rung, and only the first, is told at once")
    return rungs


def _unended(table: Table, reader: Reader) -> tuple[MissedRung, ...]:
    rungs = tuple(_rung(part, "unended", reader) for part in reader.row(table.get("unended"), "unended"))
    for rung in rungs:
        if rung.after is None or rung.after.unit in WORKING:
            reader.problems.add(rung.place, "unended: a rung is some real time after the acknowledgement")
    return rungs


def _rung(node: Node, what: str, reader: Reader) -> MissedRung:
    table = reader.table(
        node, f"{what}: a rung", ["within", "tell", "text", "source"], ["at_most", "outside"]
    )
    within = table.get("within")
    at_once = isinstance(within, Leaf) and within.written == AT_ONCE
    return MissedRung(
        after=None if at_once else limited_span(table, what, reader),
        tell=chosen(table.get("tell"), f"{what}: tell", _TOLD, reader),
        text=both_languages(table.get("text"), f"{what}: text", reader),
        source=reader.text(table.get("source"), f"{what}: source"),
        place=node.place,
    )
