"""The brief safety assessment: asked for by a positive screen or an urgent need, done by a trained person.

The order of its parts follows the youth safety assessment of the NIMH, in our own words. A clinician
concludes; software keeps it and sets going what follows. Its page's facts are in `assessment_facts.py`.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from referral.events import EventKind, SubjectKind
from referral.model import Disposition, Problem, Urgency
from service.access import Act, access_need, access_screening
from service.actions import crisis, loop
from service.actions.committing import bound
from service.actions.need_checks import note_problems
from service.actions.need_rows import owners_for
from service.actions.refusals import Conflict
from service.actions.saying import name_of, problem, refuse_any, say, wall_clock
from service.permissions import Permission
from service.store import audit
from service.store.alerts import (
    SafetyAssessmentRow,
    assessment_about,
    assessment_for_need,
    assessments_of,
    lock_assessment,
)
from service.store.clients import ClientRow, find_client
from service.store.needs import NeedRow, find_need, needs_of
from service.store.screenings import find_screening

FOLLOWED_BY: Mapping[Disposition, str] = {
    Disposition.FURTHER_EVALUATION: "psychology",
    Disposition.IMMINENT: "crisis",
}
"""The pathway that goes on with what an assessment found."""

IMMINENT_RULE = "safety-assessment-imminent"
LONGEST_NAME = 200

_DONE = {
    "en": "{name} wrote this assessment down at {time}.",
    "es": "{name} anotó esta evaluación a las {time}.",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A safety assessment that was asked for: due, or done."""

    id: uuid.UUID
    screening_id: uuid.UUID | None
    need_id: uuid.UUID | None
    due_at: datetime
    done_at: datetime | None
    disposition: Disposition | None


@dataclass(frozen=True, slots=True)
class Record:
    """What a trained person concluded. `happened_at` None is now; a plan was made, or it says why not."""

    disposition: Disposition | None
    took_over: str = ""
    safety_plan: bool = False
    why_no_safety_plan: str = ""
    note: str = ""
    happened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What followed: the alert that was raised or is live, when risk is imminent."""

    id: uuid.UUID
    alert_id: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class Concluded:
    """What the latest safety assessment behind a need says; `documented` only when none is still waiting."""

    documented: bool
    disposition: Disposition | None = None
    took_over: str | None = None
    safety_plan: bool = False
    why_no_safety_plan: str | None = None


def ask_for(
    session: Session, client: ClientRow, screening_id: uuid.UUID, due_at: datetime, *, act: Act
) -> Asked:
    """Ask for the safety assessment that a screening calls for; asked twice, the earlier deadline holds.

    One that was done already is left as it stands.
    """
    row = assessment_about(session, act.organisation_id, screening_id)
    return _ask(session, client, row, due_at, act, screening_id=screening_id)


def ask_about(session: Session, client: ClientRow, need: NeedRow, due_at: datetime, *, act: Act) -> Asked:
    """Ask for the safety assessment that a need calls for which a person opened without a screening."""
    row = assessment_for_need(session, act.organisation_id, need.id)
    waiting = row if row is not None and row.done_at is None else None
    return _ask(session, client, waiting, due_at, act, need_id=need.id)


def record(session: Session, screening_id: uuid.UUID, command: Record, *, act: Act) -> Recorded:
    """Keep what the assessment after this screening concluded, and set going what follows.

    Imminent risk calls for help at once, further evaluation makes the psychology need urgent, low no less.
    Raises Invalid naming every field, Conflict saying who wrote it down before.
    """
    screening = access_screening(session, screening_id, act, Permission.RECORD_SAFETY)
    row = assessment_about(session, act.organisation_id, screening_id)
    return _record(session, screening.client_id, row, command, act, screening_id=screening_id)


def record_for_need(session: Session, need_id: uuid.UUID, command: Record, *, act: Act) -> Recorded:
    """As `record`, for a need that a person opened without a screening."""
    need = access_need(session, need_id, act, Permission.RECORD_SAFETY)
    row = assessment_for_need(session, act.organisation_id, need_id)
    return _record(session, need.client_id, row, command, act, need_id=need_id)


def concluded_for(session: Session, need: NeedRow, *, act: Act) -> Concluded:
    """What is known of safety behind a need: the newest assessment since it opened, or of its screening."""
    rows = assessments_of(session, act.organisation_id, need.client_id)
    waiting = [row for row in rows if row.done_at is None]
    done = sorted(
        (row.done_at, row.id, row) for row in rows if row.done_at and _about(row, need, row.done_at)
    )
    if not done:
        return Concluded(documented=False)
    latest = done[-1][2]
    return Concluded(
        not waiting, latest.disposition, latest.took_over, latest.safety_plan, latest.why_no_safety_plan
    )


def _about(row: SafetyAssessmentRow, need: NeedRow, done_at: datetime) -> bool:
    about_it = row.screening_id is not None and row.screening_id == need.screening_id
    its_own = row.need_id == need.id or about_it
    return done_at >= need.since or (its_own and need.reopened_at is None)


def _ask(
    session: Session,
    client: ClientRow,
    row: SafetyAssessmentRow | None,
    due_at: datetime,
    act: Act,
    *,
    screening_id: uuid.UUID | None = None,
    need_id: uuid.UUID | None = None,
) -> Asked:
    if row is None:
        row = _new(client.id, due_at, act, screening_id, need_id)
        session.add(row)
    elif row.done_at is None:
        row.due_at = min(row.due_at, due_at)
    session.flush()
    return Asked(row.id, row.screening_id, row.need_id, row.due_at, row.done_at, row.disposition)


def _new(
    client_id: uuid.UUID,
    due_at: datetime,
    act: Act,
    screening_id: uuid.UUID | None,
    need_id: uuid.UUID | None,
) -> SafetyAssessmentRow:
    return SafetyAssessmentRow(
        organisation_id=act.organisation_id,
        id=act.new_id(),
        client_id=client_id,
        screening_id=screening_id,
        need_id=need_id,
        due_at=due_at,
    )


def _record(
    session: Session,
    client_id: uuid.UUID,
    row: SafetyAssessmentRow | None,
    command: Record,
    act: Act,
    *,
    screening_id: uuid.UUID | None = None,
    need_id: uuid.UUID | None = None,
) -> Recorded:
    if row is None:
        # Nobody asked, but a trained person did one: it counts all the same.
        row = _new(client_id, act.now, act, screening_id, need_id)
        session.add(row)
        session.flush()
    lock_assessment(session, row)
    if row.done_at is not None:
        name, time = name_of(session, row.done_by, act), wall_clock(session, row.done_at, act)
        raise Conflict(say(act, _DONE, name=name, time=time))
    refuse_any(_problems(command, act), act)
    _keep(row, command, act)
    session.flush()
    event = act.event(
        EventKind.SAFETY_ASSESSMENT_RECORDED,
        (SubjectKind.ASSESSMENT, row.id),
        client=client_id,
        disposition=str(row.disposition),
        safety_plan=row.safety_plan,
        screening=None if screening_id is None else str(screening_id),
        need=None if need_id is None else str(need_id),
    )
    wrote = {"note": row.note, "took_over": row.took_over, "why_no_safety_plan": row.why_no_safety_plan}
    audit.append(session, bound(session, event, wrote))
    return Recorded(row.id, _follow(session, row, act))


def _keep(row: SafetyAssessmentRow, command: Record, act: Act) -> None:
    row.done_at, row.done_by = command.happened_at or act.now, act.by.id
    row.disposition = command.disposition
    row.took_over = command.took_over.strip() or None
    row.safety_plan = command.safety_plan
    row.why_no_safety_plan = None if command.safety_plan else command.why_no_safety_plan.strip()
    row.note = command.note.strip()


def _problems(command: Record, act: Act) -> list[Problem]:
    risk = command.disposition in {Disposition.FURTHER_EVALUATION, Disposition.IMMINENT}
    plan = command.safety_plan or bool(command.why_no_safety_plan.strip())
    past = command.happened_at is None or command.happened_at <= act.now
    checks = (
        (command.disposition is not None, "disposition", "Say what you concluded.", "Indique su conclusión."),
        (
            not risk or bool(command.took_over.strip()),
            "took_over",
            "Name the adult who took over in person.",
            "Nombre a la persona adulta que se hizo cargo.",
        ),
        (
            len(command.took_over) <= LONGEST_NAME,
            "took_over",
            f"A name of at most {LONGEST_NAME} characters, please.",
            f"Un nombre de {LONGEST_NAME} caracteres como máximo.",
        ),
        (
            plan,
            "why_no_safety_plan",
            "Make a safety plan together, or say why there is none.",
            "Hagan juntos un plan de seguridad, o indique por qué no lo hay.",
        ),
        (past, "happened_at", "Give a time that has passed.", "Indique una hora que ya pasó."),
    )
    found = [problem(field, english, spanish) for met, field, english, spanish in checks if not met]
    return [*found, *note_problems("note", command.note, must=False)]


def _follow(session: Session, row: SafetyAssessmentRow, act: Act) -> uuid.UUID | None:
    client = find_client(session, act.organisation_id, row.client_id)
    pathway = None if row.disposition is None else FOLLOWED_BY.get(row.disposition)
    if client is None or pathway is None:
        return None
    imminent = row.disposition is Disposition.IMMINENT
    need = loop.open_or_join(
        session,
        client,
        pathway=pathway,
        urgency=Urgency.IMMEDIATE if imminent else Urgency.URGENT,
        owner_id=_owner(session, client, row, act),
        screening_id=row.screening_id,
        act=act,
    )
    return crisis.call_for_help(session, client, need, rule=IMMINENT_RULE, act=act) if imminent else None


def _owner(session: Session, client: ClientRow, row: SafetyAssessmentRow, act: Act) -> uuid.UUID:
    """Who looks after what follows: whoever looks after the client already, else somebody who can."""
    able = [user.id for user in owners_for(session, client, act=act)]
    need = None if row.need_id is None else find_need(session, act.organisation_id, row.need_id)
    screening = (
        None if row.screening_id is None else find_screening(session, act.organisation_id, row.screening_id)
    )
    known = [
        *([need.owner_id] if need else []),
        *(
            each.owner_id
            for each in needs_of(session, act.organisation_id, client.id)
            if each.closed_at is None
        ),
        *([screening.started_by] if screening else []),
        act.by.id,
    ]
    return next((user_id for user_id in known if user_id in able), able[0] if able else act.by.id)
