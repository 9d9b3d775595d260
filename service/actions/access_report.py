"""A client's own report: who looked at or worked with their record, when, in which role, by what right.

Asking for it is a release of information, so it is an event of its own kind. It tells of this one record alone.
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from instruments.model import Text
from referral.event_groups import EventGroup, group_of
from referral.events import EventKind, SubjectKind
from service.access import Act, access_client
from service.actions import access_words as words
from service.permissions import RECEIVING, Permission, Role
from service.store import audit, trail
from service.store.accounts import UserRow, people_of
from service.store.audit import AuditEventRow
from service.store.clients import ClientRow
from service.store.needs import needs_of
from service.store.organisations import find_organisation, sites_of
from service.store.outside import outside_receivers
from service.store.referrals import team_reaches_client

MOST = 300
"""Events that one page reads: it shows whole days, so that nothing is counted in two places."""
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class AccessLine:
    """What one person did on one day: how often, from when to when, in which role and by what right."""

    day: date
    first: datetime
    last: datetime
    by: Text
    role: Text
    did: Text
    right: Text
    times: int
    refused: bool


@dataclass(frozen=True, slots=True)
class AccessReport:
    """The report or a stretch of it, newest first. `name` is empty where it was erased; `older` continues it."""

    client_id: uuid.UUID
    name: str
    organisation: str
    zone: str
    made_at: datetime
    made_by: str
    lines: tuple[AccessLine, ...]
    older: int | None

    @property
    def days(self) -> tuple[tuple[date, tuple[AccessLine, ...]], ...]:
        """The lines by day."""
        found: dict[date, list[AccessLine]] = {}
        for line in self.lines:
            found.setdefault(line.day, []).append(line)
        return tuple((day, tuple(lines)) for day, lines in found.items())


def page(session: Session, client_id: uuid.UUID, *, act: Act, before: int | None = None) -> AccessReport:
    """The newest days, or those before a place; making it is an event. Raises as every look at the client."""
    client = _asked_for(session, client_id, act, surface="page")
    rows = trail.timeline_of(session, act.organisation_id, client.id, most=MOST + 1, before=before)
    zone = _zone(session, act)
    shown = rows if len(rows) <= MOST else _whole_days(rows[:MOST], zone)
    older = shown[-1].seq if len(shown) < len(rows) else None
    return _report(session, client, shown, act, older)


def whole(session: Session, client_id: uuid.UUID, *, act: Act, language: str) -> AccessReport:
    """The whole report, for paper in this language; making it is an event. Raises as every look at the client."""
    client = _asked_for(session, client_id, act, surface="paper", language=language)
    return _report(session, client, _all_events(session, client.id, act), act, None)


def _asked_for(session: Session, client_id: uuid.UUID, act: Act, **details: str) -> ClientRow:
    client = access_client(session, client_id, act, Permission.READ_CLIENT)
    subject = (SubjectKind.CLIENT, client.id)
    event = act.event(EventKind.ACCESS_REPORT_MADE, subject, client=client.id, details=details)
    audit.append(session, event)
    return client


def _all_events(session: Session, client_id: uuid.UUID, act: Act) -> Iterator[AuditEventRow]:
    before: int | None = None
    while rows := trail.timeline_of(session, act.organisation_id, client_id, most=_AT_ONCE, before=before):
        yield from rows
        before = rows[-1].seq
        session.expunge_all()


def _zone(session: Session, act: Act) -> ZoneInfo:
    return ZoneInfo(find_organisation(session, act.organisation_id).zone)


def _whole_days(rows: Sequence[AuditEventRow], zone: ZoneInfo) -> Sequence[AuditEventRow]:
    """The rows without those of the last day, which may go on; all of them when there is but one day."""
    days = [_day(trail.read_entry(row), zone) for row in rows]
    kept = [row for row, day in zip(rows, days, strict=True) if day != days[-1]]
    return kept or rows


def _day(entry: Mapping[str, Any], zone: ZoneInfo) -> date | None:
    return _moment(entry).astimezone(zone).date() if entry else None


def _moment(entry: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(entry["at"]).astimezone(UTC)


def _report(
    session: Session, client: ClientRow, rows: Iterable[AuditEventRow], act: Act, older: int | None
) -> AccessReport:
    organisation = find_organisation(session, act.organisation_id)
    client_id, name, named, zone = client.id, client.name.strip(), organisation.name, organisation.zone
    staff = _Staff(session, client, act)
    lines = _lines(map(trail.read_entry, rows), staff, ZoneInfo(zone))
    return AccessReport(client_id, name, named, zone, act.now, act.by.name, tuple(lines), older)


def _lines(entries: Iterable[Mapping[str, Any]], staff: "_Staff", zone: ZoneInfo) -> Iterable[AccessLine]:
    """One line for each day, person, role and act: the newest first."""
    found: dict[tuple[date, str, str, str], AccessLine] = {}
    for entry in filter(None, entries):
        line = _line(entry, staff, zone)
        key = (line.day, entry["actor"], entry["role"], line.did["en"])
        found[key] = _joined(found[key], line) if key in found else line
    return found.values()


def _line(entry: Mapping[str, Any], staff: "_Staff", zone: ZoneInfo) -> AccessLine:
    kind, role, at = EventKind(entry["kind"]), Role(entry["role"]), _moment(entry)
    refused = group_of(kind) is EventGroup.REFUSALS
    return AccessLine(
        day=at.astimezone(zone).date(),
        first=at,
        last=at,
        by=staff.name(entry["actor"], role),
        role=words.role_words(role),
        did=words.act_words(kind, str(entry["details"].get("view", ""))),
        right=words.NO_RELATION if refused else staff.right(entry["actor"], role),
        times=1,
        refused=refused,
    )


def _joined(one: AccessLine, other: AccessLine) -> AccessLine:
    return AccessLine(
        one.day,
        min(one.first, other.first),
        max(one.last, other.last),
        one.by,
        one.role,
        one.did,
        one.right,
        one.times + other.times,
        one.refused,
    )


class _Staff:
    """Who the people of an organisation are to one client: asked once for each of them."""

    def __init__(self, session: Session, client: ClientRow, act: Act) -> None:
        organisation_id = act.organisation_id
        self._people = {str(each.id): each for each in people_of(session, organisation_id)}
        self._outside = {str(each.id): each.name for each in outside_receivers(session, organisation_id)}
        self._sites = {each.id: each.name for each in sites_of(session, organisation_id)}
        self._owners = {str(need.owner_id) for need in needs_of(session, organisation_id, client.id)}
        teams = {each.site_id for each in self._people.values() if each.role in RECEIVING and each.site_id}
        self._reached = {
            team for team in teams if team_reaches_client(session, organisation_id, team, client.id)
        }
        self._site_id = client.site_id

    def name(self, actor: str, role: Role) -> Text:
        """The name as the organisation shows it."""
        person = self._people.get(actor)
        if person is not None:
            return {"en": person.name, "es": person.name}
        outside = self._outside.get(actor)
        if outside is not None:
            return {"en": outside, "es": outside}
        return words.PROGRAM if role is Role.SYSTEM else words.SOMEBODY

    def right(self, actor: str, role: Role) -> Text:
        """By what right, as far as is known today."""
        person = self._people.get(actor)
        if actor in self._owners:
            return words.RESPONSIBLE
        if person is None or person.site_id is None or role not in RECEIVING | {Role.COUNSELOR}:
            return words.right_words(role)
        return words.filled(self._place(person), site=self._sites.get(person.site_id, ""))

    def _place(self, person: UserRow) -> Text:
        if person.role in RECEIVING and person.site_id in self._reached:
            return words.RECEIVES
        return words.SAME_SITE if person.site_id == self._site_id else words.OTHER_SITE
