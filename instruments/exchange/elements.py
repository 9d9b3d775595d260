"""One element of a JSON resource with its path. It notices which of its parts were read and tells of the others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from instruments.exchange.fhir_names import TRANSLATION
from instruments.exchange.telling import Notes
from instruments.model import Text

_NOT_CARRIED = "not carried: a definition has no place for it"
_LONGEST = 20_000


_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")


def is_language(tag: str) -> bool:
    """Whether a definition can name a language by this tag."""
    return _LANGUAGE.match(tag) is not None


@dataclass(slots=True)
class Shared:
    """What the elements of one file share: what is told of them, what is wrong, the language of their words."""

    notes: Notes = field(default_factory=Notes)
    problems: list[str] = field(default_factory=list)
    language: str = "en"
    elements: list[Element] = field(default_factory=list)


class Element:
    """A JSON object. Taking a part of it marks the part as read; `tell_unread` names the rest."""

    def __init__(self, value: dict[str, Any], path: str, shared: Shared) -> None:
        self.value = value
        self.path = path
        self.shared = shared
        self._unread = dict.fromkeys(value)
        self._extensions: list[Element] | None = None
        self._children: list[Element] = []
        shared.elements.append(self)

    def text(self, key: str) -> str:
        """A text, empty when there is none. Another type, or one that is too long, is a problem."""
        found = self._take(key)
        if found is None:
            return ""
        if not isinstance(found, str) or len(found) > _LONGEST:
            self.problem(key, _described(found), f"a text of at most {_LONGEST} characters")
            return ""
        return found

    def flag(self, key: str) -> bool | None:
        """True, false, or None when absent."""
        found = self._take(key)
        if found is None or isinstance(found, bool):
            return found
        self.problem(key, _described(found), "true or false")
        return None

    def number(self, key: str) -> int | float | None:
        """A number, None when absent."""
        found = self._take(key)
        if found is None or (isinstance(found, int | float) and not isinstance(found, bool)):
            return found
        self.problem(key, _described(found), "a number")
        return None

    def rows(self, key: str) -> list[Element]:
        """The elements of a list, none when it is absent."""
        found = self._take(key)
        if found is None:
            return []
        if not isinstance(found, list) or not all(isinstance(part, dict) for part in found):
            self.problem(key, _described(found), "a list of objects")
            return []
        return [self._child(part, f"{key}[{place}]") for place, part in enumerate(found)]

    def element(self, key: str) -> Element | None:
        """One element, None when it is absent."""
        found = self._take(key)
        if found is None:
            return None
        if not isinstance(found, dict):
            self.problem(key, _described(found), "an object")
            return None
        return self._child(found, key)

    def extensions(self, url: str) -> list[Element]:
        """The extensions with an address. Those that nobody asks for are told of as not carried."""
        if self._extensions is None:
            self._extensions = self.rows("extension")
        found = [one for one in self._extensions if one.value.get("url") == url]
        for one in found:
            one.text("url")
        return found

    def words(self, key: str) -> Text:
        """A text with its translations, by language; empty when there is none."""
        own = self.text(key)
        found = {self.shared.language: own} if own else {}
        around = self.element(f"_{key}") if f"_{key}" in self.value else None
        for one in around.extensions(TRANSLATION) if around else ():
            language, content = "", ""
            for part in one.rows("extension"):
                kind = part.text("url")
                language = part.text("valueCode") if kind == "lang" else language
                content = content or part.text("valueString") or part.text("valueMarkdown")
            if content and is_language(language):
                found[language] = content
            else:
                self.shared.notes.add(
                    one.path, "a translation", "not carried: it lacks words, or a usable language"
                )
        return found

    def has(self, key: str) -> bool:
        """Whether there is a part of this name."""
        return key in self.value

    def problem(self, key: str, found: str, allowed: str) -> None:
        """Note that a part cannot be read."""
        self.shared.problems.append(f"{self.path}.{key}: found {found}; allowed: {allowed}")

    def leave_out(self, what: str, why: str) -> None:
        """Note that this whole element is not carried; its parts are not told of one by one."""
        self.shared.notes.add(self.path, what, f"not carried: {why}")
        self.silence()

    def silence(self) -> None:
        """Count every part as told of, and the parts of those."""
        self._unread.clear()
        for child in self._children:
            child.silence()

    def tell_unread(self) -> None:
        """Note each part that nobody took."""
        for one in self._extensions or ():
            if "url" in one._unread:  # noqa: SLF001 - an element of the same kind
                address = str(one.value.get("url"))[:120]
                self.shared.notes.add(one.path, f"the extension {address}", _NOT_CARRIED)
                one.silence()
        for key in self._unread:
            for place, what in self._untold(key):
                self.shared.notes.add(f"{self.path}.{key}{place}", what, _NOT_CARRIED)

    def _untold(self, key: str) -> Iterator[tuple[str, str]]:
        found = self.value[key]
        if key != "extension" or not isinstance(found, list):
            yield "", key[:60]
            return
        for place, part in enumerate(found):
            address = str(part.get("url") if isinstance(part, dict) else part)[:120]
            yield f"[{place}]", f"the extension {address}"

    def _child(self, value: dict[str, Any], ending: str) -> Element:
        child = Element(value, f"{self.path}.{ending}", self.shared)
        self._children.append(child)
        return child

    def _take(self, key: str) -> Any:  # noqa: ANN401 - JSON holds anything, and every use checks its type
        self._unread.pop(key, None)
        return self.value.get(key)


def _described(value: object) -> str:
    kinds = {dict: "an object", list: "a list", str: "a text", bool: "a truth value", type(None): "null"}
    return kinds.get(type(value)) or f"the number {value}"
