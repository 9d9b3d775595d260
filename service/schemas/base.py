"""What every schema shares: strangers are refused, and words say what is allowed."""

from datetime import UTC, datetime
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields


class StrictSchema(Schema):
    """A schema that refuses unknown fields by name."""

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": "is not a field here", "type": "an object is needed"}  # noqa: RUF012  marshmallow's


class YesNo(fields.Field[bool]):
    """true or false. "yes", "on" and 1 are none of these: whoever agrees says so plainly."""

    def _deserialize(self, value: Any, *_args: object, **_kwargs: object) -> bool:  # noqa: ANN401  anything JSON holds
        if isinstance(value, bool):
            return value
        message = "Must be one of: true, false."
        raise ValidationError(message)


def moment_text(moment: datetime | None) -> str | None:
    """A moment as the API writes it: ISO 8601 in UTC, ending in Z; None stays None."""
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
