"""Everybody of an organisation at once, for a roster: clients with their guardians, and locking those it changes."""

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from service.store.clients import ClientRow, GuardianRow

AT_ONCE = 5000
"""A question names so many ids at most: databases have a limit."""


def everybody(session: Session, organisation_id: uuid.UUID, names: Sequence[str]) -> Sequence[Row[Any]]:
    """(id, the columns that are named) of every client, by id."""
    columns = (getattr(ClientRow, name) for name in names)
    wanted = select(ClientRow.id, *columns).where(ClientRow.organisation_id == organisation_id)
    return session.execute(wanted.order_by(ClientRow.id)).all()


def every_guardian(session: Session, organisation_id: uuid.UUID, names: Sequence[str]) -> Sequence[Row[Any]]:
    """(id, client, since when taken away, the columns that are named) of every guardian, by id."""
    columns = (getattr(GuardianRow, name) for name in names)
    wanted = select(GuardianRow.id, GuardianRow.client_id, GuardianRow.taken_away_at, *columns)
    wanted = wanted.where(GuardianRow.organisation_id == organisation_id)
    return session.execute(wanted.order_by(GuardianRow.id)).all()


def lock_clients(session: Session, organisation_id: uuid.UUID, ids: Sequence[uuid.UUID]) -> list[ClientRow]:
    """These clients, locked until commit in the order of their ids: two rosters at once take turns."""
    found: list[ClientRow] = []
    for some in _parts(sorted(ids)):
        wanted = select(ClientRow).where(ClientRow.organisation_id == organisation_id, ClientRow.id.in_(some))
        found += session.scalars(wanted.order_by(ClientRow.id).with_for_update(key_share=True)).all()
    return found


def guardians_named(
    session: Session, organisation_id: uuid.UUID, ids: Sequence[uuid.UUID]
) -> list[GuardianRow]:
    """These guardians."""
    found: list[GuardianRow] = []
    for some in _parts(ids):
        mine = GuardianRow.organisation_id == organisation_id
        found += session.scalars(select(GuardianRow).where(mine, GuardianRow.id.in_(some))).all()
    return found


def _parts(ids: Sequence[uuid.UUID]) -> Iterator[Sequence[uuid.UUID]]:
    return (ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE))
