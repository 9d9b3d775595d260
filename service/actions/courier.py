"""The sender's side of a packet on its way: what goes out, is heard back, stops it. One organisation a session.

`service/courier.py` carries between two of them; the receiving side is in `arriving.py`. Nothing here changes a
referral but what the other side said.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from instruments.model import Text
from referral.checkpoints import Receipt
from referral.events import Code, EventKind, SubjectKind
from referral.lifecycle import Actor as NextActor
from referral.model import CancelReason, Side, State, Step
from referral.packet_news import News
from referral.requirements import StepDetails
from service.access import Act
from service.actions import closing, loop, receipts, referrals
from service.actions.step_words import REASONS
from service.actions.taking import Said
from service.permissions import Actor, Role
from service.store import audit
from service.store.needs import NeedRow, lock_need
from service.store.packet_keys import Contents
from service.store.packets import PacketOutRow, crossed, lock_out, taken_over, undelivered
from service.store.referrals import ReferralRow, latest_referral
from service.store.vault import key_of

STOPS = frozenset({State.CANCEL_REQUESTED, State.CANCELLED, State.NOT_REACHED, State.ENTERED_IN_ERROR})
"""Where a sender has said that it should stop, or has ended the attempt: the other side is told."""
_CALL: Text = {
    "en": "They take nothing in just now: choose another way, or call them",
    "es": "Ahora no reciben nada: elija otra vía o llámeles",
}
_ASK: Text = {
    "en": "They gave it to another of their teams: ask them before you choose another way",
    "es": "La pasaron a otro de sus equipos: pregúnteles antes de elegir otra vía",
}
_FIELDS: Mapping[Step, str] = {
    Step.DECLINE: "decline_reason",
    Step.RESCHEDULE: "appointment_reason",
    Step.RECORD_NOT_ATTENDED: "appointment_reason",
    Step.CANCEL_APPOINTMENT: "appointment_reason",
    Step.REPORT_OUTCOME: "outcome",
    Step.REPORT_NOT_REACHED: "outcome",
}
_MOMENTS: Mapping[Step, str] = {
    Step.SCHEDULE: "appointment_at",
    Step.RESCHEDULE: "appointment_at",
    Step.WAITLIST: "review_at",
    Step.RECORD_ATTENDED: "happened_at",
}


@dataclass(frozen=True, slots=True)
class Parcel:
    """What the courier carries: a packet with the receipt that proves its sending."""

    packet_id: uuid.UUID
    sender_id: uuid.UUID
    to_id: uuid.UUID
    contents: Contents


@dataclass(frozen=True, slots=True)
class Stop:
    """That the sender asks to stop, and why."""

    packet_id: uuid.UUID
    to_id: uuid.UUID
    arrived: bool
    reason: CancelReason


def outgoing(session: Session, *, act: Act) -> Sequence[Parcel]:
    """The packets that may leave: those whose sending is proved by a checkpoint already, and that nobody stopped."""
    waiting = undelivered(session, act.organisation_id)
    found = ((row, proof_of(session, row.organisation_id, row.event_id, row.client_id)) for row in waiting)
    return [
        Parcel(row.id, act.organisation_id, row.to_id, Contents(bytes(row.contents), proof))
        for row, proof in found
        if proof is not None and _referral(session, row).state is State.SENT
    ]


def proof_of(
    session: Session, organisation_id: uuid.UUID, event_id: uuid.UUID, client_id: uuid.UUID
) -> str | None:
    """The receipt of the event that commits to a packet, with its salt; None while no checkpoint covers it."""
    found = receipts.receipt_of(session, organisation_id, event_id)
    if not isinstance(found, Receipt):
        return None
    salt = key_of(session, organisation_id, client_id).salt(str(event_id))
    return str(replace(found, salt=salt))


def arrived(session: Session, packet_id: uuid.UUID, *, act: Act) -> None:
    """Note that a packet arrived. Said twice, it is noted once."""
    row = lock_out(session, act.organisation_id, packet_id)
    if row is not None:
        _arrived(session, row, act)


def _arrived(session: Session, row: PacketOutRow, act: Act) -> None:
    if row.delivered_at is None:
        row.delivered_at = act.now
        _taken_after_all(session, row, act)
        row.stop_told_at = None  # whoever stopped it while it was carried is heard there after all
        _note(session, EventKind.PACKET_DELIVERED, row, act=act)


def turned_back(session: Session, packet_id: uuid.UUID, *, act: Act) -> None:
    """Note that the other organisation takes nothing in now, and make it the owner's next step to know. Said once."""
    row = lock_out(session, act.organisation_id, packet_id)
    if row is None or row.turned_back_at is not None or row.delivered_at is not None:
        return
    row.turned_back_at = act.now
    referral = _referral(session, row)
    need = session.get_one(NeedRow, (row.organisation_id, referral.need_id))
    lock_need(session, need)
    if referral.state is State.SENT and need.closed_at is None:
        need.next_actor = referral.next_actor = NextActor.SENDER
        need.next_step = dict(_CALL)
    _note(session, EventKind.PACKET_TURNED_BACK, row, act=act)


def _taken_after_all(session: Session, row: PacketOutRow, act: Act) -> None:
    """The next step is again what the referral's state says."""
    if row.turned_back_at is not None:
        row.turned_back_at = None
        referral = _referral(session, row)
        need = session.get_one(NeedRow, (row.organisation_id, referral.need_id))
        lock_need(session, need)
        loop.set_clocks(session, need, referral, act=act)


def hear(session: Session, news: News, *, act: Act) -> None:
    """Take the step that the other side tells of, in its name; what was heard already changes nothing.

    Raises StepRefused, Conflict and Invalid where it does not fit how the referral stands here.
    """
    row = _next(session, news, act)
    if row is None:
        return
    referrals.take(session, row.referral_id, news.step, _said(news), act=_theirs(row, act))
    _heard(session, row, news, act)


def redirected(session: Session, packet_id: uuid.UUID, at: datetime, *, act: Act) -> None:
    """Note that the other organisation, which had declined, works on it after all. Said twice, it is noted once."""
    row = lock_out(session, act.organisation_id, packet_id)
    if row is None or row.redirected_at is not None:
        return
    row.redirected_at = at
    referral = _referral(session, row)
    need = session.get_one(NeedRow, (row.organisation_id, referral.need_id))
    lock_need(session, need)
    latest = latest_referral(session, row.organisation_id, need.id)
    if need.closed_at is None and latest is not None and latest.id == referral.id:
        need.next_step = dict(_ASK)
    _note(session, EventKind.PACKET_REDIRECTED, row, act=act)


def pass_over(session: Session, news: News, *, act: Act) -> None:
    """Go on after news that did not fit: it is kept that it came."""
    row = _next(session, news, act)
    if row is None:
        return
    _heard(session, row, news, act)
    subject = (SubjectKind.PACKET, row.id)
    facts: dict[str, Code] = {
        "organisation_from": str(row.to_id),
        "count": news.number,
        "step": str(news.step),
    }
    event = act.event(EventKind.PACKET_ANSWERED, subject, client=row.client_id, details=facts, fits=False)
    audit.append(session, event)


def stops(session: Session, *, act: Act) -> Sequence[Stop]:
    """The packets whose sender has said stop since."""
    return [
        Stop(row.id, row.to_id, row.delivered_at is not None, _why(_referral(session, row)))
        for row in crossed(session, act.organisation_id, STOPS)
    ]


def stopped(session: Session, packet_id: uuid.UUID, *, act: Act) -> None:
    """Note that the other side was told, or that the packet never left: then the stop is confirmed here at once."""
    row = lock_out(session, act.organisation_id, packet_id)
    if row is None or row.stop_told_at is not None:
        return
    row.stop_told_at = act.now
    if row.delivered_at is None and _referral(session, row).state is State.CANCEL_REQUESTED:
        referrals.take(session, row.referral_id, Step.CONFIRM_CANCEL, act=_theirs(row, act))
    event = act.event(
        EventKind.PACKET_WITHDRAWN,
        (SubjectKind.PACKET, row.id),
        client=row.client_id,
        organisation_from=str(act.organisation_id),
    )
    audit.append(session, event)


def handed_over(session: Session, *, act: Act) -> Sequence[uuid.UUID]:
    """The packets of whole needs that the other side has taken in, and that are still open here."""
    return [row.id for row in taken_over(session, act.organisation_id)]


def let_go(session: Session, packet_id: uuid.UUID, *, act: Act) -> None:
    """Close a need that the other organisation has taken over whole. Raises Invalid while something stands against it.

    The attempt ends as every stop does, in two steps: asked for by the program, confirmed by the other side.
    """
    row = lock_out(session, act.organisation_id, packet_id)
    if row is None or row.taken_in_at is None:
        return
    referral = _referral(session, row)
    need = session.get_one(NeedRow, (row.organisation_id, referral.need_id))
    lock_need(session, need)
    session.refresh(referral, with_for_update=True)
    asked = StepDetails(str(act.by.id), act.now, cancel_reason=CancelReason.MOVED_AWAY)
    loop.take(session, referral, need, Step.REQUEST_CANCEL, Side.SENDER, asked, act=act)
    theirs = _theirs(row, act)
    confirmed = StepDetails(str(theirs.by.id), act.now)
    loop.take(session, referral, need, Step.CONFIRM_CANCEL, Side.RECEIVER, confirmed, act=theirs)
    row.stop_told_at = act.now
    closing.close_handed_over(session, need, row.to_name, act=act)


def _next(session: Session, news: News, act: Act) -> PacketOutRow | None:
    """The packet that news are of, when they are the next ones."""
    row = lock_out(session, act.organisation_id, uuid.UUID(news.packet))
    return row if row is not None and news.number == row.heard + 1 else None


def _heard(session: Session, row: PacketOutRow, news: News, act: Act) -> None:
    _arrived(session, row, act)  # whoever tells of it has it, should nobody have come to say so
    row.heard, row.kindness = news.number, news.kindness or row.kindness
    if news.took_in:
        row.taken_in_at = news.at


def _said(news: News) -> Said:
    said: dict[str, Any] = {}
    if news.step in _FIELDS and news.reason is not None:
        said[_FIELDS[news.step]] = REASONS[news.step](news.reason)
    if news.step in _MOMENTS:
        said[_MOMENTS[news.step]] = news.until or news.at
    return Said(**said)


def _theirs(row: PacketOutRow, act: Act) -> Act:
    """The act of the other organisation, on this one referral."""
    by = Actor(row.to_id, act.organisation_id, Role.PARTNER, row.to_name, referral_id=row.referral_id)
    return replace(act, by=by)


def _why(referral: ReferralRow) -> CancelReason:
    return referral.cancel_reason or CancelReason.CLINICAL_JUDGEMENT


def _referral(session: Session, row: PacketOutRow) -> ReferralRow:
    return session.get_one(ReferralRow, (row.organisation_id, row.referral_id))


def _note(session: Session, kind: EventKind, row: PacketOutRow, *, act: Act) -> None:
    subject, to = (SubjectKind.REFERRAL, row.referral_id), str(row.to_id)
    facts: dict[str, Code] = {"packet": str(row.id), "organisation_to": to}
    audit.append(session, act.event(kind, subject, client=row.client_id, details=facts))
