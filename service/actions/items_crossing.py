"""A request for single answers on its way between organisations: asked there, heard here, answered, heard there.

Each function works in a session of one organisation; `service/courier.py` carries, each leg once.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from referral.events import EventKind
from referral.items import ItemsReason, ItemsRefusal, ItemsState, waits
from referral.lifecycle import OPEN
from referral.packet_reading import read_packet
from service.access import Act
from service.actions.arriving import check
from service.actions.courier import Parcel, proof_of
from service.actions.items import has_answers, new_request, note, settle, tell_owner
from service.permissions import Actor, Role
from service.store.items import ItemsRequestRow, answered_here, asked_elsewhere, find_request, lock_request
from service.store.needs import NeedRow, lock_need
from service.store.packet_keys import Contents, seal_contents
from service.store.packets import PacketInRow, PacketOutRow, find_in, lock_in, lock_out
from service.store.referrals import ReferralRow


@dataclass(frozen=True, slots=True)
class Asking:
    """What the courier carries to the organisation that sent a packet: codes and times."""

    request_id: uuid.UUID
    packet_id: uuid.UUID
    sender_id: uuid.UUID
    reason: ItemsReason
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Reply:
    """What the courier carries back: why not, or the packet with the answers and its receipt."""

    request_id: uuid.UUID
    packet_id: uuid.UUID
    sender_id: uuid.UUID
    to_id: uuid.UUID
    refusal: ItemsRefusal | None
    contents: Contents | None


def askings(session: Session, *, act: Act) -> Sequence[Asking]:
    """What was asked here of organisations that do not know yet."""
    rows = ((row, _packet_in(session, row)) for row in asked_elsewhere(session, act.organisation_id))
    return [
        Asking(row.id, packet.id, packet.from_id, row.reason, row.asked_at)
        for row, packet in rows
        if packet is not None
    ]


def asking_told(session: Session, asking: Asking, *, act: Act) -> None:
    """Note that the other organisation knows. Said twice, it is noted once."""
    row = lock_request(session, act.organisation_id, asking.request_id)
    if row is not None and row.told_at is None:
        row.told_at = act.now


def hear(session: Session, asking: Asking, *, act: Act) -> bool:
    """Keep a request of the organisation that has our packet; whether the packet is still known. Heard once.

    Where the referral has ended, or nothing was ever answered, the program says so at once.
    """
    packet = lock_out(session, act.organisation_id, asking.packet_id)
    if packet is None or find_request(session, act.organisation_id, asking.request_id) is not None:
        return packet is not None
    theirs = _as_partner(act, packet.to_id, packet.to_name, packet.referral_id)
    referral = session.get_one(ReferralRow, (packet.organisation_id, packet.referral_id))
    need = session.get_one(NeedRow, (packet.organisation_id, referral.need_id))
    lock_need(session, need)
    request = new_request(referral, asking.request_id, asking.reason, act=theirs, came=True)
    request.packet_id = packet.id
    session.add(request)
    session.flush()
    note(session, EventKind.ITEMS_ASKED, request, reason=str(asking.reason), act=theirs)
    refusal = _refusal(session, referral, need)
    if refusal is None:
        tell_owner(session, request, need, act=act)
    else:
        request.refusal = refusal
        settle(request, ItemsState.DECLINED, act)
        note(session, EventKind.ITEMS_DECLINED, request, reason=str(refusal), act=act)
    return True


def forgotten(asking: Asking, *, act: Act) -> Reply:
    """What there is to say where the sender has erased what it sent."""
    ends = (asking.request_id, asking.packet_id, asking.sender_id, act.organisation_id)
    return Reply(*ends, ItemsRefusal.ENDED, None)


def replies(session: Session, *, act: Act) -> Sequence[Reply]:
    """What was answered here, of which the other organisation does not know; answers only once their proof is there."""
    found = (_reply(session, row, act) for row in answered_here(session, act.organisation_id))
    return [each for each in found if each is not None]


def reply_told(session: Session, reply: Reply, *, act: Act) -> None:
    """Note that the other organisation knows. Said twice, it is noted once."""
    row = lock_request(session, act.organisation_id, reply.request_id)
    if row is not None and row.told_at is None:
        row.told_at = act.now


def hear_reply(session: Session, reply: Reply, *, act: Act) -> None:
    """Keep what the other organisation answered; the packet with the answers takes the place of the first one.

    Where the request has ended with its referral meanwhile, nothing is kept and no answer opened.
    Raises BadPacket for one that is none, or is not what the courier carries.
    """
    packet = lock_in(session, act.organisation_id, reply.packet_id)
    row = _waiting(session, reply, act)
    if row is None or packet is None:
        return
    theirs = _as_partner(act, packet.from_id, packet.from_name, row.referral_id)
    if reply.contents is None:
        row.refusal = reply.refusal
        settle(row, ItemsState.DECLINED, theirs)
        note(session, EventKind.ITEMS_DECLINED, row, reason=str(reply.refusal), act=theirs)
        return
    parcel = Parcel(reply.packet_id, reply.sender_id, act.organisation_id, reply.contents)
    check(read_packet(reply.contents.packet), parcel, act)
    if packet.contents is not None:
        seal_contents(session, packet, reply.contents)
    settle(row, ItemsState.SHARED, theirs)
    note(session, EventKind.ITEMS_SHARED, row, act=theirs)


def _waiting(session: Session, reply: Reply, act: Act) -> ItemsRequestRow | None:
    """The request that a reply answers, locked behind its need as every step is; None where it waits no more."""
    asked = find_request(session, act.organisation_id, reply.request_id)
    if asked is None:
        return None
    referral = session.get_one(ReferralRow, (asked.organisation_id, asked.referral_id))
    lock_need(session, session.get_one(NeedRow, (asked.organisation_id, referral.need_id)))
    session.refresh(referral)
    row = lock_request(session, act.organisation_id, reply.request_id)
    return row if row is not None and waits(row.state, referral.state) else None


def _reply(session: Session, row: ItemsRequestRow, act: Act) -> Reply | None:
    if row.packet_id is None:
        return None
    packet = session.get_one(PacketOutRow, (row.organisation_id, row.packet_id))
    ends = (row.id, packet.id, act.organisation_id, packet.to_id)
    if row.state is ItemsState.DECLINED:
        return Reply(*ends, row.refusal, None)
    if row.state is ItemsState.OPEN:
        return Reply(*ends, ItemsRefusal.ENDED, None)
    if row.contents is None or row.event_id is None:
        return None
    proof = proof_of(session, row.organisation_id, row.event_id, row.client_id)
    return None if proof is None else Reply(*ends, None, Contents(bytes(row.contents), proof))


def _refusal(session: Session, referral: ReferralRow, need: NeedRow) -> ItemsRefusal | None:
    """What the program can say by itself."""
    if referral.state not in OPEN or need.closed_at is not None:
        return ItemsRefusal.ENDED
    return None if has_answers(session, need) else ItemsRefusal.NONE_THERE


def _packet_in(session: Session, row: ItemsRequestRow) -> PacketInRow | None:
    return None if row.packet_id is None else find_in(session, row.organisation_id, row.packet_id)


def _as_partner(act: Act, by: uuid.UUID, name: str, referral_id: uuid.UUID) -> Act:
    """The act of the other organisation, on one referral."""
    return replace(act, by=Actor(by, act.organisation_id, Role.PARTNER, name, referral_id=referral_id))
