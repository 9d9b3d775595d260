"""The queue of the receiving side: open referrals in reach, the most pressing first, page by page, counted.

The most pressing is the most urgent, then what has least of its time left, as a share of its deadline. A page goes
on where the last one ended, with the shares of the first page's moment: a referral that stays as it is comes exactly
once, whatever others do meanwhile. The list shows work, not records: looking at one record is in
`referral_views.py`.
"""

import base64
import binascii
import struct
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from instruments.model import Text
from referral.events import EventKind, SubjectKind
from referral.model import DecisionKind, State, Urgency
from referral.needs import next_step
from referral.pathways import CRISIS
from referral.pressure import LENGTHS
from service.access import Act
from service.actions.refusals import FieldProblem, Invalid
from service.actions.saying import say
from service.permissions import RECEIVING, NotAllowed, Permission, Role
from service.store import audit
from service.store.clients import ClientRow
from service.store.organisations import receivers_for, sites_of
from service.store.packets import names_elsewhere
from service.store.queue import (
    FEW,
    Counts,
    Filter,
    Place,
    Reach,
    clients_by_id,
    count_open,
    decisions_behind,
    names_of,
    open_referrals,
)
from service.store.referrals import ReferralRow

PAGE = 50


class View(StrEnum):
    """The standing questions of a working day."""

    NEEDS_SOMEONE = "needs-someone"
    MINE = "mine"
    OVERDUE = "overdue"
    APPOINTMENTS = "appointments"
    WAITING_LIST = "waiting-list"
    ALL_OPEN = "all-open"


class Owner(StrEnum):
    """Who holds a referral, as a filter."""

    ANYBODY = "anybody"
    NOBODY = "nobody"
    ME = "me"
    NOBODY_OR_ME = "nobody-or-me"


STATES: Mapping[View, tuple[State, ...]] = {
    View.NEEDS_SOMEONE: (State.SENT,),
    View.APPOINTMENTS: (
        State.ACCEPTED,
        State.SCHEDULED,
        State.NOT_ATTENDED,
        State.APPOINTMENT_CANCELLED,
        State.IN_CARE,
        State.CANCEL_REQUESTED,
    ),
    View.WAITING_LIST: (State.WAITLISTED,),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the queue: a view, narrowed by urgency and owner, going on after a cursor."""

    view: View = View.NEEDS_SOMEONE
    urgency: Urgency | None = None
    owner: Owner = Owner.ANYBODY
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One referral as the queue shows it. `due_step` says in words what the clock is for."""

    id: uuid.UUID
    number: str
    client_id: uuid.UUID
    client_name: str
    born_on: date
    site: str
    pathway: Text
    reasons: tuple[Text, ...]
    urgency: Urgency
    state: State
    due_step: Text
    due_at: datetime | None
    team: str
    holder: str | None
    held_by_me: bool


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of the queue. `counts` are of whole views, `shown` of what the filters keep of this one."""

    wanted: Wanted
    lines: tuple[QueueLine, ...]
    counts: Mapping[View, int]
    shown: int
    next_cursor: str | None


def show(session: Session, wanted: Wanted, *, act: Act, refresh: bool = False) -> QueuePage:
    """One page of the queue that the actor works on; opening it is an event, refreshing it is not.

    Raises NotAllowed for a role without a queue, Invalid for a cursor that is not ours.
    """
    reach = reach_of(session, act)
    after = None if wanted.cursor is None else read_cursor(wanted.cursor, act)
    at = act.now if after is None else after.at
    filters = (_in_view(wanted.view, act), _narrowed(wanted, act))
    counts = count_open(session, reach, act.by.id, act.now, filters if _narrows(wanted) else None)
    views = _by_view(counts)
    shown = views[wanted.view] if counts.kept is None else counts.kept
    few = shown <= FEW
    rows = open_referrals(session, reach, filters, at=at, after=after, most=PAGE + 1, few=few)
    page, more = rows[:PAGE], len(rows) > PAGE
    if not refresh:
        subject = (SubjectKind.ORGANISATION, act.organisation_id)
        audit.append(session, act.event(EventKind.RECORD_VIEWED, subject, view="queue", count=len(page)))
    return QueuePage(
        wanted,
        _lines(session, page, act),
        views,
        shown,
        cursor_after(page[-1], at) if more else None,
    )


def _narrows(wanted: Wanted) -> bool:
    """Whether fewer are asked for than the whole view, which is counted anyway."""
    return wanted.urgency is not None or wanted.owner is not Owner.ANYBODY


def reach_of(session: Session, act: Act) -> Reach:
    """Whose queue the actor sees: their team's; for on-call people the crisis'; for coordinators all."""
    if act.by.role in RECEIVING:
        return Reach(act.organisation_id, team_id=act.by.site_id or act.by.id)
    if act.by.role is Role.ON_CALL:
        teams = receivers_for(session, act.organisation_id, CRISIS)
        return Reach(act.organisation_id, teams_and_immediate=tuple(team.id for team in teams))
    if not act.by.may(Permission.COORDINATE):
        raise NotAllowed(act.by.role, Permission.WORK_REFERRAL)
    return Reach(act.organisation_id)


def _by_view(counts: Counts) -> Mapping[View, int]:
    own = {View.MINE: counts.held, View.OVERDUE: counts.late}
    states = {view: STATES.get(view, tuple(counts.by_state)) for view in View}
    return {view: own.get(view, sum(counts.by_state[each] for each in states[view])) for view in View}


def _in_view(view: View, act: Act) -> Filter:
    if view is View.MINE:
        return Filter(holders=(act.by.id,))
    if view is View.OVERDUE:
        return Filter(late_at=act.now)
    return Filter(states=STATES.get(view))


def _narrowed(wanted: Wanted, act: Act) -> Filter:
    holders: Mapping[Owner, tuple[uuid.UUID | None, ...]] = {
        Owner.NOBODY: (None,),
        Owner.ME: (act.by.id,),
        Owner.NOBODY_OR_ME: (None, act.by.id),
    }
    rank = None if wanted.urgency is None else wanted.urgency.rank
    return Filter(holders=holders.get(wanted.owner), rank=rank)


def _lines(session: Session, rows: Sequence[ReferralRow], act: Act) -> tuple[QueueLine, ...]:
    clients = clients_by_id(session, act.organisation_id, {row.client_id for row in rows})
    holders = {row.claimed_by for row in rows if row.claimed_by is not None}
    people = names_of(session, act.organisation_id, holders)
    sites = {site.id: site.name for site in sites_of(session, act.organisation_id)}
    sites |= names_elsewhere(session, act.organisation_id, [row.id for row in rows if row.went_outside])
    reasons = reasons_behind(session, [row.need_id for row in rows], act=act)
    return tuple(
        _line(row, clients[row.client_id], people, sites, reasons.get(row.need_id, ()), act) for row in rows
    )


def _line(
    row: ReferralRow,
    client: ClientRow,
    people: Mapping[uuid.UUID, str],
    sites: Mapping[uuid.UUID, str],
    reasons: tuple[Text, ...],
    act: Act,
) -> QueueLine:
    return QueueLine(
        id=row.id,
        number=row.number,
        client_id=client.id,
        client_name=client.name,
        born_on=client.born_on,
        site=sites.get(client.site_id, ""),
        pathway=act.definitions.pathways.get(row.pathway).name,
        reasons=reasons,
        urgency=row.urgency,
        state=row.state,
        due_step=next_step(row.state, row.urgency).what,
        due_at=row.due_at,
        team=sites.get(row.receiver_id or row.id, ""),
        holder=people.get(row.claimed_by, sites.get(row.id)) if row.claimed_by else None,
        held_by_me=row.claimed_by == act.by.id,
    )


def reasons_behind(
    session: Session, need_ids: Sequence[uuid.UUID], *, act: Act
) -> Mapping[uuid.UUID, tuple[Text, ...]]:
    """Why each of these needs was opened, in the rules' words, each once; the newest screening first."""
    found: dict[uuid.UUID, dict[str, Text]] = {}
    for decision in decisions_behind(session, act.organisation_id, need_ids) if need_ids else ():
        if decision.need_id is not None and decision.kind in {DecisionKind.REFER, DecisionKind.REVIEW}:
            said = found.setdefault(decision.need_id, {})
            said.update(
                {reason["rule"]: reason["text"] for reason in decision.reasons if reason["rule"] not in said}
            )
    return {need_id: tuple(said.values()) for need_id, said in found.items()}


# A cursor is the place of the last referral shown, and the moment of the first page. It holds nothing of a person.
_CURSOR = struct.Struct(">BqqB16s")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_YEARS = range(2000, 2200)
"""No page and no deadline is of another year."""
_NOT_OURS: Text = {"en": "is not one that this queue gave", "es": "no es uno que haya dado esta cola"}


def cursor_after(row: ReferralRow, at: datetime) -> str:
    """The cursor of the page that follows this referral, among shares as they were at this moment."""
    micros = ((moment - _EPOCH) // _MICROSECOND for moment in (at, row.due_at or _EPOCH))
    packed = _CURSOR.pack(row.rank, *micros, row.length, row.id.bytes)
    return base64.urlsafe_b64encode(packed).decode("ascii").rstrip("=")


def read_cursor(cursor: str, act: Act) -> Place:
    """The place that a cursor names; raises Invalid for one that this service did not give."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        rank, at, due_at, length, raw = _CURSOR.unpack(
            base64.b64decode(padded, altchars=b"-_", validate=True)
        )
        moments = [_EPOCH + micros * _MICROSECOND for micros in (at, due_at)]
        known = rank in range(len(Urgency)) and length in range(len(LENGTHS))
        if known and all(moment.year in _YEARS for moment in moments):
            return Place(moments[0], rank, moments[1], length, uuid.UUID(bytes=raw))
    except (binascii.Error, struct.error, ValueError, OverflowError):
        pass
    raise Invalid(FieldProblem("cursor", say(act, _NOT_OURS), found=cursor[:60], allowed="next_cursor"))
