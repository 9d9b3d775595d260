"""A whole trail as one file, to be proved by somebody with no more than that file, keys and checkpoints of their own.

The format is published in docs/audit-format.md. Whoever made a bundle chose what stands in it, so only what the
reader brings (keys, checkpoints) shows that the trail was not written anew.
"""

import json
import re
from binascii import hexlify, unhexlify
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from referral.audit import CHAIN_TAG, Damage, Head, Intact, StoredEvent, Tampered
from referral.checkpoints import read_checkpoint
from referral.entries import plain_pattern
from referral.model import ReferralError
from referral.notes import BadNote, Note, PublicKey, read_note, signers
from referral.stretches import AT_ONCE, Way, details_in_order, places_behind, verify_stretches

FORMAT = "handrail-audit/1"
LONGEST_LINE = 256 * 1024
_HEADER = re.compile(
    r'\{"bundle":"handrail-audit/1","checkpoints":(?P<checkpoints>0|[1-9][0-9]{0,17}),'
    r'"events":(?P<events>0|[1-9][0-9]{0,17}),"head":"(?P<head>[0-9a-f]{64})",'
    r'"organisation":"(?P<organisation>[ !#-\[\]-~]{1,80})"\}'
)
_DIGEST = re.compile(rb"[0-9a-f]{64} ")
_ENTRY_AT = 65


class BundleIncomplete(ReferralError):
    """Something that a proof needs is not there, or is not what a bundle is written as."""


@dataclass(frozen=True, slots=True)
class Proved:
    """What a bundle came to: whose trail, the verdict, and against how many checkpoints it was held."""

    organisation: str
    verdict: Intact | Tampered
    checkpoints: int
    unchecked: int


def bundle_lines(
    organisation: str, head: Head, notes: Sequence[str], rows: Iterable[StoredEvent]
) -> Iterator[bytes]:
    """The lines of a bundle, each with its end: what it holds, the checkpoints, the events by their place."""
    header = {
        "bundle": FORMAT,
        "checkpoints": len(notes),
        "events": head.count,
        "head": head.digest.hex(),
        "organisation": organisation,
    }
    yield json.dumps(header, separators=(",", ":")).encode() + b"\n"
    for note in notes:
        yield json.dumps(note).encode() + b"\n"
    for row in rows:
        yield row.digest.hex().encode() + b" " + row.entry + b"\n"


def prove_bundle(lines: Iterator[bytes], trusted: Sequence[PublicKey], kept: Sequence[Note]) -> Proved:
    """Prove a bundle from its lines. Checkpoints in it count when a trusted key signed them; `kept` are the reader's.

    Raises BundleIncomplete, and BadNote or BadCheckpoint for what is no checkpoint.
    """
    header = _HEADER.fullmatch(_line(lines, "its first line").decode("utf-8", "replace"))
    if header is None:
        raise BundleIncomplete("the first line is not that of a bundle")
    organisation, count = header["organisation"], int(header["events"])
    notes = [_note(lines, number) for number in range(1, int(header["checkpoints"]) + 1)]
    own = [(note, read_checkpoint(note)) for note in notes]
    try:
        believed = [found for note, found in own if signers(note, trusted)]
    except BadNote:
        return Proved(organisation, Tampered(0, None, Damage.CHECKPOINT), 0, 0)
    found = (*believed, *map(read_checkpoint, kept))
    known = [each for each in found if each.organisation == organisation]
    head = Head(count, bytes.fromhex(header["head"]))
    verdict = verify_stretches(_stretches(lines, count), organisation, LINES, head=head, known=known)
    _ended(lines, verdict)
    if isinstance(verdict, Intact) and (trusted or kept) and not known:
        raise BundleIncomplete("none of its checkpoints is signed by a key that you trust")
    return Proved(organisation, verdict, len(known), len(notes) - len(believed))


def _ended(lines: Iterator[bytes], verdict: Intact | Tampered) -> None:
    """Nothing follows the last event, where all of them fit."""
    fits = isinstance(verdict, Intact) or verdict.damage is Damage.ROLLED_BACK
    if fits and next(lines, None) is not None:
        raise BundleIncomplete("there is more in the file than its first line says")


def _note(lines: Iterator[bytes], number: int) -> Note:
    line = _line(lines, f"checkpoint {number}")
    try:
        text = json.loads(line.decode("ascii"))
    except (ValueError, RecursionError):
        text = None
    if not isinstance(text, str):
        raise BundleIncomplete(f"checkpoint {number} is not a text in JSON")
    return read_note(text)


def _stretches(lines: Iterator[bytes], count: int) -> Iterator[Sequence[bytes]]:
    """The lines of events, so many at once. What is missing is told after what stands before it was judged."""
    some: list[bytes] = []
    for seq in range(1, count + 1):
        try:
            some.append(_line(lines, "event", seq))
        except BundleIncomplete:
            yield some
            raise
        if len(some) == AT_ONCE:
            yield some
            some = []
    yield some


def _plain_end(lines: Sequence[bytes], organisation: bytes, begun: Head) -> Head | None:
    look_at, last = plain_pattern().fullmatch, begun.digest
    for line, place in zip(lines, places_behind(begun.count), strict=False):
        entry = line[_ENTRY_AT:]
        shape = look_at(entry)
        last = sha256(CHAIN_TAG + last + entry).digest()
        if shape is None or shape.group(5, 6) != (organisation, place):
            return None
        if not line.startswith(hexlify(last) + b" ") or not details_in_order(shape[2]):
            return None
    return Head(begun.count + len(lines), last)


def _events(lines: Sequence[bytes], begun: Head) -> Iterator[StoredEvent]:
    previous = begun.digest
    for seq, line in enumerate(lines, begun.count + 1):
        # What stands where a digest should is none, so no entry fits it.
        digest = unhexlify(line[: _ENTRY_AT - 1]) if _DIGEST.match(line) else b""
        yield StoredEvent(seq, previous, line[_ENTRY_AT:], digest, {})
        previous = digest


LINES = Way(_plain_end, _events, lambda lines: [line[_ENTRY_AT:] for line in lines])
"""The way for lines of a bundle: they repeat no columns, and a digest once."""


def _line(lines: Iterator[bytes], what: str, number: int | None = None) -> bytes:
    line = next(lines, b"")
    if not line.endswith(b"\n") or len(line) > LONGEST_LINE:
        raise _unlike(line, what if number is None else f"{what} {number}")
    return line[:-1]


def _unlike(line: bytes, what: str) -> BundleIncomplete:
    if not line.endswith(b"\n"):
        return BundleIncomplete(f"{what} is missing, or the file ends in the middle of it")
    return BundleIncomplete(f"{what} has {len(line)} bytes; allowed: {LONGEST_LINE}")
