"""The moving parts that every act on a need or referral shares: open or join, take a step, set the clocks.

Only actions call this. It decides nothing itself: the lifecycle, the requirements and the clocks are the core's.
"""

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from referral.events import Code, EventKind, SubjectKind
from referral.lifecycle import OPEN, Actor, next_state
from referral.model import Clock, Side, Stage, State, Step, Urgency
from referral.needs import Moments, NextStep, next_step, stage
from referral.overriding import joined
from referral.pressure import length_class
from referral.requirements import StepDetails, check_step
from service.access import Act
from service.actions.committing import NOTHING, NOTHING_BESIDE, Beside, Words, bound, step_words
from service.actions.items_ending import ended_with
from service.actions.refusals import FieldProblem, Invalid
from service.store import audit
from service.store.clients import ClientRow
from service.store.needs import NeedRow, open_need_on
from service.store.organisations import find_organisation
from service.store.referrals import ReferralRow, latest_referral

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def open_or_join(
    session: Session,
    client: ClientRow,
    *,
    pathway: str,
    urgency: Urgency,
    owner_id: uuid.UUID,
    screening_id: uuid.UUID | None,
    act: Act,
    wrote: Words = NOTHING,
) -> NeedRow:
    """The client's open need on this pathway, raised where the new urgency is higher, else a new one with a draft.

    A finding on a pathway that already has an open need joins it: nobody is told the same thing twice.
    `wrote`: what the person who opens or raises it writes about it.
    """
    need = open_need_on(session, act.organisation_id, client.id, pathway)
    if need is None:
        return _open(session, client, pathway, urgency, owner_id, screening_id, act, wrote)
    if screening_id is not None and need.screening_id != screening_id:
        audit.append(
            session,
            act.event(
                EventKind.NEED_JOINED,
                (SubjectKind.NEED, need.id),
                client=client.id,
                screening=str(screening_id),
            ),
        )
    raise_urgency(session, need, urgency, act=act, wrote=wrote)
    return need


def raise_urgency(
    session: Session, need: NeedRow, urgency: Urgency, *, act: Act, wrote: Words = NOTHING
) -> None:
    """Raise a need and its running referral to a higher urgency; never lowers what was raised, whoever raised it."""
    reached = joined(need.urgency, urgency)
    if reached is need.urgency:
        return
    change = (str(need.urgency), str(reached))
    subject = (SubjectKind.NEED, need.id)
    event = act.event(EventKind.NEED_RAISED, subject, client=need.client_id, change=change)
    audit.append(session, bound(session, event, wrote))
    change_urgency(session, need, reached, act=act)


def change_urgency(session: Session, need: NeedRow, urgency: Urgency, *, act: Act) -> None:
    """Give a need and its running referral another urgency, and the deadlines of it. Writes no event.

    A lowered one runs from when its step began: nobody gains time by lowering it later.
    """
    raised = not need.urgency.at_least(urgency)
    need.urgency = urgency
    if raised:
        need.second_person = None  # a signature given at a lower urgency does not reach this far
    referral = latest_referral(session, act.organisation_id, need.id)
    if referral is not None and referral.state in OPEN:
        referral.urgency, referral.rank = urgency, urgency.rank
    set_clocks(session, need, referral, act=act, raised=raised)


def _open(
    session: Session,
    client: ClientRow,
    pathway: str,
    urgency: Urgency,
    owner_id: uuid.UUID,
    screening_id: uuid.UUID | None,
    act: Act,
    wrote: Words,
) -> NeedRow:
    need = NeedRow(
        organisation_id=act.organisation_id,
        id=act.new_id(),
        client_id=client.id,
        pathway=pathway,
        urgency=urgency,
        owner_id=owner_id,
        screening_id=screening_id,
        opened_at=act.now,
        next_actor=Actor.SENDER,
        next_step={},
    )
    subject = (SubjectKind.NEED, need.id)
    facts: dict[str, Code] = {"pathway": pathway, "urgency": str(urgency), "owner": str(owner_id)}
    event = act.event(EventKind.NEED_OPENED, subject, client=client.id, details=facts)
    audit.append(session, bound(session, event, wrote))
    referral = new_draft(need, act=act)
    set_clocks(session, need, referral, act=act)
    session.add(need)
    session.flush()
    session.add(referral)
    return need


def new_draft(need: NeedRow, *, act: Act, previous_id: uuid.UUID | None = None) -> ReferralRow:
    """A referral not sent yet, for one more attempt to meet the need. The caller adds it."""
    new_id = act.new_id()
    return ReferralRow(
        organisation_id=act.organisation_id,
        id=new_id,
        number=number_of(new_id),
        need_id=need.id,
        client_id=need.client_id,
        pathway=need.pathway,
        urgency=need.urgency,
        rank=need.urgency.rank,
        state=State.DRAFT,
        state_since=act.now,
        open=False,
        opened_at=act.now,
        previous_id=previous_id,
    )


def number_of(referral_id: uuid.UUID) -> str:
    """What people call a referral on the telephone: HR- and eight characters without I, L, O or U."""
    digits = [ALPHABET[(referral_id.int >> (5 * place)) & 31] for place in range(8)]
    return f"HR-{''.join(digits[:4])}-{''.join(digits[4:])}"


def take(
    session: Session,
    referral: ReferralRow,
    need: NeedRow,
    step: Step,
    side: Side,
    details: StepDetails,
    *,
    act: Act,
    beside: Beside = NOTHING_BESIDE,
) -> None:
    """Take one step: check what it needs, move the state, set the clocks, write exactly one event.

    The event is bound to what was written with the step: at the referral, or elsewhere as `beside` tells.

    Raises StepRefused when the lifecycle does not allow it, Invalid naming everything that is missing.
    """
    before, latest = referral.state, _is_latest(session, referral, act)
    after = next_state(before, step, side)
    allowed = act.definitions.pathways.get(referral.pathway).decline_reasons
    problems = check_step(before, step, details, allowed)
    if problems:
        raise Invalid(*(FieldProblem(problem.field, problem.text[_language(act)]) for problem in problems))
    referral.state = after
    if after is not before or step is Step.RESCHEDULE:
        referral.state_since = act.now
    _keep(referral, details)
    if latest:  # what is said of an attempt that another followed moves no clock of the need
        set_clocks(session, need, referral, act=act)
    ended = ended_with(session, referral, before)
    facts = {"step": str(step), "side": str(side), "need": str(need.id), **ended, **beside.facts}
    event = act.event(
        EventKind.REFERRAL_STEP,
        (SubjectKind.REFERRAL, referral.id),
        client=referral.client_id,
        change=(str(before), str(after)),
        reason=_reason(details),
        details=facts,
    )
    audit.append(session, bound(session, event, {**beside.words, **step_words(referral, step)}))


def _is_latest(session: Session, referral: ReferralRow, act: Act) -> bool:
    with session.no_autoflush:  # a step is one change of its row
        latest = latest_referral(session, act.organisation_id, referral.need_id)
    return latest in {None, referral} or referral in session.new


def _language(act: Act) -> str:
    return act.by.language if act.by.language in {"en", "es"} else "en"


def _keep(referral: ReferralRow, details: StepDetails) -> None:
    for name in (
        "decline_reason",
        "cancel_reason",
        "appointment_reason",
        "error_reason",
        "outcome",
        "appointment_at",
        "review_at",
        "happened_at",
    ):
        value = getattr(details, name)
        if value is not None:
            setattr(referral, name, value)


def _reason(details: StepDetails) -> str | None:
    coded = (
        details.decline_reason,
        details.cancel_reason,
        details.appointment_reason,
        details.error_reason,
        details.outcome,
        details.choice_reason,
    )
    return next((str(reason) for reason in coded if reason is not None), None)


def set_clocks(
    session: Session, need: NeedRow, referral: ReferralRow | None, *, act: Act, raised: bool = False
) -> None:
    """Give the need, and a running referral, the next step and its deadline: there is always one until it closes.

    A raised urgency counts from now, and never moves a deadline back.
    """
    step = next_step(
        None if referral is None else referral.state,
        need.urgency,
        outcome_read=referral is not None and referral.outcome_read_at is not None,
        signed_off=referral is not None and referral.signed_off_by is not None,
    )
    due_at = _due(session, need, referral, step, act, since=act.now if raised else None)
    if raised and need.due_at is not None:
        due_at = min(due_at, need.due_at)
    if need.closed_at is None:
        need.next_actor, need.next_step, need.due_at = step.owner, dict(step.what), due_at
        need.postponed_for = None
    need.rank = need.urgency.rank
    need.stage = _stage(referral)
    if referral is not None:
        referral.open = referral.state in OPEN and referral.state is not State.DRAFT
        referral.due_step = str(step.clock) if referral.state in OPEN else None
        if need.closed_at is not None:
            nobody_acts_on(referral)
        else:
            began = act.now if raised else referral.state_since
            referral.next_actor, referral.due_at = step.owner, due_at
            referral.length = length_class(began, due_at)


def nobody_acts_on(referral: ReferralRow | None) -> None:
    """Nobody's turn it is with an attempt whose need was closed, or that another attempt follows."""
    if referral is not None:
        referral.next_actor, referral.due_at, referral.length = Actor.NOBODY, None, 0


def _stage(referral: ReferralRow | None) -> Stage:
    if referral is None:
        return stage(None)
    return stage(referral.state, referral.outcome if referral.state is State.COMPLETED else None)


def _due(
    session: Session,
    need: NeedRow,
    referral: ReferralRow | None,
    step: NextStep,
    act: Act,
    *,
    since: datetime | None,
) -> datetime:
    calendar = find_organisation(session, act.organisation_id).calendar
    began = need.opened_at if referral is None else referral.state_since
    moments = Moments(since or began)
    if referral is not None:
        moments = Moments(since or began, referral.appointment_at, referral.review_at)
    clock: Clock = step.clock
    pathway = need.pathway if referral is None else referral.pathway
    return act.definitions.due(pathway, need.urgency, clock, moments.of(step.since), calendar=calendar)
