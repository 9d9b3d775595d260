"""Opening an organisation for referrals of others: on which pathways, and which team takes them. A setting."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from instruments.model import Text
from referral.events import EventKind, SubjectKind
from referral.pathways import CRISIS
from service.access import Act
from service.actions.saying import problem, refuse_any
from service.permissions import Permission
from service.store import audit
from service.store.intakes import IntakeRow, intakes_of, lock_intake
from service.store.offers import teams_of

SETTING = "intake"


@dataclass(frozen=True, slots=True)
class Door:
    """One pathway: the teams that could take it, which does, and since when; `since` is None while it is shut."""

    pathway: str
    name: Text
    teams: tuple[tuple[uuid.UUID, str], ...]
    team_id: uuid.UUID | None
    since: datetime | None


def doors(session: Session, *, act: Act) -> tuple[Door, ...]:
    """Every pathway that a team here works, but the crisis one: somebody in danger is handed over by voice."""
    act.by.must(Permission.OPEN_INTAKE)
    kept = {row.pathway: row for row in intakes_of(session, act.organisation_id)}
    teams = [team for team in teams_of(session, act.organisation_id) if team.withdrawn_at is None]
    worked = {team.pathway for team in teams} - {CRISIS}
    return tuple(
        Door(
            way.id,
            way.name,
            tuple((team.id, team.name) for team in teams if team.pathway == way.id),
            *_standing(kept.get(way.id)),
        )
        for way in act.definitions.pathways.all()
        if way.id in worked
    )


def open_or_shut(session: Session, pathway: str, team_id: uuid.UUID | None, *, act: Act) -> None:
    """Take referrals of others on a pathway by this team; by none: take no more. Raises Invalid naming the field."""
    act.by.must(Permission.OPEN_INTAKE)
    known = {door.pathway: {team for team, _name in door.teams} for door in doors(session, act=act)}
    if pathway not in known:
        refuse_any([problem("pathway", "Choose one of the list.", "Elija de la lista.")], act)
    if team_id is not None and team_id not in known[pathway]:
        refuse_any(
            [problem("team_id", "Choose a team of this pathway.", "Elija un equipo de esta vía.")], act
        )
    row = lock_intake(session, act.organisation_id, pathway)
    if row is not None or team_id is not None:
        _keep(session, row, pathway, team_id, act)


def _standing(row: IntakeRow | None) -> tuple[uuid.UUID | None, datetime | None]:
    return (None, None) if row is None or row.closed_at is not None else (row.team_id, row.opened_at)


def _keep(session: Session, row: IntakeRow | None, pathway: str, team_id: uuid.UUID | None, act: Act) -> None:
    if row is None:
        row = IntakeRow(
            organisation_id=act.organisation_id, id=act.new_id(), pathway=pathway, opened_at=act.now
        )
        session.add(row)
    elif team_id is not None and row.closed_at is not None:
        row.opened_at = act.now
    row.team_id, row.changed_by = team_id or row.team_id, act.by.id
    row.closed_at = None if team_id is not None else act.now
    subject = (SubjectKind.ORGANISATION, act.organisation_id)
    state = "shut" if team_id is None else "open"
    receiver = None if team_id is None else str(team_id)
    facts = {"setting": SETTING, "pathway": pathway, "state": state, "receiver": receiver}
    audit.append(session, act.event(EventKind.SETTING_CHANGED, subject, details=facts))
