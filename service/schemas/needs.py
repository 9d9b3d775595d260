"""Needs: JSON to commands, the board and one need to JSON."""

from typing import Any

from marshmallow import fields, post_load
from marshmallow.validate import Length

from referral.escalation import PostponeReason
from referral.model import AttemptResult, Channel, ClosingReason, Urgency
from service.actions.attempts import LogAttempt
from service.actions.board import Board, Filters, View
from service.actions.closing import CloseLoop, CloseNeed
from service.actions.need_checks import LONGEST_NOTE
from service.actions.need_view import NeedView
from service.actions.needs import OpenNeed, Reassign, Redirect, SignOff
from service.actions.postponing import Postpone
from service.schemas.base import StrictSchema, YesNo
from service.schemas.plain import plain


def _words() -> fields.String:
    return fields.String(load_default="", validate=Length(max=LONGEST_NOTE))


class FiltersSchema(StrictSchema):
    """What the board is asked for, from the address."""

    mine = fields.Boolean(load_default=False)
    pathway = fields.String(load_default=None, validate=Length(max=60))
    view = fields.Enum(View, by_value=True, load_default=View.ALL)
    after = fields.String(load_default=None, validate=Length(max=300))

    @post_load
    def to_command(self, data: dict[str, Any], **_kwargs: object) -> Filters:
        """The filters."""
        return Filters(**data)


class OpenNeedSchema(StrictSchema):
    """A need that a person sees without a screening."""

    client_id = fields.UUID(required=True)
    pathway = fields.String(load_default="", validate=Length(max=60))
    urgency = fields.Enum(Urgency, by_value=True, load_default=None)
    reason = _words()
    owner_id = fields.UUID(load_default=None)

    @post_load
    def to_command(self, data: dict[str, Any], **_kwargs: object) -> tuple[Any, OpenNeed]:
        """Whose need, and the command."""
        return data.pop("client_id"), OpenNeed(**data)


class AttemptSchema(StrictSchema):
    """An attempt to reach a client or family."""

    channel = fields.Enum(Channel, by_value=True, load_default=None)
    result = fields.Enum(AttemptResult, by_value=True, load_default=None)
    note = _words()
    next_call_on = fields.Date(load_default=None)

    @post_load
    def to_command(self, data: dict[str, Any], **_kwargs: object) -> LogAttempt:
        """The command."""
        return LogAttempt(**data)


class ReassignSchema(StrictSchema):
    """Who looks after the need from now on."""

    owner_id = fields.UUID(load_default=None)
    note = _words()

    @post_load
    def to_command(self, data: dict[str, Any], **_kwargs: object) -> Reassign:
        """The command."""
        return Reassign(**data)


class PostponeSchema(StrictSchema):
    """Until when a need's clock waits, and why."""

    reason = fields.Enum(PostponeReason, by_value=True, load_default=None)
    until = fields.AwareDateTime(load_default=None, format="iso")
    note = _words()

    @post_load
    def to_command(self, data: dict[str, Any], **_kwargs: object) -> Postpone:
        """The command."""
        return Postpone(**data)


class RedirectSchema(StrictSchema):
    """The next attempt to meet a need."""

    pathway = fields.String(load_default=None, validate=Length(max=60))
    receiver_id = fields.UUID(load_default=None)
    note = _words()

    @post_load
    def to_command(self, data: dict[str, Any], **_kwargs: object) -> Redirect:
        """The command."""
        return Redirect(**data)


class SignOffSchema(StrictSchema):
    """What a second person signs."""

    reason = fields.Enum(ClosingReason, by_value=True, load_default=ClosingReason.NOT_REACHED)
    note = _words()

    @post_load
    def to_command(self, data: dict[str, Any], **_kwargs: object) -> SignOff:
        """The command."""
        return SignOff(**data)


class CloseNeedSchema(StrictSchema):
    """Why a need closes."""

    reason = fields.Enum(ClosingReason, by_value=True, load_default=None)
    note = _words()
    took_over = fields.String(load_default="", validate=Length(max=200))
    why_no_safety_plan = _words()
    joined_to = fields.UUID(load_default=None)

    @post_load
    def to_command(self, data: dict[str, Any], **_kwargs: object) -> CloseNeed:
        """The command."""
        return CloseNeed(**data)


class CloseLoopSchema(StrictSchema):
    """An outcome read."""

    keep_open = YesNo(load_default=False)
    note = _words()
    took_over = fields.String(load_default="", validate=Length(max=200))
    why_no_safety_plan = _words()

    @post_load
    def to_command(self, data: dict[str, Any], **_kwargs: object) -> CloseLoop:
        """The command."""
        return CloseLoop(**data)


class ReopenSchema(StrictSchema):
    """Why a closed need opens again."""

    note = _words()


def board_json(board: Board) -> dict[str, Any]:
    """One page of the board, the counts of the whole, and how to go on."""
    return {
        "view": str(board.filters.view),
        "tallies": plain(board.tallies),
        "groups": plain(board.groups),
        "next": board.next,
    }


def need_json(view: NeedView) -> dict[str, Any]:
    """One need with everything around it."""
    found: dict[str, Any] = plain(view)
    return found
