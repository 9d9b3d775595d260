"""What is still to be told by e-mail, and to whom."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from service.kinds import ToldAbout
from service.store.accounts import UserRow
from service.store.misses import TellingRow

Telling = tuple[TellingRow, UserRow]


def first_to_mail(session: Session, organisation_id: uuid.UUID, now: datetime) -> Telling | None:
    """The telling whose e-mail is due and presses most, alerts before all else; locked, and none that another holds."""
    alerts_first = case((TellingRow.about == ToldAbout.ALERT, 0), else_=1)
    wanted = (
        select(TellingRow, UserRow)
        .join(
            UserRow,
            and_(UserRow.organisation_id == TellingRow.organisation_id, UserRow.id == TellingRow.user_id),
        )
        .where(TellingRow.organisation_id == organisation_id, TellingRow.mail_at <= now)
        .order_by(alerts_first, TellingRow.mail_at, TellingRow.id)
        .limit(1)
        .with_for_update(of=TellingRow, skip_locked=True)
    )
    found = session.execute(wanted.execution_options(populate_existing=True)).first()
    return None if found is None else (found[0], found[1])


def together_with(session: Session, row: TellingRow, now: datetime) -> Sequence[TellingRow]:
    """What else of the same kind the same person is due an e-mail about, locked."""
    wanted = select(TellingRow).where(
        TellingRow.organisation_id == row.organisation_id,
        TellingRow.user_id == row.user_id,
        TellingRow.about == row.about,
        TellingRow.mail_at <= now,
        TellingRow.id != row.id,
    )
    locked = wanted.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    return session.scalars(locked).all()


def last_mailed(session: Session, row: TellingRow) -> datetime | None:
    """When the same person last had an e-mail about this kind of thing."""
    return session.scalar(
        select(func.max(TellingRow.mailed_at)).where(
            TellingRow.organisation_id == row.organisation_id,
            TellingRow.user_id == row.user_id,
            TellingRow.about == row.about,
        )
    )


def tellings_with(
    session: Session, organisation_id: uuid.UUID, ids: Sequence[uuid.UUID]
) -> Sequence[TellingRow]:
    """These tellings, as far as they are there still: whoever was erased meanwhile has none."""
    wanted = select(TellingRow).where(TellingRow.organisation_id == organisation_id, TellingRow.id.in_(ids))
    return session.scalars(wanted.with_for_update()).all()
