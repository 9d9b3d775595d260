"""Answering an alert: acknowledge it in one tap, end it with what was done. Acknowledging never ends it."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from referral.entries import moment_text
from referral.events import EventKind, SubjectKind
from referral.model import Disposition, Problem
from service.access import Act, access_alert
from service.actions.committing import bound
from service.actions.refusals import Conflict
from service.actions.saying import name_of, problem, refuse_any, say, wall_clock
from service.permissions import Permission
from service.store import audit
from service.store.alerts import AlertRow, lock_alert

LONGEST_NAME = 200
LONGEST_STEPS = 1000

_WITH_THEM = {
    "en": "{name} has been with them since {time}. You were told as well.",
    "es": "{name} está con esa persona desde las {time}. Usted también queda avisada.",
}
_ENDED = {"en": "{name} ended this alert at {time}.", "es": "{name} terminó esta alerta a las {time}."}


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Who is with the client, and since when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EndAlert:
    """What was done: who took over in person and when, what was made safe, what the safety assessment concluded."""

    took_over: str
    safety_steps: str
    disposition: Disposition | None
    took_over_at: datetime | None


def acknowledge(session: Session, alert_id: uuid.UUID, *, act: Act) -> Acknowledged:
    """Say "I am with them": the next rung is not told. Said twice by the same person it is one act.

    Raises Conflict for a second person, saying who was first and when; and when the alert has ended.
    """
    row = _live(session, alert_id, act)
    if row.acknowledged_at is None:
        row.acknowledged_at, row.acknowledged_by = act.now, act.by.id
        session.flush()
        _event(session, row, EventKind.ALERT_ACKNOWLEDGED, act)
    name = name_of(session, row.acknowledged_by, act)
    if row.acknowledged_by != act.by.id:
        raise Conflict(say(act, _WITH_THEM, name=name, time=wall_clock(session, row.acknowledged_at, act)))
    return Acknowledged(name, row.acknowledged_at)


def end(session: Session, alert_id: uuid.UUID, command: EndAlert, *, act: Act) -> None:
    """End the alert. Raises Invalid naming each of the four that is missing, Conflict when it has ended."""
    row = _live(session, alert_id, act)
    refuse_any([*_problems(row, command), *_wrong_time(row, command.took_over_at, act)], act)
    assert command.took_over_at is not None  # noqa: S101  refused above; this tells the type checker
    row.took_over_at = command.took_over_at
    row.took_over, row.safety_steps = command.took_over.strip(), command.safety_steps.strip()
    row.disposition, row.closed_at, row.closed_by = command.disposition, act.now, act.by.id
    session.flush()
    event = act.event(
        EventKind.ALERT_CLOSED,
        (SubjectKind.ALERT, row.id),
        client=row.client_id,
        took_over=True,
        disposition=str(row.disposition),
        need=str(row.need_id),
        happened_at=moment_text(row.took_over_at),
    )
    wrote = {"safety_steps": row.safety_steps, "took_over": row.took_over}
    audit.append(session, bound(session, event, wrote))


def _live(session: Session, alert_id: uuid.UUID, act: Act) -> AlertRow:
    row = access_alert(session, alert_id, act, Permission.ANSWER_ALERT)
    lock_alert(session, row)
    if row.closed_at is not None:
        name, time = name_of(session, row.closed_by, act), wall_clock(session, row.closed_at, act)
        raise Conflict(say(act, _ENDED, name=name, time=time))
    return row


def _event(session: Session, row: AlertRow, kind: EventKind, act: Act) -> None:
    audit.append(session, act.event(kind, (SubjectKind.ALERT, row.id), client=row.client_id))


def _wrong_time(row: AlertRow, at: datetime | None, act: Act) -> Iterator[Problem]:
    """Whether somebody can have taken over then: the alert was there, and it is no promise for later."""
    if at is None:
        yield problem("took_over_at", "Say when they took over.", "Indique cuándo se hizo cargo.")
    elif at > act.now:
        yield problem("took_over_at", "This time has not come yet.", "Esa hora todavía no ha llegado.")
    elif at < row.raised_at.replace(second=0, microsecond=0):
        yield problem(
            "took_over_at", "This is before the alert was raised.", "Es antes de que se diera la alerta."
        )


def _problems(row: AlertRow, command: EndAlert) -> list[Problem]:
    name, steps = command.took_over.strip(), command.safety_steps.strip()
    checks = (
        (
            row.acknowledged_at is not None,
            "acknowledged",
            "Nobody has said yet that they are with the client. Say so first.",
            "Nadie ha dicho todavía que está con la persona. Dígalo primero.",
        ),
        (
            0 < len(name) <= LONGEST_NAME,
            "took_over",
            f"Name the adult who took over in person, in at most {LONGEST_NAME} characters.",
            f"Nombre a la persona adulta que se hizo cargo, en {LONGEST_NAME} caracteres como máximo.",
        ),
        (
            0 < len(steps) <= LONGEST_STEPS,
            "safety_steps",
            f"Say what was made safe, in at most {LONGEST_STEPS} characters.",
            f"Indique qué se hizo por la seguridad, en {LONGEST_STEPS} caracteres como máximo.",
        ),
        (
            command.disposition is not None,
            "disposition",
            "Say what the safety assessment concluded.",
            "Indique la conclusión de la evaluación de seguridad.",
        ),
    )
    return [problem(field, english, spanish) for met, field, english, spanish in checks if not met]
