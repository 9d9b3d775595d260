"""Packets that came from other organisations, seen: the list, one of them, its proof, and who may reach it.

Taking one in or declining it is in `taking_in.py`.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from instruments.model import Text
from referral.events import EventKind, SubjectKind
from referral.model import DeclineReason, State, Urgency
from referral.packet_news import Kindness
from referral.packet_reading import read_packet
from referral.packets import Packet
from referral.requirements import decline_reasons
from service.access import Act, NotFound
from service.actions.arriving import note
from service.kinds import SiteKind, Standing
from service.permissions import RECEIVING, WHOLE_ORGANISATION, NotAllowed, Permission
from service.store import audit
from service.store.clients import born_and_named
from service.store.organisations import SiteRow, find_site, sites_of
from service.store.packet_keys import open_contents
from service.store.packets import PacketInRow, find_in, packets_in
from service.store.referrals import find_referral

MOST = 200
SETTLED = (Standing.TAKEN_IN, Standing.DECLINED, Standing.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Line:
    """One packet as the list shows it: ids, codes and times, nobody's name."""

    id: uuid.UUID
    sender: str
    number: str
    pathway: Text
    urgency: Urgency
    hands_over: bool
    arrived_at: datetime
    acknowledge_by: datetime
    standing: Standing


@dataclass(frozen=True, slots=True)
class Alike:
    """Somebody known here who may be the one: born on the same day, and called alike."""

    id: uuid.UUID
    name: str
    local_id: str
    born_on: date
    site: str


@dataclass(frozen=True, slots=True)
class Came:
    """One packet that came. `packet` is None once it was declined or withdrawn: then nothing of it is left."""

    line: Line
    packet: Packet | None
    team: str
    alike: tuple[Alike, ...]
    buildings: tuple[tuple[uuid.UUID, str], ...]
    reasons: tuple[DeclineReason, ...]
    client_id: uuid.UUID | None
    referral_id: uuid.UUID | None
    decline_reason: DeclineReason | None
    kindness: Kindness | None
    settled_at: datetime | None
    may_settle: bool


def index(session: Session, *, act: Act) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """The packets that wait, the most pressing first, and those that somebody has dealt with."""
    act.by.must(Permission.TAKE_IN)
    groups = ((Standing.WAITING,), SETTLED)
    waiting, settled = (packets_in(session, act.organisation_id, each, most=MOST) for each in groups)
    subject = (SubjectKind.ORGANISATION, act.organisation_id)
    count = len(waiting) + len(settled)
    audit.append(session, act.event(EventKind.RECORD_VIEWED, subject, view="packets", count=count))
    return tuple(_line(row, act) for row in waiting), tuple(_line(row, act) for row in settled)


def show(session: Session, packet_id: uuid.UUID, *, act: Act) -> Came:
    """One packet; opening it is an event. Raises NotFound, NotAllowed."""
    row = access_packet(session, packet_id, act, Permission.READ_REFERRAL)
    note(session, EventKind.RECORD_VIEWED, row, act=act, view="packet")
    packet = packet_in(session, row)
    team = find_site(session, act.organisation_id, row.team_id)
    may = row.standing is Standing.WAITING and act.by.may(Permission.TAKE_IN)
    allowed = act.definitions.pathways.get(row.pathway).decline_reasons
    sites = sites_of(session, act.organisation_id)
    return Came(
        _line(row, act),
        packet,
        "" if team is None else team.name,
        tuple(alike_here(session, packet, sites, act)) if may and packet is not None else (),
        tuple((site.id, site.name) for site in sites if site.kind is SiteKind.BUILDING),
        decline_reasons(State.SENT, allowed),
        row.client_id,
        row.referral_id,
        row.decline_reason,
        row.kindness,
        row.settled_at,
        may,
    )


def proof(session: Session, packet_id: uuid.UUID, *, act: Act) -> tuple[bytes, str]:
    """The packet's bytes and its receipt, to be proved by somebody with the sender's public key. Raises NotFound."""
    row = access_packet(session, packet_id, act, Permission.READ_REFERRAL)
    found = open_contents(session, row)
    if found is None:
        noun = "packet"
        raise NotFound(noun, row.client_id)
    note(session, EventKind.RECORD_VIEWED, row, act=act, view="packet")
    return found.packet, found.receipt


def access_packet(session: Session, packet_id: uuid.UUID, act: Act, need: Permission) -> PacketInRow:
    """The one door to a packet: those who see the whole organisation, and the team that works its referral."""
    row = find_in(session, act.organisation_id, packet_id)
    noun = "packet"
    if row is None or not _reaches(session, row, act):
        raise NotFound(noun, None if row is None else row.client_id)
    if not act.by.may(need):
        raise NotAllowed(act.by.role, need, row.client_id)
    return row


def _reaches(session: Session, row: PacketInRow, act: Act) -> bool:
    if act.by.may(Permission.TAKE_IN):
        return act.by.role in WHOLE_ORGANISATION
    if act.by.role not in RECEIVING or row.referral_id is None:
        return False
    referral = find_referral(session, act.organisation_id, row.referral_id)
    return referral is not None and referral.receiver_id == act.by.site_id


def packet_in(session: Session, row: PacketInRow) -> Packet | None:
    """What a packet holds; None once it is forgotten."""
    found = open_contents(session, row)
    return None if found is None else read_packet(found.packet)


def _line(row: PacketInRow, act: Act) -> Line:
    pathway = act.definitions.pathways.get(row.pathway).name
    about = (row.id, row.from_name, row.number, pathway, row.urgency)
    return Line(*about, row.hands_over, row.arrived_at, row.acknowledge_by, row.standing)


def alike_here(session: Session, packet: Packet, sites: Sequence[SiteRow], act: Act) -> Iterator[Alike]:
    """Whom a packet may be about: born on the same day, and called alike."""
    names, who = {site.id: site.name for site in sites}, packet.client
    rows = born_and_named(session, act.organisation_id, who.born_on, who.given_name, who.family_name)
    for row in rows:
        yield Alike(row.id, row.name, row.local_id, row.born_on, names.get(row.site_id, ""))
