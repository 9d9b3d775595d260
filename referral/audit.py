"""The audit trail: one hash chain per organisation, and the verifier that names the first bad event.

What the bytes of an entry are is in `entries.py`; both are published in docs/audit-format.md. No storage
here: rows come in as values, in the order of their sequence number.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from hashlib import sha256
from re import Match
from typing import NamedTuple

from referral.checkpoints import Checkpoint
from referral.entries import entry_bytes, fields_of, read_entry, scan_entry
from referral.events import Event
from referral.merkle import Growing, leaf_digest

GENESIS_TAG = b"handrail/audit/genesis/1\x00"
CHAIN_TAG = b"handrail/audit/chain/1\x00"

AT_ONCE = 4096
"""Leaves that are taken into the tree together: whole subtrees of them cost less than one by one."""

_ABSENT = object()
_ID = re.compile(r"[A-Za-z0-9._:/+-]{1,80}")


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain: how many events it has, and the digest of the last one."""

    count: int
    digest: bytes


class StoredEvent(NamedTuple):
    """One row of the trail. `columns` are the stored columns that repeat what stands in the entry."""

    seq: int
    previous: bytes
    entry: bytes
    digest: bytes
    columns: Mapping[str, object]


def genesis(organisation: str) -> Head:
    """The head of an organisation's empty chain. It binds the chain to its organisation."""
    return Head(0, sha256(GENESIS_TAG + organisation.encode()).digest())


def chain(previous: bytes, entry: bytes) -> bytes:
    """The digest of an entry behind the one before it: SHA-256 over tag, previous digest and entry bytes."""
    return sha256(CHAIN_TAG + previous + entry).digest()


def append(head: Head, event: Event) -> tuple[Head, StoredEvent]:
    """The next row of a chain and its new head."""
    seq = head.count + 1
    entry = entry_bytes(event, seq)
    digest = chain(head.digest, entry)
    return Head(seq, digest), StoredEvent(seq, head.digest, entry, digest, fields_of(event, seq))


class Damage(StrEnum):
    """What is wrong with the first bad event."""

    MISSING = "an event is missing here"
    REPEATED = "a sequence number comes twice or out of order"
    LINK = "it does not follow the event before it"
    CONTENT = "its bytes do not match its digest"
    UNREADABLE = "its bytes are not an entry"
    FOREIGN = "it belongs to another organisation or place"
    COLUMN = "a stored column differs from the entry"
    TRUNCATED = "the trail ends before its recorded end"
    HEAD = "the recorded end differs from the last event"
    REWRITTEN = "the events are not those of a checkpoint that was kept elsewhere"
    ROLLED_BACK = "the trail ends before a checkpoint that was kept elsewhere"
    CHECKPOINT = "a stored checkpoint was changed"
    ORPHANED = "no organisation has this trail"


@dataclass(frozen=True, slots=True)
class Intact:
    """Every event proved, up to this head."""

    head: Head


@dataclass(frozen=True, slots=True)
class Tampered:
    """The first bad place: its sequence number, the event's id where it can be read, and what is wrong.

    Where only a checkpoint tells that something is wrong, it is one of the events from `seq` to `until`.
    """

    seq: int
    event_id: str | None
    damage: Damage
    columns: tuple[str, ...] = ()
    until: int | None = None


class Watch:
    """Compares the tree over the events with checkpoints that were kept elsewhere, as they come by."""

    def __init__(self, known: Sequence[Checkpoint]) -> None:
        self._ahead = sorted(known, key=lambda each: each.size, reverse=True)
        self._tree, self._good = Growing(), 0
        self._leaves: list[bytes] = []

    @property
    def furthest(self) -> int:
        """How many events the largest checkpoint knows of that has not come by."""
        return self._ahead[0].size if self._ahead else 0

    def take(self, count: int, entry: bytes) -> Tampered | None:
        """Look at the tree of `count` events, after this entry was added to it. Behind the last one none is needed."""
        if not self._ahead:
            return None
        self._leaves.append(leaf_digest(entry))
        return self.differs(count) if self._ahead[-1].size == count or len(self._leaves) == AT_ONCE else None

    def take_all(self, begun: int, entries: Sequence[bytes]) -> Tampered | None:
        """The same for entries that follow on `begun` events, together."""
        at, found = 0, None
        while self._ahead and at < len(entries) and found is None:
            upto = self._ahead[-1].size - begun
            part = entries[at:upto] if upto > at else entries[at:]
            self._leaves.extend(map(leaf_digest, part))
            at += len(part)
            found = self.differs(begun + at)
        return found

    def differs(self, count: int) -> Tampered | None:
        """Compare the tree of `count` events with what is known of so many."""
        self._tree.extend(self._leaves)
        self._leaves.clear()
        known = set()
        while self._ahead and self._ahead[-1].size == count:
            known.add(self._ahead.pop().root)
        if known and known != {self._tree.root}:
            return Tampered(min(self._good + 1, count), None, Damage.REWRITTEN, until=count)
        self._good = count if known else self._good
        return None


def verify(
    rows: Iterable[StoredEvent],
    organisation: str,
    *,
    head: Head | None = None,
    known: Sequence[Checkpoint] = (),
    after: Head | None = None,
) -> Intact | Tampered:
    """Prove a chain from its first event, or from the one `after` an end that was proved before, in constant memory.

    `head` is the end that the database records: the trail must end exactly there. `known` are checkpoints of this
    trail that were kept elsewhere, their signatures checked: the trail must still be what they say.
    """
    return judge(partial(look, rows, organisation), after or genesis(organisation), head, known)


def judge(
    prove: Callable[[Head, Watch], Head | Tampered],
    begun: Head,
    head: Head | None,
    known: Sequence[Checkpoint],
) -> Intact | Tampered:
    """The verdict on rows that `prove` looks at behind an end: it gives the end they lead to, or the first bad one."""
    watch = Watch(known)
    end = watch.differs(begun.count) or prove(begun, watch)
    return end if isinstance(end, Tampered) else _ending(end, head, watch.furthest)


def look(rows: Iterable[StoredEvent], organisation: str, begun: Head, watch: Watch) -> Head | Tampered:
    """Look at rows one by one that should follow on an end: the end that they lead to, or the first bad one."""
    count, digest = begun.count, begun.digest
    for row in rows:
        if row.previous != digest or row.seq != count + 1:
            return _misplaced(row, count + 1)
        found = _mismatch(row, organisation) or watch.take(row.seq, row.entry)
        if found is not None:
            return found
        count, digest = row.seq, row.digest
    return Head(count, digest)


def _misplaced(row: StoredEvent, expected: int) -> Tampered:
    if row.seq > expected:
        return Tampered(expected, None, Damage.MISSING)
    if row.seq == expected:
        return Tampered(row.seq, event_id(row.entry), Damage.LINK)
    return Tampered(row.seq or _claimed(row.entry, expected), event_id(row.entry), Damage.REPEATED)


def _claimed(entry: bytes, otherwise: int) -> int:
    """The place that an entry says it has: no event stands at 0, so its number there is what was changed."""
    found = (read_entry(entry) or {}).get("seq")
    return found if isinstance(found, int) else otherwise


def _mismatch(row: StoredEvent, organisation: str) -> Tampered | None:
    seq, previous, entry, digest, columns = row
    if sha256(CHAIN_TAG + previous + entry).digest() != digest:
        return Tampered(seq, event_id(entry), Damage.CONTENT)
    shape = scan_entry(entry)
    wrong = _misfit(shape, organisation, seq)
    if shape is None or wrong is not None:
        return Tampered(seq, event_id(entry), wrong or Damage.UNREADABLE)
    differing = _differing(columns, entry, shape) if columns else ()
    return Tampered(seq, shape["id"], Damage.COLUMN, differing) if differing else None


def check_entry(entry: bytes, organisation: str, seq: int) -> Damage | None:
    """What is wrong with bytes that should be the entry of this organisation at this place; None when nothing is."""
    return _misfit(scan_entry(entry), organisation, seq)


def _misfit(shape: Match[str] | None, organisation: str, seq: int) -> Damage | None:
    if shape is None:
        return Damage.UNREADABLE
    return None if shape.group("_seq", "organisation") == (str(seq), organisation) else Damage.FOREIGN


def _differing(columns: Mapping[str, object], entry: bytes, shape: Match[str]) -> tuple[str, ...]:
    try:
        fits = shape.group(*columns) == tuple(columns.values())
    except IndexError:
        fits = False  # what is no text has no group of its name: it is compared by what the entry reads as
    if fits:
        return ()
    fields = read_entry(entry) or {}
    return tuple(sorted(name for name, value in columns.items() if not _same(value, fields, name)))


def _same(value: object, entry: Mapping[str, object], name: str) -> bool:
    # True equals 1 in Python, but not in the trail.
    found = entry.get(name, _ABSENT)
    return value == found and isinstance(value, bool) is isinstance(found, bool)


def _ending(at: Head, head: Head | None, furthest: int) -> Intact | Tampered:
    if head is not None and at.count < head.count:
        return Tampered(at.count + 1, None, Damage.TRUNCATED)
    if head is not None and at != head:
        return Tampered(at.count, None, Damage.HEAD)
    if at.count < furthest:
        return Tampered(at.count + 1, None, Damage.ROLLED_BACK)
    return Intact(at)


def event_id(entry: bytes) -> str | None:
    """The id that bytes say they have, damaged or not; nothing that could not be one, for it is shown to people."""
    found = (read_entry(entry) or {}).get("id")
    return found if isinstance(found, str) and _ID.fullmatch(found) else None
