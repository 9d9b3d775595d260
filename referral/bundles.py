"""A whole trail as one file, to be proved by somebody with no more than that file, keys and checkpoints of their own.

The format is published in docs/audit-format.md. Whoever made a bundle chose what stands in it, so only what the
reader brings (keys, checkpoints) shows that the trail was not written anew.
"""

import json
import re
from binascii import unhexlify
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from referral.audit import Damage, Head, Intact, StoredEvent, Tampered, genesis, verify
from referral.checkpoints import read_checkpoint
from referral.model import ReferralError
from referral.notes import BadNote, Note, PublicKey, read_note, signers

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
    rows = _events(lines, count, genesis(organisation).digest)
    verdict = verify(rows, organisation, head=head, known=known)
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


def _events(lines: Iterator[bytes], count: int, previous: bytes) -> Iterator[StoredEvent]:
    for seq in range(1, count + 1):
        line = _line(lines, f"event {seq}")
        # What stands where a digest should is none, so no entry fits it.
        digest = unhexlify(line[: _ENTRY_AT - 1]) if _DIGEST.match(line) else b""
        yield StoredEvent(seq, previous, line[_ENTRY_AT:], digest, {})
        previous = digest


def _line(lines: Iterator[bytes], what: str) -> bytes:
    line = next(lines, b"")
    if not line.endswith(b"\n"):
        raise BundleIncomplete(f"{what} is missing, or the file ends in the middle of it")
    if len(line) > LONGEST_LINE:
        raise BundleIncomplete(f"{what} has {len(line)} bytes; allowed: {LONGEST_LINE}")
    return line[:-1]
