"""One YAML 1.2 text -> Instrument, or BadDefinition with file:line:column of every problem. Keeps nothing.

The items, scales, bands and rules are read by the `loading_*` modules beside this one. What can only be
proved by walking answer sets (rules that never fire, assertions, examples) is `checking.py`.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from instruments.canonical import canonical_bytes
from instruments.conditions import Named, items_in, leaves
from instruments.formulas import scores_in
from instruments.loading_bands import read_band_sets
from instruments.loading_items import Sheet, read_answer_sets, read_items, with_critical
from instruments.loading_rules import Names, read_assertions, read_changes, read_examples, read_findings
from instruments.loading_scales import Board, read_scales
from instruments.model import Confidence, Informant, Instrument, Permission, Source, Terms
from instruments.reading import Reader
from instruments.source import Leaf, Table, read_source

VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+\Z")
_REQUIRED = (
    "instrument",
    "version",
    "name",
    "title",
    "publisher",
    "permission",
    "sources",
    "ages",
    "items",
    "answers",
)
_OPTIONAL = (
    *("about", "wording", "clinical_check", "languages", "informants", "minutes", "recall", "introduction"),
    *("codes", "notes", "lead", "scales", "bands", "findings", "assert", "changes", "examples"),
)
_OLDEST = 120
_LONGEST_CHAIN = 40
NOT_CHECKED = "not yet checked by a clinician"


def load_definition(text: str | bytes, file: str) -> Instrument:
    """The instrument that a text defines. Raises BadDefinition with every problem that reading can find."""
    tree = read_source(text, file)
    reader = Reader()
    table = reader.table(tree, "the definition", _REQUIRED, _OPTIONAL)
    instrument = _instrument(table, reader)
    _unique_names(instrument, table, reader)
    _short_chains(instrument, table, reader)
    reader.problems.raise_if_any()
    return replace(instrument, digest=digest_of(instrument))


def digest_of(instrument: Instrument) -> str:
    """The SHA-256 of the whole content in canonical form, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical_bytes(replace(instrument, digest=""))).hexdigest()


def _instrument(table: Table, reader: Reader) -> Instrument:
    answers = read_answer_sets(table.get("answers"), reader)
    lead = reader.words(table.get("lead"), "lead")
    items = read_items(table.get("items"), Sheet(reader, answers, lead))
    board = Board(reader, items)
    scales = read_scales(table.get("scales"), board)
    sources = _sources(table, reader)
    cited, ages = tuple(source.id for source in sources), _ages(table, reader)
    names = Names(reader, items, scales, read_band_sets(table.get("bands"), board, cited), cited)
    findings = read_findings(table.get("findings"), names)
    return Instrument(
        id=_id(table, reader),
        version=_version(table, reader),
        digest="",
        name=reader.text(table.get("name"), "name"),
        title=reader.words(table.get("title"), "title"),
        about=reader.words(table.get("about"), "about"),
        publisher=reader.text(table.get("publisher"), "publisher"),
        permission=_permission(table, reader),
        wording_source=reader.text(table.get("wording"), "wording"),
        clinical_check=reader.text(table.get("clinical_check"), "clinical_check", NOT_CHECKED),
        sources=sources,
        languages=_languages(table, reader),
        ages=ages[:2],
        self_from=ages[2],
        informants=_informants(table, reader),
        minutes=reader.whole(table.get("minutes"), "minutes", 1, 240, 5),
        recall=reader.words(table.get("recall"), "recall"),
        introduction=reader.words(table.get("introduction"), "introduction"),
        codes=reader.codes(table.get("codes"), "codes"),
        notes=tuple(reader.text(part, "notes") for part in reader.row(table.get("notes"), "notes")),
        items=with_critical(items, findings),
        scales=scales,
        band_sets=names.band_sets,
        findings=findings,
        assertions=read_assertions(table.get("assert"), names, findings),
        changes=read_changes(table.get("changes"), names),
        examples=read_examples(table.get("examples"), names),
    )


def _id(table: Table, reader: Reader) -> str:
    node = table.get("instrument")
    return (
        reader.identifier(node, "instrument") if isinstance(node, Leaf) else reader.text(node, "instrument")
    )


def _version(table: Table, reader: Reader) -> str:
    node = table.get("version")
    version = reader.text(node, "version", "0.0.0")
    if node is not None and not VERSION.match(version):
        reader.problems.add(node.place, "version", found=repr(version), allowed='three numbers, as "1.0.0"')
    return version


def _permission(table: Table, reader: Reader) -> Permission:
    found = reader.table(table.get("permission"), "permission", ["terms", "basis", "source", "seen_on"])
    return Permission(
        Terms(reader.word(found.get("terms"), "terms", list(Terms), Terms.REGISTRATION)),
        reader.text(found.get("basis"), "basis"),
        reader.text(found.get("source"), "source"),
        reader.day(found.get("seen_on"), "seen_on"),
    )


def _sources(table: Table, reader: Reader) -> tuple[Source, ...]:
    found: list[Source] = []
    for key, value in reader.open_table(table.get("sources"), "sources").entries:
        one = reader.table(value, "a source", ["cite", "confidence"], ["url"])
        confidence = reader.word(one.get("confidence"), "confidence", list(Confidence), Confidence.UNVERIFIED)
        cite, url = reader.text(one.get("cite"), "cite"), reader.text(one.get("url"), "url")
        found.append(Source(reader.identifier(key, "the id of a source"), cite, url, Confidence(confidence)))
    return tuple(found)


def _languages(table: Table, reader: Reader) -> tuple[str, ...]:
    return tuple(reader.text(part, "languages") for part in reader.row(table.get("languages"), "languages"))


def _ages(table: Table, reader: Reader) -> tuple[int, int, int]:
    """From, to, and from when on people answer for themselves: the same age unless it says another."""
    found = reader.table(table.get("ages"), "ages", ["from"], ["to", "self_from"])
    low = reader.whole(found.get("from"), "ages", 0, _OLDEST)
    high = reader.whole(found.get("to"), "ages", low, _OLDEST, _OLDEST)
    return low, high, reader.whole(found.get("self_from"), "ages: self_from", low, high, low)


def _informants(table: Table, reader: Reader) -> tuple[Informant, ...]:
    parts = reader.row(table.get("informants"), "informants")
    return tuple(
        Informant(reader.word(part, "informants", list(Informant), Informant.SELF)) for part in parts
    )


def _unique_names(instrument: Instrument, table: Table, reader: Reader) -> None:
    """An item, a scale and a finding never share a name, so that a name alone says what is meant."""
    groups = (instrument.items, instrument.scales, instrument.findings)
    names = Counter(part.id for group in groups for part in group)
    for name in sorted(name for name, times in names.items() if times > 1):
        reader.problems.add(
            table.place, f"the name {name!r} is used for more than one item, scale or finding"
        )


def _short_chains(instrument: Instrument, table: Table, reader: Reader) -> None:
    """What rests on what rests on what has an end soon: it is worked out by one function calling the next."""
    depths: dict[str, int] = {}
    for name, earlier in _chains(instrument):
        depths[name] = 1 + max((depths.get(each, 0) for each in earlier), default=0)
        if depths[name] > _LONGEST_CHAIN:
            found, allowed = f"{name!r} after {depths[name] - 1} others", f"at most {_LONGEST_CHAIN}"
            reader.problems.add(
                table.place, "too many things rest on one another", found=found, allowed=allowed
            )
            return


def _chains(instrument: Instrument) -> Iterator[tuple[str, Iterable[str]]]:
    """Each item, scale and finding with the earlier ones of its kind that it looks at."""
    for item in instrument.items:
        yield item.id, () if item.asked_if is None else items_in(item.asked_if)
    for scale in instrument.scales:
        yield scale.id, scores_in(scale.formula)
    for finding in instrument.findings:
        yield finding.id, (leaf.name for leaf in leaves(finding.when) if isinstance(leaf, Named))
