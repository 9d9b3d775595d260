"""One person takes one step on one referral: reach and lock it, see whether it was done already, take it.

What each step keeps beside its state is in `referrals.py`; states, needs of a step and clocks are the core's.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from instruments.model import Text, text_in
from referral.entries import moment_text
from referral.lifecycle import STEPS, StepRefused, next_state
from referral.model import (
    AppointmentReason,
    Attempt,
    CancelReason,
    DeclineReason,
    ErrorReason,
    Outcome,
    Side,
    State,
    Step,
    Urgency,
)
from referral.pathways import CRISIS
from referral.requirements import StepDetails
from service.access import Act, NotFound, access_referral
from service.actions import loop
from service.actions.committing import Beside
from service.actions.refusals import Conflict
from service.actions.saying import name_of, say
from service.actions.step_words import StepTaken, done_by, moment_words, read_step
from service.permissions import SYSTEM_ID, NotAllowed, Permission, Role
from service.store.needs import NeedRow, attempts_about, find_need, lock_need
from service.store.organisations import find_organisation
from service.store.packets import packet_of
from service.store.referrals import ReferralRow
from service.store.steps import steps_taken

NEEDED = {Side.SENDER: Permission.SEND_REFERRAL, Side.RECEIVER: Permission.WORK_REFERRAL}
HOLDERS_ONLY = frozenset({Step.ACCEPT, Step.DECLINE, Step.WAITLIST, Step.REPORT_NOT_REACHED})
"""While somebody has claimed a referral, only they judge it; a colleague gives it back to the queue first."""


_THEIRS: Text = {
    "en": "The appointment is the other organisation's: call them.",
    "es": "La cita es de la otra organización: llámeles.",
}
BY_LINK = frozenset(
    {
        *(Step.ACCEPT, Step.DECLINE, Step.SCHEDULE, Step.RESCHEDULE, Step.RECORD_ATTENDED),
        *(Step.RECORD_NOT_ATTENDED, Step.REPORT_OUTCOME, Step.CONFIRM_CANCEL),
    }
)
"""What a receiver without an account may do with the one referral that a link opened: docs/receivers.md."""


@dataclass(frozen=True, slots=True)
class Said:
    """What comes with a step. Which of these a step needs is the core's to say."""

    decline_reason: DeclineReason | None = None
    cancel_reason: CancelReason | None = None
    appointment_reason: AppointmentReason | None = None
    error_reason: ErrorReason | None = None
    outcome: Outcome | None = None
    appointment_at: datetime | None = None
    review_at: datetime | None = None
    happened_at: datetime | None = None
    note: str = ""


NOTHING = Said()
_KEPT = (
    "decline_reason",
    "cancel_reason",
    "appointment_reason",
    "error_reason",
    "outcome",
    "appointment_at",
    "review_at",
    "happened_at",
)


@dataclass(frozen=True, slots=True)
class Referral:
    """Where one referral stands: what every step answers with."""

    id: uuid.UUID
    number: str
    need_id: uuid.UUID
    client_id: uuid.UUID
    pathway: str
    urgency: Urgency
    state: State
    state_since: datetime
    receiver_id: uuid.UUID | None
    sent_at: datetime | None
    holder: str | None
    claimed_at: datetime | None
    accepted_at: datetime | None
    appointment_at: datetime | None
    review_at: datetime | None
    happened_at: datetime | None
    decline_reason: DeclineReason | None
    decline_note: str
    handoff_note: str
    cancel_reason: CancelReason | None
    outcome: Outcome | None
    outcome_note: str
    outcome_read_at: datetime | None
    due_step: str | None
    due_at: datetime | None


def describe(session: Session, row: ReferralRow, *, act: Act) -> Referral:
    """The plain value of a referral that the caller already reached."""
    same = (
        *("id", "number", "need_id", "client_id", "pathway", "urgency", "state", "state_since"),
        *(
            "receiver_id",
            "sent_at",
            "claimed_at",
            "accepted_at",
            "appointment_at",
            "review_at",
            "happened_at",
        ),
        *("decline_reason", "decline_note", "handoff_note", "cancel_reason", "outcome"),
        *("outcome_note", "outcome_read_at"),
        *("due_step", "due_at"),
    )
    holder = name_of(session, row.claimed_by, act) or None
    return Referral(holder=holder, **{name: getattr(row, name) for name in same})


def side_of(act: Act) -> Side:
    """Whose words the actor speaks: nobody works a referral on both sides."""
    return Side.RECEIVER if act.by.may(Permission.WORK_REFERRAL) else Side.SENDER


def side_for(step: Step, act: Act) -> Side:
    """The side that takes a step: the only one that ever may, else the actor's own."""
    sides = {side for (_, each), (_, allowed) in STEPS.items() if each is step for side in allowed}
    return side_of(act) if len(sides) > 1 else sides.pop()


def may_take(step: Step, act: Act) -> bool:
    """Whether the step is one of the actor's at all: a link opens a few of the receiving side's."""
    return act.by.role is not Role.LINK or step in BY_LINK


def works_on(row: ReferralRow, act: Act) -> bool:
    """On-call people work what is immediate and what the crisis teams were sent, nothing else."""
    on_call = act.by.role is Role.ON_CALL
    return not on_call or row.urgency is Urgency.IMMEDIATE or row.pathway == CRISIS


def reach(session: Session, referral_id: uuid.UUID, side: Side, *, act: Act) -> tuple[ReferralRow, NeedRow]:
    """The referral and its need, locked in this order, so that two people who act at once take turns.

    Raises NotFound or NotAllowed as the door to the record does.
    """
    row = access_referral(session, referral_id, act, NEEDED[side])
    if not works_on(row, act):
        raise NotAllowed(act.by.role, NEEDED[side])
    need = find_need(session, act.organisation_id, row.need_id)
    if need is None:
        noun = "referral"
        raise NotFound(noun)
    lock_need(session, need)
    session.refresh(row, with_for_update=True)
    return row, need


def take_step(
    session: Session,
    referral_id: uuid.UUID,
    step: Step,
    said: Said,
    *,
    act: Act,
    keep: Callable[[ReferralRow, Said, Act], None] | None = None,
) -> ReferralRow:
    """Take a step: the same step said twice by one person is taken once.

    Raises Conflict naming who was first, StepRefused out of order, Invalid for what is missing.
    """
    side = side_for(step, act)
    row, need = reach(session, referral_id, side, act=act)
    if not may_take(step, act):
        raise NotAllowed(act.by.role, NEEDED[side], row.client_id)
    if is_repeated(session, row, step, said, act=act):
        return row
    check_turn(session, row, step, side, act=act)
    if step is Step.CANCEL_APPOINTMENT and side is Side.SENDER and is_theirs(session, row):
        raise Conflict(say(act, _THEIRS))
    if keep is not None:
        keep(row, said, act)
    until = said.appointment_at or said.review_at
    told = {} if until is None else {"until": moment_text(until)}
    loop.take(
        session,
        row,
        need,
        step,
        side,
        _details(session, row, need, said, act),
        act=act,
        beside=Beside(told),
    )
    return row


def is_theirs(session: Session, row: ReferralRow) -> bool:
    """Whether the referral went to another organisation, whose appointments are only told here."""
    return row.went_outside and packet_of(session, row.organisation_id, row.id) is not None


def attempts_at(session: Session, need: NeedRow) -> tuple[Attempt, ...]:
    """The attempts to reach people about a need since it was opened, or opened again."""
    rows = attempts_about(session, need.organisation_id, need.id)
    theirs = (row for row in rows if row.made_at >= need.since)
    return tuple(Attempt(row.made_at, str(row.made_by), row.channel, row.result) for row in theirs)


def _details(session: Session, row: ReferralRow, need: NeedRow, said: Said, act: Act) -> StepDetails:
    return StepDetails(
        by=str(act.by.id),
        now=act.now,
        attempts=attempts_at(session, need),
        minimum_attempts=_least_attempts(row, act),
        **{name: getattr(said, name) for name in _KEPT},
    )


def _least_attempts(row: ReferralRow, act: Act) -> int:
    """Another organisation counts its own attempts: it has made them where nobody here writes them down."""
    counted = act.by.role is not Role.PARTNER
    return act.definitions.pathways.get(row.pathway).minimum_attempts if counted else 0


def history(session: Session, row: ReferralRow) -> list[StepTaken]:
    """The steps taken on this referral, oldest first."""
    found = (read_step(each.entry) for each in steps_taken(session, row.organisation_id, row.id))
    return [step for step in found if step is not None]


def is_repeated(session: Session, row: ReferralRow, step: Step, said: Said, *, act: Act) -> bool:
    """Whether this person's last step here was the same one, saying the same."""
    if step is Step.READ_OUTCOME and row.outcome_read_at is not None:
        return True
    last = next(reversed(history(session, row)), None)
    if last is None or (last.step, last.by, last.after) != (step, act.by.id, row.state):
        return False
    given = {name: getattr(said, name) for name in _KEPT if getattr(said, name) is not None}
    return all(getattr(row, name) == value for name, value in given.items())


def check_turn(session: Session, row: ReferralRow, step: Step, side: Side, *, act: Act) -> None:
    """Raise Conflict when somebody else was first or holds the referral, StepRefused when out of order."""
    try:
        next_state(row.state, step, side)
    except StepRefused:
        first = _who_was_first(session, row, step, side, act)
        if first is None:
            raise
        raise Conflict(_words(session, first, act)) from None
    if row.state is State.CLAIMED and step in HOLDERS_ONLY and row.claimed_by != act.by.id:
        raise Conflict(_words(session, _claim_of(row, act), act))


def _claim_of(row: ReferralRow, act: Act) -> StepTaken:
    at, by = row.claimed_at or act.now, row.claimed_by or SYSTEM_ID
    return StepTaken(Step.CLAIM, State.SENT, State.CLAIMED, at, by, None, None)


def _who_was_first(session: Session, row: ReferralRow, step: Step, side: Side, act: Act) -> StepTaken | None:
    """The step of somebody else that closed the door: this one was open before it."""
    for taken in reversed(history(session, row)):
        if side in STEPS.get((taken.before, step), (None, ()))[1] and taken.before is not taken.after:
            return taken if taken.by != act.by.id else None
    return None


def _words(session: Session, taken: StepTaken, act: Act) -> str:
    language = act.by.language
    zone = ZoneInfo(find_organisation(session, act.organisation_id).zone)
    done = text_in(done_by(taken.step, name_of(session, taken.by, act)), language)
    return f"{done}, {moment_words(taken.at, act.now, zone, 'es' if language == 'es' else 'en')}"
