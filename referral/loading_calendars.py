"""Calendar files -> Calendar values, with public holidays resolved. Part of loading."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import holidays

from instruments.model import Text
from instruments.reading import Reader
from instruments.source import Node, Table
from referral.deadlines import Calendar, Hours, Term
from referral.loading import both_languages, identifier, open_file

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SPAN = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])\Z")
_REQUIRED = ("calendar", "version", "name", "zone", "hours")
_OPTIONAL = ("terms", "closed", "special", "public_holidays", "years")
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_LONGEST_CLOSURE = 120


def read_calendar(text: str | bytes, file: str) -> Calendar:
    """The calendar that a text defines. Raises BadDefinition with every problem."""
    tree, reader, _ = open_file(text, file)
    table = reader.table(tree, "the calendar", _REQUIRED, _OPTIONAL)
    terms = tuple(_term(part, reader) for part in reader.row(table.get("terms"), "terms"))
    closed = _holidays(table, _years(table, terms, reader), reader) | _closures(table.get("closed"), reader)
    calendar_id = identifier(table, "calendar", reader)
    name = both_languages(table.get("name"), "name", reader)
    zone = _zone(table.get("zone"), reader)
    weekly = _weekly(table.get("hours"), reader)
    special = _special(table.get("special"), reader)
    version = reader.text(table.get("version"), "version")
    reader.problems.raise_if_any()
    return Calendar(calendar_id, version, name, zone, weekly, closed, special, terms)


def _zone(node: Node | None, reader: Reader) -> ZoneInfo:
    name = reader.text(node, "zone", "UTC")
    if node is not None and name not in available_timezones():
        reader.problems.unknown(node.place, "an unknown time zone", name, available_timezones())
        return ZoneInfo("UTC")
    return ZoneInfo(name)


def _weekly(node: Node | None, reader: Reader) -> Mapping[int, Hours]:
    table = reader.table(node, "hours", [], _DAYS)
    weekly = {
        number: _hours(table.get(day), day, reader) for number, day in enumerate(_DAYS) if table.get(day)
    }
    if node is not None and not any(weekly.values()):
        reader.problems.add(node.place, "hours", found="no open day", allowed="at least one open day")
    return weekly


def _hours(node: Node | None, what: str, reader: Reader) -> Hours:
    spans: list[tuple[time, time]] = []
    for part in reader.row(node, what):
        words = reader.text(part, what)
        match = _SPAN.match(words)
        if match is None:
            reader.problems.add(part.place, what, found=repr(words), allowed='hours such as "08:00-16:30"')
            continue
        first, last, third, fourth = (int(group) for group in match.groups())
        spans.append((time(first, last), time(third, fourth)))
    bounds = [moment for span in spans for moment in span]
    if node is not None and bounds != sorted(set(bounds)):
        reader.problems.add(
            node.place, what, found="hours out of order", allowed="hours that rise and do not meet"
        )
    return tuple(spans)


def _term(node: Node, reader: Reader) -> Term:
    table = reader.table(node, "a term", ["first", "last", "name"])
    first, last = _first_and_last(table, reader)
    return Term(both_languages(table.get("name"), "name", reader), first, last)


def _first_and_last(table: Table, reader: Reader) -> tuple[date, date]:
    first = reader.day(table.get("first"), "first") or date.min
    last = reader.day(table.get("last"), "last") or first
    if last < first:
        reader.problems.add(table.place, "last", found=str(last), allowed=f"{first} or later")
    return first, max(first, last)


def _closures(node: Node | None, reader: Reader) -> dict[date, Text]:
    closed: dict[date, Text] = {}
    for part in reader.row(node, "closed"):
        table = reader.table(part, "a closure", ["first", "last", "name"])
        first, last = _first_and_last(table, reader)
        name = both_languages(table.get("name"), "name", reader)
        if (last - first).days > _LONGEST_CLOSURE:
            reader.problems.add(
                part.place, "a closure", found=f"{first} to {last}", allowed="at most 120 days"
            )
        else:
            closed |= dict.fromkeys(_days(first, last), name)
    return closed


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))


def _special(node: Node | None, reader: Reader) -> Mapping[date, Hours]:
    special: dict[date, Hours] = {}
    for part in reader.row(node, "special"):
        table = reader.table(part, "a special day", ["on", "hours", "name"])
        day = reader.day(table.get("on"), "on")
        if day is not None:
            special[day] = _hours(table.get("hours"), "hours", reader)
    return special


def _years(table: Table, terms: tuple[Term, ...], reader: Reader) -> range:
    node = table.get("years")
    if node is None:
        named = [term.first.year for term in terms] + [term.last.year for term in terms]
        return range(min(named), max(named) + 1) if named else range(0)
    years = reader.table(node, "years", ["from", "to"])
    first = reader.whole(years.get("from"), "from", _FIRST_YEAR, _LAST_YEAR, _FIRST_YEAR)
    return range(first, reader.whole(years.get("to"), "to", first, _LAST_YEAR, first) + 1)


def _holidays(table: Table, years: range, reader: Reader) -> dict[date, Text]:
    node = table.get("public_holidays")
    if node is None:
        return {}
    found = reader.table(node, "public_holidays", ["country"], ["subdivision"])
    country = reader.text(found.get("country"), "country")
    part = reader.text(found.get("subdivision"), "subdivision") or None
    if not years:
        reader.problems.add(node.place, "public_holidays without years", allowed="years, or terms")
        return {}
    if not _known(country, part):
        reader.problems.add(node.place, "public_holidays", found=f"{country} {part or ''}".strip())
        return {}
    named = holidays.country_holidays(country, subdiv=part, years=years)
    return {day: {"en": name, "es": f"Día festivo ({name})"} for day, name in sorted(named.items())}


def _known(country: str, part: str | None) -> bool:
    supported = holidays.list_supported_countries()
    return country in supported and (part is None or part in supported[country])
