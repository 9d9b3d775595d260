"""Packets between organisations: JSON to what is done with one, and what is seen of one to JSON."""

from typing import Any

from marshmallow import fields, post_load
from marshmallow.validate import Length

from referral.consent import ConsentStatus, Giver, Purpose
from referral.matching import ChoiceReason
from referral.model import DeclineReason
from referral.packet_news import Kindness
from service.actions.choosing import Choice
from service.actions.consents import RecordConsent
from service.actions.crossing import Crossed, Crossing
from service.actions.packet_views import Came
from service.actions.referrals import MOST_WORDS
from service.actions.taking_in import MOST_NUMBER, DeclinePacket, TakeIn
from service.schemas.base import StrictSchema, YesNo
from service.schemas.clients import verdict_json
from service.schemas.plain import plain


class TakeInSchema(StrictSchema):
    """As whom a packet is taken in: somebody known here, or a number here, with a building for somebody new."""

    client_id = fields.UUID(load_default=None, allow_none=True)
    local_id = fields.String(load_default="", validate=Length(max=MOST_NUMBER))
    site_id = fields.UUID(load_default=None, allow_none=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_kwargs: object) -> TakeIn:
        """The command."""
        return TakeIn(**data)


class DeclinePacketSchema(StrictSchema):
    """Why it is not taken in, and a word of kindness."""

    decline_reason = fields.Enum(DeclineReason, by_value=True, required=True)
    kindness = fields.Enum(Kindness, by_value=True, load_default=None, allow_none=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_kwargs: object) -> DeclinePacket:
        """The command."""
        return DeclinePacket(data["decline_reason"], data["kindness"])


class SendAcrossSchema(StrictSchema):
    """Why it goes to the organisation that the address names, and whether the whole need is handed over."""

    reason = fields.String(load_default="", validate=Length(max=MOST_WORDS))
    choice_reason = fields.Enum(ChoiceReason, by_value=True, load_default=None, allow_none=True)
    hands_over = YesNo(load_default=False)

    @post_load
    def to_choice(self, data: dict[str, Any], **_kwargs: object) -> tuple[Choice, bool]:
        """The choice, and whether everything goes."""
        return Choice(data["choice_reason"], data["reason"]), data["hands_over"]


class SharingSchema(StrictSchema):
    """What was answered about sharing with the organisation that the address names."""

    status = fields.Enum(ConsentStatus, by_value=True, required=True)
    giver = fields.Enum(Giver, by_value=True, required=True)
    guardian_id = fields.UUID(load_default=None, allow_none=True)
    valid_until = fields.Date(load_default=None, allow_none=True)
    with_items = YesNo(load_default=False)

    @post_load
    def to_facts(self, data: dict[str, Any], **_kwargs: object) -> RecordConsent:
        """The answer; the pathway and the organisation are the address's to say."""
        return RecordConsent(Purpose.SHARING, **data)


class IntakeSchema(StrictSchema):
    """Which team takes referrals of others on a pathway; null: none does."""

    pathway = fields.String(required=True, validate=Length(max=60))
    team_id = fields.UUID(required=True, allow_none=True)


def came_json(came: Came) -> dict[str, Any]:
    """One packet that came."""
    found: dict[str, Any] = plain(came)
    return found


def crossing_json(crossing: Crossing) -> dict[str, Any]:
    """What would leave, to whom, and what consent says."""
    found: dict[str, Any] = plain(crossing)
    return found | {"consent": verdict_json(crossing.consent)}


def crossed_json(crossed: Crossed | None) -> dict[str, Any] | None:
    """How things stand with a referral that went to another organisation, and which parts were shared."""
    if crossed is None:
        return None
    found: dict[str, Any] = plain(crossed)
    shared, consent = crossed.packet.shared, crossed.packet.consent
    return found | {"packet": {"shared": plain(shared), "consent": plain(consent)}}
