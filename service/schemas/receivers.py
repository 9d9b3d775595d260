"""The directory of receivers: JSON to what one states, and entries to JSON."""

from typing import Any

from marshmallow import fields, post_load
from marshmallow.validate import Length

from referral.offers import MOST_LETTERS, Access, Cost, Insurance, Offer, Place, Way
from service.actions.directory import Entry, Sought
from service.actions.stating import Statement
from service.kinds import WithdrawReason
from service.schemas.base import StrictSchema, YesNo
from service.schemas.plain import plain


def _number() -> fields.Integer:
    return fields.Integer(strict=True, required=True, allow_none=True)


class PlaceSchema(StrictSchema):
    """One further place of a receiver."""

    name = fields.String(required=True, validate=Length(min=1, max=MOST_LETTERS))
    distance_km = fields.Integer(strict=True, load_default=None, allow_none=True)
    access = fields.List(fields.Enum(Access, by_value=True), load_default=list)

    @post_load
    def to_place(self, data: dict[str, Any], **_kwargs: object) -> Place:
        """The place."""
        return Place(data["name"], data["distance_km"], tuple(data["access"]))


class OfferSchema(StrictSchema):
    """All that a receiver offers; null and an empty list say that nobody stated it."""

    pathways = fields.List(fields.String(validate=Length(max=40)), required=True)
    lowest_age = _number()
    highest_age = _number()
    languages = fields.List(fields.String(validate=Length(max=40)), required=True)
    ways = fields.List(fields.Enum(Way, by_value=True), required=True)
    outside_school = YesNo(required=True, allow_none=True)
    distance_km = _number()
    access = fields.List(fields.Enum(Access, by_value=True), required=True)
    insurance = fields.List(fields.Enum(Insurance, by_value=True), required=True)
    cost = fields.Enum(Cost, by_value=True, required=True, allow_none=True)
    per_week = _number()
    open_places = _number()
    wait_days = _number()
    places = fields.List(fields.Nested(PlaceSchema), required=True)

    @post_load
    def to_offer(self, data: dict[str, Any], **_kwargs: object) -> Offer:
        """The offer."""
        values: dict[str, Any] = {
            name: tuple(each) if isinstance(each, list) else each for name, each in data.items()
        }
        return Offer(**values)


class StatementSchema(StrictSchema):
    """What a receiver offers, its hours in words, and the version that was seen: 0 where nothing was stated."""

    offer = fields.Nested(OfferSchema, required=True)
    hours = fields.String(required=True, validate=Length(max=120))
    version = fields.Integer(strict=True, required=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_kwargs: object) -> Statement:
        """The command."""
        return Statement(data["offer"], data["hours"], data["version"])


class NameSchema(StrictSchema):
    """What a receiver is called from now on."""

    name = fields.String(required=True, validate=Length(max=120))


class WithdrawSchema(StrictSchema):
    """Why a receiver is offered to nobody any more."""

    reason = fields.Enum(WithdrawReason, by_value=True, required=True)


class SoughtSchema(StrictSchema):
    """Which receivers are looked for: query parameters."""

    words = fields.String(load_default="", validate=Length(max=100))
    pathway = fields.String(load_default="", validate=Length(max=40))
    language = fields.String(load_default="", validate=Length(max=10))

    @post_load
    def to_command(self, data: dict[str, Any], **_kwargs: object) -> Sought:
        """The command."""
        return Sought(**data)


def entry_json(entry: Entry) -> dict[str, Any]:
    """One receiver."""
    found: dict[str, Any] = plain(entry)
    return found
