"""How things stand with single answers that a receiver asks for: on the page of a referral, of a need, in a list.

Asking and answering is in `items.py`. Nothing here shows an answer.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from instruments.model import Text
from referral.consent import NotPermitted
from referral.events import EventKind, SubjectKind
from referral.items import ItemsReason, ItemsRefusal, ItemsState, waits
from referral.lifecycle import OPEN
from referral.model import Side, Urgency
from service.access import Act, access_referral, reach_of
from service.actions.clients import Client, describe
from service.actions.items import are_shared, verdict, why_not_ask
from service.actions.referrals import client_of
from service.actions.saying import name_of
from service.actions.step_words import StepTaken
from service.actions.taking import history, side_of, works_on
from service.permissions import Permission
from service.store import audit
from service.store.items import ItemsRequestRow, count_requests, newest_request, waiting_requests
from service.store.needs import NeedRow, find_need
from service.store.packets import packet_behind, packet_of
from service.store.referrals import ReferralRow, find_referral

MOST = 50


@dataclass(frozen=True, slots=True)
class Request:
    """One request, in codes and times. What nobody answered was not shared: it ended with its referral."""

    reason: ItemsReason
    asked_at: datetime
    asked_by: str
    state: ItemsState
    refusal: ItemsRefusal | None
    answered_at: datetime | None
    answered_by: str


@dataclass(frozen=True, slots=True)
class Items:
    """How things stand with the single answers of one referral, for whoever looks at it."""

    referral_id: uuid.UUID
    client_id: uuid.UUID
    request: Request | None
    waits: bool
    """Whether the request waits for an answer."""
    may_ask: bool
    may_answer: bool
    permitted: bool
    """Whether consent permits sharing them today; `consent` says why, or why not."""
    consent: Text
    shared: bool
    """Whether the receiver may read them now."""
    across: str
    """The other organisation that asks, or that is asked; empty where nothing crosses."""


@dataclass(frozen=True, slots=True)
class ItemsPage:
    """The page on which single answers are asked for, or the request is answered."""

    number: str
    client: Client
    items: Items


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as the list of those that wait shows it."""

    referral_id: uuid.UUID
    need_id: uuid.UUID
    client_name: str
    pathway: Text
    urgency: Urgency
    reason: ItemsReason
    asked_at: datetime
    asked_by: str
    mine: bool


def items_of(session: Session, row: ReferralRow, *, act: Act) -> Items:
    """How things stand with the single answers of a referral that the caller reached."""
    need, came = _need_of(session, row), packet_behind(session, act.organisation_id, row.id)
    last = newest_request(session, act.organisation_id, row.id)
    judged = verdict(session, row, client_of(session, row, act), act=act)
    shared = are_shared(row, last, judged)
    waiting_now = last is not None and waits(last.state, row.state)
    here = last is None or last.packet_id is None or last.came
    receives = side_of(act) is Side.RECEIVER and act.by.may(Permission.WORK_REFERRAL) and works_on(row, act)
    return Items(
        row.id,
        row.client_id,
        None if last is None else _request(session, row, last, act),
        waiting_now,
        receives and not waiting_now and why_not_ask(session, row, need, came, shared=shared) is None,
        waiting_now and here and side_of(act) is Side.SENDER and act.by.may(Permission.SEND_REFERRAL),
        not isinstance(judged, NotPermitted),
        judged.reason.text,
        shared,
        came.from_name if came is not None else _sent_to(session, row),
    )


def show(session: Session, referral_id: uuid.UUID, *, act: Act) -> ItemsPage:
    """How things stand, and with whom one may talk about it; seeing it is an event."""
    row = access_referral(session, referral_id, act, Permission.READ_REFERRAL)
    subject = (SubjectKind.REFERRAL, row.id)
    audit.append(session, act.event(EventKind.RECORD_VIEWED, subject, client=row.client_id, view="items"))
    client = describe(session, client_of(session, row, act), act=act)
    return ItemsPage(row.number, client, items_of(session, row, act=act))


def state(session: Session, referral_id: uuid.UUID, *, act: Act) -> Items:
    """As `items_of`, for a page left open that looks again: no event, for it shows codes and times only."""
    row = access_referral(session, referral_id, act, Permission.READ_REFERRAL)
    return items_of(session, row, act=act)


def of_need(session: Session, need: NeedRow, latest_id: uuid.UUID | None, *, act: Act) -> Items | None:
    """What is asked about the latest attempt to meet a need; None where nobody ever asked."""
    if latest_id is None or newest_request(session, act.organisation_id, latest_id) is None:
        return None
    row = find_referral(session, need.organisation_id, latest_id)
    return None if row is None else items_of(session, row, act=act)


def waiting(session: Session, *, act: Act) -> Sequence[Asked]:
    """What waits for an answer of this side, oldest first, of clients whom the actor reaches; seeing it is an event."""
    act.by.must(Permission.SEND_REFERRAL)
    found = waiting_requests(session, act.organisation_id, reach_of(act.by), most=MOST)
    subject = (SubjectKind.ORGANISATION, act.organisation_id)
    audit.append(session, act.event(EventKind.RECORD_VIEWED, subject, view="items", count=len(found)))
    return [
        Asked(
            request.referral_id,
            need.id,
            client.name,
            act.definitions.pathways.get(need.pathway).name,
            need.urgency,
            request.reason,
            request.asked_at,
            name_of(session, request.asked_by, act),
            need.owner_id == act.by.id,
        )
        for request, need, client in found
    ]


def count(session: Session, *, act: Act) -> int:
    """How many wait for an answer of this side; none for whom they do not concern."""
    if not act.by.may(Permission.SEND_REFERRAL):
        return 0
    return count_requests(session, act.organisation_id, reach_of(act.by))


def _request(session: Session, row: ReferralRow, asked: ItemsRequestRow, act: Act) -> Request:
    state, refusal, at, by = asked.state, asked.refusal, asked.answered_at, asked.answered_by
    if asked.state is ItemsState.OPEN and not waits(asked.state, row.state):
        ended = _ended(session, row)
        state, refusal = ItemsState.DECLINED, ItemsRefusal.ENDED
        at, by = (row.state_since, None) if ended is None else (ended.at, ended.by)
    asker, answerer = name_of(session, asked.asked_by, act), name_of(session, by, act)
    return Request(asked.reason, asked.asked_at, asker, state, refusal, at, answerer)


def _ended(session: Session, row: ReferralRow) -> StepTaken | None:
    """The step that ended a referral; a later one, such as a mark of error, ended nothing any more."""
    return next((step for step in history(session, row) if step.after not in OPEN), None)


def _need_of(session: Session, row: ReferralRow) -> NeedRow:
    need = find_need(session, row.organisation_id, row.need_id)
    assert need is not None  # noqa: S101  a referral's keys cannot point at nothing; this tells the type checker
    return need


def _sent_to(session: Session, row: ReferralRow) -> str:
    """The other organisation that it went to, if it did."""
    went = packet_of(session, row.organisation_id, row.id) if row.went_outside else None
    return "" if went is None else went.to_name
