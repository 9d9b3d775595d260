"""Who is on call: the roster as people keep it, who is on duty now, and where nobody is."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from referral import on_call
from referral.deadlines import Span
from referral.events import EventKind, SubjectKind
from referral.model import Problem
from referral.on_call import Shift
from service.access import Act, NotFound
from service.actions.saying import problem, refuse_any
from service.permissions import GRANTS, Permission, Role
from service.store import audit
from service.store.accounts import UserRow, people_of
from service.store.on_call import ShiftRow, find_shift, shifts_of
from service.store.organisations import find_organisation

AHEAD = timedelta(days=7)
"""How far ahead the page looks for hours without anybody."""
WEEK = range(7)


@dataclass(frozen=True, slots=True)
class NewShift:
    """A shift to be put on the roster. `days` are weekdays, Monday 0."""

    user_id: uuid.UUID | None
    days: frozenset[int]
    starts: time | None
    ends: time | None
    first: date | None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class OnRoster:
    """One shift as the page shows it."""

    id: uuid.UUID
    name: str
    days: tuple[int, ...]
    starts: time
    ends: time
    first: date
    last: date | None
    now: bool


@dataclass(frozen=True, slots=True)
class Duty:
    """Who is on call now; `from_roster` False: the roster names nobody, so everybody with the role is."""

    names: tuple[str, ...]
    from_roster: bool


@dataclass(frozen=True, slots=True)
class Roster:
    """The whole roster: shifts, who may be put on it, who is on duty, and hours of the next week without anybody."""

    shifts: tuple[OnRoster, ...]
    people: tuple[tuple[uuid.UUID, str], ...]
    duty: Duty
    gaps: tuple[Span, ...]


def on_duty(session: Session, *, act: Act) -> Sequence[uuid.UUID]:
    """The ids of everybody who is on call now by the roster, and whose account still is active."""
    able = {user.id for user in _able(session, act)}
    return [person for person in _on_duty(session, act) if person in able]


def duty(session: Session, *, act: Act) -> Duty:
    """Who is on call now: by the roster, or everybody with the role when the roster names nobody."""
    able = {user.id: user for user in _able(session, act)}
    found = [able[person].name for person in _on_duty(session, act) if person in able]
    everybody = [user.name for user in able.values() if user.role is Role.ON_CALL]
    return Duty(tuple(found or everybody), bool(found))


def show(session: Session, *, act: Act) -> Roster:
    """The roster for those who keep it."""
    act.by.must(Permission.KEEP_ROSTER)
    zone, rows = _zone(session, act), shifts_of(session, act.organisation_id)
    names = {user.id: user.name for user in people_of(session, act.organisation_id)}
    gaps = on_call.uncovered([_shift(row) for row in rows], act.now, act.now + AHEAD, zone)
    return Roster(
        tuple(_on_roster(row, names, zone, act) for row in rows),
        tuple((user.id, user.name) for user in _able(session, act)),
        duty(session, act=act),
        gaps,
    )


def add(session: Session, command: NewShift, *, act: Act) -> uuid.UUID:
    """Put a shift on the roster. Raises Invalid naming every field."""
    act.by.must(Permission.KEEP_ROSTER)
    able = {user.id for user in _able(session, act)}
    refuse_any(_problems(command, able), act)
    row = ShiftRow(
        organisation_id=act.organisation_id,
        id=act.new_id(),
        user_id=command.user_id,
        days=sum(1 << day for day in command.days),
        starts=command.starts,
        ends=command.ends,
        first=command.first,
        last=command.last,
        made_by=act.by.id,
        made_at=act.now,
    )
    session.add(row)
    session.flush()
    _changed(session, row, "shift added", act)
    return row.id


def withdraw(session: Session, shift_id: uuid.UUID, *, act: Act) -> None:
    """Take a shift off the roster; done twice it is one act. Raises NotFound."""
    act.by.must(Permission.KEEP_ROSTER)
    row = find_shift(session, act.organisation_id, shift_id)
    if row is None:
        noun = "shift"
        raise NotFound(noun)
    if row.withdrawn_at is None:
        row.withdrawn_at = act.now
        _changed(session, row, "shift withdrawn", act)


def _changed(session: Session, row: ShiftRow, what: str, act: Act) -> None:
    event = act.event(
        EventKind.SETTING_CHANGED,
        (SubjectKind.ORGANISATION, act.organisation_id),
        setting="on-call roster",
        status=what,
        assignee=str(row.user_id),
    )
    audit.append(session, event)


def _on_duty(session: Session, act: Act) -> Iterable[uuid.UUID]:
    shifts = [_shift(row) for row in shifts_of(session, act.organisation_id)]
    return map(uuid.UUID, on_call.on_duty(shifts, act.now, _zone(session, act)))


def _able(session: Session, act: Act) -> Sequence[UserRow]:
    """Whoever may answer an alert may be on call."""
    people = people_of(session, act.organisation_id)
    return [
        user
        for user in people
        if user.active and user.role is not Role.SYSTEM and Permission.ANSWER_ALERT in GRANTS[user.role]
    ]


def _shift(row: ShiftRow) -> Shift:
    return Shift(str(row.user_id), frozenset(_days(row)), row.starts, row.ends, row.first, row.last)


def _days(row: ShiftRow) -> tuple[int, ...]:
    return tuple(day for day in WEEK if row.days >> day & 1)


def _on_roster(row: ShiftRow, names: Mapping[uuid.UUID, str], zone: ZoneInfo, act: Act) -> OnRoster:
    now = bool(on_call.on_duty([_shift(row)], act.now, zone))
    return OnRoster(row.id, names[row.user_id], _days(row), row.starts, row.ends, row.first, row.last, now)


def _zone(session: Session, act: Act) -> ZoneInfo:
    return ZoneInfo(find_organisation(session, act.organisation_id).zone)


def _problems(command: NewShift, able: set[uuid.UUID]) -> list[Problem]:
    backwards = command.first is not None and command.last is not None and command.last < command.first
    checks = (
        (command.user_id in able, "user_id", "Choose who is on call.", "Elija quién está de guardia."),
        (
            bool(command.days) and command.days <= set(WEEK),
            "days",
            "Choose at least one day.",
            "Elija al menos un día.",
        ),
        (command.starts is not None, "starts", "Say when it begins.", "Indique cuándo empieza."),
        (command.ends is not None, "ends", "Say when it ends.", "Indique cuándo termina."),
        (command.first is not None, "first", "Give the first day.", "Indique el primer día."),
        (
            not backwards,
            "last",
            "The last day comes before the first.",
            "El último día es anterior al primero.",
        ),
    )
    return [problem(field, english, spanish) for met, field, english, spanish in checks if not met]
