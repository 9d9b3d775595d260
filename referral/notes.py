"""Signed notes (C2SP signed-note): short texts with signature lines, and the keys that make and check those lines.

A key that signs checkpoints lives outside the database, so that whoever owns the database cannot sign another past.
Nothing here reads a file or a clock.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from referral.base64_text import decoded, encoded
from referral.model import ReferralError

DASH = "— "
HINT_SIZE, SEED_SIZE, SIGNATURE_SIZE, TIME_SIZE = 4, 32, 64, 8
SECRET_BEGINS = "PRIVATE+KEY"  # noqa: S105  the words before a secret, not one
NAME = re.compile(r"[A-Za-z0-9._:/-]{1,120}")
"""Fewer letters than the standard allows, which only excludes space and plus: a name stands in files and commands."""

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Named one by one, so that it does not depend on whose table of letters is asked."""

MOST_SIGNATURES = 32
LATEST = 253_402_300_799
"""The last second of the year 9999, behind which there is no calendar; a witness that names a later one is wrong."""

LONGEST_NOTE = 64 * 1024


class KeyKind(IntEnum):
    """What a key signs, by the number that the standard gives it."""

    LOG = 1
    WITNESS = 4


class BadKey(ReferralError):
    """A text is no key. Never holds the text: it may be a secret."""


class BadNote(ReferralError):
    """A text is no signed note; says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What checks signatures: a name, what the key is for, and 32 bytes of Ed25519."""

    name: str
    kind: KeyKind
    key: bytes

    @property
    def hint(self) -> bytes:
        """The four bytes by which a signature line names its key."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.key).digest()[:HINT_SIZE]

    def __str__(self) -> str:
        return f"{self.name}+{self.hint.hex()}+{encoded(bytes([self.kind]) + self.key)}"


@dataclass(frozen=True, slots=True)
class SecretKey:
    """What makes signatures. Its secret never shows when it is printed."""

    name: str
    kind: KeyKind
    seed: bytes = field(repr=False)

    @property
    def public(self) -> PublicKey:
        """The key with which others check what this one signed."""
        return PublicKey(self.name, self.kind, self._key().public_key().public_bytes_raw())

    @property
    def text(self) -> str:
        """The secret as a file holds it."""
        return (
            f"{SECRET_BEGINS}+{self.name}+{self.public.hint.hex()}+{encoded(bytes([self.kind]) + self.seed)}"
        )

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of a signature."""
        return self._key().sign(message)

    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: the name and hint of its key, and what that key signed."""

    name: str
    hint: bytes
    signed: bytes

    def __str__(self) -> str:
        return f"{DASH}{self.name} {encoded(self.hint + self.signed)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends with a new line, and its signatures."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return self.text + "\n" + "".join(map(str, self.signatures))


def new_key(name: str, kind: KeyKind, seed: bytes) -> SecretKey:
    """A key from 32 random bytes. Raises BadKey for a name or seed that cannot be one."""
    if not NAME.fullmatch(name):
        raise BadKey(f"name of a key: found {name!r}; allowed: up to 120 letters, digits and ._:/-")
    if len(seed) != SEED_SIZE:
        raise BadKey(f"seed: found {len(seed)} bytes; allowed: {SEED_SIZE}")
    return SecretKey(name, kind, seed)


def read_secret_key(text: str) -> SecretKey:
    """A secret key from its text. Raises BadKey, which repeats nothing of it."""
    begin, _plus, rest = text.strip().partition(f"{SECRET_BEGINS}+")
    if begin or not rest:
        raise BadKey(f"a secret key begins with {SECRET_BEGINS}+")
    name, kind, seed, hint = _parts(rest)
    key = SecretKey(name, kind, seed)
    if key.public.hint.hex() != hint:
        raise BadKey("the secret key is damaged: its hint does not fit it")
    return key


def read_public_key(text: str) -> PublicKey:
    """A public key from its text, as `name+hint+key`. Raises BadKey."""
    name, kind, raw, hint = _parts(text.strip())
    key = PublicKey(name, kind, raw)
    if key.hint.hex() != hint:
        raise BadKey(f"the key {name} is damaged: its hint does not fit it")
    return key


def signed(text: str, keys: Sequence[SecretKey], *, at: datetime | None = None) -> Note:
    """A note over a text that ends with a new line, with one line a key. `at`: when a witness signs, in UTC."""
    return Note(text, tuple(_line(text, key, at) for key in keys))


def read_note(text: str) -> Note:
    """A note from its text, strictly: what is read back is written the same. Raises BadNote."""
    if len(text) > LONGEST_NOTE:
        raise BadNote(f"a note of {len(text)} characters; allowed: {LONGEST_NOTE}")
    body, gap, lines = text.rpartition("\n\n")
    if not gap or not lines.endswith("\n"):
        raise BadNote("no empty line between the text and its signatures, or the end is missing")
    if not _plain(text):
        raise BadNote("a control character in the note, or half a character")
    signatures = tuple(_signature(line) for line in lines[:-1].split("\n"))
    if len(signatures) > MOST_SIGNATURES:
        raise BadNote(f"{len(signatures)} signatures; allowed: {MOST_SIGNATURES}")
    return Note(body + "\n", signatures)


def signers(note: Note, trusted: Sequence[PublicKey]) -> tuple[PublicKey, ...]:
    """Which of the trusted keys signed a note, each once. Raises BadNote when a line of one of them is forged."""
    found: dict[PublicKey, None] = {}
    for line in note.signatures:
        for key in trusted:
            if (key.name, key.hint) == (line.name, line.hint):
                _check(note.text, line, key)
                found[key] = None
    return tuple(found)


def witnessed_at(note: Note, key: PublicKey) -> datetime | None:
    """When a witness says that it saw a note, in UTC; None when it does not say. Check with `signers` first."""
    for line in note.signatures:
        if (key.name, key.hint) == (line.name, line.hint) and key.kind is KeyKind.WITNESS:
            seconds = int.from_bytes(line.signed[:TIME_SIZE], "big")
            return datetime.fromtimestamp(seconds, UTC) if seconds <= LATEST else None
    return None


def _line(text: str, key: SecretKey, at: datetime | None) -> Signature:
    if key.kind is KeyKind.LOG:
        return Signature(key.name, key.public.hint, key.sign(text.encode()))
    if at is None:
        raise ValueError("a witness signs at a time")
    seconds = int(at.timestamp())
    stamp = seconds.to_bytes(TIME_SIZE, "big")
    return Signature(key.name, key.public.hint, stamp + key.sign(_witnessed(text, seconds)))


def _witnessed(text: str, seconds: int) -> bytes:
    """What a witness signs (C2SP tlog-cosignature, version 1)."""
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _check(text: str, line: Signature, key: PublicKey) -> None:
    signed, message = line.signed, text.encode()
    if key.kind is KeyKind.WITNESS:
        stamp, signed = signed[:TIME_SIZE], signed[TIME_SIZE:]
        message = _witnessed(text, int.from_bytes(stamp, "big"))
    try:
        Ed25519PublicKey.from_public_bytes(key.key).verify(signed, message)
    except (InvalidSignature, ValueError):
        raise BadNote(f"the signature of {key.name} does not fit the text") from None


def _signature(line: str) -> Signature:
    name, _space, written = line.removeprefix(DASH).partition(" ")
    if not line.startswith(DASH) or not name:
        raise BadNote("a signature line begins with a dash and a name")
    raw = decoded(written)
    if raw is None or len(raw) <= HINT_SIZE:
        raise BadNote(f"the signature of {name[:120]} is not in base 64, or too short")
    return Signature(name, raw[:HINT_SIZE], raw[HINT_SIZE:])


def _parts(text: str) -> tuple[str, KeyKind, bytes, str]:
    name, hint, written = [*text.split("+", 2), "", ""][:3]
    raw = decoded(written)
    if not NAME.fullmatch(name) or raw is None or len(raw) != SEED_SIZE + 1:
        raise BadKey("a key is written as name+hint+key, the key in base 64")
    if raw[0] not in tuple(KeyKind):
        raise BadKey(f"kind of key: found {raw[0]}; allowed: {', '.join(str(int(kind)) for kind in KeyKind)}")
    return name, KeyKind(raw[0]), raw[1:], hint


def _plain(text: str) -> bool:
    """Whether a text has no control character but the new line, and can be written as bytes."""
    return _CONTROL.search(text) is None
