"""What every schema shares: strangers are refused, and words say what is allowed."""

from datetime import UTC, datetime

from marshmallow import RAISE, Schema


class StrictSchema(Schema):
    """A schema that refuses unknown fields by name."""

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": "is not a field here", "type": "an object is needed"}  # noqa: RUF012  marshmallow's


def moment_text(moment: datetime | None) -> str | None:
    """A moment as the API writes it: ISO 8601 in UTC, ending in Z; None stays None."""
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
