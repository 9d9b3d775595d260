"""Adding and changing clients and guardians as JSON, and rosters."""

from typing import Any

from marshmallow import fields, post_load
from marshmallow.validate import Length

from service.actions.alike import LookAlikes
from service.actions.details import Details, GuardianDetails
from service.actions.roster_file import MOST_BYTES
from service.actions.roster_import import Preview
from service.schemas.base import StrictSchema, YesNo
from service.schemas.clients import FoundLineSchema
from service.schemas.plain import plain

_LONGEST = 1000
"""Longer than anything that may be kept: the rules of each field say what may."""


def _text(**how: Any) -> fields.String:  # noqa: ANN401  marshmallow's own
    return fields.String(validate=Length(max=_LONGEST), **how)


class DetailsSchema(StrictSchema):
    """What is kept about a client."""

    local_id = _text(required=True)
    given_name = _text(required=True)
    family_name = _text(required=True)
    born_on = fields.Date(required=True)
    site_id = fields.UUID(required=True)
    pronouns = _text(load_default="")
    grade = _text(load_default="")
    class_name = _text(load_default="")
    language = _text(load_default="en")
    home_language = _text(load_default="en")


class NewClientSchema(DetailsSchema):
    """A new client. `sure`: it is nobody of those who have nearly this name and birth date."""

    sure = YesNo(load_default=False)

    @post_load
    def to_command(self, data: dict[str, Any], **_kwargs: object) -> tuple[Details, bool]:
        """(the details, whether the sender is sure)."""
        sure = data.pop("sure")
        return Details(**data), sure


class ChangedClientSchema(DetailsSchema):
    """All details of a client anew, and the version that was seen."""

    version = _text(required=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_kwargs: object) -> tuple[Details, str]:
        """(the details, the version)."""
        version = data.pop("version")
        return Details(**data), version


class GuardianDetailsSchema(StrictSchema):
    """What is kept about a guardian."""

    name = _text(required=True)
    relation = _text(required=True)
    phone = _text(load_default="")
    language = _text(load_default="en")

    @post_load
    def to_command(self, data: dict[str, Any], **_kwargs: object) -> GuardianDetails:
        """The details."""
        return GuardianDetails(**data)


class RosterSchema(StrictSchema):
    """A roster as CSV text."""

    text = fields.String(required=True, validate=Length(max=MOST_BYTES))


class SeenRosterSchema(RosterSchema):
    """A roster whose preview was seen, with the version of what it would do."""

    version = _text(required=True)


def details_json(details: Details, version: str) -> dict[str, Any]:
    """What is kept about a client, with its version."""
    found: dict[str, Any] = plain(details)
    return found | {"version": version}


def alike_json(alike: LookAlikes) -> dict[str, Any]:
    """Who may be the same person; of those at other sites, how many."""
    return {"id": None, "alike": FoundLineSchema(many=True).dump(alike.lines), "elsewhere": alike.elsewhere}


def preview_json(seen: Preview) -> dict[str, Any]:
    """What a roster would do: its numbers, and each line that adds or changes somebody, by field codes."""
    plan = seen.plan
    lines = [
        {
            "line": each.line,
            "local_id": each.details.local_id,
            "added": each.known is None,
            "fields": list(each.fields),
            "double": each.double,
        }
        for each in (*plan.added, *plan.changed)
    ]
    more = {
        "moved": plan.moved,
        "stay_away": plan.stay_away,
        "is_part": plan.is_part,
        "version": plan.version,
    }
    return {**plan.counts, **more, "lines": sorted(lines, key=lambda each: int(str(each["line"])))}
