"""Ids made by the service: UUIDv7 (RFC 9562), ordered by time. Clock and randomness are passed in."""

import uuid
from datetime import UTC, datetime

_RANDOM_BITS = 74


def uuid7(now: datetime, random_bits: int) -> uuid.UUID:
    """A version 7 UUID: 48 bits of milliseconds since 1970, then 74 bits of the given randomness."""
    milliseconds = int(now.timestamp() * 1000) & ((1 << 48) - 1)
    random_bits &= (1 << _RANDOM_BITS) - 1
    high, low = random_bits >> 62, random_bits & ((1 << 62) - 1)
    return uuid.UUID(int=(milliseconds << 80) | (0x7 << 76) | (high << 64) | (0b10 << 62) | low)


def first_id_at(moment: datetime) -> uuid.UUID:
    """What no id made at this moment or later is below, and every id made before it is."""
    return uuid.UUID(int=(int(moment.timestamp() * 1000) & ((1 << 48) - 1)) << 80)


def made_at(made: uuid.UUID) -> datetime:
    """When a version 7 UUID was made, to the millisecond, in UTC."""
    return datetime.fromtimestamp((made.int >> 80) / 1000, UTC)
