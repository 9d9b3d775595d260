"""A clinic's own licensed words for an instrument that ships without any: an empty form, and the new definition.

The words become a wording version of the same instrument: it asks the same items with the same answers, scores
alike to the digest, and only the second number of its version rises.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from instruments.loading import load_definition
from instruments.model import Instrument, Item, Option
from instruments.nodes import Leaf, Node, Table
from instruments.parts import Part, digest_of_part, stepped
from instruments.problems import BadDefinition, DefinitionProblem, Place
from instruments.reading import Reader
from instruments.source import read_source
from instruments.writing import row, table, with_entry, without_entries, word, written

_KEYS = ("wording_of", "languages", "source", "answers", "items")
_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Attached:
    """A wording version: the text of its definition, and the instrument that this text defines."""

    text: str
    instrument: Instrument


@dataclass(frozen=True, slots=True)
class Ends:
    """One set of answers as read aloud: its lowest and highest value with their words, and who is asked with it."""

    items: tuple[str, ...]
    lowest: Option
    highest: Option


def ends_of(instrument: Instrument) -> tuple[Ends, ...]:
    """The lowest and highest answer of each different set: what a person compares with the form on paper.

    Nothing else can tell that words were put to the wrong values, as where a scale was written upside down.
    """
    asked: dict[tuple[tuple[int, tuple[tuple[str, str], ...]], ...], list[Item]] = {}
    for item in instrument.items:
        words = tuple((option.value, tuple(sorted(option.label.items()))) for option in item.options)
        asked.setdefault(tuple(sorted(words)), []).append(item)
    return tuple(_ends(items) for items in asked.values())


def _ends(items: list[Item]) -> Ends:
    by_value = sorted(items[0].options, key=lambda option: option.value)
    return Ends(tuple(item.id for item in items), by_value[0], by_value[-1])


@dataclass(slots=True)
class _Words:
    """One file of words while it is read: the languages that everything needs, and every problem."""

    languages: tuple[str, ...] = ()
    reader: Reader = field(default_factory=Reader)


def empty_form(definition: bytes, file: str, languages: tuple[str, ...]) -> str:
    """The YAML text in which a clinic fills in its words: every answer and item, with nothing said yet."""
    source = _definition(definition, file)
    words = table((language, word("")) for language in languages)
    answers = (
        (name.written, table((_number(value), words) for value, _ in _entries(options)))
        for name, options in _entries(source.get("answers"))
    )
    form: dict[str | int, Node] = {
        "wording_of": source.get("instrument") or word(""),
        "languages": row(languages),
        "source": word(""),
        "introduction": words,
        "lead": words,
        "answers": table(answers),
        "items": table((name.written, words) for name, _ in _entries(source.get("items"))),
    }
    return _HEAD + written(table(form.items()))


_HEAD = """\
# Fill in every empty text. `source`: whose text this is, which edition, under which licence or permission.
# `introduction` (read once, at the start) and `lead` (the stem, read with every item) may stay empty. An item that
# is read with a stem of its own is written as {ask: {en: ...}, lead: {en: ...}}.
"""


def attach(definition: bytes, file: str, words: bytes, words_file: str) -> Attached:
    """The wording version that a file of words makes of a definition.

    Raises BadDefinition with everything that is missing or unknown in the words as file:line:column.
    """
    source = _definition(definition, file)
    before = load_definition(definition, file)
    tree = _with_words(source, _table(read_source(words, words_file)))
    tree = with_entry(tree, "version", word(stepped(before.version, Part.WORDING)))
    text = written(tree)
    after = load_definition(text, words_file)
    if digest_of_part(before, Part.SCORING) != digest_of_part(after, Part.SCORING):
        problem = DefinitionProblem(Place(words_file, 1, 1), "words that would change the scoring")
        raise BadDefinition([problem])
    return Attached(text, after)


def says_the_same(one: Instrument, other: Instrument) -> bool:
    """Whether two versions differ in nothing but their number."""
    return all(digest_of_part(one, part) == digest_of_part(other, part) for part in Part)


def _with_words(source: Table, words: Table) -> Table:
    read = _Words()
    read.reader.table(words, "the wording", _KEYS, ("introduction", "lead"))
    read.languages = _languages(words, read)
    _must_be_of(source, words, read)
    said = _filled(words.get("source"), "source", read)
    answers = _answers(_table(source.get("answers")), words.get("answers"), read)
    items = _items(_table(source.get("items")), words.get("items"), read)
    tops = {key: _text(words.get(key), key, read) for key in ("introduction", "lead")}
    read.reader.problems.raise_if_any()
    tree = without_entries(source, "introduction", "lead")
    parts: dict[str, Node | None] = {
        "wording": word(said),
        "languages": row(read.languages),
        **tops,
        "answers": answers,
        "items": items,
    }
    for key, value in parts.items():
        tree = tree if value is None else with_entry(tree, key, value)
    return tree


def _languages(words: Table, read: _Words) -> tuple[str, ...]:
    node = words.get("languages")
    named = tuple(read.reader.text(part, "languages") for part in read.reader.row(node, "languages"))
    if node is not None and not named:
        read.reader.problems.add(node.place, "languages", found="none", allowed="at least one, as [en]")
    return named


def _must_be_of(source: Table, words: Table, read: _Words) -> None:
    mine, named = source.get("instrument"), words.get("wording_of")
    wanted = mine.written if isinstance(mine, Leaf) else ""
    found = read.reader.text(named, "wording_of")
    if named is not None and found != wanted:
        read.reader.problems.add(named.place, "words for another instrument", found=found, allowed=wanted)


def _filled(node: Node | None, what: str, read: _Words) -> str:
    said = read.reader.text(node, what).strip()
    if node is not None and not said:
        allowed = "whose text this is, which edition, under which licence"
        read.reader.problems.add(node.place, what, found="nothing", allowed=allowed)
    return said


def _answers(sets: Table, node: Node | None, read: _Words) -> Table:
    """Every answer set with words for each of its answers; their codes stay."""
    if node is None:
        return sets
    given = read.reader.table(node, "answers", optional=[name.written for name, _ in sets.entries])
    return table(
        (name.written, _answer_set(name.written, options, given, read)) for name, options in sets.entries
    )


def _answer_set(name: str, options: Node, given: Table, read: _Words) -> Table:
    entries = _entries(options)
    node = given.get(name)
    if node is None:
        read.reader.problems.add(given.place, f"the answers {name!r} are missing")
        return table([])
    found = read.reader.table(node, f"the answers {name!r}", optional=[value.written for value, _ in entries])
    done: dict[str | int, Node] = {}
    spoken: dict[str, Table] = {}
    for value, old in entries:
        said = _said(found, value.written, f"answer {value.written} of {name!r}", read)
        spoken[value.written] = said
        codes = old.get("codes") if isinstance(old, Table) else None
        done[_number(value)] = said if codes is None else with_entry(said, "codes", codes)
    _must_differ(name, found, spoken, read)
    return table(done.items())


def _must_differ(name: str, found: Table, said: Mapping[str, Table], read: _Words) -> None:
    """Two answers that read alike cannot be told apart by whoever answers, nor their values by whoever scores."""
    before: dict[tuple[str, str], str] = {}
    for value, words in said.items():
        for language, text in words.entries:
            heard = " ".join(text.written.split()).casefold() if isinstance(text, Leaf) else ""
            first = before.setdefault((language.written, heard), value)
            if heard and first != value:
                what = f"answer {value} of {name!r} reads like answer {first} in {language.written!r}"
                place = _place(found.get(value) or found, language.written)
                read.reader.problems.add(place, what, allowed="words of its own")


def _items(items: Table, node: Node | None, read: _Words) -> Table:
    """Every item with its words; everything else about it stays."""
    if node is None:
        return items
    given = read.reader.table(node, "items", optional=[name.written for name, _ in items.entries])
    return table((name.written, _item(name.written, _table(old), given, read)) for name, old in items.entries)


def _item(name: str, old: Table, given: Table, read: _Words) -> Table:
    bare = without_entries(old, "ask", "lead")
    node = given.get(name)
    if isinstance(node, Table) and (node.get("ask") is not None or node.get("lead") is not None):
        parts = read.reader.table(node, f"item {name!r}", ("ask",), ("lead",))
        lead = _text(parts.get("lead"), f"the stem of item {name!r}", read)
        bare = with_entry(bare, "lead", lead) if lead is not None else bare
        return with_entry(bare, "ask", _said(parts, "ask", f"item {name!r}", read))
    return with_entry(bare, "ask", _said(given, name, f"item {name!r}", read))


def _said(found: Table, key: str, what: str, read: _Words) -> Table:
    """The words under a key, there in every language."""
    node = found.get(key)
    if node is None:
        read.reader.problems.add(found.place, f"{what} is missing")
        return table([])
    return _in_every_language(node, what, read)


def _text(node: Node | None, what: str, read: _Words) -> Table | None:
    """Words that may be absent, or empty in every language; else they are there in every one."""
    if node is None or not any(text.strip() for text in read.reader.words(node, what).values()):
        return None
    return _in_every_language(node, what, read)


def _in_every_language(node: Node, what: str, read: _Words) -> Table:
    spoken = read.reader.words(node, what)
    for language in read.languages:
        if not spoken.get(language, "").strip():
            read.reader.problems.add(_place(node, language), f"{what} has no words in {language!r}")
    for language, text in spoken.items():
        if language not in read.languages:
            read.reader.problems.unknown(
                _place(node, language), f"a language of {what}", language, read.languages
            )
        elif len(text) > _LONGEST:
            allowed = f"at most {_LONGEST} characters"
            read.reader.problems.add(_place(node, language), what, found=str(len(text)), allowed=allowed)
    return table((language, word(text.strip())) for language, text in spoken.items())


def _place(node: Node, language: str) -> Place:
    """Where the words of a language stand, else where they should."""
    spoken = node.get(language) if isinstance(node, Table) else None
    return node.place if spoken is None else spoken.place


def _definition(definition: bytes, file: str) -> Table:
    return _table(read_source(definition, file))


def _table(node: Node | None) -> Table:
    return node if isinstance(node, Table) else table([])


def _entries(node: Node | None) -> tuple[tuple[Leaf, Node], ...]:
    return _table(node).entries


def _number(leaf: Leaf) -> str | int:
    return leaf.value if isinstance(leaf.value, int) else leaf.written
