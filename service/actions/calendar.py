"""Appointments of one week, what is to be written down about those that are over, and reviews of the waiting list.

Whose days a person sees follows their queue: a team its own, a coordinator all; a counselor those of their building,
or of their caseload where the building keeps caseloads.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from instruments.model import Text
from referral.events import EventKind, SubjectKind
from referral.model import State, Urgency
from service.access import Act, outside_caseload
from service.actions.board_cards import receiver_names
from service.actions.consents import today_in
from service.actions.queue import reach_of
from service.permissions import Permission, Role
from service.store import agenda, audit
from service.store.agenda import Whose
from service.store.clients import ClientRow
from service.store.organisations import find_organisation
from service.store.referrals import ReferralRow

MOST = 500
"""Appointments of a week that one page shows."""
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Visit:
    """One day of one referral: an appointment, or a review of its place on a waiting list."""

    referral_id: uuid.UUID
    client_id: uuid.UUID
    client_name: str
    born_on: date
    pathway: Text
    urgency: Urgency
    state: State
    receiver: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Week:
    """A week's appointments by day, from Monday on; attendance to record, and reviews, whatever the week."""

    monday: date
    days: Mapping[date, tuple[Visit, ...]]
    unrecorded: tuple[Visit, ...]
    reviews: tuple[Visit, ...]
    may_record: bool


def show(session: Session, week: date | None, *, act: Act) -> Week:
    """The week that holds this day, today's where none is given. Raises NotAllowed for a role without referrals."""
    whose, zone = whose_days(session, act), ZoneInfo(find_organisation(session, act.organisation_id).zone)
    day = week or today_in(session, act)
    monday = day - timedelta(days=day.weekday())
    start, end = (datetime.combine(each, time(), zone) for each in (monday, monday + WEEK))
    booked = _visits(session, agenda.appointments(session, whose, start, end, most=MOST), act)
    over = _visits(session, agenda.unrecorded(session, whose, act.now, most=MOST), act)
    waiting = _reviews(session, agenda.reviews(session, whose, start, end, most=MOST), act)
    seen = len(booked) + len(over) + len(waiting)
    subject = (SubjectKind.ORGANISATION, act.organisation_id)
    audit.append(session, act.event(EventKind.RECORD_VIEWED, subject, view="calendar", count=seen))
    days = {monday + timedelta(days=number): _on(booked, monday, number, zone) for number in range(7)}
    may_record = act.by.may(Permission.WORK_REFERRAL) and act.by.role is not Role.ON_CALL
    return Week(monday, days, over, waiting, may_record)


def whose_days(session: Session, act: Act) -> Whose:
    """Whose appointments the actor sees."""
    act.by.must(Permission.READ_REFERRAL)
    if act.by.role is Role.COUNSELOR:
        return Whose(act.organisation_id, site_id=act.by.site_id or act.by.id)
    reach = reach_of(session, act)
    return Whose(act.organisation_id, reach.team_id, teams_and_immediate=reach.teams_and_immediate)


def _on(visits: Sequence[Visit], monday: date, number: int, zone: ZoneInfo) -> tuple[Visit, ...]:
    day = monday + timedelta(days=number)
    return tuple(each for each in visits if each.at.astimezone(zone).date() == day)


def opened(
    session: Session, rows: Sequence[tuple[ReferralRow, ClientRow]], act: Act
) -> Sequence[tuple[ReferralRow, ClientRow]]:
    """Those that are about somebody whose record is open to the actor."""
    outside = outside_caseload(session, [client.id for _row, client in rows], act)
    return [(row, client) for row, client in rows if client.id not in outside]


def _visits(session: Session, found: Sequence[tuple[ReferralRow, ClientRow]], act: Act) -> tuple[Visit, ...]:
    rows = opened(session, found, act)
    names = receiver_names(session, [row for row, _client in rows], act=act)
    return tuple(
        _visit(row, client, row.appointment_at, names, act) for row, client in rows if row.appointment_at
    )


def _reviews(session: Session, found: Sequence[tuple[ReferralRow, ClientRow]], act: Act) -> tuple[Visit, ...]:
    rows = opened(session, found, act)
    names = receiver_names(session, [row for row, _client in rows], act=act)
    return tuple(_visit(row, client, row.review_at, names, act) for row, client in rows if row.review_at)


def _visit(
    row: ReferralRow, client: ClientRow, at: datetime, names: Mapping[uuid.UUID | None, str], act: Act
) -> Visit:
    return Visit(
        row.id,
        client.id,
        client.name,
        client.born_on,
        act.definitions.pathways.get(row.pathway).name,
        row.urgency,
        row.state,
        names.get(row.receiver_id or row.id, ""),
        at,
    )
