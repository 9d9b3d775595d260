"""Carrying packets between organisations: read in a session of one, written in a session of the other, never both.

Every leg may be taken twice, late, or by two machines at once: each side counts what it has, so everything arrives
once. What goes wrong with one packet holds up no other, and changes no referral.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from referral.lifecycle import StepRefused
from referral.packet_news import News
from service.access import Act, NotFound, Opens, Session
from service.actions import arriving, courier, items_crossing
from service.actions.arriving import Redirect, Telling
from service.actions.courier import Parcel, Stop
from service.actions.items_crossing import Asking, Reply
from service.actions.refusals import Conflict, Invalid
from service.permissions import Actor, system
from service.store.directory import organisation_ids

CARRIED_WITHIN = timedelta(seconds=10)
"""How long a packet, or news of one, waits for the courier."""
UNFIT = (StepRefused, Conflict, Invalid, NotFound)
"""What says that news or a stop does not fit how things stand by now."""

log = logging.getLogger("handrail.courier")

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Roads:
    """The way to each organisation's database, and how the program acts there."""

    open_write: Opens
    open_read: Opens
    acting: Callable[[Actor], Act]

    def within(self, organisation_id: UUID, work: Callable[[Session, Act], Found]) -> Found:
        """Do something in a transaction of one organisation, in the program's own name."""
        with self.open_write(organisation_id) as session, session.begin():
            return work(session, self.acting(system(organisation_id)))

    def seen(self, organisation_id: UUID, look: Callable[[Session, Act], Sequence[Found]]) -> Sequence[Found]:
        """Look at something of one organisation."""
        with self.open_read(organisation_id) as session, session.begin():
            return look(session, self.acting(system(organisation_id)))


def carry(open_write: Opens, open_read: Opens, acting: Callable[[Actor], Act]) -> int:
    """One round over all organisations: packets, stops, news, requests and their answers; how many legs were taken."""
    roads = Roads(open_write, open_read, acting)
    with open_read() as session, session.begin():
        found = organisation_ids(session)
    legs = (_stops, _packets, _news, _redirects, _handed_over, _askings, _replies)
    return sum(leg(roads, each) for leg in legs for each in found)


def _packets(roads: Roads, sender: UUID) -> int:
    parcels = _asked(roads, sender, lambda session, act: courier.outgoing(session, act=act))
    return sum(_try(_carried, roads, parcel) for parcel in parcels)


def _carried(roads: Roads, parcel: Parcel) -> bool:
    there = roads.within(parcel.to_id, lambda session, act: arriving.deliver(session, parcel, act=act))
    if there:
        roads.within(
            parcel.sender_id, lambda session, act: courier.arrived(session, parcel.packet_id, act=act)
        )
    else:
        roads.within(
            parcel.sender_id, lambda session, act: courier.turned_back(session, parcel.packet_id, act=act)
        )
    return there


def _news(roads: Roads, receiver: UUID) -> int:
    found = _asked(roads, receiver, lambda session, act: arriving.tellings(session, act=act))
    return sum(_try(_told, roads, receiver, telling) for telling in found)


def _told(roads: Roads, receiver: UUID, telling: Telling) -> bool:
    for each in telling.news:
        _heard(roads, telling.sender_id, each)
    roads.within(receiver, lambda session, act: arriving.told(session, telling, act=act))
    return True


def _heard(roads: Roads, sender: UUID, news: News) -> None:
    try:
        roads.within(sender, lambda session, act: courier.hear(session, news, act=act))
    except UNFIT:
        roads.within(sender, lambda session, act: courier.pass_over(session, news, act=act))


def _redirects(roads: Roads, receiver: UUID) -> int:
    found = _asked(roads, receiver, lambda session, act: arriving.redirects(session, act=act))
    return sum(_try(_told_on, roads, receiver, each) for each in found)


def _told_on(roads: Roads, receiver: UUID, told: Redirect) -> bool:
    roads.within(
        told.sender_id, lambda session, act: courier.redirected(session, told.packet_id, told.at, act=act)
    )
    roads.within(receiver, lambda session, act: arriving.redirect_told(session, told, act=act))
    return True


def _stops(roads: Roads, sender: UUID) -> int:
    found = _asked(roads, sender, lambda session, act: courier.stops(session, act=act))
    return sum(_try(_stopped, roads, sender, each) for each in found)


def _stopped(roads: Roads, sender: UUID, stop: Stop) -> bool:
    if stop.arrived:
        with suppress(*UNFIT):
            roads.within(stop.to_id, lambda session, act: arriving.stop(session, stop, act=act))
    roads.within(sender, lambda session, act: courier.stopped(session, stop.packet_id, act=act))
    return True


def _handed_over(roads: Roads, sender: UUID) -> int:
    found = _asked(roads, sender, lambda session, act: courier.handed_over(session, act=act))
    return sum(_try(_let_go, roads, sender, each) for each in found)


def _let_go(roads: Roads, sender: UUID, packet_id: UUID) -> bool:
    try:
        roads.within(sender, lambda session, act: courier.let_go(session, packet_id, act=act))
    except UNFIT:
        return False  # a person closes what still needs one: the page says what is missing
    return True


def _askings(roads: Roads, receiver: UUID) -> int:
    found = _asked(roads, receiver, lambda session, act: items_crossing.askings(session, act=act))
    return sum(_try(_asked_for, roads, receiver, each) for each in found)


def _asked_for(roads: Roads, receiver: UUID, asking: Asking) -> bool:
    known = roads.within(asking.sender_id, lambda session, act: items_crossing.hear(session, asking, act=act))
    if not known:
        roads.within(
            receiver,
            lambda session, act: items_crossing.hear_reply(
                session, items_crossing.forgotten(asking, act=act), act=act
            ),
        )
    roads.within(receiver, lambda session, act: items_crossing.asking_told(session, asking, act=act))
    return True


def _replies(roads: Roads, sender: UUID) -> int:
    found = _asked(roads, sender, lambda session, act: items_crossing.replies(session, act=act))
    return sum(_try(_replied, roads, sender, each) for each in found)


def _replied(roads: Roads, sender: UUID, reply: Reply) -> bool:
    roads.within(reply.to_id, lambda session, act: items_crossing.hear_reply(session, reply, act=act))
    roads.within(sender, lambda session, act: items_crossing.reply_told(session, reply, act=act))
    return True


def _asked(
    roads: Roads, organisation_id: UUID, work: Callable[[Session, Act], Sequence[Found]]
) -> Sequence[Found]:
    """What there is to carry: looked at without holding up anybody who writes."""
    found: list[Found] = []
    _try(lambda: found.extend(roads.seen(organisation_id, work)))
    return found


def _try(leg: Callable[..., object], *given: object) -> bool:
    """Whether a leg was taken. Another machine may be on it: the next round sees what it did."""
    try:
        return leg(*given) is not False
    except Exception as error:  # noqa: BLE001  the next packet must be carried
        log.error("a leg of the courier went wrong: %s", type(error).__name__)  # noqa: TRY400  no values in logs
        return False
