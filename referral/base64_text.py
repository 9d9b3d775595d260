"""Bytes as base 64 text, one spelling for each: what was signed must not be writable in two ways."""

from base64 import b64decode, b64encode


def encoded(raw: bytes) -> str:
    """Bytes as standard base 64 with padding (RFC 4648, section 4)."""
    return b64encode(raw).decode("ascii")


def decoded(text: str) -> bytes | None:
    """The bytes of a text that `encoded` could have written; None for any other text."""
    try:
        raw = b64decode(text, validate=True)
    except ValueError:
        return None
    return raw if encoded(raw) == text else None
