"""Long trails proved a stretch at a time: rows that are plainly right pass together, all others are judged one by one.

The quick look asks what `audit.verify` asks in fewer steps, of rows as a database holds them; where it is not sure, it
passes nothing. So every verdict, and the first bad event that it names, is that of the full look.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial
from hashlib import sha256
from itertools import count

from referral.audit import CHAIN_TAG, Head, Intact, StoredEvent, Tampered, Watch, genesis, judge, look
from referral.checkpoints import Checkpoint
from referral.entries import in_order, plain_pattern

AT_ONCE = 1_000
"""Rows of one stretch: so many are held in memory at once."""

Row = Sequence[bytes | None]
"""seq, previous, entry, digest, then the columns client, id, kind and subject: as they stand, as bytes, or nothing."""


def verify_stretches(
    stretches: Iterable[Sequence[Row]],
    organisation: str,
    *,
    read: Callable[[Row], StoredEvent],
    head: Head | None = None,
    known: Sequence[Checkpoint] = (),
) -> Intact | Tampered:
    """As `audit.verify`, of rows in the order of their sequence; `read` makes an event of whatever a row holds."""
    prove = partial(_prove, stretches, organisation, read)
    return judge(prove, genesis(organisation), head, known)


def _prove(
    stretches: Iterable[Sequence[Row]],
    organisation: str,
    read: Callable[[Row], StoredEvent],
    begun: Head,
    watch: Watch,
) -> Head | Tampered:
    at = begun
    for rows in stretches:
        end = plain_end(rows, organisation.encode(), at)
        if end is None:
            found = look(map(read, rows), organisation, at, watch)
        else:
            found = watch.take_all(at.count, [row[2] or b"" for row in rows]) or end
        if isinstance(found, Tampered):
            return found
        at = found
    return at


def plain_end(rows: Sequence[Row], organisation: bytes, begun: Head) -> Head | None:
    """Where rows lead that follow on `begun`, each of them plainly right; None where that is not sure."""
    shape_of, places, last = (
        plain_pattern().fullmatch,
        map(b"%d".__mod__, count(begun.count + 1)),
        begun.digest,
    )
    try:
        for (seq, previous, entry, digest, *columns), place in zip(rows, places, strict=False):
            shape = shape_of(entry)  # type: ignore[arg-type]  what is no bytes is caught below
            if shape is None or previous != last or sha256(CHAIN_TAG + last + entry).digest() != digest:
                return None
            client, details, event, kind, home, at, subject = shape.groups()
            if (seq, at, home) != (place, place, organisation) or not _sorted(details):
                return None
            if columns != [client, event, kind, subject] and columns != [
                client and client.replace(b"-", b""),
                event.replace(b"-", b""),
                kind,
                subject.replace(b"-", b""),
            ]:
                return None
            last = digest
    except TypeError:
        return None  # a row holds something other than bytes
    return Head(begun.count + len(rows), last)


@lru_cache(maxsize=4096)
def _sorted(details: bytes) -> bool:
    return in_order(details.decode("ascii"))
