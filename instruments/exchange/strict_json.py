"""JSON from a stranger -> plain values, or NotReadable: bounded size and depth, no key twice, whole texts only."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from instruments.exchange.telling import NotReadable

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 48
_MAX_VALUES = 200_000
_MAX_DIGITS = 18
_MOST_TOLD = 50
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


class _Object(dict[str, Any]):
    """A JSON object that remembers which of its keys came more than once."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        times = Counter(key for key, _ in pairs)
        self.repeated = sorted(key for key in times if times[key] > 1)


def read_json(content: bytes, file: str) -> dict[str, Any]:
    """The object that a file holds. Raises NotReadable with every problem, each with its line or JSON path."""
    if len(content) > MAX_BYTES:
        raise NotReadable(
            [f"{file}: the file is too large; found {len(content)} bytes; allowed: {MAX_BYTES}"]
        )
    value = _decoded(decode_text(content, file), file)
    problems = list(_problems(value))
    if not isinstance(value, dict):
        problems.insert(0, "the file is not one JSON object")
    if problems:
        more = [f"and {len(problems) - _MOST_TOLD} more problems"] if len(problems) > _MOST_TOLD else []
        raise NotReadable(f"{file}: {problem}" for problem in [*problems[:_MOST_TOLD], *more])
    found: dict[str, Any] = value
    return found


def decode_text(content: bytes, file: str) -> str:
    """The text of a file in UTF-8, a byte order mark left out. Raises NotReadable naming the first bad byte."""
    try:
        return content.removeprefix(_BYTE_ORDER_MARK).decode("utf-8")
    except UnicodeDecodeError as error:
        found = f"byte 0x{error.object[error.start]:02x} at position {error.start + 1}"
        raise NotReadable([f"{file}: the file is not UTF-8; found {found}"]) from None


def _decoded(text: str, file: str) -> Any:  # noqa: ANN401 - JSON holds anything, and every use checks its type
    try:
        return _READ.decode(text)
    except json.JSONDecodeError as error:
        place = f"{file}:{error.lineno}:{error.colno}"
        raise NotReadable([f"{place}: not readable as JSON: {error.msg}"]) from None
    except RecursionError:
        raise NotReadable([f"{file}: nested too deeply; allowed: {MAX_DEPTH} levels"]) from None
    except ValueError as error:
        raise NotReadable([f"{file}: not readable as JSON: {error}"]) from None


def _problems(root: object) -> Iterator[str]:
    """What is wrong with a tree that was read, found without recursion."""
    waiting: list[tuple[str, int, object]] = [("$", 0, root)]
    seen = 0
    while waiting:
        path, depth, value = waiting.pop()
        seen += 1
        if depth > MAX_DEPTH or seen > _MAX_VALUES:
            yield f"{path}: nested too deeply or too many values; allowed: {MAX_DEPTH} levels, {_MAX_VALUES} values"
            return
        yield from _faults(path, value)
        waiting.extend(_parts(path, depth, value))


def _parts(path: str, depth: int, value: object) -> list[tuple[str, int, object]]:
    if isinstance(value, dict):
        return [(f"{path}.{key[:60]}", depth + 1, part) for key, part in reversed(value.items())]
    if isinstance(value, list):
        return [(f"{path}[{place}]", depth + 1, part) for place, part in reversed(list(enumerate(value)))]
    return []


def _faults(path: str, value: object) -> Iterator[str]:
    if isinstance(value, _Object):
        for key in value.repeated:
            yield f"{path}: the key {key[:60]!r} twice; allowed: once"
    texts = [value] if isinstance(value, str) else list(value) if isinstance(value, dict) else []
    if any("\ud800" <= letter <= "\udfff" for text in texts for letter in text):
        yield f"{path}: half a character (a lone surrogate); allowed: whole characters"


def _whole(written: str) -> int:
    if len(written) > _MAX_DIGITS:
        message = f"a whole number of {len(written)} digits; allowed: {_MAX_DIGITS}"
        raise ValueError(message)
    return int(written)


def _fraction(written: str) -> float:
    number = float(written)
    if not math.isfinite(number):
        message = f"the number {written[:20]} is too large"
        raise ValueError(message)
    return number


def _constant(written: str) -> object:
    message = f"{written} is not a number of JSON"
    raise ValueError(message)


_READ = json.JSONDecoder(
    object_pairs_hook=_Object, parse_int=_whole, parse_float=_fraction, parse_constant=_constant
)
