"""Safety assessments: JSON to what was concluded, and what is due to JSON."""

from collections.abc import Sequence
from typing import Any

from marshmallow import fields, post_load
from marshmallow.validate import Length

from referral.model import Disposition
from service.actions.assessment_facts import Due
from service.actions.assessments import Record, Recorded
from service.schemas.base import StrictSchema, YesNo
from service.schemas.plain import plain


class RecordSchema(StrictSchema):
    """What a trained person concluded."""

    disposition = fields.Enum(Disposition, by_value=True, load_default=None)
    took_over = fields.String(load_default="", validate=Length(max=200))
    safety_plan = YesNo(load_default=False)
    why_no_safety_plan = fields.String(load_default="", validate=Length(max=1000))
    note = fields.String(load_default="", validate=Length(max=1000))
    happened_at = fields.AwareDateTime(load_default=None, format="iso")

    @post_load
    def to_command(self, data: dict[str, Any], **_kwargs: object) -> Record:
        """The command."""
        return Record(**data)


def dues_json(found: Sequence[Due]) -> dict[str, Any]:
    """Assessments that wait, the earliest due first."""
    return {"due": plain(found)}


def recorded_json(recorded: Recorded) -> dict[str, Any]:
    """What was kept, and the alert that followed, if any."""
    found: dict[str, Any] = plain(recorded)
    return found
