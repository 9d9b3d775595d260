"""The receiving side of a packet on its way: it arrives, is told of, is stopped. One organisation a session.

What people do with it is in `taking_in.py`; `service/courier.py` carries.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from referral.events import Code, EventKind, SubjectKind
from referral.model import Side, Step
from referral.packet_news import Happened, News, news_of
from referral.packet_reading import BadPacket, read_packet
from referral.packets import Packet
from service.access import Act
from service.actions import referrals
from service.actions.courier import Parcel, Stop
from service.actions.step_words import StepTaken, read_step
from service.actions.taking import Said
from service.kinds import Standing
from service.permissions import Actor, Role
from service.store import audit, trail
from service.store.intakes import IntakeRow, lock_intake
from service.store.organisations import is_suspended
from service.store.packet_keys import destroy_contents, seal_contents
from service.store.packets import PacketInRow, find_in, lock_in, redirected, untold
from service.store.referrals import ReferralRow
from service.store.steps import steps_taken


@dataclass(frozen=True, slots=True)
class Telling:
    """Everything about one packet that its sender may not know yet; `version` is what it was read at."""

    packet_id: uuid.UUID
    sender_id: uuid.UUID
    news: tuple[News, ...]
    version: int


@dataclass(frozen=True, slots=True)
class Redirect:
    """That a packet which was declined went to another team of the receiver after all, and when."""

    packet_id: uuid.UUID
    sender_id: uuid.UUID
    at: datetime


def deliver(session: Session, parcel: Parcel, *, act: Act) -> bool:
    """Put a packet into the list of those that came; whether it is there. Brought twice, it came once.

    An organisation that is suspended takes nothing in.

    Raises BadPacket for what is none, or is not for this organisation or not from whom it says.
    """
    packet = read_packet(parcel.contents.packet)
    check(packet, parcel, act)
    intake = lock_intake(session, act.organisation_id, packet.pathway)
    if intake is None or is_suspended(session, act.organisation_id):
        return False
    if find_in(session, act.organisation_id, parcel.packet_id) is None:
        _keep(session, packet, parcel, intake, act)
    return True


def check(packet: Packet, parcel: Parcel, act: Act) -> None:
    """Raise BadPacket for one that is not what the courier carries, or that is about nothing known here."""
    named = (packet.id, packet.sender.id, packet.receiver.id)
    carried = (str(parcel.packet_id), str(parcel.sender_id), str(act.organisation_id))
    wrong = [
        f"{field}: is not what the courier carries"
        for field, one, other in zip(("packet", "from.id", "to.id"), named, carried, strict=True)
        if one != other
    ]
    if packet.pathway not in act.definitions.pathways.ids:
        wrong.append("pathway: is not known here")
    if wrong:
        raise BadPacket(*wrong)


def _keep(session: Session, packet: Packet, parcel: Parcel, intake: IntakeRow, act: Act) -> None:
    row = PacketInRow(
        organisation_id=act.organisation_id,
        id=parcel.packet_id,
        from_id=parcel.sender_id,
        from_name=packet.sender.name,
        number=packet.referral,
        pathway=packet.pathway,
        urgency=packet.urgency,
        rank=packet.urgency.rank,
        hands_over=packet.hands_over,
        team_id=intake.team_id,
        arrived_at=act.now,
        acknowledge_by=packet.acknowledge_by,
        standing=Standing.WAITING,
    )
    seal_contents(session, row, parcel.contents)
    session.add(row)
    about = {"pathway": row.pathway, "urgency": str(row.urgency)}
    note(session, EventKind.PACKET_ARRIVED, row, act=act, **about, hands_over=row.hands_over)


def tellings(session: Session, *, act: Act) -> Sequence[Telling]:
    """What the senders of packets that came may not know yet."""
    return [_telling(session, row) for row in untold(session, act.organisation_id)]


def told(session: Session, telling: Telling, *, act: Act) -> None:
    """Note that a sender was told all of it. Said twice, it is noted once."""
    row = lock_in(session, act.organisation_id, telling.packet_id)
    if row is None or (row.told_version == telling.version and row.told):
        return
    row.told_version = telling.version
    fresh = [each for each in telling.news if each.number > row.told]
    row.told = max(row.told, *(each.number for each in telling.news))
    for each in fresh:
        step = str(each.step)
        note(
            session, EventKind.PACKET_ANSWERED, row, act=act, reason=each.reason, count=each.number, step=step
        )


def redirects(session: Session, *, act: Act) -> Sequence[Redirect]:
    """The packets that this organisation declined and then sent on to another of its teams: their senders must know."""
    found = redirected(session, act.organisation_id)
    return [Redirect(row.id, row.from_id, at) for row, at in found]


def redirect_told(session: Session, told: Redirect, *, act: Act) -> None:
    """Note that a sender was told of it. Said twice, it is noted once."""
    row = lock_in(session, act.organisation_id, told.packet_id)
    if row is not None and row.redirect_told_at is None:
        row.redirect_told_at = act.now
        note(session, EventKind.PACKET_REDIRECTED, row, act=act)


def stop(session: Session, asked: Stop, *, act: Act) -> None:
    """What the sender asks to stop: one that waits is withdrawn at once; for another, whoever works on it is asked.

    Raises StepRefused, Conflict and Invalid where the referral has gone on since.
    """
    row = lock_in(session, act.organisation_id, asked.packet_id)
    if row is None or row.stop_asked_at is not None:
        return
    row.stop_asked_at = act.now
    if row.standing is Standing.WAITING:
        row.standing, row.settled_at = Standing.WITHDRAWN, act.now
        destroy_contents(row)
        note(session, EventKind.PACKET_WITHDRAWN, row, act=act)
    elif row.referral_id is not None:
        by = Actor(row.from_id, act.organisation_id, Role.PARTNER, row.from_name, referral_id=row.referral_id)
        said = Said(cancel_reason=asked.reason)
        referrals.take(session, row.referral_id, Step.REQUEST_CANCEL, said, act=replace(act, by=by))


def note(
    session: Session,
    kind: EventKind,
    row: PacketInRow,
    /,
    *,
    act: Act,
    reason: str | None = None,
    **more: Code | tuple[Code, ...],
) -> None:
    """Write down what happened to a packet that came; under its client, once that is known."""
    facts: dict[str, Code | tuple[Code, ...]] = {"organisation_from": str(row.from_id), **more}
    subject = (SubjectKind.PACKET, row.id)
    audit.append(session, act.event(kind, subject, client=row.client_id, reason=reason, details=facts))


def _telling(session: Session, row: PacketInRow) -> Telling:
    if row.referral_id is None:
        return Telling(row.id, row.from_id, (_answer(row),), 0)
    referral = session.get_one(ReferralRow, (row.organisation_id, row.referral_id))
    steps = () if row.hands_over else _steps(session, row, referral)
    found = news_of(str(row.id), row.settled_at or row.arrived_at, steps)
    return Telling(
        row.id,
        row.from_id,
        tuple(each for each in found if each.number > row.told) or found[-1:],
        referral.version,
    )


def _answer(row: PacketInRow) -> News:
    """What there is to tell of a packet that nobody took in."""
    at = row.settled_at or row.arrived_at
    if row.standing is Standing.WITHDRAWN:
        return News(str(row.id), 1, Step.CONFIRM_CANCEL, at)
    return News(str(row.id), 1, Step.DECLINE, at, str(row.decline_reason), kindness=row.kindness)


def _steps(session: Session, row: PacketInRow, referral: ReferralRow) -> Sequence[Happened]:
    found = (
        (read_step(each.entry), trail.read_entry(each))
        for each in steps_taken(session, row.organisation_id, referral.id)
    )
    return [
        _happened(step, Side(str(entry["details"]["side"])), row, referral)
        for step, entry in found
        if step is not None
    ]


def _happened(step: StepTaken, side: Side, row: PacketInRow, referral: ReferralRow) -> Happened:
    first_contact = step.step is Step.RECORD_ATTENDED
    return Happened(
        step.step,
        side,
        step.at,
        None if step.reason is None else str(step.reason),
        referral.happened_at if first_contact else step.until,
        asked_by_sender=row.stop_asked_at is not None,
        stopped_for=referral.cancel_reason,
    )
