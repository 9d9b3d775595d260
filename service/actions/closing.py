"""Closing a need: what is known, what stands against it, and the loop closed by reading an outcome.

Whether a need may close is the core's judgement (`referral.needs.may_close`); here its facts are gathered.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from referral.events import EventKind
from referral.lifecycle import Actor
from referral.model import ClosingReason, Outcome, Problem, Side, State, Step, Urgency
from referral.needs import ClosingFacts, may_close
from referral.requirements import StepDetails
from service.access import Act
from service.actions import loop
from service.actions.assessments import concluded_for
from service.actions.committing import NOTHING
from service.actions.need_checks import note_problems
from service.actions.need_rows import open_need, running_referrals, write_event, write_note
from service.actions.refusals import Conflict
from service.actions.saying import problem, refuse_any, say, wall_clock
from service.kinds import NoteKind
from service.permissions import Permission, Role
from service.store import overrides
from service.store.alerts import live_alert_on
from service.store.needs import NeedRow, attempts_about, find_need
from service.store.referrals import latest_referral

FITS: Mapping[Outcome, ClosingReason] = {
    Outcome.HELP_BEGAN: ClosingReason.HELP_BEGAN,
    Outcome.NO_CARE_NEEDED: ClosingReason.NO_CARE_NEEDED,
    Outcome.CLIENT_CHOSE_NOT_TO: ClosingReason.CLIENT_CHOSE_NOT_TO,
    Outcome.MOVED_AWAY: ClosingReason.MOVED_AWAY,
}
"""The reason that fits an outcome. "Referred on" has none: has the next service taken over? Somebody asks."""

_NO_OUTCOME = {
    "en": "There is no outcome to read yet.",
    "es": "Todavía no hay ningún resultado que leer.",
}
_READ = {"en": "The outcome was read at {time}.", "es": "El resultado se leyó a las {time}."}


@dataclass(frozen=True, slots=True)
class CloseNeed:
    """Why a need closes, and what its urgency demands; what a safety assessment says is not asked again."""

    reason: ClosingReason | None
    note: str = ""
    took_over: str = ""
    why_no_safety_plan: str = ""
    joined_to: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class CloseLoop:
    """Reading an outcome. `keep_open` reads it without closing: the need goes on another way."""

    keep_open: bool = False
    note: str = ""
    took_over: str = ""
    why_no_safety_plan: str = ""


def close(session: Session, need_id: uuid.UUID, command: CloseNeed, *, act: Act) -> None:
    """Close a need with a reason. Raises Invalid naming everything that is missing, and changes nothing."""
    need = open_need(session, need_id, act, Permission.COORDINATE)
    _check(session, need, command, act)
    _read(session, need, act)
    _finish(session, need, command, act)


def close_the_loop(session: Session, need_id: uuid.UUID, command: CloseLoop, *, act: Act) -> bool:
    """Read the outcome of a completed referral and close the need with the reason that fits it, in one act.

    Returns whether the need closed: with `keep_open`, or for "referred on", it stays open with a next step.
    Raises Conflict when there is no outcome or nothing left to do, Invalid naming what closing still needs.
    """
    need = open_need(session, need_id, act, Permission.SEND_REFERRAL)
    latest = latest_referral(session, act.organisation_id, need.id)
    if latest is None or latest.state is not State.COMPLETED or latest.outcome is None:
        raise Conflict(say(act, _NO_OUTCOME))
    if latest.outcome_read_at is not None and (command.keep_open or latest.outcome not in FITS):
        raise Conflict(say(act, _READ, time=wall_clock(session, latest.outcome_read_at, act)))
    reason = None if command.keep_open else FITS.get(latest.outcome)
    closing = CloseNeed(reason, command.note, command.took_over, command.why_no_safety_plan)
    if reason is not None:
        _check(session, need, closing, act)
    _read(session, need, act)
    if reason is not None:
        _finish(session, need, closing, act)
    return reason is not None


def close_handed_over(session: Session, need: NeedRow, took_over: str, *, act: Act) -> None:
    """Close a need that another organisation has taken over whole; the caller holds it. Raises Invalid."""
    command = CloseNeed(ClosingReason.MOVED_AWAY, took_over=took_over)
    _check(session, need, command, act)
    _finish(session, need, command, act)


def stands_against(session: Session, need: NeedRow, command: CloseNeed, *, act: Act) -> tuple[Problem, ...]:
    """Everything that stands against closing this need so; empty when it may close."""
    live = live_alert_on(session, act.organisation_id, need.id)
    alert = problem(
        "alert",
        "An alert about this need is still open. End it first.",
        "Sigue abierta una alerta de esta necesidad. Primero hay que terminarla.",
    )
    found = may_close(_facts(session, need, command, act))
    return (*found, *([alert] if live is not None else []), *note_problems("note", command.note, must=False))


def _check(session: Session, need: NeedRow, command: CloseNeed, act: Act) -> None:
    refuse_any(stands_against(session, need, command, act=act), act)


def _facts(session: Session, need: NeedRow, command: CloseNeed, act: Act) -> ClosingFacts:
    latest = latest_referral(session, act.organisation_id, need.id)
    made = [row for row in attempts_about(session, act.organisation_id, need.id) if row.made_at >= need.since]
    safety = concluded_for(session, need, act=act)
    return ClosingFacts(
        urgency=overrides.highest_of(session, need),
        reason=command.reason,
        closed_by=str(act.by.id),
        outcome=latest.outcome if latest is not None and latest.state is State.COMPLETED else None,
        running_referrals=len(running_referrals(session, need, act)),
        took_over=command.took_over.strip() or safety.took_over,
        safety_assessment=safety.documented,
        disposition=safety.disposition,
        safety_plan=safety.safety_plan,
        why_no_safety_plan=command.why_no_safety_plan.strip() or safety.why_no_safety_plan,
        attempts=len(made),
        minimum_attempts=act.definitions.pathways.get(need.pathway).minimum_attempts,
        second_person=None if need.second_person is None else str(need.second_person),
        joined_urgency=_joined_urgency(session, need, command.joined_to, act),
    )


def _joined_urgency(session: Session, need: NeedRow, joined_to: uuid.UUID | None, act: Act) -> Urgency | None:
    other = None if joined_to is None else find_need(session, act.organisation_id, joined_to)
    if (
        other is None
        or other.closed_at is not None
        or other.id == need.id
        or other.client_id != need.client_id
    ):
        return None
    return other.urgency


def _read(session: Session, need: NeedRow, act: Act) -> None:
    """Whoever closes a need, or keeps it open knowing the outcome, has read it."""
    referral = latest_referral(session, act.organisation_id, need.id)
    if referral is None or referral.state is not State.COMPLETED or referral.outcome_read_at is not None:
        return
    details = StepDetails(by=str(act.by.id), now=act.now)
    loop.take(session, referral, need, Step.READ_OUTCOME, Side.SENDER, details, act=act)
    referral.outcome_read_at = act.now
    loop.set_clocks(session, need, referral, act=act)


def _finish(session: Session, need: NeedRow, command: CloseNeed, act: Act) -> None:
    safety = concluded_for(session, need, act=act)
    need.closed_at, need.closed_by, need.closing_reason = act.now, act.by.id, command.reason
    need.took_over = command.took_over.strip() or safety.took_over
    need.why_no_safety_plan = command.why_no_safety_plan.strip() or safety.why_no_safety_plan
    need.next_actor, need.next_step, need.due_at = Actor.NOBODY, {}, None
    loop.nobody_acts_on(latest_referral(session, act.organisation_id, need.id))
    wrote = NOTHING
    if act.by.role is not Role.SYSTEM:
        wrote = write_note(session, need, NoteKind.CLOSED, command.note, act=act, took_over=need.took_over)
    write_event(
        session,
        need,
        EventKind.NEED_CLOSED,
        act=act,
        reason=str(command.reason),
        wrote={**wrote, "why_no_safety_plan": need.why_no_safety_plan},
        disposition=None if safety.disposition is None else str(safety.disposition),
        safety_plan=safety.safety_plan,
        second_person=None if need.second_person is None else str(need.second_person),
        joined_to=None if command.joined_to is None else str(command.joined_to),
    )
