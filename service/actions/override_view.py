"""What people see of decisions made otherwise: the rules' own beside the person's, each with its reasons."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from instruments.model import Text
from referral.model import DecisionKind, Urgency
from referral.overriding import Direction, OverrideReason
from service.access import Act
from service.actions.saying import name_of
from service.store.needs import NeedRow
from service.store.overrides import OverrideRow, overrides_of
from service.store.queue import decisions_behind


@dataclass(frozen=True, slots=True)
class Decided:
    """What the rules decided: it stays as it was made, whatever people change."""

    id: uuid.UUID
    kind: DecisionKind
    pathway: str | None
    pathway_name: Text | None
    urgency: Urgency | None
    rule: str
    reasons: tuple[Text, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Changed:
    """What a person made of a need: old and new, why, and whether somebody looked at it again."""

    id: uuid.UUID
    need_id: uuid.UUID
    client_id: uuid.UUID
    direction: Direction
    before: tuple[Text, Urgency]
    after: tuple[Text, Urgency]
    reason: OverrideReason
    words: str
    by: str
    by_id: uuid.UUID
    at: datetime
    reviewed_by: str
    reviewed_at: datetime | None
    review_note: str


def decided_about(session: Session, need: NeedRow, *, act: Act) -> tuple[Decided, ...]:
    """The decisions that a need rests on, newest first."""
    ways = act.definitions.pathways
    return tuple(
        Decided(
            id=row.id,
            kind=row.kind,
            pathway=row.pathway,
            pathway_name=None if row.pathway is None else ways.get(row.pathway).name,
            urgency=row.urgency,
            rule=str(row.rules[0]) if row.rules else "",
            reasons=tuple(reason["text"] for reason in row.reasons),
            at=row.decided_at,
        )
        for row in decisions_behind(session, act.organisation_id, [need.id])
    )


def changes_of(session: Session, need: NeedRow, *, act: Act) -> tuple[Changed, ...]:
    """What people changed about a need, oldest first."""
    return tuple(changed(session, row, act) for row in overrides_of(session, act.organisation_id, need.id))


def changed(session: Session, row: OverrideRow, act: Act) -> Changed:
    """One change, as pages and the API tell it."""
    ways = act.definitions.pathways
    return Changed(
        id=row.id,
        need_id=row.need_id,
        client_id=row.client_id,
        direction=row.direction,
        before=(ways.get(row.pathway_before).name, row.urgency_before),
        after=(ways.get(row.pathway_after).name, row.urgency_after),
        reason=row.reason,
        words=row.words,
        by=name_of(session, row.made_by, act),
        by_id=row.made_by,
        at=row.made_at,
        reviewed_by=name_of(session, row.reviewed_by, act),
        reviewed_at=row.reviewed_at,
        review_note=row.review_note,
    )
