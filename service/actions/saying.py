"""How acts speak to the person who acts: in their language, by the organisation's clock. Decides nothing."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from instruments.model import Text, text_in
from referral.model import Problem
from service.access import Act
from service.actions.refusals import FieldProblem, Invalid
from service.store.accounts import find_user
from service.store.organisations import find_organisation
from service.store.outside import find_outside_receiver
from service.store.packets import organisation_name


def say(act: Act, text: Text, **names: str) -> str:
    """The words in the language of the person who acts; `{name}` in them is filled in."""
    return text_in(text, act.by.language).format(**names)


def refuse_any(problems: Iterable[Problem], act: Act) -> None:
    """Raise Invalid naming every problem, in the person's language; nothing when there is none."""
    found = [FieldProblem(problem.field, text_in(problem.text, act.by.language)) for problem in problems]
    if found:
        raise Invalid(*found)


def problem(field: str, english: str, spanish: str) -> Problem:
    """One problem in both languages."""
    return Problem(field, {"en": english, "es": spanish})


def wall_clock(session: Session, moment: datetime, act: Act) -> str:
    """Such as "10:43", on the organisation's wall clock."""
    zone = ZoneInfo(find_organisation(session, act.organisation_id).zone)
    return f"{moment.astimezone(zone):%H:%M}"


def name_of(session: Session, user_id: uuid.UUID | None, act: Act) -> str:
    """The person's name; empty for nobody, "Handrail" for the program itself."""
    if user_id is None:
        return ""
    return known_name(session, user_id, act) or "Handrail"


def known_name(session: Session, some_id: uuid.UUID, act: Act) -> str | None:
    """The name of a person, of a receiver without an account, or of another organisation; None for nobody's id."""
    for find in (find_user, find_outside_receiver):
        found = find(session, act.organisation_id, some_id)
        if found is not None:
            return found.name
    return organisation_name(session, act.organisation_id, some_id)
