"""Whom one calls about somebody, and when again where nobody was reached. The list of calls is in `outreach.py`."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from referral.deadlines import Unit, Within, deadline
from service.access import Act
from service.store.clients import guardians_among
from service.store.organisations import find_organisation

AGAIN = Within(1, Unit.WORKING_DAYS, Within(7, Unit.DAYS))
"""When the next call is proposed: the next working day, and in a break within a week (programme choice)."""


@dataclass(frozen=True, slots=True)
class Whom:
    """One guardian to call."""

    name: str
    relation: str
    phone: str
    language: str


def whom_of(
    session: Session, client_ids: Sequence[uuid.UUID], act: Act
) -> Mapping[uuid.UUID, tuple[Whom, ...]]:
    """The guardians of clients whom the caller reached, by client."""
    found: dict[uuid.UUID, tuple[Whom, ...]] = {}
    for each in guardians_among(session, act.organisation_id, client_ids):
        one = Whom(each.name, each.relation, each.phone, each.language)
        found[each.client_id] = (*found.get(each.client_id, ()), one)
    return found


def again_on(session: Session, *, act: Act) -> date:
    """The day that is proposed for the next call where nobody was reached."""
    calendar = act.definitions.calendars[find_organisation(session, act.organisation_id).calendar]
    return calendar.day_of(deadline(AGAIN, act.now, calendar))
