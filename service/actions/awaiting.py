"""Waiting, for a moment, until what somebody just did is part of a signed checkpoint.

What leaves Handrail or changes a consent is answered with its proof where there is one within seconds. The act itself
is done and stays done: where nothing signs, or too slowly, nobody waits and the proof follows.
"""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from service.access import Opens
from service.actions.signing_status import first_unsigned
from service.store import audit, checkpoints

EVERY = timedelta(milliseconds=100)
LOOKS = 30
"""So often it is looked, each time after a pause: three seconds in all, where a checkpoint comes each second."""

ASLEEP = timedelta(seconds=10)
"""An event that has waited so long for its signature shows that nothing signs just now."""


class Proving(StrEnum):
    """What is known of the proof when an act is answered."""

    UNSIGNED = "none"
    """Nothing has ever signed this trail: no proof is promised."""
    SIGNED = "signed"
    TO_FOLLOW = "to follow"


def until_signed(
    open_read: Opens, organisation_id: uuid.UUID, *, now: datetime, pause: Callable[[float], object]
) -> Proving:
    """Wait until a checkpoint covers every event that this organisation's trail has now. Never raises for the database.

    `pause` lets so many seconds pass.
    """
    try:
        with open_read(organisation_id) as session, session.begin():
            wanted, signed = _wanted(session, organisation_id), _signed(session, organisation_id)
            if signed is None:
                return Proving.UNSIGNED
            if not _signs(session, organisation_id, signed, now):
                return Proving.TO_FOLLOW
        for _ in range(LOOKS):
            if signed is not None and signed >= wanted:
                return Proving.SIGNED
            pause(EVERY.total_seconds())
            with open_read(organisation_id) as session, session.begin():
                signed = _signed(session, organisation_id)
    except SQLAlchemyError:
        pass  # the act is committed; whoever did it must hear so
    return Proving.TO_FOLLOW


def _wanted(session: Session, organisation_id: uuid.UUID) -> int:
    head = audit.recorded_head(session, organisation_id)
    return 0 if head is None else head.count


def _signed(session: Session, organisation_id: uuid.UUID) -> int | None:
    """How many events the newest checkpoint covers; None where there is none."""
    newest = checkpoints.newest_checkpoint(session, organisation_id)
    return None if newest is None else newest.size


def _signs(session: Session, organisation_id: uuid.UUID, signed: int, now: datetime) -> bool:
    """Whether somebody signs this trail just now, so that waiting leads somewhere."""
    since = first_unsigned(session, organisation_id, signed)
    return since is None or now - since < ASLEEP
