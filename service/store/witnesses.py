"""What was cosigned: of other deployments' logs by this one, which only moves forward, and of our own by witnesses.

What a cosignature means and when one is given is the business of referral.witnessing.
"""

import uuid
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKeyConstraint, LargeBinary, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from referral.merkle import EMPTY_ROOT
from service.store.base import Base, Logged
from service.store.scope import across


class WitnessedRow(Base):
    """The newest checkpoint of another deployment's log that was cosigned here. A trigger lets it only move forward."""

    __tablename__ = "witnessed"

    origin: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    root: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]
    note: Mapped[str]


class CosignatureRow(Logged, Base):
    """A line that a witness signed under a checkpoint of ours. Only ever appended."""

    __tablename__ = "cosignatures"
    __table_args__ = (ForeignKeyConstraint(["log_id", "size"], ["checkpoints.log_id", "checkpoints.size"]),)

    log_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    line: Mapped[str]


def hold_witnessed(session: Session, origin: str, at: datetime) -> WitnessedRow:
    """What was cosigned of a log, held until the transaction ends: whoever else is asked meanwhile waits."""
    if (
        session.scalars(across(select(WitnessedRow.origin).where(WitnessedRow.origin == origin))).first()
        is None
    ):
        # Somebody else may begin it just now; then theirs is waited for.
        with suppress(IntegrityError), session.begin_nested():
            session.add(WitnessedRow(origin=origin, size=0, root=EMPTY_ROOT, at=at, note=""))
    wanted = select(WitnessedRow).where(WitnessedRow.origin == origin).with_for_update()
    return session.scalars(across(wanted).execution_options(populate_existing=True)).one()


def witnessed(session: Session) -> Sequence[WitnessedRow]:
    """Every log of which something was cosigned here."""
    wanted = select(WitnessedRow).where(WitnessedRow.note != "").order_by(WitnessedRow.origin)
    return session.scalars(across(wanted)).all()


def add_cosignature(
    session: Session, log_id: uuid.UUID, size: int, key: str, at: datetime, line: str
) -> None:
    """Keep a witness's line under a checkpoint; the first that it gave stays."""
    if session.get(CosignatureRow, (log_id, size, key)) is None:
        session.add(CosignatureRow(log_id=log_id, size=size, key=key, at=at, line=line))


def cosignatures_of(session: Session, log_id: uuid.UUID, size: int | None = None) -> Sequence[CosignatureRow]:
    """The witnesses' lines under all checkpoints of a log, or under the one of a size, the first given first."""
    wanted = select(CosignatureRow).where(CosignatureRow.log_id == log_id)
    if size is not None:
        wanted = wanted.where(CosignatureRow.size == size)
    return session.scalars(wanted.order_by(CosignatureRow.size, CosignatureRow.at, CosignatureRow.key)).all()


def newest_cosignatures(session: Session, log_id: uuid.UUID) -> Sequence[CosignatureRow]:
    """The line of each key under the largest checkpoint of a log that it cosigned."""
    largest = (
        select(CosignatureRow.key, func.max(CosignatureRow.size).label("size"))
        .where(CosignatureRow.log_id == log_id)
        .group_by(CosignatureRow.key)
        .subquery()
    )
    wanted = select(CosignatureRow).join(
        largest, (CosignatureRow.key == largest.c.key) & (CosignatureRow.size == largest.c.size)
    )
    return session.scalars(wanted.where(CosignatureRow.log_id == log_id).order_by(CosignatureRow.key)).all()


def cosigned_size(session: Session, log_id: uuid.UUID, at_least: int) -> int | None:
    """The largest checkpoint of a log that a witness cosigned and that covers so many events, if there is one."""
    wanted = select(func.max(CosignatureRow.size)).where(CosignatureRow.log_id == log_id)
    return session.scalar(wanted.where(CosignatureRow.size >= at_least))
