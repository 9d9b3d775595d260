"""Attempts to reach a client or family about a need: logged in two clicks, never lost, never a reproach."""

import uuid
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from referral.entries import commitment
from referral.events import EventKind
from referral.model import AttemptResult, Channel, Problem
from service.access import Act
from service.actions.consents import today_in
from service.actions.need_checks import note_problems
from service.actions.need_rows import open_need, write_event
from service.actions.saying import problem, refuse_any
from service.permissions import Permission
from service.store.needs import AttemptRow


@dataclass(frozen=True, slots=True)
class LogAttempt:
    """How somebody tried to reach the client or family, what came of it, and when to call again."""

    channel: Channel | None
    result: AttemptResult | None
    note: str = ""
    next_call_on: date | None = None


def log_attempt(session: Session, need_id: uuid.UUID, command: LogAttempt, *, act: Act) -> uuid.UUID:
    """Write down an attempt; it moves no deadline. Raises Invalid naming each field."""
    need = open_need(session, need_id, act, Permission.SEND_REFERRAL)
    refuse_any(_problems(command, today_in(session, act)), act)
    note = command.note.strip()
    salt = act.new_id().bytes + act.new_id().bytes if note else None
    row = AttemptRow(
        organisation_id=act.organisation_id,
        id=act.new_id(),
        need_id=need.id,
        made_by=act.by.id,
        made_at=act.now,
        channel=command.channel,
        result=command.result,
        note=note,
        note_salt=salt,
        next_call_on=command.next_call_on,
    )
    session.add(row)
    need.call_on = command.next_call_on
    channel, result = str(command.channel), str(command.result)
    commit = None if salt is None else commitment(salt, note.encode())
    write_event(
        session, need, EventKind.ATTEMPT_LOGGED, act=act, commit=commit, channel=channel, result=result
    )
    return row.id


def _problems(command: LogAttempt, today: date) -> list[Problem]:
    how = problem("channel", "Say how you tried to reach them.", "Indique cómo intentó el contacto.")
    what = problem("result", "Say what came of it.", "Indique el resultado.")
    missing = [each for value, each in ((command.channel, how), (command.result, what)) if value is None]
    if command.next_call_on is not None and command.next_call_on < today:
        missing.append(
            problem("next_call_on", "Choose a day from today on.", "Elija un día a partir de hoy.")
        )
    return [*missing, *note_problems("note", command.note, must=False)]
