"""What the page of one need shows, as plain values: its course, every attempt, what closing still needs."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from instruments.model import Text
from referral.escalation import PostponeReason
from referral.lifecycle import Actor
from referral.model import ClosingReason, DeclineReason, Disposition, Outcome, Problem, State, Urgency
from referral.needs import needs_sign_off
from service.actions.alerts_ended import EndedAlert
from service.actions.assessments import Concluded
from service.actions.board_cards import Course, Tried
from service.actions.clients import Client
from service.actions.closing import FITS
from service.actions.items_view import Items
from service.actions.override_view import Changed
from service.kinds import NoteKind
from service.permissions import Role


@dataclass(frozen=True, slots=True)
class ReferralLine:
    """One attempt to meet the need."""

    id: uuid.UUID
    number: str
    pathway: Text
    receiver: str
    receiver_phone: str
    state: State
    state_since: datetime
    opened_at: datetime
    sent_at: datetime | None
    appointment_at: datetime | None
    decline_reason: DeclineReason | None
    outcome: Outcome | None
    words: str
    outcome_read_at: datetime | None
    signed_off_by: str
    running: bool


@dataclass(frozen=True, slots=True)
class Note:
    """What a person wrote when the need changed hands or course."""

    kind: NoteKind
    at: datetime
    by: str
    text: str
    took_over: str | None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may look after the need."""

    id: uuid.UUID
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Way:
    """A pathway that the need may go, with the teams that take its referrals and how long one waits there now."""

    id: str
    name: Text
    teams: tuple[tuple[uuid.UUID, str, Text], ...]


@dataclass(frozen=True, slots=True)
class AssessmentLine:
    """A safety assessment that bears on this need."""

    screening_id: uuid.UUID | None
    need_id: uuid.UUID | None
    due_at: datetime
    done_at: datetime | None
    by: str
    disposition: Disposition | None
    took_over: str
    safety_plan: bool


@dataclass(frozen=True, slots=True)
class Safety:
    """What is known of safety: the assessments, what the newest says, the live alert, and those that have ended."""

    assessments: tuple[AssessmentLine, ...]
    concluded: Concluded
    alert_id: uuid.UUID | None
    ended: tuple[EndedAlert, ...]


@dataclass(frozen=True, slots=True)
class Closed:
    """How the need was closed."""

    at: datetime
    by: str
    reason: ClosingReason
    took_over: str


@dataclass(frozen=True, slots=True)
class Other:
    """Another open need of the same client, which this one may join."""

    id: uuid.UUID
    pathway: Text
    urgency: Urgency


@dataclass(frozen=True, slots=True)
class NeedView:
    """Everything that the page of one need shows, and what may be done about it now."""

    id: uuid.UUID
    client: Client
    pathway: str
    pathway_name: Text
    while_waiting: Text
    """What supports the client until the first contact."""
    urgency: Urgency
    owner_id: uuid.UUID
    owner: str
    opened_at: datetime
    screening_id: uuid.UUID | None
    next_actor: Actor
    next_step: Mapping[str, Any]
    due_at: datetime | None
    postponed_for: PostponeReason | None
    postpone_until: datetime | None
    """Until when it may be put off from now; none where it may not."""
    course: Course
    referrals: tuple[ReferralLine, ...]
    attempts: tuple[Tried, ...]
    minimum_attempts: int
    notes: tuple[Note, ...]
    reasons: tuple[Text, ...]
    safety: Safety
    second_person: str
    closed: Closed | None
    owners: tuple[Person, ...]
    ways: tuple[Way, ...]
    others: tuple[Other, ...]
    problems: tuple[Problem, ...]
    changes: tuple[Changed, ...]
    """What people decided otherwise about it, oldest first."""
    highest: Urgency
    """The most urgent it ever was: what closing asks for goes by that."""
    items: Items | None
    """What its receiver asks for beyond the letter; none where nobody ever asked."""

    @property
    def latest(self) -> ReferralLine | None:
        """The newest attempt."""
        return self.referrals[-1] if self.referrals else None

    @property
    def unread(self) -> ReferralLine | None:
        """The attempt whose outcome waits to be read."""
        latest = self.latest
        waits = latest is not None and latest.state is State.COMPLETED and latest.outcome_read_at is None
        return latest if waits else None

    @property
    def fitting(self) -> ClosingReason | None:
        """The reason that reading the outcome would close the need with."""
        outcome = self.unread.outcome if self.unread else None
        return None if outcome is None else FITS.get(outcome)

    @property
    def may_redirect(self) -> bool:
        """Whether the next attempt may start: the last one has ended and nothing waits to be read."""
        return (
            self.closed is None and self.unread is None and not any(each.running for each in self.referrals)
        )

    @property
    def wants_second(self) -> bool:
        """Whether a second person must sign before this need may be given up."""
        latest = self.latest
        unsigned = not self.second_person and self.closed is None
        return unsigned and latest is not None and needs_sign_off(latest.state, self.highest)
