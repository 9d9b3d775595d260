"""Alerts: JSON to what was done, and alerts to JSON."""

from collections.abc import Sequence
from typing import Any

from marshmallow import fields, post_load
from marshmallow.validate import Length

from instruments.model import Item
from referral.model import Disposition
from service.actions.alert_answers import EndAlert
from service.actions.alert_facts import AlertView, Behind
from service.actions.alerts import LiveAlert
from service.schemas.base import StrictSchema
from service.schemas.plain import plain


class EndAlertSchema(StrictSchema):
    """What was done: all four are needed, and each missing one is named."""

    took_over = fields.String(load_default="", validate=Length(max=200))
    safety_steps = fields.String(load_default="", validate=Length(max=1000))
    disposition = fields.Enum(Disposition, by_value=True, load_default=None)
    took_over_at = fields.AwareDateTime(format="iso", load_default=None)

    @post_load
    def to_command(self, data: dict[str, Any], **_kwargs: object) -> EndAlert:
        """The command."""
        return EndAlert(**data)


def live_json(found: Sequence[LiveAlert]) -> dict[str, Any]:
    """Every alert that is not ended, unacknowledged first."""
    return {"alerts": plain(found)}


def alert_json(view: AlertView) -> dict[str, Any]:
    """One alert. `answers` is null for those who may not read answers."""
    left_out = {"answers", "resources"}
    found = {name: plain(getattr(view, name)) for name in view.__slots__ if name not in left_out}
    return found | {
        "answers": None if view.answers is None else [_behind(each) for each in view.answers],
        "emergency": view.resources.emergency,
        "crisis_lines": plain(view.resources.lines),
    }


def _behind(line: Behind) -> dict[str, Any]:
    item: Item = line.item
    return {
        "instrument": line.instrument,
        "item": item.id,
        "asked": dict(item.ask),
        "answer": None if line.answer is None else dict(line.answer),
        "refused": line.answer is None,
    }
