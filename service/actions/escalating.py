"""What the program does about silence: the next rung of an unanswered alert, and of every missed deadline, is told.

Each person is told each thing once, however often, late or on however many machines this runs: the record is locked
first, and what was told is a row. Nothing here changes an alert, a need or a referral.
"""

import uuid
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from referral.deadlines import Calendar
from referral.escalation import OWNER, next_rung
from referral.events import EventKind, SubjectKind
from referral.pathways import CRISIS, escalations
from service.access import Act
from service.actions import rosters
from service.kinds import ToldAbout
from service.permissions import RECEIVING, WHOLE_ORGANISATION, Role
from service.store import audit, trail
from service.store.accounts import UserRow, people_of
from service.store.alerts import AlertRow, live_alert_on
from service.store.clients import ClientRow, find_client
from service.store.misses import (
    MissRow,
    TellingRow,
    newly_late,
    still_late,
    tellings_about,
    unanswered_alerts,
)
from service.store.needs import NeedRow
from service.store.organisations import find_organisation
from service.store.screenings import find_screening

MOST = 200
"""How many missed deadlines one round takes on, so that a night's worth is caught up in several short rounds."""


def tell_alerts(session: Session, *, act: Act) -> int:
    """Tell every rung of every unanswered alert that is due; how many. A second round right after finds nothing."""
    return sum(tell_alert(session, row, act=act) for row in unanswered_alerts(session, act.organisation_id))


def tell_missed(session: Session, *, act: Act) -> int:
    """Write down deadlines that have passed and tell every rung that is due; how many rungs."""
    calendar = act.definitions.calendars[find_organisation(session, act.organisation_id).calendar]
    new = newly_late(session, act.organisation_id, act.now, most=MOST)
    begun = [_begin(session, need, calendar, act) for need in new]
    late = still_late(session, act.organisation_id, act.now, most=MOST)
    return sum(begun) + sum(_go_on(session, miss, need, calendar, act) for miss, need in late)


def tell_alert(session: Session, row: AlertRow, *, act: Act) -> int:
    """Tell the rungs of an alert that are due and were not told; how many. The caller holds the alert."""
    told = rungs_told(session, row, act)
    ladder = escalations(act.definitions.pathways.get(CRISIS), row.raised_at)
    due = [(number, rung) for number, (at, rung) in enumerate(ladder) if at <= act.now and number not in told]
    for number, rung in due:
        tell_rung(session, row, number, rung.roles, act=act)
    return len(due)


def rungs_told(session: Session, row: AlertRow, act: Act) -> Collection[int]:
    """The rungs of an alert that were told, also those for which there was nobody to tell."""
    events = trail.events_about(session, act.organisation_id, row.id)
    entries = (trail.read_entry(event) for event in events if event.kind == EventKind.ALERT_ESCALATED)
    climbed = {int(entry["details"]["rung"]) for entry in entries if entry}
    return climbed | {each.rung for each in tellings_about(session, act.organisation_id, row.id)}


def tell_rung(
    session: Session,
    row: AlertRow,
    number: int,
    roles: Iterable[str],
    *,
    act: Act,
    owner: uuid.UUID | None = None,
) -> None:
    """Tell one rung of an alert to the people of its roles; the caller holds the alert."""
    client, asked = _client(session, row.client_id, act), asked_by(session, row, act)
    people = to_tell(session, roles, client, act=act, asked=asked, owner=owner)
    since = row.acknowledged_at or row.raised_at
    write_tellings(session, (ToldAbout.ALERT, row.id), client.id, since, number, people, act)
    if number > 0:
        _escalated(session, row, number, people, act)


def to_tell(
    session: Session,
    roles: Iterable[str],
    client: ClientRow,
    *,
    act: Act,
    asked: uuid.UUID | None = None,
    owner: uuid.UUID | None = None,
) -> Sequence[UserRow]:
    """Whom a rung tells now: people of its roles who reach the client, those on call by the roster, the owner.

    Whoever gave the screening (`asked`) is told with their role. Where the roster names nobody, everybody with the
    role is: a rung is never silent for want of a roster.
    """
    wanted = set(roles)
    on_duty = set(rosters.on_duty(session, act=act)) if Role.ON_CALL in wanted else set()
    named = on_duty | ({owner} if OWNER in wanted and owner is not None else set())
    wanted -= {Role.ON_CALL} if on_duty else set()
    people = [user for user in people_of(session, act.organisation_id) if user.active]
    return [
        user
        for user in people
        if user.id in named or (str(user.role) in wanted and _near(user, client, asked))
    ]


def _near(user: UserRow, client: ClientRow, asked: uuid.UUID | None) -> bool:
    """A counselor is told of the own building and of whom they screened; the others of the whole organisation."""
    if user.role in WHOLE_ORGANISATION or user.role in RECEIVING:
        return True
    return user.id == asked or user.site_id == client.site_id


def _begin(session: Session, need: NeedRow, calendar: Calendar, act: Act) -> int:
    miss = MissRow(
        organisation_id=act.organisation_id,
        id=act.new_id(),
        need_id=need.id,
        client_id=need.client_id,
        due_at=need.due_at,
        owner_id=need.owner_id,
        waited_for=need.next_actor,
        told=0,
        next_at=need.due_at,
    )
    session.add(miss)
    return _go_on(session, miss, need, calendar, act)


def _go_on(session: Session, miss: MissRow, need: NeedRow, calendar: Calendar, act: Act) -> int:
    """Tell every rung of one miss that is due; none any more once somebody acted: the deadline is another then."""
    if need.closed_at is not None or need.due_at != miss.due_at:
        miss.next_at = None
        return 0
    rungs = act.definitions.escalation.missed[need.urgency]
    client = _client(session, need.client_id, act)
    before, known = miss.told, _told_of_alert(session, need)
    while miss.next_at is not None and miss.next_at <= act.now:
        asked = to_tell(session, rungs[miss.told].tell, client, act=act, owner=need.owner_id)
        people = [user for user in asked if user.id not in known]
        write_tellings(session, (ToldAbout.NEED, need.id), client.id, miss.due_at, miss.told, people, act)
        _missed(session, need, miss, people, act)
        miss.told += 1
        miss.next_at = next_rung(rungs, miss.told, miss.due_at, calendar)
    return miss.told - before


def _told_of_alert(session: Session, need: NeedRow) -> Collection[uuid.UUID]:
    """Who was told of an alert about this need that lives: of its deadline they are not told as well."""
    alert = live_alert_on(session, need.organisation_id, need.id)
    if alert is None:
        return frozenset()
    return {each.user_id for each in tellings_about(session, need.organisation_id, alert.id)}


def write_tellings(
    session: Session,
    about: tuple[ToldAbout, uuid.UUID],
    client_id: uuid.UUID | None,
    since: datetime,
    rung: int,
    people: Sequence[UserRow],
    act: Act,
) -> None:
    """Write down that these people are told one rung now; each is due an e-mail about it."""
    session.add_all(
        TellingRow(
            organisation_id=act.organisation_id,
            id=act.new_id(),
            about=about[0],
            subject_id=about[1],
            client_id=client_id,
            since=since,
            rung=rung,
            user_id=user.id,
            told_at=act.now,
            mail_at=act.now,
        )
        for user in people
    )
    session.flush()


def _escalated(session: Session, row: AlertRow, rung: int, people: Sequence[UserRow], act: Act) -> None:
    subject = (SubjectKind.ALERT, row.id)
    told = tuple(str(user.id) for user in people)
    event = act.event(EventKind.ALERT_ESCALATED, subject, client=row.client_id, rung=rung, told=told)
    audit.append(session, event)


def _missed(session: Session, need: NeedRow, miss: MissRow, people: Sequence[UserRow], act: Act) -> None:
    subject = (SubjectKind.NEED, need.id)
    told = tuple(str(user.id) for user in people)
    event = act.event(
        EventKind.DEADLINE_MISSED,
        subject,
        client=need.client_id,
        rung=miss.told,
        told=told,
        due_at=miss.due_at.isoformat(),
        pathway=need.pathway,
    )
    audit.append(session, event)


def asked_by(session: Session, row: AlertRow, act: Act) -> uuid.UUID | None:
    """Who gave the screening behind an alert; None for a judgement without one."""
    if row.screening_id is None:
        return None
    screening = find_screening(session, act.organisation_id, row.screening_id)
    return None if screening is None else screening.started_by


def _client(session: Session, client_id: uuid.UUID, act: Act) -> ClientRow:
    client = find_client(session, act.organisation_id, client_id)
    if client is None:
        message = "an alert or need without its client"
        raise LookupError(message)
    return client
