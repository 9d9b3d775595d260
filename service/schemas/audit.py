"""The auditor's desk as JSON: ids and codes, as the trail has them."""

from marshmallow import fields

from referral.events import EventKind, SubjectKind
from service.schemas.base import StrictSchema, moment_text


class DeskLineSchema(StrictSchema):
    """One event: its fields, its place and both digests."""

    seq = fields.Integer()
    id = fields.String()
    at = fields.Function(lambda line: moment_text(line.at))
    by = fields.String()
    actor = fields.String()
    role = fields.String()
    kind = fields.Enum(EventKind, by_value=True)
    subject_kind = fields.Enum(SubjectKind, by_value=True)
    subject = fields.String()
    client = fields.String(allow_none=True)
    before = fields.String(allow_none=True)
    after = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    details = fields.Dict()
    commit = fields.String(allow_none=True)
    digest = fields.String()
    previous = fields.String()


class DeskSchema(StrictSchema):
    """A stretch of what fits. `fitting` is exact unless `more` is true; `older` is null at the beginning.

    `searched` is null, or the first and the last place that were looked through: `fitting` is of these alone.
    """

    all = fields.Integer()
    fitting = fields.Integer()
    more = fields.Boolean()
    lines = fields.List(fields.Nested(DeskLineSchema))
    older = fields.Integer(allow_none=True)
    searched = fields.Function(lambda desk: desk.searched and [desk.searched.first, desk.searched.last])
