"""Looking at one referral: what its receiver sees, what its sender sees, what would be sent. Changes nothing.

Looking is an event. Reasons and bands are for both sides; single answers only for roles that read answers,
and on the receiving side only with consent to share.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from instruments.model import Text
from referral.consent import NotPermitted, Permitted, may_share
from referral.events import EventKind, SubjectKind
from referral.lifecycle import Actor, steps_open
from referral.matching import Wish
from referral.model import DeclineReason, Side, State, Step
from referral.needs import next_step
from referral.pathways import LetterRules
from service.access import Act, access_referral
from service.actions import clients, crossing, links, outside
from service.actions.consents import facts_about, today_in
from service.actions.crossing import Crossed
from service.actions.items_view import Items, items_of
from service.actions.links import LinkView
from service.actions.outside import Offer
from service.actions.queue_lines import reasons_behind
from service.actions.receivers import Proposal, Receiver, proposals
from service.actions.receivers import describe as describe_receiver
from service.actions.referrals import client_of, consent_to_refer
from service.actions.refusals import Conflict
from service.actions.saying import name_of, say
from service.actions.screened import AnswerGiven, BandLine, answers_of, bands_of, forms_behind
from service.actions.step_words import done_by
from service.actions.taking import (
    HOLDERS_ONLY,
    NEEDED,
    Referral,
    attempts_at,
    describe,
    history,
    is_theirs,
    may_take,
    side_of,
    works_on,
)
from service.permissions import Permission, Role
from service.store import audit
from service.store.clients import ClientRow
from service.store.needs import NeedRow, find_need
from service.store.organisations import find_site
from service.store.packets import packet_behind
from service.store.referrals import ReferralRow, referrals_for

_SENT_ALREADY: Text = {
    "en": "This referral is not a draft any more.",
    "es": "Esta derivación ya no es un borrador.",
}


@dataclass(frozen=True, slots=True)
class Consented:
    """Whether the referral may be sent, whether single answers may be shared too, and why."""

    permitted: bool
    emergency: bool
    reason: Text
    answers_shared: bool


@dataclass(frozen=True, slots=True)
class Moment:
    """One step on the rail: what was done by whom, when, the coded reason, and the date it was about."""

    step: Step
    words: Text
    at: datetime
    reason: StrEnum | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Attempted:
    """An earlier referral for the same need: where it went and how it ended."""

    id: uuid.UUID
    team: str
    state: State
    decline_reason: DeclineReason | None
    note: str


@dataclass(frozen=True, slots=True)
class ReferralView:
    """One referral as one side sees it."""

    referral: Referral
    side: Side
    client: clients.Client
    pathway: Text
    while_waiting: Text
    """What supports the client until the first contact."""
    next_step: Text
    next_actor: Actor
    sent_by: str
    sender_phone: str
    receiver: Receiver | None
    receiver_reason: str
    reasons: tuple[Text, ...]
    bands: tuple[BandLine, ...]
    answers: tuple[AnswerGiven, ...]
    screening_id: uuid.UUID | None
    consent: Consented
    history: tuple[Moment, ...]
    earlier: tuple[Attempted, ...]
    attempts: int
    minimum_attempts: int
    steps: tuple[Step, ...]
    link: LinkView | None
    crossed: Crossed | None
    """How things stand with one that went to another organisation, for its sender."""
    packet_id: uuid.UUID | None
    """The packet that it was taken in from, for its receiver."""
    items: Items
    """How things stand with the single answers: asked for, shared, or not."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be sent, and to whom it could go, best first. `letter` says what the paper may hold."""

    view: ReferralView
    proposals: tuple[Proposal, ...]
    letter: LetterRules
    while_waiting: Text
    outside: Offer
    across: tuple[Proposal, ...]


def show(session: Session, referral_id: uuid.UUID, *, act: Act, surface: str = "referral") -> ReferralView:
    """One referral as the actor's side sees it; seeing it is an event."""
    row = access_referral(session, referral_id, act, Permission.READ_REFERRAL)
    view = _view(session, row, act)
    subject = (SubjectKind.REFERRAL, row.id)
    seen = EventKind.RECORD_VIEWED
    event = act.event(seen, subject, client=row.client_id, view=surface, items=len(view.answers))
    audit.append(session, event)
    return view


def preview(session: Session, referral_id: uuid.UUID, wishes: Sequence[Wish] = (), *, act: Act) -> Preview:
    """What a draft would send, and who could receive it; raises Conflict once it was sent."""
    row = access_referral(session, referral_id, act, Permission.SEND_REFERRAL)
    if row.state is not State.DRAFT:
        raise Conflict(say(act, _SENT_ALREADY))
    client, pathway = client_of(session, row, act), act.definitions.pathways.get(row.pathway)
    view = show(session, referral_id, act=act, surface="preview")
    offered = proposals(session, row, client, wishes, act=act)
    elsewhere = outside.offer(session, row, offered.outside, act=act)
    return Preview(view, offered.teams, pathway.letter, pathway.while_waiting, elsewhere, offered.across)


def _view(session: Session, row: ReferralRow, act: Act) -> ReferralView:
    side, need, client = side_of(act), _need_of(session, row, act), client_of(session, row, act)
    consent, pathway = _consent(session, row, client, act), act.definitions.pathways.get(row.pathway)
    forms = forms_behind(session, need, act)
    following = next_step(row.state, row.urgency, outcome_read=row.outcome_read_at is not None)
    may_read = act.by.may(Permission.READ_ANSWERS) and (side is Side.SENDER or consent.answers_shared)
    shut = {Step.CANCEL_APPOINTMENT} if side is Side.SENDER and is_theirs(session, row) else set[Step]()
    items = items_of(session, row, act=act)
    asked_for = act.by.role is Role.LINK and items.shared
    may_score = side is Side.SENDER or "scores" in pathway.letter.may_contain
    return ReferralView(
        referral=describe(session, row, act=act),
        side=side,
        client=clients.describe(session, client, act=act),
        pathway=pathway.name,
        while_waiting=pathway.while_waiting,
        next_step=following.what,
        next_actor=following.owner,
        sent_by=name_of(session, row.sent_by or need.owner_id, act),
        sender_phone=_sender_phone(session, client, act),
        receiver=_receiver(session, row, act),
        receiver_reason=row.receiver_reason,
        reasons=reasons_behind(session, [need.id], act=act).get(need.id, ()),
        bands=tuple(bands_of(forms, scores=may_score, act=act)),
        answers=tuple(answers_of(forms)) if may_read or asked_for else (),
        screening_id=need.screening_id if may_read else None,
        consent=consent,
        history=tuple(_rail(session, row, act)),
        earlier=tuple(_earlier(session, row, act)) if side is Side.SENDER else (),
        attempts=len(attempts_at(session, need)),
        minimum_attempts=pathway.minimum_attempts,
        steps=tuple(step for step in open_steps(row, act=act) if step not in shut),
        link=links.view(session, row, act=act) if side is Side.SENDER and row.went_outside else None,
        crossed=crossing.show(session, row, act=act) if side is Side.SENDER and row.went_outside else None,
        packet_id=_packet_id(session, row),
        items=items,
    )


def _packet_id(session: Session, row: ReferralRow) -> uuid.UUID | None:
    packet = packet_behind(session, row.organisation_id, row.id)
    return None if packet is None else packet.id


def open_steps(row: ReferralRow, *, act: Act) -> tuple[Step, ...]:
    """The steps that the actor may take on this referral now."""
    side = side_of(act)
    if not act.by.may(NEEDED[side]) or not works_on(row, act):
        return ()
    held_by_other = row.state is State.CLAIMED and row.claimed_by != act.by.id
    shut = set(HOLDERS_ONLY) if held_by_other else set[Step]()
    read = {Step.READ_OUTCOME} if row.outcome_read_at is not None else set[Step]()
    open_ones = (step for step in steps_open(row.state, side) if step is not Step.SIGN_OFF)
    return tuple(step for step in open_ones if step not in shut | read and may_take(step, act))


def _need_of(session: Session, row: ReferralRow, act: Act) -> NeedRow:
    need = find_need(session, act.organisation_id, row.need_id)
    if need is None:
        message = "a referral without its need"
        raise LookupError(message)
    return need


def _consent(session: Session, row: ReferralRow, client: ClientRow, act: Act) -> Consented:
    verdict = consent_to_refer(session, row, client, act=act)
    facts, today = facts_about(session, client, act=act), today_in(session, act)
    shared = may_share(facts, row.pathway, row.urgency, today)
    return Consented(
        not isinstance(verdict, NotPermitted),
        isinstance(verdict, Permitted) and verdict.emergency,
        verdict.reason.text,
        isinstance(shared, Permitted),
    )


def _sender_phone(session: Session, client: ClientRow, act: Act) -> str:
    """Where the sender is reached: the building's telephone, as on the letter."""
    site = find_site(session, act.organisation_id, client.site_id)
    return "" if site is None else site.phone


def _receiver(session: Session, row: ReferralRow, act: Act) -> Receiver | None:
    team = None if row.receiver_id is None else find_site(session, act.organisation_id, row.receiver_id)
    return None if team is None else describe_receiver(team)


def _rail(session: Session, row: ReferralRow, act: Act) -> list[Moment]:
    return [
        Moment(
            each.step,
            done_by(each.step, name_of(session, each.by, act)),
            each.at,
            each.reason,
            each.until,
        )
        for each in history(session, row)
    ]


def _earlier(session: Session, row: ReferralRow, act: Act) -> list[Attempted]:
    rows = referrals_for(session, act.organisation_id, [row.need_id])
    return [_attempted(session, each, act) for each in rows if each.opened_at < row.opened_at]


def _attempted(session: Session, row: ReferralRow, act: Act) -> Attempted:
    team = _receiver(session, row, act)
    note = row.decline_note or row.outcome_note
    return Attempted(row.id, team.name if team else "", row.state, row.decline_reason, note)
