"""Who may be the same person as somebody about to be added: near in name and birth date, wherever they are."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from referral.events import EventKind, SubjectKind
from service.access import Act, outside_caseload, reach_of
from service.actions.clients import ClientLine, line_of
from service.actions.details import Details
from service.actions.near_names import nearest
from service.store import audit
from service.store.clients import ClientRow, born_or_called, folded
from service.store.organisations import sites_of


@dataclass(frozen=True, slots=True)
class LookAlikes:
    """Who may be the same person. Of those out of the actor's reach only the number is told."""

    lines: tuple[ClientLine, ...]
    elsewhere: int


def look_alikes(session: Session, details: Details, *, act: Act) -> LookAlikes | None:
    """Who may be the same person as these details; None when nobody may. Being told of somebody is an event."""
    if details.born_on is None:
        return None
    name = f"{details.given_name} {details.family_name}"
    rows = born_or_called(session, act.organisation_id, details.born_on, name)
    found = [row for row in rows if may_be_same(name, details.born_on, row.name, row.born_on)]
    if not found:
        return None
    subject = (SubjectKind.ORGANISATION, act.organisation_id)
    audit.append(session, act.event(EventKind.RECORD_VIEWED, subject, view="clients", count=len(found)))
    return _told(session, found, act)


def _told(session: Session, found: Sequence[ClientRow], act: Act) -> LookAlikes:
    names = {site.id: site.name for site in sites_of(session, act.organisation_id)}
    reached = [row for row in found if reach_of(act.by) in {None, row.site_id}]
    outside = outside_caseload(session, [row.id for row in reached], act)
    lines = tuple(line_of(row, names, outside=row.id in outside) for row in reached)
    return LookAlikes(lines, len(found) - len(reached))


def may_be_same(name: str, born_on: date, other: str, other_born_on: date) -> bool:
    """Near names born on one day, or one name with birth dates that a slip tells apart."""
    if born_on == other_born_on:
        return _words(name) == _words(other) or _is_near(name, other)
    return _words(name) == _words(other) and _is_a_slip(born_on, other_born_on)


def _words(name: str) -> list[str]:
    return sorted(folded(name).split())


def _is_near(name: str, other: str) -> bool:
    someone = uuid.UUID(int=0)
    return bool(nearest(folded(name), {someone: folded(other)}, most=1))


def _is_a_slip(one: date, other: date) -> bool:
    """One part of three typed wrong, or day and month the other way round."""
    parts, others = (one.year, one.month, one.day), (other.year, other.month, other.day)
    different = sum(a != b for a, b in zip(parts, others, strict=True))
    return different == 1 or parts == (other.year, other.day, other.month)
