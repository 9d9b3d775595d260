"""Checkpoints (C2SP tlog-checkpoint) and receipts (C2SP tlog-proof): what an outsider keeps, and proves a trail by.

A checkpoint says in three lines whose trail this is, how many events it had, and the root over them. A receipt holds
one event with the path to a checkpoint. Reading a file of them is strict: what is not right is named.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from referral.base64_text import decoded, encoded
from referral.merkle import DIGEST_SIZE, leaf_digest, root_by_inclusion
from referral.model import ReferralError
from referral.notes import BadNote, Note, PublicKey, read_note, signers

PROOF = "c2sp.org/tlog-proof@v1"
COUNT = re.compile(r"0|[1-9][0-9]{0,17}")
SALT = re.compile(rb"(?:[0-9a-f]{2}){16,}")
LONGEST_PATH = 64
LONGEST_EXTRA = 64 * 1024


class BadCheckpoint(ReferralError):
    """A note is no checkpoint; says what is wrong with it."""


class BadReceipt(ReferralError):
    """A text is no receipt, or proves nothing; says why."""


class Elsewhere(BadReceipt):
    """The path of a receipt leads to another root than that which was signed."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A trail (`origin`) had this many events, with this root over them."""

    origin: str
    size: int
    root: bytes

    @property
    def organisation(self) -> str:
        """Whose trail it is: the last part of the origin."""
        return self.origin.rpartition("/")[2]

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{encoded(self.root)}\n"


@dataclass(frozen=True, slots=True)
class Receipt:
    """One event with its place (from 0) in a checkpoint's trail, and the salt that opens its commitment, if any."""

    entry: bytes
    index: int
    path: tuple[bytes, ...]
    checkpoint: Note
    salt: bytes | None = None

    def __str__(self) -> str:
        extra = self.entry if self.salt is None else self.entry + b"\n" + self.salt.hex().encode()
        lines = [PROOF, f"extra {encoded(extra)}", f"index {self.index}", *map(encoded, self.path)]
        return "\n".join(lines) + f"\n\n{self.checkpoint}"


def origin_of(deployment: str, organisation: str) -> str:
    """The name of one organisation's trail; it is the same for as long as the trail lasts."""
    return f"{deployment}/audit/{organisation}"


def read_checkpoint(note: Note) -> Checkpoint:
    """What a note says of a trail; lines that we do not know are passed over. Raises BadCheckpoint."""
    *lines, end = note.text.split("\n")
    if len(lines) < 3 or end or not all(lines):  # noqa: PLR2004  whose trail, how many events, the root
        raise BadCheckpoint(
            "a checkpoint has three lines or more, none empty: whose trail, how many events, the root"
        )
    origin, size, root = lines[:3]
    if not COUNT.fullmatch(size):
        raise BadCheckpoint(f"number of events: found {size[:40]!r}; allowed: a whole number")
    digest = decoded(root)
    if digest is None or len(digest) != DIGEST_SIZE:
        raise BadCheckpoint(f"root: found {root[:60]!r}; allowed: {DIGEST_SIZE} bytes in base 64")
    return Checkpoint(origin, int(size), digest)


def split_notes(text: str) -> tuple[str, ...]:
    """The notes of a file that grows at its end: each is a text, an empty line, signature lines, an empty line."""
    parts = [part for part in re.split(r"\n{2,}", text.strip("\n")) if part]
    if len(parts) % 2:
        raise BadNote("the file ends in the middle of a note")
    return tuple(f"{body}\n\n{lines}\n" for body, lines in zip(parts[::2], parts[1::2], strict=True))


def notes_in_log(text: str) -> tuple[str, ...]:
    """The notes that a log kept, one a line and each a JSON string at the line's end; other lines say nothing here."""
    found = (_logged(line) for line in text.split("\n"))
    return tuple(note for note in found if note is not None)


def _logged(line: str) -> str | None:
    told = line.rstrip()
    try:
        note = str(json.loads(told[told.rindex('"', 0, -1) :]))
        read_checkpoint(read_note(note))
    except (ValueError, BadNote, BadCheckpoint):
        return None
    return note


def read_receipt(text: str) -> Receipt:
    """A receipt from its text, strictly. Raises BadReceipt, BadNote or BadCheckpoint."""
    head, gap, note = text.partition("\n\n")
    lines = head.split("\n")
    if not gap or lines[0] != PROOF or len(lines) < 3:  # noqa: PLR2004  the format, the entry, its place
        raise BadReceipt(f"a receipt begins with {PROOF}, the entry and its index")
    index = lines[2].removeprefix("index ")
    if not lines[2].startswith("index ") or not COUNT.fullmatch(index):
        raise BadReceipt("third line: allowed: index and a whole number")
    entry, salt = _extra(lines[1])
    return Receipt(entry, int(index), _path(lines[3:]), read_note(note), salt)


def prove_receipt(receipt: Receipt, trusted: Sequence[PublicKey]) -> Checkpoint:
    """The signed checkpoint that the receipt's event is part of.

    Raises BadReceipt when no trusted key signed it, BadNote for a forged line of one, Elsewhere for a wrong path.
    """
    found = read_checkpoint(receipt.checkpoint)
    if not signers(receipt.checkpoint, trusted):
        raise BadReceipt("none of the trusted keys signed its checkpoint")
    root = root_by_inclusion(receipt.index, found.size, leaf_digest(receipt.entry), receipt.path)
    if root != found.root:
        raise Elsewhere("its event is not part of the signed trail")
    return found


def _extra(line: str) -> tuple[bytes, bytes | None]:
    """The entry, and behind a new line the salt in hexadecimal where the entry commits to something."""
    written = line.removeprefix("extra ")
    raw = decoded(written) if line.startswith("extra ") and len(written) <= LONGEST_EXTRA else None
    if raw is None:
        raise BadReceipt("second line: allowed: extra and the entry in base 64")
    entry, gap, salt = raw.partition(b"\n")
    if gap and not SALT.fullmatch(salt):
        raise BadReceipt(
            "second line: behind the entry: allowed: a salt of at least 16 bytes in hexadecimal, or nothing"
        )
    return entry, bytes.fromhex(salt.decode()) if salt else None


def _path(lines: Sequence[str]) -> tuple[bytes, ...]:
    if len(lines) > LONGEST_PATH:
        raise BadReceipt(f"path: found {len(lines)} digests; allowed: {LONGEST_PATH}")
    path = digests_in(lines)
    if path is None:
        raise BadReceipt(f"path: allowed: {DIGEST_SIZE} bytes in base 64 a line")
    return path


def digests_in(lines: Sequence[str]) -> tuple[bytes, ...] | None:
    """The digests of a path, one a line; None when a line is none."""
    path = tuple(raw for line in lines if (raw := decoded(line)) is not None and len(raw) == DIGEST_SIZE)
    return path if len(path) == len(lines) else None
