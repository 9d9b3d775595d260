"""What somebody holds at a receiving desk, handed on to a colleague of the same team in one act, one event each.

For whoever leaves or is away: what is claimed can otherwise be worked by its holder alone. Nothing else about a
referral changes: neither its state nor a deadline.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from instruments.model import Text
from referral.events import EventKind, SubjectKind
from referral.model import Problem, Side, State, Step
from referral.requirements import StepDetails
from service.access import Act
from service.actions import loop
from service.actions.saying import problem, refuse_any
from service.permissions import RECEIVING, NotAllowed, Permission
from service.store import audit
from service.store.accounts import UserRow, people_of
from service.store.needs import NeedRow, lock_need
from service.store.offers import teams_of
from service.store.referrals import ReferralRow, count_held, held_by, lock_held

_WHO: Text = {"en": "Choose somebody who holds referrals.", "es": "Elija a alguien que tenga derivaciones."}
_TO: Text = {
    "en": "Choose another person of the same team.",
    "es": "Elija a otra persona del mismo equipo.",
}


@dataclass(frozen=True, slots=True)
class Desk:
    """Somebody at a receiving desk, and how many open referrals they hold."""

    user_id: uuid.UUID
    name: str
    team: str
    held: int
    active: bool


def desks(session: Session, *, act: Act) -> Sequence[Desk]:
    """Everybody at the actor's desk, or at every desk for those who coordinate, by name."""
    held = count_held(session, act.organisation_id)
    teams = {team.id: team.name for team in teams_of(session, act.organisation_id)}
    return [
        Desk(user.id, user.name, teams.get(user.site_id or user.id, ""), held.get(user.id, 0), user.active)
        for user in _within_reach(session, act)
    ]


def hand_on(session: Session, from_id: uuid.UUID | None, to_id: uuid.UUID | None, *, act: Act) -> int:
    """Hand all open referrals that one person holds at a team to another of that team; how many.

    Raises Invalid naming each field, NotAllowed.
    """
    people = {user.id: user for user in _within_reach(session, act)}
    giver, taker = (None if each is None else people.get(each) for each in (from_id, to_id))
    if giver is None or taker is None or not _fits(giver, taker):
        refuse_any(_problems(giver), act)
        return 0
    held = lock_held(session, act.organisation_id, giver.id)
    rows = [row for row in held if row.receiver_id == taker.site_id]
    refuse_any([] if rows else [problem("from_id", _WHO["en"], _WHO["es"])], act)
    for row in rows:
        row.claimed_by, row.claimed_at = taker.id, act.now
        _note(session, row, giver, taker, act)
    session.flush()
    return len(rows)


def give_back_all(session: Session, user_id: uuid.UUID, *, act: Act) -> None:
    """Give what somebody has claimed back to their team's queue: for an account that is closed.

    What they have accepted already anybody of the team can go on with.
    """
    for row in held_by(session, act.organisation_id, user_id):
        need = session.get_one(NeedRow, (row.organisation_id, row.need_id))
        lock_need(session, need)
        session.refresh(row, with_for_update=True)
        if row.state is State.CLAIMED and row.claimed_by == user_id:
            row.claimed_at = row.claimed_by = None
            details = StepDetails(str(act.by.id), act.now)
            loop.take(session, row, need, Step.RELEASE, Side.RECEIVER, details, act=act)


def _within_reach(session: Session, act: Act) -> Sequence[UserRow]:
    leads = act.by.may(Permission.COORDINATE)
    if not leads and act.by.role not in RECEIVING:
        raise NotAllowed(act.by.role, Permission.WORK_REFERRAL)
    at_desks = [user for user in people_of(session, act.organisation_id) if user.role in RECEIVING]
    return [user for user in at_desks if leads or user.site_id == act.by.site_id]


def _fits(giver: UserRow, taker: UserRow) -> bool:
    return taker.active and taker.site_id == giver.site_id and taker.id != giver.id


def _problems(giver: UserRow | None) -> list[Problem]:
    found = [] if giver is not None else [problem("from_id", _WHO["en"], _WHO["es"])]
    return [*found, problem("to_id", _TO["en"], _TO["es"])]


def _note(session: Session, row: ReferralRow, giver: UserRow, taker: UserRow, act: Act) -> None:
    subject, change = (SubjectKind.REFERRAL, row.id), (str(giver.id), str(taker.id))
    event = act.event(EventKind.REFERRAL_HANDED_ON, subject, client=row.client_id, change=change)
    audit.append(session, event)
