"""Telling people of packets that wait: those who may take one in when it comes, and once more when nobody has by then.

Each is told once, as with alerts and deadlines: the packet is locked first, and what was told is a row. The e-mail
says that something waits and nothing else. A packet that is dealt with is told of no more.
"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from referral.events import EventKind
from service.access import Act
from service.actions.arriving import note
from service.actions.escalating import write_tellings
from service.kinds import ToldAbout
from service.permissions import GRANTS, Permission, Role
from service.store.accounts import UserRow, people_of
from service.store.misses import tellings_about
from service.store.packets import PacketInRow, count_waiting, lock_waiting

_FIRST, _LATE = 0, 1
"""The rungs: whoever may take it in, then the supervisors when the time to acknowledge it has passed."""
_ROLES = {
    _FIRST: frozenset(role for role, granted in GRANTS.items() if Permission.TAKE_IN in granted),
    _LATE: frozenset({Role.SUPERVISOR}),
}


def tell_waiting(session: Session, *, act: Act) -> int:
    """Tell whom each packet that waits concerns; how many rungs. A second round right after finds nothing."""
    return sum(_tell(session, row, act) for row in lock_waiting(session, act.organisation_id))


def waiting(session: Session, *, act: Act) -> int:
    """How many packets wait to be taken in; none for whom they do not concern."""
    return count_waiting(session, act.organisation_id) if act.by.may(Permission.TAKE_IN) else 0


def _tell(session: Session, row: PacketInRow, act: Act) -> int:
    told = {each.rung for each in tellings_about(session, act.organisation_id, row.id)}
    due = [_FIRST, *([_LATE] if row.acknowledge_by <= act.now else [])]
    found = [(rung, _people(session, rung, act)) for rung in due if rung not in told]
    for rung, people in found:
        write_tellings(session, (ToldAbout.PACKET, row.id), None, row.arrived_at, rung, people, act)
        if people:
            ids = tuple(str(user.id) for user in people)
            note(session, EventKind.PACKET_TOLD, row, act=act, rung=rung, told=ids)
    return sum(bool(people) for _rung, people in found)


def _people(session: Session, rung: int, act: Act) -> Sequence[UserRow]:
    """Whom a rung tells: where nobody active has its roles, whoever keeps the organisation's accounts."""
    active = [user for user in people_of(session, act.organisation_id) if user.active]
    named = [user for user in active if user.role in _ROLES[rung]]
    return named or [user for user in active if user.role is Role.ADMINISTRATOR]
