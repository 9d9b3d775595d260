"""The queue of the receiving side: open referrals in reach, the most pressing first, page by page, counted.

The most pressing is the most urgent, then what has least of its time left, as a share of its deadline. A page goes
on where the last one ended, with the shares of the first page's moment: a referral that stays as it is comes exactly
once, whatever others do meanwhile. The list shows work, not records: looking at one record is in
`referral_views.py`, what a line shows in `queue_lines.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from referral.events import EventKind, SubjectKind
from referral.lifecycle import Actor
from referral.model import State, Urgency
from referral.pathways import CRISIS
from service.access import Act
from service.actions.queue_cursor import cursor_after, read_cursor
from service.actions.queue_lines import QueueLine, lines_for
from service.permissions import RECEIVING, NotAllowed, Permission, Role
from service.store import audit
from service.store.organisations import receivers_for
from service.store.queue import Desk, Filter, Holder, Reach
from service.store.queue_counts import Counts, count_queue
from service.store.queue_pages import FEW, page_of

PAGE = 50


class View(StrEnum):
    """The standing questions of a working day."""

    NEEDS_SOMEONE = "needs-someone"
    MINE = "mine"
    OVERDUE = "overdue"
    APPOINTMENTS = "appointments"
    WAITING_LIST = "waiting-list"
    WAITING_ON_OTHERS = "waiting-on-others"
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
HANDED_BACK = (State.COMPLETED, State.DECLINED, State.NOT_REACHED)
"""What the receiving side did its part of: the sending side reads, or finds another way."""

HOLDERS: Mapping[Owner, frozenset[Holder] | None] = {
    Owner.ANYBODY: None,
    Owner.NOBODY: frozenset({Holder.NOBODY}),
    Owner.ME: frozenset({Holder.ME}),
    Owner.NOBODY_OR_ME: frozenset(Holder),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the queue: a view, narrowed by urgency and owner, going on after a cursor."""

    view: View = View.NEEDS_SOMEONE
    urgency: Urgency | None = None
    owner: Owner = Owner.ANYBODY
    cursor: str | None = None

    @property
    def narrows(self) -> bool:
        """Whether less is asked for than the whole view."""
        return self.urgency is not None or self.owner is not Owner.ANYBODY


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
    desk = Desk(reach_of(session, act), act.by.id, act.now)
    after = None if wanted.cursor is None else read_cursor(wanted.cursor, act)
    at = act.now if after is None else after.at
    filters = (_in_view(wanted.view, act), _narrowed(wanted))
    counts = count_queue(session, desk, filters if wanted.narrows and wanted.view is View.OVERDUE else ())
    shown = _number(counts, wanted.view, filters)
    rows = page_of(session, desk, filters, at=at, after=after, most=PAGE + 1, few=shown <= FEW)
    page, more = rows[:PAGE], len(rows) > PAGE
    if not refresh:
        subject = (SubjectKind.ORGANISATION, act.organisation_id)
        audit.append(session, act.event(EventKind.RECORD_VIEWED, subject, view="queue", count=len(page)))
    return QueuePage(
        wanted,
        lines_for(session, page, act=act),
        counted(counts, act),
        shown,
        cursor_after(page[-1], at) if more else None,
    )


def counted(counts: Counts, act: Act) -> Mapping[View, int]:
    """How many referrals stand in each view."""
    return {view: counts.late if view is View.OVERDUE else counts.of(_in_view(view, act)) for view in View}


def everything(wanted: Wanted, act: Act) -> tuple[tuple[Filter, ...], ...]:
    """The ways in which a referral may stand in any view, as narrowed by urgency and owner."""
    views = (_in_view(View.ALL_OPEN, act), _in_view(View.WAITING_ON_OTHERS, act))
    return tuple((each, _narrowed(wanted)) for each in views)


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


def _number(counts: Counts, view: View, filters: tuple[Filter, ...]) -> int:
    return counts.late_kept if view is View.OVERDUE else counts.of(*filters)


def _in_view(view: View, act: Act) -> Filter:
    if view is View.MINE:
        return Filter(holders=HOLDERS[Owner.ME])
    if view is View.OVERDUE:
        return Filter(late=True)
    if view is View.WAITING_ON_OTHERS:
        return _other_sides_turn(act)
    return Filter(states=STATES.get(view))


def _other_sides_turn(act: Act) -> Filter:
    """What waits for the other side: for who receives, the sender and the coordinator; for these, the receiver."""
    if act.by.may(Permission.WORK_REFERRAL):
        return Filter(HANDED_BACK, next_actors=(Actor.SENDER, Actor.COORDINATOR))
    return Filter(next_actors=(Actor.RECEIVER,))


def _narrowed(wanted: Wanted) -> Filter:
    rank = None if wanted.urgency is None else wanted.urgency.rank
    return Filter(holders=HOLDERS[wanted.owner], rank=rank)
