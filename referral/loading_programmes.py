"""Programme files -> Programme values, every pin checked against what is there. Part of loading."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from instruments.model import Instrument
from instruments.problems import BadDefinition, DefinitionProblem
from instruments.reading import Reader
from instruments.source import Node, Table
from referral.loading import both_languages, identifier, open_file
from referral.loading_routing import Instruments
from referral.programmes import Programme, can_be_put_to_people
from referral.rules import Rules
from referral.versioned import UnknownDefinition

_REQUIRED = ("programme", "version", "name", "ages", "routing", "instruments", "first")
_OLDEST = 120

RulesFor = Callable[[str, Instruments], Rules]
"""`id@version` of a routing file and the instruments to read it with -> its rules; raises as `load_routing`."""


@dataclass(frozen=True, slots=True)
class Pinned:
    """A catalogue in which the pinned version of an instrument stands for it; of the others, the newest."""

    catalogue: Instruments
    pins: Mapping[str, Instrument]

    def get(self, id: str, version: str | None = None) -> Instrument:  # noqa: A002  the catalogue's own name
        """The instrument with an id, in the version that is named, else the pinned one."""
        if version is None and id in self.pins:
            return self.pins[id]
        return self.catalogue.get(id, version)


def read_programme(text: str | bytes, file: str, instruments: Instruments, rules_for: RulesFor) -> Programme:
    """The programme that a text defines. Raises BadDefinition with every problem, also those of its rules."""
    tree, reader, content = open_file(text, file)
    table = reader.table(tree, "the programme", _REQUIRED, ["offered"])
    pins = _pins(table.get("instruments"), instruments, reader)
    beyond: list[DefinitionProblem] = []
    rules = _rules(table.get("routing"), Pinned(instruments, pins), rules_for, (reader, beyond))
    if rules is not None:
        _check_fit(rules, pins, table, reader)
    offered = _offered(table, pins, reader)
    found = (
        identifier(table, "programme", reader),
        reader.text(table.get("version"), "version"),
        both_languages(table.get("name"), "name", reader),
        _ages(table.get("ages"), reader),
        _chosen(table.get("first"), "first", offered, reader),
    )
    if reader.problems.found or beyond or rules is None:
        raise BadDefinition([*reader.problems.found, *beyond])
    digest = hashlib.sha256(f"{content}\n{rules.digest}".encode()).hexdigest()
    programme, version, name, ages, first = found
    return Programme(programme, version, digest, name, ages, rules, pins, offered, first)


def _pins(node: Node | None, instruments: Instruments, reader: Reader) -> Mapping[str, Instrument]:
    pins: dict[str, Instrument] = {}
    for key, value in reader.open_table(node, "instruments").entries if node is not None else ():
        version = reader.text(value, f"the version of {key.written}")
        try:
            pins[key.written] = instruments.get(key.written, version or None)
        except LookupError as error:
            reader.problems.add(value.place, "instruments: an unknown version", found=str(error))
        except BadDefinition as bad:
            reader.problems.add(value.place, "instruments: one that cannot be used", found=str(bad))
    return pins


def _rules(
    node: Node | None, pinned: Pinned, rules_for: RulesFor, told: tuple[Reader, list[DefinitionProblem]]
) -> Rules | None:
    """The rules, read with the pinned versions. What is wrong in their own file is told beside the programme's."""
    reader, beyond = told
    if node is None:
        return None
    wanted = reader.text(node, "routing")
    if not all(wanted.partition("@")):
        reader.problems.add(node.place, "routing without a version", found=repr(wanted), allowed="id@1.0.0")
        return None
    try:
        return rules_for(wanted, pinned)
    except UnknownDefinition as unknown:
        reader.problems.add(node.place, "routing: an unknown version", found=str(unknown))
    except BadDefinition as bad:
        what = f"{wanted} cannot be used with the pinned versions"
        reader.problems.add(node.place, what, found=f"{len(bad.problems)} problems in it")
        beyond += bad.problems
    return None


def _check_fit(rules: Rules, pins: Mapping[str, Instrument], table: Table, reader: Reader) -> None:
    """Every pinned instrument leads somewhere, and the rules look at nothing in a version that is not pinned."""
    place = (table.get("instruments") or table).place
    used = {each.id: each for each in rules.uses.values()}
    for name in pins.keys() - used.keys():
        reader.problems.unknown(place, f"an instrument that {rules.id} does not know", name, used)
    for name, one in used.items():
        if name not in pins:
            what = f"{rules.id} looks at {name}, which is not pinned"
            reader.problems.add(place, what, allowed=f'{name}: "{one.version}"')
        elif pins[name].version != one.version:
            what = f"{rules.id} looks at {name} {one.version}, and another version is pinned"
            reader.problems.add(place, what, found=pins[name].version, allowed=one.version)


def _offered(table: Table, pins: Mapping[str, Instrument], reader: Reader) -> tuple[str, ...]:
    able = tuple(name for name, one in pins.items() if can_be_put_to_people(one))
    node = table.get("offered")
    return able if node is None else _chosen(node, "offered", able, reader)


def _chosen(node: Node | None, what: str, allowed: Iterable[str], reader: Reader) -> tuple[str, ...]:
    """Instruments out of those that have words and that people answer for themselves, each once."""
    choices = tuple(allowed)
    parts = reader.row(node, what)
    found = [reader.word(part, f"{what}: an instrument that can be asked", choices) for part in parts]
    if node is not None and (not found or len(set(found)) < len(found)):
        reader.problems.add(
            node.place, what, found=", ".join(found) or "none", allowed="one or more, each once"
        )
    return tuple(name for name in found if name)


def _ages(node: Node | None, reader: Reader) -> tuple[int, int]:
    ages = reader.table(node, "ages", ["from", "to"]) if node is not None else None
    if ages is None:
        return 0, _OLDEST
    first = reader.whole(ages.get("from"), "from", 0, _OLDEST)
    return first, reader.whole(ages.get("to"), "to", first, _OLDEST, _OLDEST)
