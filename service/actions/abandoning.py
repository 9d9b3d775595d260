"""Screenings that were left: ended by the clock, so that what was answered is followed to its end."""

from datetime import timedelta

from sqlalchemy.orm import Session

from service.access import Act
from service.actions import screenings
from service.actions.forms import forms_of, results_of
from service.kinds import ScreeningStatus
from service.store.screenings import ScreeningRow, untouched_since

UNTOUCHED = timedelta(hours=2)
UNTOUCHED_CRITICAL = timedelta(minutes=15)


def abandon_untouched(session: Session, *, act: Act, most: int = 50) -> int:
    """End screenings that nobody touches any more, so that what was answered is followed to its end; how many.

    Two hours; a quarter of an hour after a critical answer, because questions left open after one are not cleared.
    """
    rows = untouched_since(session, act.organisation_id, act.now - UNTOUCHED_CRITICAL, most=most)
    left = [row for row in rows if act.now - row.touched_at >= _patience(session, row, act)]
    for row in left:
        screenings.end(session, row.id, ScreeningStatus.ABANDONED, act=act)
    return len(left)


def _patience(session: Session, row: ScreeningRow, act: Act) -> timedelta:
    results = results_of(forms_of(session, row, act=act), act=act)
    return UNTOUCHED_CRITICAL if any(result.critical for result in results.values()) else UNTOUCHED
