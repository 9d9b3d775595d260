"""Bundles and receipts of made-up trails, whole and damaged in every way that one file can be."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from referral.audit import append, chain, genesis
from referral.bundles import bundle_lines
from referral.checkpoints import Checkpoint, Receipt, origin_of
from referral.events import EventKind, SubjectKind
from referral.merkle import inclusion_path, leaf_digest
from referral.notes import signed
from referral.tiles import grown, subtrees
from tests.referral.keys import NEW, OLD, STRANGER, WITNESS
from tests.referral.trails import ORGANISATION, event
from tests.referral.trees import root_of

ORIGIN = origin_of("handrail.example", ORGANISATION)
KEYS = f"{OLD.public}\n{WITNESS.public}\n".encode()
AT = datetime(2026, 10, 13, 16, 43, tzinfo=UTC)
SIGNERS = [(OLD,), (OLD, NEW), (WITNESS,), (STRANGER, OLD), (STRANGER,)]


@dataclass(frozen=True)
class Made:
    """A trail, and which of its beginnings have a checkpoint, signed by whom."""

    rows: list
    head: object
    signed: dict

    @cached_property
    def leaves(self):
        return [leaf_digest(row.entry) for row in self.rows]

    def note(self, size, keys=(OLD,), origin=ORIGIN, root=None):
        text = Checkpoint(origin, size, root or root_of(self.leaves[:size])).text
        return str(signed(text, keys, at=AT))

    @cached_property
    def lines(self):
        notes = [self.note(size, keys) for size, keys in self.signed.items()]
        return list(bundle_lines(ORGANISATION, self.head, notes, self.rows))

    def receipt(self, place, keys=(OLD,), **changed):
        read = subtrees(grown(0, self.leaves, {}.__getitem__).__getitem__)
        note = signed(Checkpoint(ORIGIN, len(self.rows), root_of(self.leaves)).text, keys, at=AT)
        path = inclusion_path(place, len(self.rows), read)
        given = {"entry": self.rows[place].entry, "index": place, "path": path, "checkpoint": note}
        return Receipt(**{**given, **changed})


def varied(rng, number):
    """One event, of a kind with details of every type."""
    if rng.random() < 0.5:
        return event(number)
    details = {"step": "send", "item": "q1", "complete": rng.random() < 0.5, "items": ("q1", None, 3)}
    return event(number, kind=EventKind.REFERRAL_STEP, subject_kind=SubjectKind.REFERRAL, details=details)


def made(rng, most=24, least=0):
    """A trail of up to this many events with some checkpoints."""
    head, rows = genesis(ORGANISATION), []
    for number in range(1, rng.randint(least, most) + 1):
        head, row = append(head, varied(rng, number))
        rows.append(row)
    sizes = sorted(rng.sample(range(len(rows) + 1), k=min(len(rows) + 1, rng.randint(0, 4))))
    return Made(rows, head, {size: rng.choice(SIGNERS) for size in sizes})


def flipped(raw, rng):
    """One bit is another."""
    bit = rng.randrange(len(raw) * 8)
    return raw[: bit // 8] + bytes([raw[bit // 8] ^ 1 << bit % 8]) + raw[bit // 8 + 1 :]


def rewritten(whole, rng):
    """Somebody who owns the database writes all anew, and signs with no key that others trust, or with none."""
    head, rows, at = genesis(ORGANISATION), [], rng.randint(1, max(1, len(whole.rows)))
    for number in range(1, max(1, len(whole.rows)) + rng.randint(-1, 1) + 1):
        changed = {"actor": "0193e0c0-0000-7000-8000-00000000dead"} if number == at else {}
        head, row = append(head, event(number, **changed))
        rows.append(row)
    return Made(rows, head, {len(rows): (STRANGER,)} if rng.random() < 0.5 else {})


BENDS = [
    (b'"after"', b' "after"'),
    (b'"commit":null', b'"commit":0'),
    (b'"format":1', b'"format":1,"format":1'),
    (b'"format":1', b'"format":true'),
    (b'"role":"', b'"role":"\\u0020'),
    (b'"role":"', b'"role":"\t'),
    (b'"role":"', b'"role":"\x7f'),
    (b'"details":{', b'"details":{"a":1,"a":2,'),
    (b'"details":{', b'"details":{"z":{},'),
    (b'"details":{', b'"details":{"a":[[]],'),
    (b'"details":{', b'"details":{"a":-0,'),
    (b'"details":{', b'"details":{"a":1.5,'),
    (b'"details":{', b'"details":{"a":NaN,'),
    (b'"details":{', b'"details":{"a":1' + b"0" * 18 + b","),
    (b'"details":{', b'"details":{"a":1' + b"0" * 5000 + b","),
    (b'"details":{', b'"details":{"zz":1,'),
    (b'"details":{', b'"details":{"a":"b",'),
    (b'"seq":', b'"seq":0'),
    (b'"seq":', b'"seq":1'),
    (b'"kind":"', b'"kind":null,"kind2":"'),
]
"""What stands in an entry, and what in no canonical one."""


def foreign(whole, rng):
    """One event is another organisation's, with digests that fit."""
    return reentered(whole, rng, [(ORGANISATION.encode(), b"somebody-else")])


def reentered(whole, rng, bends=BENDS):
    """The same chain, made over bytes that are no canonical entry, with digests that fit."""
    old, new = rng.choice(bends)
    digest, at, lines = genesis(ORGANISATION).digest, rng.randrange(max(1, len(whole.rows))), []
    for place, row in enumerate(whole.rows):
        entry = row.entry.replace(old, new, 1) if place == at else row.entry
        digest = chain(digest, entry)
        lines.append(digest.hex().encode() + b" " + entry + b"\n")
    header = json.loads(whole.lines[0])
    header["head"] = digest.hex()
    first = json.dumps(header, separators=(",", ":")).encode() + b"\n"
    return b"".join((first, *whole.lines[1 : 1 + len(whole.signed)], *lines))


def lying(whole, rng):
    """The first line says something else than what follows."""
    header = json.loads(whole.lines[0])
    name = rng.choice(["checkpoints", "events", "head", "organisation"])
    header[name] = {
        "checkpoints": rng.randint(0, 6),
        "events": rng.randint(0, 30),
        "head": rng.choice([rng.randbytes(32).hex(), header["head"].upper()]),
        "organisation": rng.choice(["somebody-else", "", "a/b", "é"]),
    }[name]
    return b"".join((json.dumps(header, separators=(",", ":")).encode() + b"\n", *whole.lines[1:]))


def moved(whole, rng):
    """A line is taken out, doubled, swapped with another, or put in; or bytes are."""
    lines = list(whole.lines)
    at, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    how = rng.randrange(5)
    if how == 0:
        del lines[at]
    elif how == 1:
        lines.insert(other, lines[at])
    elif how == 2:
        lines[at], lines[other] = lines[other], lines[at]
    elif how == 3:
        lines.insert(
            at, rng.choice([b"\n", b"null\n", b'"\\ud800"\n', b"[" * 5000 + b"\n", b"x" * 300_000 + b"\n"])
        )
    else:
        place = rng.randrange(len(lines[at]) + 1)
        lines[at] = lines[at][:place] + rng.choice([b"\n", b" ", b"\0", b"\xff", b"A"]) + lines[at][place:]
    return b"".join(lines)


def cut(whole, rng):
    """The file ends too early."""
    raw = b"".join(whole.lines)
    return raw[: rng.randrange(len(raw))]


DAMAGES = [
    lambda whole, rng: flipped(b"".join(whole.lines), rng),
    lambda whole, rng: b"".join(rewritten(whole, rng).lines),
    reentered,
    foreign,
    lying,
    moved,
    cut,
]
