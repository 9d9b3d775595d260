"""Suspending an organisation and letting it work again, by whoever runs the machine.

While it is suspended nobody of it is let in on any surface; `Suspended` says so where somebody comes. Its trail goes
on being signed and can be proved, its records are kept, held and erased as ever, and its deadlines go on.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from referral.events import EventKind, SubjectKind
from service.access import Act, NotFound
from service.actions.refusals import Conflict
from service.kinds import SuspensionReason
from service.store import audit
from service.store.accounts import end_sign_ins
from service.store.alerts import open_alerts
from service.store.board import Wanted, count_open
from service.store.organisations import OrganisationRow, every_organisation, lock_organisation
from service.store.outside import end_visits

SETTING = "organisation"


@dataclass(frozen=True, slots=True)
class Standing:
    """An organisation of the deployment, and since when it is suspended, if it is."""

    id: uuid.UUID
    name: str
    suspended_at: datetime | None


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """What goes on in an organisation while nobody works there: open alerts, those nobody acknowledged, open needs."""

    name: str
    alerts: int
    unacknowledged: int
    needs: int


class AlertsWait(Conflict):
    """Somebody may be in danger and nobody has answered: an organisation is not shut over that unawares."""

    def __init__(self, left: LeftOpen) -> None:
        self.left = left
        super().__init__(
            f"{left.unacknowledged} of {left.alerts} open alerts of {left.name} are not acknowledged by anybody; "
            "call them first. --although-open suspends it all the same."
        )


def standings(session: Session) -> tuple[Standing, ...]:
    """Every organisation, by name: for whoever runs the machine."""
    return tuple(Standing(row.id, row.name, row.suspended_at) for row in every_organisation(session))


def suspend(session: Session, reason: SuspensionReason, *, although_open: bool, act: Act) -> LeftOpen:
    """Let nobody of the organisation in from now on; what is left open there.

    Raises NotFound, Conflict where it is suspended already, AlertsWait unless `although_open`.
    """
    row = _locked(session, act)
    if row.suspended_at is not None:
        raise Conflict(f"{row.name} is suspended since {row.suspended_at:%Y-%m-%d %H:%M} UTC already")
    left = _left_open(session, row, act)
    if left.unacknowledged and not although_open:
        raise AlertsWait(left)
    row.suspended_at = act.now
    _note(session, "suspended", left, act, reason=str(reason))
    return left


def resume(session: Session, *, act: Act) -> LeftOpen:
    """Let the organisation work again: everybody signs in anew. What waits there. Raises NotFound, Conflict."""
    row = _locked(session, act)
    if row.suspended_at is None:
        raise Conflict(f"{row.name} is not suspended")
    row.suspended_at = None
    end_sign_ins(session, act.organisation_id, act.now)
    end_visits(session, act.organisation_id, act.now)
    left = _left_open(session, row, act)
    _note(session, "resumed", left, act)
    return left


def _locked(session: Session, act: Act) -> OrganisationRow:
    row = lock_organisation(session, act.organisation_id)
    if row is None:
        noun = "organisation"
        raise NotFound(noun)
    return row


def _left_open(session: Session, row: OrganisationRow, act: Act) -> LeftOpen:
    alerts = open_alerts(session, row.id)
    counts = count_open(session, row.id, Wanted(), now=act.now, soon=act.now)
    unanswered = sum(each.acknowledged_by is None for each in alerts)
    return LeftOpen(row.name, len(alerts), unanswered, sum(each.every for each in counts))


def _note(session: Session, status: str, left: LeftOpen, act: Act, *, reason: str | None = None) -> None:
    subject = (SubjectKind.ORGANISATION, act.organisation_id)
    counts = (f"alerts:{left.alerts}", f"unacknowledged:{left.unacknowledged}", f"needs:{left.needs}")
    event = act.event(
        EventKind.SETTING_CHANGED, subject, reason=reason, setting=SETTING, status=status, counts=counts
    )
    audit.append(session, event)
