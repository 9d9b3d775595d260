"""Finding a referral in one's queue by name or number, whichever view it stands in. What is typed is kept nowhere."""

import re

from sqlalchemy.orm import Session

from referral.events import EventKind, SubjectKind
from service.access import Act
from service.actions.queue import PAGE, QueuePage, Wanted, counted, everything, reach_of
from service.actions.queue_lines import lines_for
from service.store import audit
from service.store.clients import folded
from service.store.queue import Desk
from service.store.queue_counts import count_queue
from service.store.queue_pages import lines_of
from service.store.queue_search import found_in

_HALF = 4
"""A number is two groups of so many letters and digits: see `loop.number_of`."""


def search(session: Session, query: str, wanted: Wanted, *, act: Act) -> QueuePage:
    """The most urgent referrals of the actor's queue that fit, narrowed by urgency and owner; `shown` is all that do.

    Looked for among what is open and what waits on others, whichever view one comes from. Raises NotAllowed.
    """
    desk = Desk(reach_of(session, act), act.by.id, act.now)
    ids, every = found_in(
        session,
        desk,
        everything(wanted, act),
        words=folded(query).split(),
        number=number_in(query),
        most=PAGE,
    )
    lines = lines_of(session, desk, ids)
    subject = (SubjectKind.ORGANISATION, act.organisation_id)
    audit.append(session, act.event(EventKind.RECORD_VIEWED, subject, view="queue", count=len(ids)))
    shown = lines_for(session, [lines[each] for each in ids], act=act)
    return QueuePage(wanted, shown, counted(count_queue(session, desk), act), every, None)


def number_in(query: str) -> str | None:
    """The referral number that was typed, with or without its HR and hyphens; None where none was."""
    letters = re.sub(r"[\W_]", "", query.upper()).removeprefix("HR")
    return f"HR-{letters[:_HALF]}-{letters[_HALF:]}" if len(letters) == 2 * _HALF else None
