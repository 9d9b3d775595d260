"""Pathway and common deadline files -> Pathway values. Part of loading."""

from __future__ import annotations

from collections.abc import Mapping

from instruments.model import Text
from instruments.reading import Reader
from instruments.source import Node, Table
from referral.deadlines import Unit, Within
from referral.loading import both_languages, chosen, identifier, limited_span, open_file
from referral.model import Clock, DeclineReason, Urgency
from referral.pathways import (
    Eligibility,
    LetterPart,
    LetterRules,
    Limit,
    Method,
    Pathway,
    ProtocolStep,
    Rung,
    Setting,
)

Limits = Mapping[Urgency, Mapping[Clock, Limit]]
_MAIN = (Clock.ACKNOWLEDGE, Clock.FIRST_CONTACT, Clock.FIRST_APPOINTMENT, Clock.OUTCOME_REPORT)
"""The clocks that every pathway states itself, with their sources, for each urgency it has."""

_REQUIRED = (
    "pathway",
    "version",
    "name",
    "for_whom",
    "eligibility",
    "offers",
    "settings",
    "methods",
    "calendar",
    "while_waiting",
    "roles",
    "decline_reasons",
    "minimum_attempts",
    "deadlines",
    "letter",
)
_OPTIONAL = ("checked_on", "protocol", "ladder")
_LONGEST_RUNG = 24 * 60
_OLDEST = 120
ORGANISATIONS = "organisation"
"""The calendar of a pathway whose clocks run by the hours of the organisation that refers."""
ROLES = ("counselor", "referral staff", "clinician", "coordinator", "supervisor", "on-call")


def read_common_deadlines(text: str | bytes, file: str) -> Limits:
    """The limits that hold where a pathway says nothing. Raises BadDefinition with every problem."""
    tree, reader, _ = open_file(text, file)
    table = reader.table(tree, "the file", ["deadlines", "version", "clocks"])
    limits: dict[Urgency, dict[Clock, Limit]] = {urgency: {} for urgency in Urgency}
    clocks = reader.table(table.get("clocks"), "clocks", list(map(str, Clock)))
    for clock in Clock:
        urgencies = reader.table(clocks.get(clock), clock, list(map(str, Urgency)))
        for urgency in Urgency:
            limits[urgency][clock] = read_limit(urgencies.get(urgency), f"{clock}, {urgency}", reader)
    reader.problems.raise_if_any()
    return limits


def read_pathway(text: str | bytes, file: str, common: Limits) -> Pathway:
    """The pathway that a text defines. Raises BadDefinition with every problem."""
    tree, reader, digest = open_file(text, file)
    table = reader.table(tree, "the pathway", _REQUIRED, _OPTIONAL)
    attempts = reader.table(table.get("minimum_attempts"), "minimum_attempts", ["count", "source"])
    reasons = chosen(table.get("decline_reasons"), "decline_reasons", DeclineReason, reader)
    pathway = Pathway(
        id=identifier(table, "pathway", reader),
        version=reader.text(table.get("version"), "version"),
        digest=digest,
        name=both_languages(table.get("name"), "name", reader),
        for_whom=both_languages(table.get("for_whom"), "for_whom", reader),
        eligibility=_eligibility(table.get("eligibility"), reader),
        settings=tuple(map(Setting, chosen(table.get("settings"), "settings", Setting, reader))),
        methods=tuple(map(Method, chosen(table.get("methods"), "methods", Method, reader))),
        calendar=_calendar(table, reader),
        offers=_texts(table.get("offers"), "offers", reader),
        while_waiting=both_languages(table.get("while_waiting"), "while_waiting", reader),
        roles=chosen(table.get("roles"), "roles", ROLES, reader),
        decline_reasons=frozenset(DeclineReason(reason) for reason in reasons),
        minimum_attempts=reader.whole(attempts.get("count"), "minimum_attempts", 1, 20),
        minimum_attempts_source=reader.text(attempts.get("source"), "minimum_attempts: source"),
        urgencies=_urgencies(table.get("deadlines"), reader),
        limits=_limits(table.get("deadlines"), common, reader),
        letter=_letter(table.get("letter"), reader),
        protocol=tuple(_step(part, reader) for part in reader.row(table.get("protocol"), "protocol")),
        ladder=_ladder(table, reader),
        checked_on=reader.day(table.get("checked_on"), "checked_on"),
        place=table.place,
    )
    reader.problems.raise_if_any()
    return pathway


def _eligibility(node: Node | None, reader: Reader) -> Eligibility:
    table = reader.table(node, "eligibility", ["ages", "text", "source"])
    ages = reader.table(table.get("ages"), "ages", ["from", "to"])
    first = reader.whole(ages.get("from"), "from", 0, _OLDEST)
    last = reader.whole(ages.get("to"), "to", first, _OLDEST, _OLDEST)
    text = both_languages(table.get("text"), "eligibility: text", reader)
    return Eligibility((first, last), text, reader.text(table.get("source"), "eligibility: source"))


def _calendar(table: Table, reader: Reader) -> str | None:
    """The id of a calendar; that there is one of this name is for `folders.py` to say."""
    named = identifier(table, "calendar", reader)
    return None if named == ORGANISATIONS else named


def _texts(node: Node | None, what: str, reader: Reader) -> tuple[Text, ...]:
    return tuple(both_languages(part, what, reader) for part in reader.row(node, what))


def _urgencies(node: Node | None, reader: Reader) -> tuple[Urgency, ...]:
    table = reader.table(node, "deadlines", [], list(map(str, Urgency)))
    urgencies = tuple(urgency for urgency in Urgency if table.get(urgency) is not None)
    if not urgencies and node is not None:
        reader.problems.add(node.place, "deadlines for no urgency", allowed=", ".join(Urgency))
    return urgencies


def _limits(node: Node | None, common: Limits, reader: Reader) -> Limits:
    """The limits of every urgency. One that the file lacks runs as the next more urgent one, else as is common."""
    table = reader.open_table(node, "deadlines")
    limits: dict[Urgency, Mapping[Clock, Limit]] = {}
    nearest: Mapping[Clock, Limit] | None = None
    for urgency in Urgency:
        if table.get(urgency) is not None:
            own = reader.table(
                table.get(urgency), f"deadlines, {urgency}", list(map(str, _MAIN)), list(map(str, Clock))
            )
            nearest = {**common[urgency], **_own_limits(own, urgency, reader)}
        limits[urgency] = nearest or common[urgency]
    return limits


def _own_limits(own: Table, urgency: Urgency, reader: Reader) -> Mapping[Clock, Limit]:
    return {
        clock: read_limit(own.get(clock), f"{clock}, {urgency}", reader)
        for clock in Clock
        if own.get(clock) is not None
    }


def read_limit(node: Node | None, what: str, reader: Reader) -> Limit:
    """How long something may take, with its source; a problem where there is none."""
    if node is None:
        return Limit(Within(1, Unit.MINUTES), "")
    table = reader.table(node, what, ["within", "source"], ["at_most", "outside"])
    source = reader.text(table.get("source"), f"{what}: source")
    return Limit(limited_span(table, what, reader), source, table.place)


def _letter(node: Node | None, reader: Reader) -> LetterRules:
    table = reader.table(node, "letter", ["may_contain", "never", "note"])
    may = chosen(table.get("may_contain"), "may_contain", LetterPart, reader)
    never = chosen(table.get("never"), "never", LetterPart, reader)
    for part in sorted(set(may) & set(never)):
        place = (table.get("never") or table).place
        reader.problems.add(place, "letter: both allowed and ruled out", found=repr(part))
    note = both_languages(table.get("note"), "letter: note", reader)
    return LetterRules(frozenset(map(LetterPart, may)), frozenset(map(LetterPart, never)), note)


def _step(node: Node, reader: Reader) -> ProtocolStep:
    table = reader.table(node, "a step of the protocol", ["id", "title", "text"], ["say"])
    say = table.get("say")
    return ProtocolStep(
        id=identifier(table, "id", reader),
        title=both_languages(table.get("title"), "title", reader),
        text=both_languages(table.get("text"), "text", reader),
        say=None if say is None else both_languages(say, "say", reader),
    )


def _ladder(table: Table, reader: Reader) -> tuple[Rung, ...]:
    rungs = tuple(_rung(part, reader) for part in reader.row(table.get("ladder"), "ladder"))
    minutes = [rung.after_minutes for rung in rungs]
    if minutes != sorted(set(minutes)):
        place = (table.get("ladder") or table).place
        reader.problems.add(place, "the rungs of the ladder", found=str(minutes), allowed="rising minutes")
    return rungs


def _rung(node: Node, reader: Reader) -> Rung:
    table = reader.table(node, "a rung", ["after_minutes", "roles", "text", "source"])
    return Rung(
        after_minutes=reader.whole(table.get("after_minutes"), "after_minutes", 0, _LONGEST_RUNG),
        roles=chosen(table.get("roles"), "roles", ROLES, reader),
        text=both_languages(table.get("text"), "text", reader),
        source=reader.text(table.get("source"), "source"),
        place=node.place,
    )
