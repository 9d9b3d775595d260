"""Whose the referrals and needs are that somebody chose in a list: names for the answer, nothing else."""

import uuid
from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.store.clients import ClientRow
from service.store.needs import NeedRow
from service.store.queue import Reach, clients_by_id, reaches, referrals_by_id


def clients_of_referrals(
    session: Session, reach: Reach, ids: Collection[uuid.UUID]
) -> Mapping[uuid.UUID, ClientRow]:
    """The client of each of these referrals that is open and in reach."""
    rows = [row for row in referrals_by_id(session, reach.organisation_id, ids) if reaches(reach, row)]
    clients = clients_by_id(session, reach.organisation_id, {row.client_id for row in rows})
    return {row.id: clients[row.client_id] for row in rows}


def clients_of_needs(
    session: Session, organisation_id: uuid.UUID, ids: Collection[uuid.UUID]
) -> Mapping[uuid.UUID, ClientRow]:
    """The client of each of these needs."""
    wanted = select(NeedRow).where(NeedRow.organisation_id == organisation_id, NeedRow.id.in_(ids))
    rows = session.scalars(wanted).all()
    clients = clients_by_id(session, organisation_id, {row.client_id for row in rows})
    return {row.id: clients[row.client_id] for row in rows}
