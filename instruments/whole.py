"""YAML by its own parser, for whatever the quick reader does not surely read alike. Knows nothing of definitions.

The text is taken event by event, without recursion, so a hostile file costs bounded time and memory. The parser is
slow to load: `source.py` does so for the first text that needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StreamMark, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from instruments.nodes import MAX_DEPTH, MAX_VALUES, Leaf, Node, Row, Table, describe, plain_value
from instruments.problems import Place, Problems


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not been read yet."""

    place: Place
    is_table: bool
    parts: list[Node] = field(default_factory=list)


class _Stop(Exception):
    """Reading cannot go on; the reason has been noted."""


class _Builder:
    """Builds the tree from parser events with a stack of its own, noting every problem on the way."""

    def __init__(self, file: str, problems: Problems) -> None:
        self._file = file
        self._problems = problems
        self._stack: list[_Open] = []
        self._values = 0
        self._documents = 0
        self._root: Node | None = None

    def build(self, text: str) -> Node | None:
        try:
            for event in _events(text):
                self._take(event)
        except _Stop:
            return None
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = self._place(mark) if mark else Place(self._file, 1, 1)
            self._problems.add(place, f"not readable as YAML: {error.problem or error.context}")
            return None
        except (YAMLError, ValueError) as error:
            self._problems.add(Place(self._file, 1, 1), f"not readable as YAML: {str(error).splitlines()[0]}")
            return None
        return self._root

    def _place(self, mark: StreamMark) -> Place:
        return Place(self._file, mark.line + 1, mark.column + 1)

    def _take(self, event: Event) -> None:
        handler = _HANDLERS.get(type(event))
        if handler is not None:
            handler(self, event)

    def _start_document(self, event: DocumentStartEvent) -> None:
        self._documents += 1
        if self._documents > 1:
            place = self._place(event.start_mark)
            self._problems.add(place, "a second document", allowed="one document a file")
            raise _Stop
        if event.version not in (None, (1, 2)) or event.tags:
            self._problems.add(self._place(event.start_mark), "a directive", allowed="YAML 1.2 without tags")

    def _alias(self, event: AliasEvent) -> None:
        place = self._place(event.start_mark)
        self._problems.add(place, "an alias", found=f"*{event.anchor}", allowed="the value written out")
        self._attach(Leaf(place, None, ""))

    def _scalar(self, event: ScalarEvent) -> None:
        place = self._count(event)
        value = plain_value(event.value) if event.implicit[0] else event.value
        if isinstance(value, str) and value is not event.value:
            self._problems.add(place, "a number that is too long", found=f"{len(event.value)} digits")
        self._attach(Leaf(place, value, event.value))

    def _start(self, event: MappingStartEvent | SequenceStartEvent) -> None:
        place = self._count(event)
        if len(self._stack) >= MAX_DEPTH:
            self._problems.add(place, "nested too deeply", allowed=f"at most {MAX_DEPTH} levels")
            raise _Stop
        self._stack.append(_Open(place, type(event) is MappingStartEvent))

    def _end(self, _event: MappingEndEvent | SequenceEndEvent) -> None:
        done = self._stack.pop()
        self._attach(self._table(done) if done.is_table else Row(done.place, tuple(done.parts)))

    def _count(self, event: ScalarEvent | MappingStartEvent | SequenceStartEvent) -> Place:
        """Refuse anchors and tags, bound the number of values, and tell where this one stands."""
        place = self._place(event.start_mark)
        self._values += 1
        if self._values > MAX_VALUES:
            self._problems.add(place, "too many values", allowed=f"at most {MAX_VALUES}")
            raise _Stop
        if event.anchor is not None:
            self._problems.add(place, "an anchor", found=f"&{event.anchor}", allowed="the value alone")
        if event.tag is not None:
            self._problems.add(place, "a tag", found=str(event.tag), allowed="the value alone")
        return place

    def _attach(self, node: Node) -> None:
        if self._stack:
            self._stack[-1].parts.append(node)
        else:
            self._root = node

    def _table(self, done: _Open) -> Table:
        entries: list[tuple[Leaf, Node]] = []
        seen: dict[str, Place] = {}
        for key, value in zip(done.parts[::2], done.parts[1::2], strict=False):
            if not isinstance(key, Leaf) or isinstance(key.value, float | bool) or key.value is None:
                self._problems.add(key.place, "a key", found=describe(key), allowed="a word, a whole number")
            elif key.written in seen:
                found = f"first at {seen[key.written]}"
                self._problems.add(key.place, f"the key {key.written!r} twice", found=found)
            else:
                seen[key.written] = key.place
                entries.append((key, value))
        return Table(done.place, tuple(entries))


_HANDLERS: dict[type, Callable[..., None]] = {
    DocumentStartEvent: _Builder._start_document,  # noqa: SLF001 - the table belongs to the class
    AliasEvent: _Builder._alias,  # noqa: SLF001 - as above
    ScalarEvent: _Builder._scalar,  # noqa: SLF001 - as above
    MappingStartEvent: _Builder._start,  # noqa: SLF001 - as above
    SequenceStartEvent: _Builder._start,  # noqa: SLF001 - as above
    MappingEndEvent: _Builder._end,  # noqa: SLF001 - as above
    SequenceEndEvent: _Builder._end,  # noqa: SLF001 - as above
}


def _events(text: str) -> Iterator[Event]:
    yield from YAML(typ="safe", pure=True).parse(text)


def whole_tree(text: str, file: str) -> Node | None:
    """The tree of a text, None when it is empty. Raises BadDefinition. The quick reader must agree with it."""
    problems = Problems()
    tree = _Builder(file, problems).build(text)
    problems.raise_if_any()
    return tree
