"""Long trails proved a stretch at a time: rows that are plainly right pass together, all others are judged one by one.

The quick look asks what `audit.verify` asks in fewer steps, of rows as a database holds them; where it is not sure, it
passes nothing. So every verdict, and the first bad event that it names, is that of the full look.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from hashlib import sha256
from itertools import count
from typing import Any, TypeAlias

from referral.audit import CHAIN_TAG, Head, Intact, StoredEvent, Tampered, Watch, genesis, judge, look
from referral.checkpoints import Checkpoint
from referral.entries import in_order, plain_pattern

AT_ONCE = 200
"""Rows of one stretch: few enough to stay near the processor from reading to proving."""

Row: TypeAlias = "Sequence[Any]"
"""seq, previous, entry, digest, then the columns client, id, kind and subject: as they stand, as bytes, or None."""


@dataclass(frozen=True, slots=True)
class Way:
    """How rows of one kind are looked at, those of a stretch together.

    `plain` says where rows lead that follow on an end when each is plainly right, and None where that is not sure;
    `events` are they for the full look, whatever they hold; `entries` are asked for only of rows that passed.
    """

    plain: Callable[[Sequence[Any], bytes, Head], Head | None]
    events: Callable[[Sequence[Any], Head], Iterable[StoredEvent]]
    entries: Callable[[Sequence[Any]], Sequence[bytes]]


def verify_stretches(
    stretches: Iterable[Sequence[Any]],
    organisation: str,
    way: Way,
    *,
    head: Head | None = None,
    known: Sequence[Checkpoint] = (),
) -> Intact | Tampered:
    """As `audit.verify`, of all rows in the order of their sequence."""
    return judge(partial(_prove, stretches, organisation, way), genesis(organisation), head, known)


def _prove(
    stretches: Iterable[Sequence[Any]], organisation: str, way: Way, begun: Head, watch: Watch
) -> Head | Tampered:
    at = begun
    for rows in stretches:
        end = way.plain(rows, organisation.encode(), at)
        if end is None:
            found = look(way.events(rows, at), organisation, at, watch)
        else:
            found = (watch.take_all(at.count, way.entries(rows)) if watch.furthest else None) or end
        if isinstance(found, Tampered):
            return found
        at = found
    return at


def stored_rows(read: Callable[[Row], StoredEvent]) -> Way:
    """The way for rows of a database; `read` makes an event of whatever a row holds."""
    return Way(plain_end, lambda rows, _: map(read, rows), lambda rows: [row[2] for row in rows])


def plain_end(rows: Sequence[Row], organisation: bytes, begun: Head) -> Head | None:
    """Where rows lead that follow on `begun`, each of them plainly right; None where that is not sure."""
    look_at: Callable[[Any], Any] = plain_pattern().fullmatch
    last = begun.digest
    try:
        for row, place in zip(rows, places_behind(begun.count), strict=False):
            seq, previous, entry, digest, client, event, kind, subject = row
            told_client, details, told_event, told_kind, home, at, told_subject = look_at(entry).groups()
            if not (
                previous == last
                and seq == at == place
                and home == organisation
                and sha256(CHAIN_TAG + previous + entry).digest() == digest
                and kind == told_kind
                and (event == told_event.replace(b"-", b"") or event == told_event)
                and (subject == told_subject.replace(b"-", b"") or subject == told_subject)
                and (client == told_client or (told_client and client == told_client.replace(b"-", b"")))
                and details_in_order(details)
            ):
                return None
            last = digest
    except (TypeError, AttributeError):
        return None  # what should be bytes is not, or is no plain entry
    return Head(begun.count + len(rows), last)


def places_behind(before: int) -> Iterator[bytes]:
    """The places that follow on so many, as an entry writes them."""
    return map(b"%d".__mod__, count(before + 1))


@lru_cache(maxsize=4096)
def details_in_order(details: bytes) -> bool:
    """Whether the names in the details, whose shape is right, stand in order."""
    parts = details.split(b'"')
    names = parts[1::4]
    if parts[2::4].count(b":") == len(
        names
    ):  # every value is a text, so these are the names and nothing else
        return names == sorted(set(names))
    return in_order(details.decode("ascii"))
