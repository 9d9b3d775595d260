"""Single answers that a receiver asks for: JSON to what is said about them, and how things stand to JSON."""

from collections.abc import Sequence
from typing import Any

from marshmallow import fields, post_load

from referral.consent import Giver
from referral.items import ItemsReason, ItemsRefusal
from service.actions.items import AgreeItems
from service.actions.items_view import Asked, Items
from service.schemas.base import StrictSchema
from service.schemas.plain import plain


class AskItemsSchema(StrictSchema):
    """Why somebody asks."""

    reason = fields.Enum(ItemsReason, by_value=True, required=True)


class AgreeItemsSchema(StrictSchema):
    """Who said yes, and until when."""

    giver = fields.Enum(Giver, by_value=True, required=True)
    guardian_id = fields.UUID(load_default=None, allow_none=True)
    valid_until = fields.Date(load_default=None, allow_none=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_kwargs: object) -> AgreeItems:
        """The command."""
        return AgreeItems(**data)


class DeclineItemsSchema(StrictSchema):
    """Why not."""

    reason = fields.Enum(ItemsRefusal, by_value=True, required=True)


def items_json(items: Items) -> dict[str, Any]:
    """How things stand with the single answers of one referral."""
    found: dict[str, Any] = plain(items)
    return found


def asked_json(found: Sequence[Asked]) -> dict[str, Any]:
    """What waits for an answer, oldest first."""
    return {"requests": plain(tuple(found))}
