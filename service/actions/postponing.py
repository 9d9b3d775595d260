"""Putting a need's clock off, with a coded reason and a limit; and what is late and was told to one person."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from instruments.model import Text
from referral.escalation import PostponeReason, longest_wait, postpone_problems
from referral.events import EventKind, SubjectKind
from referral.model import Urgency
from referral.pressure import length_class
from service.access import Act
from service.actions.need_checks import note_problems
from service.actions.need_rows import open_need, write_event, write_note
from service.actions.saying import name_of, refuse_any
from service.kinds import NoteKind
from service.permissions import Permission
from service.store import audit
from service.store.misses import told_to
from service.store.needs import NeedRow
from service.store.organisations import find_organisation
from service.store.referrals import latest_referral

MOST = 100
"""How many late needs a page shows; the most pressing come first."""


@dataclass(frozen=True, slots=True)
class Postpone:
    """Until when the clock waits, and why. The note says what people need to know."""

    reason: PostponeReason | None
    until: datetime | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class LateNeed:
    """A need whose deadline has passed, as its list shows it."""

    id: uuid.UUID
    client_id: uuid.UUID
    client_name: str
    pathway: Text
    urgency: Urgency
    next_step: Mapping[str, Any]
    due_at: datetime
    owner: str
    mine: bool
    latest: datetime | None
    """Until when it may be put off; none where it may not."""


def postpone(session: Session, need_id: uuid.UUID, command: Postpone, *, act: Act) -> None:
    """Put off what is due, with a coded reason; the next step of the need starts its own clock as ever.

    Raises Invalid naming every field: without a reason, beyond the limit of the urgency, or at one that allows none.
    """
    need = open_need(session, need_id, act, Permission.SEND_REFERRAL)
    problems = postpone_problems(
        command.reason, command.until, now=act.now, latest=latest_of(session, need, act=act)
    )
    refuse_any([*problems, *note_problems("note", command.note, must=False)], act)
    before, need.due_at, need.postponed_for = need.due_at, command.until, command.reason
    running = latest_referral(session, act.organisation_id, need.id)
    if running is not None and running.due_at is not None and command.until is not None:
        running.due_at, running.length = command.until, length_class(act.now, command.until)
    wrote = write_note(session, need, NoteKind.POSTPONED, command.note, act=act)
    change, reason = (_iso(before), _iso(command.until)), str(command.reason)
    write_event(session, need, EventKind.NEED_POSTPONED, act=act, change=change, reason=reason, wrote=wrote)


def latest_of(session: Session, need: NeedRow, *, act: Act) -> datetime | None:
    """Until when the need's clock may be put off from now; None where it may not."""
    calendar = act.definitions.calendars[find_organisation(session, act.organisation_id).calendar]
    return longest_wait(act.definitions.escalation, need.urgency, act.now, calendar)


def late(session: Session, *, act: Act) -> Sequence[LateNeed]:
    """What is late and waits for this person: needs they own, and needs they were told of. Raises NotAllowed."""
    act.by.must(Permission.SEND_REFERRAL)
    subject = (SubjectKind.ORGANISATION, act.organisation_id)
    audit.append(session, act.event(EventKind.RECORD_VIEWED, subject, view="late"))
    rows = told_to(session, act.organisation_id, act.by.id, act.now, most=MOST)
    one_each = {need.urgency: need for need, _client in rows}
    latest = {urgency: latest_of(session, need, act=act) for urgency, need in one_each.items()}
    owners = {each: name_of(session, each, act) for each in {need.owner_id for need, _client in rows}}
    return [
        LateNeed(
            row.id,
            row.client_id,
            client.name,
            act.definitions.pathways.get(row.pathway).name,
            row.urgency,
            row.next_step,
            row.due_at or row.opened_at,
            owners[row.owner_id],
            row.owner_id == act.by.id,
            latest[row.urgency],
        )
        for row, client in rows
    ]


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
