"""Timelines and the state of the trail as JSON."""

from marshmallow import fields

from referral.audit import Tampered
from referral.events import EventKind, SubjectKind
from service.actions.audit_trail import Status
from service.permissions import Role
from service.schemas.base import StrictSchema, moment_text


class LineSchema(StrictSchema):
    """One happening: in words of each language, by whom, when, with its codes and ids."""

    seq = fields.Integer()
    id = fields.String()
    at = fields.Function(lambda line: moment_text(line.at))
    by = fields.String()
    role = fields.Enum(Role, by_value=True)
    kind = fields.Enum(EventKind, by_value=True)
    subject_kind = fields.Enum(SubjectKind, by_value=True)
    subject = fields.String()
    before = fields.String(allow_none=True)
    after = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    details = fields.Dict()
    words = fields.Dict()


class TimelineSchema(StrictSchema):
    """A stretch of a timeline; `older` is what to ask for with `before`, null at its beginning."""

    subject_id = fields.UUID()
    lines = fields.List(fields.Nested(LineSchema))
    older = fields.Integer(allow_none=True)


def _verdict(status: Status) -> str:
    if status.proof is None:
        return "not proved"
    return "intact" if status.proof.intact else "tampered"


def _event(status: Status) -> dict[str, object] | None:
    """The first bad event: its place, its id where it can be told, and what is wrong."""
    verdict = None if status.proof is None else status.proof.verdict
    if not isinstance(verdict, Tampered) or status.proof is None:
        return None
    return {"seq": verdict.seq, "id": status.proof.event_id, "damage": str(verdict.damage)}


class StatusSchema(StrictSchema):
    """The state of the trail. `verdict` is intact, tampered, or not proved when it is too long to wait for."""

    count = fields.Integer()
    head = fields.String()
    verdict = fields.Function(_verdict)
    proved_at = fields.Function(lambda status: moment_text(status.proved_at) if status.proved_at else None)
    event = fields.Function(_event)
