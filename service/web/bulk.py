"""Several chosen records at once: each is decided by itself, in a transaction of its own, and told by itself.

What may be done with one record is the action's to say; nothing of one is undone because another was refused.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _

from referral.lifecycle import StepRefused
from service.access import NotFound, Session
from service.actions import refusing
from service.actions.refusals import Conflict, FieldProblem, Invalid
from service.permissions import NotAllowed
from service.web.context import act, transaction
from service.web.forms import as_id
from service.web.words import said

MOST = 100
"""More than two pages are not chosen by hand."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What happened to one of the chosen records, in words; `done` is false where it stands as it stood."""

    id: uuid.UUID
    words: str
    done: bool


def chosen(field: str) -> Sequence[uuid.UUID]:
    """The records whose boxes were ticked, each once. Raises Invalid for none, or for more than MOST."""
    ids = [found for value in request.form.getlist(field) if (found := as_id(value)) is not None]
    once = list(dict.fromkeys(ids))
    if not once:
        raise Invalid(FieldProblem(field, _("Choose at least one in the list.")))
    if len(once) > MOST:
        words = _("Choose at most %(most)s at once.", most=MOST)
        raise Invalid(FieldProblem(field, words, found=str(len(once)), allowed=str(MOST)))
    return once


def decide(ids: Sequence[uuid.UUID], one: Callable[[Session, uuid.UUID], str]) -> Sequence[Decided]:
    """Do `one` with each record; it answers what was done, in words, or refuses."""
    return [_decided(each, one) for each in ids]


def _decided(record_id: uuid.UUID, one: Callable[[Session, uuid.UUID], str]) -> Decided:
    try:
        with transaction() as session:
            return Decided(record_id, one(session, record_id), done=True)
    except Invalid as refused:
        words = " ".join(problem.message for problem in refused.problems)
    except StepRefused as refused:
        words = said(refused.text)
    except Conflict as refused:
        words = str(refused)
    except (NotFound, NotAllowed) as refused:
        words = _turned_away(refused)
    return Decided(record_id, words, done=False)


def _turned_away(refusal: NotFound | NotAllowed) -> str:
    with transaction() as session:
        refusing.note(session, refusal, view=request.endpoint or "none", act=act())
    return _("This record is not one that you work with.")
