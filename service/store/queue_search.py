"""Finding referrals of a queue by whose they are, or by their number."""

import uuid
from collections.abc import Sequence

from sqlalchemy import and_, false, func, or_, select
from sqlalchemy.orm import Session

from service.store.clients import ClientRow
from service.store.queue import Desk, Filter, kept_by, reached, shape_of, values_of
from service.store.referrals import ReferralRow


def found_in(
    session: Session,
    desk: Desk,
    ways: Sequence[Sequence[Filter]],
    *,
    words: Sequence[str],
    number: str | None,
    most: int,
) -> tuple[Sequence[uuid.UUID], int]:
    """(ids, how many in all) of referrals that one of these ways keeps, and that name or number fit.

    Each word must stand in the client's name, id or class; words and number are folded and whole as they are stored.
    """
    row, shape = ReferralRow, shape_of(desk.reach, ())
    kept = or_(*(and_(*kept_by(filters)) for filters in ways))
    fits = [ClientRow.search_text.contains(word, autoescape=True) for word in words]
    named = and_(*fits) if fits else false()
    same = and_(ClientRow.organisation_id == row.organisation_id, ClientRow.id == row.client_id)
    wanted = select(row.id, func.count().over()).join(ClientRow, same)
    wanted = wanted.where(*reached(shape), kept, or_(named, row.number == number))
    rows = session.execute(wanted.order_by(row.rank, row.due_at, row.id).limit(most), values_of(desk)).all()
    return [each[0] for each in rows], rows[0][1] if rows else 0
