"""One audit entry as bytes: its canonical form, read back strictly, and the salted commitment it may carry.

The format is published in docs/audit-format.md, so that an outsider can write a verifier from it. The chain
over entries is in `audit.py`; what each kind of event must say is in `events.py`.
"""

import hmac
import json
import re
from datetime import UTC, datetime
from functools import cache, lru_cache
from hashlib import sha256
from operator import lt

from referral.event_checks import check_event
from referral.events import Event

FORMAT = 1
COMMIT_TAG = b"handrail/audit/commit/1\x00"
SHORTEST_SALT = 16

_WORDS = frozenset(
    [
        "id",
        "organisation",
        "at",
        "actor",
        "role",
        "kind",
        "subject_kind",
        "subject",
        "client",
        "before",
        "after",
        "reason",
        "commit",
    ]
)
FIELDS = _WORDS | {"format", "seq", "details"}
"""The names in every entry. All are always there; what does not apply is null."""

_encode = json.JSONEncoder(
    sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"), check_circular=False
).encode


def moment_text(at: datetime) -> str:
    """A UTC-aware time as the trail writes it: always microseconds and Z, so text order is time order."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def fields_of(event: Event, seq: int) -> dict[str, object]:
    """Every field of one entry, as JSON values. Columns that repeat some must hold the same values."""
    return {
        "format": FORMAT,
        "id": event.id,
        "organisation": event.organisation,
        "seq": seq,
        "at": moment_text(event.at),
        "actor": event.actor,
        "role": event.role,
        "kind": str(event.kind),
        "subject_kind": str(event.subject_kind),
        "subject": event.subject,
        "client": event.client,
        "before": event.before,
        "after": event.after,
        "reason": event.reason,
        "details": dict(event.details),
        "commit": event.commit,
    }


def entry_bytes(event: Event, seq: int) -> bytes:
    """The canonical bytes of one event at its place. Raises InvalidEvent for too little or too much."""
    check_event(event)
    return _encode(fields_of(event, seq)).encode("ascii")


_TEXT = r"[ !#-\[\]-~]*+"
_VALUE = rf'(?:"{_TEXT}"|0|-?[1-9][0-9]{{0,17}}+|true|false|null)'
_DETAIL = rf'"{_TEXT}":(?:{_VALUE}|\[(?:{_VALUE}(?:,{_VALUE})*+)?\])'
_DETAIL_NAME = re.compile(_DETAIL.replace(_TEXT, f"({_TEXT})", 1))


def _pattern() -> re.Pattern[str]:
    """The one shape canonical entries have: every name in order, texts of what ASCII can print but quotes.

    Texts are groups by their own names; the place and the details, which are no texts, have others.
    """
    shapes = {
        "format": str(FORMAT),
        "seq": r"(?P<_seq>[1-9][0-9]{0,17}+)",
        "details": rf"(?P<_details>\{{(?:{_DETAIL}(?:,{_DETAIL})*+)?\}})",
    }
    parts = (f'"{name}":' + shapes.get(name, f'(?:"(?P<{name}>{_TEXT})"|null)') for name in sorted(FIELDS))
    return re.compile(r"\{" + ",".join(parts) + r"\}")


_SHAPE = _pattern()

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_SHORT = r"[ !#-\[\]-~]{1,31}+"
"""A kind: shorter than an id without its dashes, so that nothing takes one for the other."""


@cache
def plain_pattern() -> re.Pattern[bytes]:
    """What nearly all entries look like: narrower than the one shape, so that no id takes another form; of bytes.

    Its groups are client, details, id, kind, organisation, seq and subject. Whether the names in the details stand in
    order is for `in_order` to say.
    """
    shapes = {
        "client": f'(?:"({_UUID})"|null)',
        "details": rf"(\{{(?:{_DETAIL}(?:,{_DETAIL})*+)?\}})",
        "format": str(FORMAT),
        "id": f'"({_UUID})"',
        "kind": f'"({_SHORT})"',
        "organisation": f'"({_TEXT})"',
        "seq": "([1-9][0-9]{0,17}+)",
        "subject": f'"({_UUID})"',
    }
    parts = (f'"{name}":' + shapes.get(name, f'(?:"{_TEXT}"|null)') for name in sorted(FIELDS))
    return re.compile((r"\{" + ",".join(parts) + r"\}").encode("ascii"))


def scan_entry(entry: bytes) -> re.Match[str] | None:
    """The fields of a canonical entry as a match with named groups, or None for any other bytes.

    Much faster than reading JSON, and stricter: key order, spacing, doubled keys and escapes are all refused.
    """
    try:
        shape = _SHAPE.fullmatch(entry.decode("ascii"))
    except UnicodeDecodeError:
        return None
    return shape if shape is not None and _known_in_order(shape["_details"]) else None


def in_order(details: str) -> bool:
    """Whether the names in the details, whose shape is right, stand in order and each once."""
    names = _DETAIL_NAME.findall(details)
    return all(map(lt, names, names[1:]))


_known_in_order = lru_cache(maxsize=4096)(in_order)


def read_entry(entry: bytes) -> dict[str, object] | None:
    """The fields of an entry as JSON values, or None when the bytes are no JSON object."""
    try:
        value = json.loads(entry)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def commitment(salt: bytes, payload: bytes) -> str:
    """The commitment (hex) to an erasable payload: once both are deleted, nobody can guess it back.

    Raises ValueError when the salt is shorter than 16 bytes.
    """
    if len(salt) < SHORTEST_SALT:
        raise ValueError(f"salt: found {len(salt)} bytes; at least {SHORTEST_SALT} are needed")
    return hmac.new(salt, COMMIT_TAG + payload, sha256).hexdigest()
