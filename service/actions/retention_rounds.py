"""Erasing in rounds: each client in a transaction of its own, so that one who cannot go holds up no other."""

import uuid
from collections.abc import Callable

from service.access import Act, Opens
from service.actions import erasing, old_screenings, old_sign_ins
from service.actions.retention import schedule_of
from service.permissions import Actor

Acting = Callable[[Actor], Act]


def erase_approved(open_write: Opens, acting: Acting, by: Actor) -> tuple[uuid.UUID, ...]:
    """Erase every client of an organisation whose erasure was approved; who is gone."""
    with open_write(by.organisation_id) as session, session.begin():
        found = erasing.approved(session, act=acting(by))
    return _carried_out(open_write, acting, by, found)


def erase_due(open_write: Opens, acting: Acting, by: Actor) -> tuple[uuid.UUID, ...]:
    """Erase every client of an organisation whose records have been kept for their time; who is gone."""
    with open_write(by.organisation_id) as session, session.begin():
        found = erasing.due(session, act=acting(by))
    return _carried_out(open_write, acting, by, found)


def erase_old_sign_ins(open_write: Opens, acting: Acting, by: Actor) -> int:
    """Erase the sign-in records of an organisation that have been kept for their time; how many went."""
    with open_write(by.organisation_id) as session, session.begin():
        act = acting(by)
        return old_sign_ins.erase(session, schedule_of(session, act=act), act=act)


def erase_old_screenings(open_write: Opens, acting: Acting, by: Actor) -> int:
    """Erase the screenings without a finding that have been kept for their time, apart from their clients; how many."""
    with open_write(by.organisation_id) as session, session.begin():
        found = old_screenings.clients_with_due(session, act=acting(by))
    gone = 0
    for client_id in found:
        with open_write(by.organisation_id) as session, session.begin():
            gone += old_screenings.erase(session, client_id, act=acting(by))
    return gone


def erase_one(open_write: Opens, acting: Acting, by: Actor, client_id: uuid.UUID) -> bool:
    """Erase one client whose erasure was approved or whose time is over; whether it was done."""
    return bool(_carried_out(open_write, acting, by, (client_id,)))


def _carried_out(
    open_write: Opens, acting: Acting, by: Actor, found: tuple[uuid.UUID, ...]
) -> tuple[uuid.UUID, ...]:
    gone = []
    for client_id in found:
        with open_write(by.organisation_id) as session, session.begin():
            if erasing.carry_out(session, client_id, act=acting(by)):
                gone.append(client_id)
    return tuple(gone)
