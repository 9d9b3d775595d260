"""Ids made by the service: UUIDv7 (RFC 9562), ordered by time. Clock and randomness are passed in."""

import uuid
from datetime import datetime

_RANDOM_BITS = 74


def uuid7(now: datetime, random_bits: int) -> uuid.UUID:
    """A version 7 UUID: 48 bits of milliseconds since 1970, then 74 bits of the given randomness."""
    milliseconds = int(now.timestamp() * 1000) & ((1 << 48) - 1)
    random_bits &= (1 << _RANDOM_BITS) - 1
    high, low = random_bits >> 62, random_bits & ((1 << 62) - 1)
    return uuid.UUID(int=(milliseconds << 80) | (0x7 << 76) | (high << 64) | (0b10 << 62) | low)
