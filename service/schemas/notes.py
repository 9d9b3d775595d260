"""Notes on a client's record as JSON."""

from typing import Any

from marshmallow import fields, post_load

from service.actions.notes import WriteNote
from service.schemas.base import StrictSchema, YesNo


class WordingSchema(StrictSchema):
    """What a note says."""

    text = fields.String(required=True)


class WriteNoteSchema(WordingSchema):
    """A note; `restricted` when few may read it."""

    restricted = YesNo(load_default=False)

    @post_load
    def to_command(self, data: dict[str, Any], **_kwargs: object) -> WriteNote:
        """The command."""
        return WriteNote(**data)
