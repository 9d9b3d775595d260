"""The one way to write a value as bytes, so that equal content has an equal digest. Knows no instrument."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from typing import Any

CanonicalValue = str | int | bool | None | list["CanonicalValue"] | dict[str, "CanonicalValue"]


def canonical_bytes(value: object) -> bytes:
    """The bytes of a value made of frozen dataclasses, mappings, tuples, texts and whole numbers.

    Keys are sorted and nothing is optional; a dataclass also names its type, so that two kinds of condition
    with the same fields never read alike. A field marked `canonical: False` (a line number) is left out.
    Raises TypeError for anything else (fractions among them).
    """
    plain = canonical_value(value)
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def canonical_value(value: object) -> CanonicalValue:
    """A value as lists, dictionaries, texts and whole numbers."""
    if value is None or isinstance(value, str | int):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, tuple | list):
        return [canonical_value(part) for part in value]
    kind: Any = type(value)
    kept = _kept(kind)
    if kept is not None:
        parts: dict[str, CanonicalValue] = {name: canonical_value(getattr(value, name)) for name in kept}
        return {"": kind.__name__, **parts}
    return _other(value)


def _other(value: object) -> CanonicalValue:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): canonical_value(part) for key, part in value.items()}
    message = f"no canonical form for {type(value).__name__}"
    raise TypeError(message)


@cache
def _kept(kind: Any) -> tuple[str, ...] | None:  # noqa: ANN401 - any type there is
    """The fields of a dataclass that count; None for any other type."""
    if not is_dataclass(kind):
        return None
    return tuple(part.name for part in fields(kind) if part.metadata.get("canonical", True))
