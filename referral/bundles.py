"""A whole trail as one file, to be proved by somebody with no more than that file, keys and checkpoints of their own.

The format is published in docs/audit-format.md. Whoever made a bundle chose what stands in it, so only what the
reader brings (keys, checkpoints) shows that the trail was not written anew.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from referral.audit import Head, Intact, StoredEvent, Tampered, genesis, verify
from referral.checkpoints import Checkpoint, read_checkpoint
from referral.model import ReferralError
from referral.notes import Note, PublicKey, read_note, signers

FORMAT = "handrail-audit/1"
LONGEST_LINE = 256 * 1024
_HEADER = re.compile(
    r'\{"bundle":"handrail-audit/1","checkpoints":(?P<checkpoints>0|[1-9][0-9]{0,17}),'
    r'"events":(?P<events>0|[1-9][0-9]{0,17}),"head":"(?P<head>[0-9a-f]{64})",'
    r'"organisation":"(?P<organisation>[^"\\\x00-\x1f]{1,80})"\}'
)
_EVENT = re.compile(rb"([0-9a-f]{64}) (.*)", re.DOTALL)


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

    Raises BundleIncomplete, and BadNote or BadCheckpoint for what is no checkpoint or is signed with a forged line.
    """
    header = _HEADER.fullmatch(_line(lines, "its first line").decode("utf-8", "replace"))
    if header is None:
        raise BundleIncomplete("the first line is not that of a bundle")
    organisation, count = header["organisation"], int(header["events"])
    notes = [_note(lines, number) for number in range(1, int(header["checkpoints"]) + 1)]
    believed = [note for note in notes if signers(note, trusted)]
    known = [found for note in (*believed, *kept) if (found := _about(note, organisation)) is not None]
    head = Head(count, bytes.fromhex(header["head"]))
    rows = _events(lines, count, genesis(organisation).digest)
    verdict = verify(rows, organisation, head=head, known=known)
    if isinstance(verdict, Intact) and next(lines, None) is not None:
        raise BundleIncomplete("there is more in the file than its first line says")
    return Proved(organisation, verdict, len(known), len(notes) - len(believed))


def _about(note: Note, organisation: str) -> Checkpoint | None:
    """A checkpoint of this organisation's trail; None when it is another's."""
    found = read_checkpoint(note)
    return found if found.origin.rpartition("/")[2] == organisation else None


def _note(lines: Iterator[bytes], number: int) -> Note:
    line = _line(lines, f"checkpoint {number}")
    try:
        text = json.loads(line)
    except (ValueError, RecursionError):
        text = None
    if not isinstance(text, str):
        raise BundleIncomplete(f"checkpoint {number} is not a text in JSON")
    return read_note(text)


def _events(lines: Iterator[bytes], count: int, previous: bytes) -> Iterator[StoredEvent]:
    for seq in range(1, count + 1):
        found = _EVENT.fullmatch(_line(lines, f"event {seq}"))
        if found is None:
            raise BundleIncomplete(f"event {seq} is not written as a digest and an entry")
        digest = bytes.fromhex(found[1].decode())
        yield StoredEvent(seq, previous, found[2], digest, {})
        previous = digest


def _line(lines: Iterator[bytes], what: str) -> bytes:
    line = next(lines, b"")
    if not line.endswith(b"\n"):
        raise BundleIncomplete(f"{what} is missing, or the file ends in the middle of it")
    if len(line) > LONGEST_LINE:
        raise BundleIncomplete(f"{what} has {len(line)} bytes; allowed: {LONGEST_LINE}")
    return line[:-1]
