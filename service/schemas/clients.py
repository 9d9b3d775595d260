"""Clients and their consent as JSON."""

from typing import Any

from marshmallow import fields, post_load
from marshmallow.validate import Length

from referral.consent import ConsentStatus, Giver, NotPermitted, Permitted, Purpose
from service.actions.caseload import OpenRecord
from service.actions.client_card import ClientCard
from service.actions.consents import RecordConsent
from service.kinds import OpenReason
from service.schemas.base import StrictSchema
from service.schemas.plain import plain


class SearchSchema(StrictSchema):
    """Words to find clients by: a name, an id or a class. Sent in the body so that no name stands in an address."""

    query = fields.String(load_default="", validate=Length(max=100))


class ClientLineSchema(StrictSchema):
    """One client of a list."""

    id = fields.UUID()
    name = fields.String()
    local_id = fields.String()
    born_on = fields.Date()
    grade = fields.String()
    class_name = fields.String()
    site = fields.String()


class FoundLineSchema(ClientLineSchema):
    """One client that a search found; `outside` one's caseload a reason opens the record."""

    outside = fields.Boolean()


class FoundSchema(StrictSchema):
    """What a search found; `near` when nobody is called as typed and these names are only alike."""

    clients = fields.List(fields.Nested(FoundLineSchema), attribute="lines")
    near = fields.Boolean()


class GuardianSchema(StrictSchema):
    """An adult who may consent."""

    id = fields.UUID()
    name = fields.String()
    relation = fields.String()
    phone = fields.String()
    language = fields.String()


class ClientSchema(ClientLineSchema):
    """One client."""

    given_name = fields.String()
    pronouns = fields.String()
    language = fields.String()
    home_language = fields.String()
    guardians = fields.List(fields.Nested(GuardianSchema))


class OpenRecordSchema(StrictSchema):
    """Why a record outside one's caseload is opened."""

    reason = fields.Enum(OpenReason, by_value=True, required=True)
    words = fields.String(load_default="", validate=Length(max=1000))

    @post_load
    def to_command(self, data: dict[str, Any], **_kwargs: object) -> OpenRecord:
        """The command."""
        return OpenRecord(**data)


class RecordConsentSchema(StrictSchema):
    """An answer about consent."""

    purpose = fields.Enum(Purpose, by_value=True, required=True)
    status = fields.Enum(ConsentStatus, by_value=True, required=True)
    giver = fields.Enum(Giver, by_value=True, required=True)
    pathway = fields.String(load_default=None, allow_none=True)
    guardian_id = fields.UUID(load_default=None, allow_none=True)
    valid_until = fields.Date(load_default=None, allow_none=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_kwargs: object) -> RecordConsent:
        """The command."""
        return RecordConsent(**data)


def card_json(card: ClientCard) -> dict[str, Any]:
    """One client at a glance: who, what consent allows today and why, open needs, earlier screens."""
    found: dict[str, Any] = ClientSchema().dump(card.client)
    return found | {
        "consent": {
            "screening": verdict_json(card.screening),
            "sharing": [{"pathway": dict(name)} | verdict_json(judged) for name, judged in card.sharing],
        },
        "needs": plain(card.needs),
        "closed_needs": plain(card.closed),
        "screenings": plain(card.screenings),
        "notes": plain(card.notes),
    }


def verdict_json(judged: Permitted | NotPermitted) -> dict[str, Any]:
    """What consent says, and by which rule."""
    return {
        "permitted": isinstance(judged, Permitted),
        "reason": dict(judged.reason.text),
        "rule": judged.reason.rule,
    }
