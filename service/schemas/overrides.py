"""Decisions made otherwise: JSON to commands."""

from typing import Any

from marshmallow import fields, post_load
from marshmallow.validate import Length

from referral.model import Urgency
from referral.overriding import OverrideReason
from service.actions.need_checks import LONGEST_NOTE
from service.actions.overriding import Override
from service.schemas.base import StrictSchema


class OverrideSchema(StrictSchema):
    """What a need becomes by a person's judgement; what is left out stays as it is."""

    urgency = fields.Enum(Urgency, by_value=True, load_default=None)
    pathway = fields.String(load_default=None, validate=Length(max=60))
    reason = fields.Enum(OverrideReason, by_value=True, load_default=None)
    words = fields.String(load_default="", validate=Length(max=LONGEST_NOTE))

    @post_load
    def to_command(self, data: dict[str, Any], **_kwargs: object) -> Override:
        """The command."""
        return Override(**data)


class ReviewSchema(StrictSchema):
    """What was thought of a change when it was looked at again."""

    note = fields.String(load_default="", validate=Length(max=LONGEST_NOTE))
