"""Renaming a receiver, offering it to nobody any more, and offering it again: by whoever keeps the directory.

What was sent there goes on, and is listed so that it can be sent elsewhere. A crisis team stays: help at once must
always reach somebody.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from instruments.model import Text
from referral.events import EventKind, SubjectKind
from referral.model import State, Urgency
from referral.pathways import CRISIS
from service.access import Act
from service.actions.account_checks import text_problems
from service.actions.directory import Entry, ReceiverRow, entries, find_receiver, show
from service.actions.loop import number_of
from service.actions.refusals import Conflict
from service.actions.saying import problem, refuse_any, say
from service.kinds import WithdrawReason
from service.permissions import WHOLE_ORGANISATION, Permission
from service.store import audit
from service.store.intakes import intakes_of
from service.store.offers import open_at
from service.store.organisations import SiteRow
from service.store.packets import lock_waiting

_GONE: Text = {"en": "It was withdrawn already.", "es": "Ya se había retirado."}
_THERE: Text = {"en": "It is offered already.", "es": "Ya se ofrece."}
_CRISIS: Text = {
    "en": "A crisis team stays: help at once must always reach somebody.",
    "es": "Un equipo de crisis se queda: la ayuda inmediata debe llegar siempre a alguien.",
}
_INTAKE: Text = {
    "en": "This team takes referrals of other organisations. Say first that another does, and deal with what waits.",
    "es": "Este equipo recibe derivaciones de otras organizaciones. Indique antes que las recibe otro y atienda lo que "
    "espera.",
}


@dataclass(frozen=True, slots=True)
class OpenThere:
    """One open referral at a receiver: codes and times, nobody's name."""

    id: uuid.UUID
    number: str
    pathway: Text
    urgency: Urgency
    state: State
    due_at: datetime | None


def rename(session: Session, receiver_id: uuid.UUID, name: str, *, act: Act) -> None:
    """Call a team or an office otherwise from now on. Raises Invalid, for a name that another one has too."""
    row = _kept(session, receiver_id, act)
    wanted = name.strip()
    others = (each.name.casefold() for each in entries(session, act=act) if each.id != row.id)
    taken = wanted.casefold() in others
    found = [*text_problems("name", name, needed=True)]
    if taken:
        found.append(problem("name", "Another receiver has this name.", "Otro tiene este nombre."))
    refuse_any(found, act)
    if wanted != row.name:
        row.name = wanted
        _note(session, row, ("name",), act)


def withdraw(session: Session, receiver_id: uuid.UUID, reason: WithdrawReason | None, *, act: Act) -> None:
    """Offer a receiver to nobody any more. Raises Invalid without a reason, Conflict where it must stay or is gone."""
    row = _kept(session, receiver_id, act)
    if reason is None:
        refuse_any([problem("reason", "Choose a reason.", "Elija un motivo.")], act)
    if row.withdrawn_at is not None:
        raise Conflict(say(act, _GONE))
    if isinstance(row, SiteRow):
        _refuse_to_lose(session, row, act)
    row.withdrawn_at, row.withdrawn_for = act.now, reason
    _note(session, row, ("offered",), act, ("offered", "withdrawn"), str(reason))


def bring_back(session: Session, receiver_id: uuid.UUID, *, act: Act) -> None:
    """Offer it again. Raises Conflict where it is offered."""
    row = _kept(session, receiver_id, act)
    if row.withdrawn_at is None:
        raise Conflict(say(act, _THERE))
    row.withdrawn_at = row.withdrawn_for = None
    _note(session, row, ("offered",), act, ("withdrawn", "offered"))


def left_there(session: Session, entry: Entry, *, act: Act) -> tuple[int, Sequence[OpenThere]]:
    """How many open referrals a receiver that was withdrawn has, and which, for those who can send them elsewhere."""
    if entry.withdrawn is None:
        return 0, ()
    rows = open_at(session, act.organisation_id, entry.id)
    sees = act.by.role in WHOLE_ORGANISATION and act.by.may(Permission.READ_REFERRAL)
    return len(rows), [
        OpenThere(
            row.id,
            number_of(row.id),
            act.definitions.pathways.get(row.pathway).name,
            row.urgency,
            row.state,
            row.due_at,
        )
        for row in rows
        if sees
    ]


def _kept(session: Session, receiver_id: uuid.UUID, act: Act) -> ReceiverRow:
    """The row of a receiver, locked. Raises NotFound, for another organisation too, and NotAllowed."""
    show(session, receiver_id, act=act)
    act.by.must(Permission.KEEP_RECEIVERS)
    row = find_receiver(session, receiver_id, act)
    session.refresh(row, with_for_update=True)
    return row


def _refuse_to_lose(session: Session, team: SiteRow, act: Act) -> None:
    if team.pathway == CRISIS:
        raise Conflict(say(act, _CRISIS))
    intakes = intakes_of(session, act.organisation_id)
    opened = any(each.team_id == team.id and each.closed_at is None for each in intakes)
    if opened or any(each.team_id == team.id for each in lock_waiting(session, act.organisation_id)):
        raise Conflict(say(act, _INTAKE))


def _note(
    session: Session,
    row: ReceiverRow,
    fields: tuple[str, ...],
    act: Act,
    change: tuple[str | None, str | None] = (None, None),
    reason: str | None = None,
) -> None:
    subject = (SubjectKind.RECEIVER, row.id)
    event = act.event(EventKind.RECEIVER_CHANGED, subject, change=change, reason=reason, fields=fields)
    audit.append(session, event)
