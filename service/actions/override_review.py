"""Decisions made otherwise, looked at again: the list for those who lead, the mark, and which rule it happens to."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from referral.events import EventKind, SubjectKind
from referral.overriding import Direction
from service.access import Act, NotFound, access_need
from service.actions.need_checks import note_problems
from service.actions.need_rows import client_of, write_event
from service.actions.override_view import Changed, Decided, changed, decided_about
from service.actions.refusals import Conflict
from service.actions.saying import name_of, refuse_any, say
from service.permissions import Permission
from service.store import audit
from service.store.overrides import (
    OverrideRow,
    counted_overrides,
    find_override,
    reviewed_overrides,
    waiting_overrides,
)

MOST = 50
MOST_DONE = 20
COUNTED_FOR = timedelta(days=90)

_ITS_OWN = {
    "en": "This is your own decision. Somebody else must look at it again.",
    "es": "Es su propia decisión. Debe revisarla otra persona.",
}
_DONE_ALREADY = {"en": "Looked at already by {name}.", "es": "Ya lo revisó {name}."}


@dataclass(frozen=True, slots=True)
class OverrideLine:
    """One change on the list, beside what the rules had decided. `mine`: somebody else looks at it."""

    change: Changed
    client: str
    decided: tuple[Decided, ...]
    mine: bool


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How often one rule was decided otherwise, by direction. Without a rule: a person had opened the need."""

    rule: str | None
    counts: Mapping[Direction, int]

    @property
    def total(self) -> int:
        """In all directions together."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class OverrideList:
    """What waits to be looked at, what was looked at last, and the counts of 90 days. `more`: more waits."""

    waiting: tuple[OverrideLine, ...]
    reviewed: tuple[OverrideLine, ...]
    counts: tuple[RuleCount, ...]
    more: bool

    @property
    def by_direction(self) -> Mapping[Direction, int]:
        """The counts of all rules together."""
        return {each: sum(one.counts.get(each, 0) for one in self.counts) for each in Direction}


def show(session: Session, *, act: Act) -> OverrideList:
    """The list of the organisation; looking at it is an event. Raises NotAllowed."""
    act.by.must(Permission.COORDINATE)
    viewed = (SubjectKind.ORGANISATION, act.organisation_id)
    audit.append(session, act.event(EventKind.RECORD_VIEWED, viewed, view="overrides"))
    waiting = waiting_overrides(session, act.organisation_id, most=MOST + 1)
    reviewed = reviewed_overrides(session, act.organisation_id, most=MOST_DONE)
    return OverrideList(
        waiting=tuple(_line(session, row, act) for row in waiting[:MOST]),
        reviewed=tuple(_line(session, row, act) for row in reviewed),
        counts=_counts(session, act),
        more=len(waiting) > MOST,
    )


def review(session: Session, override_id: uuid.UUID, note: str, *, act: Act) -> None:
    """Write down that a change was looked at again, and what was thought of it.

    Raises NotFound, Invalid without a note, Conflict for one's own or when somebody was first.
    """
    act.by.must(Permission.COORDINATE)
    row = find_override(session, act.organisation_id, override_id)
    if row is None:
        noun = "override"
        raise NotFound(noun)
    need = access_need(session, row.need_id, act, Permission.COORDINATE)
    if row.made_by == act.by.id:
        raise Conflict(say(act, _ITS_OWN))
    session.refresh(row, with_for_update=True)
    if row.reviewed_at is not None:
        raise Conflict(say(act, _DONE_ALREADY, name=name_of(session, row.reviewed_by, act)))
    refuse_any(note_problems("note", note, must=True), act)
    row.reviewed_by, row.reviewed_at, row.review_note = act.by.id, act.now, note.strip()
    wrote, kind = {"review_note": row.review_note}, EventKind.OVERRIDE_REVIEWED
    write_event(session, need, kind, act=act, wrote=wrote, override=str(row.id))


def _line(session: Session, row: OverrideRow, act: Act) -> OverrideLine:
    need = access_need(session, row.need_id, act, Permission.COORDINATE)
    client = client_of(session, need, act)
    return OverrideLine(
        changed(session, row, act),
        client.name,
        decided_about(session, need, act=act),
        row.made_by == act.by.id,
    )


def _counts(session: Session, act: Act) -> tuple[RuleCount, ...]:
    by_rule: dict[str | None, dict[Direction, int]] = {}
    counted = counted_overrides(session, act.organisation_id, act.now - COUNTED_FOR)
    for (rule, direction), count in counted.items():
        by_rule.setdefault(rule, {})[direction] = count
    found = [RuleCount(rule, counts) for rule, counts in by_rule.items()]
    return tuple(sorted(found, key=lambda one: (-one.total, one.rule or "")))
