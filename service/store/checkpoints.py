"""The trees over the audit trails: how far each is signed, its tiles, its checkpoints, and where they were sent.

A log is the trail of an organisation, under its id, or the deployment's log of all checkpoints, under DEPLOYMENT.
What the digests mean is the business of referral.merkle and referral.tiles.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import LargeBinary, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from referral.tiles import Place, TileMissing
from service.store.audit import AuditEventRow, ChainHeadRow
from service.store.base import Base, Logged
from service.store.scope import across

DEPLOYMENT = uuid.UUID(int=0)
"""The log whose entries are the checkpoints of all organisations: one root stands for them all."""


class TreeRow(Logged, Base):
    """How many entries of a log are in its tree: the row that whoever lets the tree grow holds."""

    __tablename__ = "trees"

    log_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    size: Mapped[int]


class TileRow(Logged, Base):
    """Up to 256 digests of one level of a tree. It can be made anew from the entries."""

    __tablename__ = "tree_tiles"

    log_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digests: Mapped[bytes] = mapped_column(LargeBinary)


class CheckpointRow(Logged, Base):
    """What was signed of a log at a size. Only ever appended."""

    __tablename__ = "checkpoints"

    log_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    note: Mapped[str]


class DeploymentEntryRow(Base):
    """One checkpoint of an organisation as an entry of the deployment's log. Only ever appended."""

    __tablename__ = "deployment_entries"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry: Mapped[bytes] = mapped_column(LargeBinary)


class ShipmentRow(Logged, Base):
    """How far the checkpoints of a log have reached a place outside, and since when it has not taken any."""

    __tablename__ = "shipments"

    place: Mapped[str] = mapped_column(primary_key=True)
    log_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    size: Mapped[int]
    at: Mapped[datetime]
    failing_since: Mapped[datetime | None]


def behind(session: Session) -> Sequence[uuid.UUID]:
    """The organisations with events that no checkpoint covers yet."""
    signed = func.coalesce(TreeRow.size, 0)
    wanted = select(ChainHeadRow.organisation_id).outerjoin(
        TreeRow, TreeRow.log_id == ChainHeadRow.organisation_id
    )
    wanted = wanted.where(ChainHeadRow.seq > signed).order_by(ChainHeadRow.organisation_id)
    return session.scalars(across(wanted)).all()


def hold_tree(session: Session, log_id: uuid.UUID) -> TreeRow | None:
    """The tree of a log, held until the transaction ends; None when somebody else lets it grow just now."""
    if session.get(TreeRow, log_id) is None:
        session.add(TreeRow(log_id=log_id, size=0))
        session.flush()
    wanted = select(TreeRow).where(TreeRow.log_id == log_id).with_for_update(skip_locked=True)
    return session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()


def chain_end(session: Session, organisation_id: uuid.UUID, seq: int) -> bytes | None:
    """The digest of the event at a place in a chain."""
    return session.scalar(
        select(AuditEventRow.digest).where(
            AuditEventRow.organisation_id == organisation_id, AuditEventRow.seq == seq
        )
    )


def tile(session: Session, log_id: uuid.UUID, place: Place) -> bytes:
    """The digests of one tile. Raises TileMissing."""
    row = session.get(TileRow, (log_id, *place))
    if row is None:
        raise TileMissing(place)
    return row.digests


def keep_tiles(session: Session, log_id: uuid.UUID, tiles: Mapping[Place, bytes]) -> None:
    """Write tiles as they stand now."""
    for (level, number), digests in tiles.items():
        session.merge(TileRow(log_id=log_id, level=level, number=number, digests=digests))


def add_checkpoint(session: Session, log_id: uuid.UUID, size: int, at: datetime, note: str) -> None:
    """Keep what was signed."""
    session.add(CheckpointRow(log_id=log_id, size=size, at=at, note=note))


def newest_checkpoint(session: Session, log_id: uuid.UUID) -> CheckpointRow | None:
    """The last checkpoint of a log."""
    wanted = select(CheckpointRow).where(CheckpointRow.log_id == log_id).order_by(CheckpointRow.size.desc())
    return session.scalars(wanted.limit(1)).one_or_none()


def newest_of_each(session: Session) -> Sequence[CheckpointRow]:
    """The last checkpoint of every organisation's trail."""
    newest = select(CheckpointRow.log_id, func.max(CheckpointRow.size).label("size")).group_by(
        CheckpointRow.log_id
    )
    found = newest.subquery()
    wanted = select(CheckpointRow).join(
        found, (CheckpointRow.log_id == found.c.log_id) & (CheckpointRow.size == found.c.size)
    )
    wanted = wanted.where(CheckpointRow.log_id != DEPLOYMENT).order_by(CheckpointRow.log_id)
    return session.scalars(across(wanted)).all()


def checkpoint_at(session: Session, log_id: uuid.UUID, size: int) -> CheckpointRow | None:
    """The checkpoint of a log at a size."""
    return session.get(CheckpointRow, (log_id, size))


def oldest_checkpoint(session: Session, log_id: uuid.UUID) -> CheckpointRow | None:
    """The first checkpoint of a log."""
    wanted = select(CheckpointRow).where(CheckpointRow.log_id == log_id).order_by(CheckpointRow.size)
    return session.scalars(wanted.limit(1)).one_or_none()


def checkpoint_rows(session: Session, log_id: uuid.UUID) -> Sequence[CheckpointRow]:
    """Every checkpoint of a log, the oldest first."""
    wanted = select(CheckpointRow).where(CheckpointRow.log_id == log_id).order_by(CheckpointRow.size)
    return session.scalars(wanted).all()


def checkpoints_of(session: Session, log_id: uuid.UUID) -> Sequence[str]:
    """Every signed note of a log, the oldest first."""
    return [row.note for row in checkpoint_rows(session, log_id)]


def deployment_size(session: Session) -> int:
    """How many checkpoints the deployment's log holds."""
    return session.scalar(select(func.coalesce(func.max(DeploymentEntryRow.seq), 0))) or 0


def add_deployment_entry(session: Session, seq: int, entry: bytes) -> None:
    """Put a checkpoint into the deployment's log."""
    session.add(DeploymentEntryRow(seq=seq, entry=entry))


def deployment_entries(session: Session, after: int) -> Sequence[bytes]:
    """The entries of the deployment's log behind a place."""
    wanted = select(DeploymentEntryRow.entry).where(DeploymentEntryRow.seq > after)
    return session.scalars(wanted.order_by(DeploymentEntryRow.seq)).all()


def to_send(session: Session, place: str, *, tried_before: datetime) -> Sequence[CheckpointRow]:
    """The newest checkpoint of each log that a place has not got; a place that takes none is left alone for a while."""
    newest = select(CheckpointRow.log_id, func.max(CheckpointRow.size).label("size")).group_by(
        CheckpointRow.log_id
    )
    found = newest.subquery()
    wanted = (
        select(CheckpointRow)
        .join(found, (CheckpointRow.log_id == found.c.log_id) & (CheckpointRow.size == found.c.size))
        .outerjoin(ShipmentRow, (ShipmentRow.log_id == CheckpointRow.log_id) & (ShipmentRow.place == place))
        .where(or_(ShipmentRow.size.is_(None), ShipmentRow.size < CheckpointRow.size))
        .where(or_(ShipmentRow.failing_since.is_(None), ShipmentRow.at < tried_before))
    )
    return session.scalars(across(wanted.order_by(CheckpointRow.log_id))).all()


def note_sending(session: Session, place: str, log_id: uuid.UUID, at: datetime, *, size: int | None) -> None:
    """Keep that a place took a checkpoint of this size, or that it took none (None)."""
    row = session.get(ShipmentRow, (place, log_id))
    if row is None:
        row = ShipmentRow(place=place, log_id=log_id, size=0, at=at, failing_since=None)
        session.add(row)
    row.at = at
    row.failing_since = (row.failing_since or at) if size is None else None
    if size is not None:
        row.size = size


def shipments(session: Session, log_id: uuid.UUID) -> Sequence[ShipmentRow]:
    """How far each place outside has got the checkpoints of a log."""
    return session.scalars(
        select(ShipmentRow).where(ShipmentRow.log_id == log_id).order_by(ShipmentRow.place)
    ).all()
