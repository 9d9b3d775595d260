"""Views of the queue that a person named and kept: a name for filters that stand in an address anyway.

They are one's own, and about no client. The address can be given to anybody: each sees their own queue behind it.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from referral.events import EventKind, SubjectKind
from service.access import Act, NotFound
from service.actions.queue import reach_of
from service.actions.refusals import FieldProblem, Invalid
from service.actions.saying import say
from service.store import audit
from service.store.own import SavedViewRow, views_kept, views_of

LONGEST = 40
MOST = 20

_NAMELESS = {"en": "Give the view a name.", "es": "Dé un nombre a la vista."}
_TOO_LONG = {"en": "Use at most {most} characters.", "es": "Use {most} caracteres como máximo."}
_TOO_MANY = {
    "en": "You have {most} views. Take one away first.",
    "es": "Ya tiene {most} vistas. Quite una primero.",
}


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view under its name; `query` is what stands in the queue's address."""

    id: uuid.UUID
    name: str
    query: str


def own(session: Session, *, act: Act) -> Sequence[SavedView]:
    """The actor's own views, by name."""
    return [SavedView(*each) for each in views_kept(session, act.by.id)]


def save(session: Session, name: str, query: str, *, act: Act) -> None:
    """Keep a view under a name; the same name again means the new filters. Raises Invalid for the name."""
    reach_of(session, act)
    name = " ".join(name.split())
    rows = {row.name: row for row in views_of(session, act.organisation_id, act.by.id)}
    problem = _wrong(name, sum(row.withdrawn_at is None and row.name != name for row in rows.values()), act)
    if problem is not None:
        raise Invalid(problem)
    row = rows.get(name)
    if row is None:
        row = SavedViewRow(
            organisation_id=act.organisation_id,
            id=act.new_id(),
            user_id=act.by.id,
            name=name,
            made_at=act.now,
        )
        session.add(row)
    row.query, row.withdrawn_at = query, None
    _noted(session, act)


def take_away(session: Session, view_id: uuid.UUID, *, act: Act) -> None:
    """Take one of the actor's own views away. Raises NotFound for anybody else's."""
    row = session.get(SavedViewRow, (act.organisation_id, view_id))
    if row is None or row.user_id != act.by.id:
        noun = "view"
        raise NotFound(noun)
    row.withdrawn_at = act.now
    _noted(session, act)


def _wrong(name: str, others: int, act: Act) -> FieldProblem | None:
    if not name:
        return FieldProblem("name", say(act, _NAMELESS), found="nothing")
    if len(name) > LONGEST:
        words = say(act, _TOO_LONG, most=str(LONGEST))
        return FieldProblem("name", words, found=str(len(name)), allowed=str(LONGEST))
    if others >= MOST:
        return FieldProblem("name", say(act, _TOO_MANY, most=str(MOST)), found=str(others), allowed=str(MOST))
    return None


def _noted(session: Session, act: Act) -> None:
    subject = (SubjectKind.ACCOUNT, act.by.id)
    audit.append(session, act.event(EventKind.ACCOUNT_CHANGED, subject, fields=("saved view",)))
