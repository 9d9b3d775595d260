"""Personal payloads under a key of each client: sealed, opened, and committed to with salts that die with the key.

What is sealed, and where keys are kept, is the service's business. The format of a commitment is in `entries.py`.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from referral.base64_text import decoded, encoded
from referral.model import ReferralError

KEY_SIZE = 32
NONCE_SIZE = 12
"""AES-256 in Galois/Counter mode (NIST SP 800-38D): a fresh nonce of 96 random bits for each payload."""

MARK = "handrail-wrapping"
_WRAP, _SEAL, _SALT = (f"handrail/payload/{part}/1\0".encode() for part in ("wrap", "seal", "salt"))
_NAME = b"handrail/payload/name/1\0"


class Unreadable(ReferralError):
    """A payload or a key that cannot be opened: by another key, changed, or moved from where it belongs."""


class BadWrappingKey(ReferralError):
    """A line that is no wrapping key; never says what stands in it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a payload belongs: sealed with it, so that it opens nowhere else."""

    organisation: str
    client: str
    table: str
    column: str
    row: str

    @property
    def bound(self) -> bytes:
        """What the seal is bound to: ids and names hold no zero byte, so the parts stay apart."""
        owner, where = f"{self.organisation}\0{self.client}", f"{self.table}\0{self.column}\0{self.row}"
        return f"{owner}\0{where}".encode()


@dataclass(frozen=True, slots=True)
class ClientKey:
    """The key of one client: 32 random bytes. Without it, nothing that was sealed or salted under it can be had."""

    secret: bytes = field(repr=False)

    def seal(self, payload: bytes, place: Place, nonce: bytes) -> bytes:
        """The payload, to be opened at this place only. `nonce`: 12 random bytes, never the same twice."""
        return nonce + AESGCM(self._part(_SEAL)).encrypt(nonce, payload, place.bound)

    def open(self, sealed: bytes, place: Place) -> bytes:
        """The payload again. Raises Unreadable."""
        return _opened(self._part(_SEAL), sealed, place.bound)

    def salt(self, event: str, apart: bytes = b"") -> bytes:
        """The salt of what an event commits to: made from the key and the event's id, so it is stored nowhere.

        `apart`: what must be known as well, where the payload may be erased while the key stays.
        """
        return self._part(_SALT + event.encode() + apart)

    def _part(self, of: bytes) -> bytes:
        return hmac.new(self.secret, of, sha256).digest()


@dataclass(frozen=True, slots=True)
class WrappingKey:
    """A key that clients' keys are wrapped with; it lies in a file outside the database."""

    secret: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """By which a wrapped key names it: 16 hexadecimal digits that tell nothing of the key."""
        return sha256(_NAME + self.secret).hexdigest()[:16]

    @property
    def text(self) -> str:
        """The key as its file holds it."""
        return f"{MARK}+{self.id}+{encoded(self.secret)}"

    def wrap(self, key: ClientKey, organisation: str, client: str, nonce: bytes) -> bytes:
        """A client's key as the database holds it. `nonce` as in sealing."""
        return nonce + AESGCM(self.secret).encrypt(nonce, key.secret, _owner(organisation, client))

    def unwrap(self, wrapped: bytes, organisation: str, client: str) -> ClientKey:
        """The client's key again. Raises Unreadable."""
        return ClientKey(_opened(self.secret, wrapped, _owner(organisation, client)))


def _owner(organisation: str, client: str) -> bytes:
    return _WRAP + f"{organisation}\0{client}".encode()


def _opened(secret: bytes, sealed: bytes, bound: bytes) -> bytes:
    try:
        return AESGCM(secret).decrypt(sealed[:NONCE_SIZE], sealed[NONCE_SIZE:], bound)
    except (InvalidTag, ValueError):
        raise Unreadable(
            "a payload cannot be opened: its key is another, or it was changed or moved"
        ) from None


def wrapping_key(secret: bytes) -> WrappingKey:
    """A wrapping key of 32 random bytes. Raises BadWrappingKey."""
    if len(secret) != KEY_SIZE:
        raise BadWrappingKey(f"a wrapping key: found {len(secret)} bytes; allowed: {KEY_SIZE}")
    return WrappingKey(secret)


def read_wrapping_key(line: str) -> WrappingKey:
    """The key of one line of a file. Raises BadWrappingKey."""
    mark, _, rest = line.strip().partition("+")
    name, _, words = rest.partition("+")
    secret = decoded(words) if mark == MARK else None
    if secret is None or len(secret) != KEY_SIZE or WrappingKey(secret).id != name:
        raise BadWrappingKey(f"a wrapping key is written as {MARK}+16 digits+{KEY_SIZE} bytes in base 64")
    return WrappingKey(secret)


def unwrapped(keys: Sequence[WrappingKey], named: str, wrapped: bytes, owner: tuple[str, str]) -> ClientKey:
    """A client's key, by whichever of the keys wrapped it; `owner`: organisation and client. Raises Unreadable."""
    found = next((key for key in keys if key.id == named), None)
    if found is None:
        raise Unreadable(f"the wrapping key {named} is not in the file of wrapping keys")
    return found.unwrap(wrapped, *owner)
