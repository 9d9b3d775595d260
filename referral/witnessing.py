"""Witnessing (C2SP tlog-witness): one organisation cosigns another's checkpoints, and only while its log keeps all.

A log sends the size that the witness cosigned last, the path from there, and its new checkpoint. A witness signs no
tree that is not a continuation of what it signed before, so whoever rewrites a trail finds no second signature.
Nothing here reads a clock, a file or a database.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from referral.base64_text import encoded
from referral.checkpoints import COUNT, BadCheckpoint, Checkpoint, digests_in, read_checkpoint
from referral.merkle import DIGEST_SIZE, EMPTY_ROOT, keeps_all
from referral.model import ReferralError
from referral.notes import (
    NAME,
    BadNote,
    KeyKind,
    Note,
    PublicKey,
    SecretKey,
    read_note,
    signed,
    signers,
    witnessed_at,
)

PLAIN = "text/plain; charset=utf-8"
SIZE = "text/x.tlog.size"
TRAIL = "/audit/"
MOST_PATH = 63
"""Digests in a path (C2SP tlog-witness: a client must not send more)."""

LONGEST_REQUEST = 64 * 1024


class BadRequest(ReferralError):
    """What a log sent is no request; says what was found and what is allowed."""


@dataclass(frozen=True, slots=True)
class Request:
    """A log asks for a cosignature: from which size the path leads, and to which signed checkpoint."""

    old: int
    path: tuple[bytes, ...]
    note: Note
    checkpoint: Checkpoint

    def __str__(self) -> str:
        return "\n".join([f"old {self.old}", *map(encoded, self.path)]) + f"\n\n{self.note}"


@dataclass(frozen=True, slots=True)
class Seen:
    """The size and root of a log that a witness cosigned last."""

    size: int = 0
    root: bytes = EMPTY_ROOT


@dataclass(frozen=True, slots=True)
class Answer:
    """What a witness answers. `remember`: what it must keep before it answers. `alarming`: the log did not keep all."""

    status: HTTPStatus
    body: str
    kind: str = PLAIN
    remember: Checkpoint | None = None
    alarming: bool = False


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A signature line of a witness, with the key that it was checked with and when the witness says that it signed."""

    key: PublicKey
    at: datetime
    line: str


def asking(old: int, path: Sequence[bytes], note: Note) -> Request:
    """The request of a log whose tree of `old` leaves leads by this path to a checkpoint. Raises BadCheckpoint."""
    return Request(old, tuple(path), note, read_checkpoint(note))


def heard(body: bytes, logs: Sequence[PublicKey]) -> Request | Answer:
    """What a log asks, by its bytes and by the keys of the logs that are witnessed; an answer where it is refused."""
    try:
        request = _read(body)
    except (BadRequest, BadNote, BadCheckpoint) as error:
        return Answer(HTTPStatus.BAD_REQUEST, f"{error}\n")
    keys = keys_of(request.checkpoint.origin, logs)
    if not keys:
        return Answer(HTTPStatus.NOT_FOUND, "this log is not witnessed here\n")
    try:
        by = signers(request.note, keys)
    except BadNote:
        by = ()
    if not by:
        return Answer(HTTPStatus.FORBIDDEN, "none of the log's keys signed this checkpoint\n")
    return request


def decide(request: Request, last: Seen, keys: Sequence[SecretKey], at: datetime) -> Answer:
    """Whether to cosign: only what keeps all of what was cosigned last, which nobody else may change meanwhile."""
    asked = request.checkpoint
    if request.old > asked.size:
        return Answer(HTTPStatus.BAD_REQUEST, f"old size: found {request.old}; allowed: 0 to {asked.size}\n")
    if request.old != last.size:
        return Answer(HTTPStatus.CONFLICT, f"{last.size}\n", SIZE)
    if asked.size == last.size and asked.root != last.root:
        return Answer(HTTPStatus.CONFLICT, f"{last.size}\n", SIZE, alarming=True)
    if not keeps_all(last.size, last.root, asked.size, asked.root, request.path):
        told = "the path does not show that the tree keeps all of the one that was cosigned last\n"
        return Answer(HTTPStatus.UNPROCESSABLE_ENTITY, told, alarming=True)
    note = signed(request.note.text, keys, at=at)
    return Answer(HTTPStatus.OK, "".join(map(str, note.signatures)), remember=asked)


def keys_of(origin: str, logs: Sequence[PublicKey]) -> tuple[PublicKey, ...]:
    """The keys that sign a log: its origin is a key's name, or a trail of the deployment that has this name."""
    deployment, _mark, trail = origin.rpartition(TRAIL)
    names = {origin, deployment} if NAME.fullmatch(trail) else {origin}
    return tuple(key for key in logs if key.kind is KeyKind.LOG and key.name in names)


def told_size(body: str) -> int | None:
    """The size that a witness cosigned last, from its answer 409; None when it does not say."""
    size = body.removesuffix("\n")
    return int(size) if COUNT.fullmatch(size) else None


def cosignatures(note: Note, answered: str, trusted: Sequence[PublicKey]) -> tuple[Cosignature, ...]:
    """The lines of an answer 200 that trusted witnesses signed; others are passed over. Raises BadNote."""
    witnesses = [key for key in trusted if key.kind is KeyKind.WITNESS]
    both = read_note(str(note) + answered)
    if both.text != note.text:
        raise BadNote("the answer holds more than signature lines")
    fresh = Note(note.text, both.signatures[len(note.signatures) :])
    return tuple(_cosignature(fresh, key) for key in signers(fresh, witnesses))


def _cosignature(note: Note, key: PublicKey) -> Cosignature:
    line = next(each for each in note.signatures if (each.name, each.hint) == (key.name, key.hint))
    at = witnessed_at(note, key)
    if at is None:
        raise BadNote(f"{key.name} does not say when it signed")
    return Cosignature(key, at, str(line))


def _read(body: bytes) -> Request:
    """A request, strictly. Raises BadRequest, BadNote or BadCheckpoint."""
    if len(body) > LONGEST_REQUEST:
        raise BadRequest(f"a request of {len(body)} bytes; allowed: {LONGEST_REQUEST}")
    try:
        head, gap, note = body.decode().partition("\n\n")
    except UnicodeDecodeError:
        raise BadRequest("the request is not text in UTF-8") from None
    first, *lines = head.split("\n")
    old = first.removeprefix("old ")
    if not gap or not first.startswith("old ") or not COUNT.fullmatch(old):
        raise BadRequest(
            "first line: allowed: old and a whole number; and an empty line before the checkpoint"
        )
    return asking(int(old), _path(lines), read_note(note))


def _path(lines: Sequence[str]) -> tuple[bytes, ...]:
    if len(lines) > MOST_PATH:
        raise BadRequest(f"path: found {len(lines)} digests; allowed: {MOST_PATH}")
    path = digests_in(lines)
    if path is None:
        raise BadRequest(f"path: allowed: {DIGEST_SIZE} bytes in base 64 a line")
    return path
