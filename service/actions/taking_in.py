"""Packets that came from other organisations, dealt with: taken in as a referral of one's own, or declined kindly.

Taking in opens a need of this organisation, with its own owner and its own deadlines. The client is one whom it knows
already, found by their number here or by name and birth date, or a new one.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from instruments.model import Text
from referral.events import EventKind, SubjectKind
from referral.model import DeclineReason, Problem, State
from referral.packet_news import Kindness
from referral.packets import Packet
from referral.requirements import decline_reasons
from service.access import Act
from service.actions import loop, needs, referrals
from service.actions.arriving import note
from service.actions.need_rows import next_draft
from service.actions.packet_views import access_packet, alike_here, packet_in
from service.actions.refusals import Conflict
from service.actions.saying import problem, refuse_any, say
from service.kinds import SiteKind, Standing
from service.permissions import Permission
from service.store import audit
from service.store.clients import ClientRow, GuardianRow, client_numbered, search_text_of
from service.store.misses import known_now
from service.store.needs import NeedRow
from service.store.organisations import find_site, sites_of
from service.store.packet_keys import destroy_contents
from service.store.packets import PacketInRow, lock_in
from service.store.referrals import ReferralRow, latest_referral

MOST_NUMBER = 40
_SETTLED: Text = {
    "en": "Somebody has dealt with this one already. Look at how it stands now.",
    "es": "Alguien ya se ocupó de esta. Mire cómo está ahora.",
}


@dataclass(frozen=True, slots=True)
class TakeIn:
    """As whom it is taken in: somebody chosen, or whoever has this number here, or a new person with it."""

    client_id: uuid.UUID | None
    local_id: str = ""
    site_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class DeclinePacket:
    """Why it is not taken in, and a word of kindness, both of closed lists."""

    reason: DeclineReason | None
    kindness: Kindness | None = None


def take_in(session: Session, packet_id: uuid.UUID, command: TakeIn, *, act: Act) -> uuid.UUID:
    """Make a packet a referral of this organisation, in its team's queue; the referral's id.

    Raises Conflict when somebody was first, Invalid naming every field.
    """
    row = _settling(session, packet_id, act)
    packet = packet_in(session, row)
    assert packet is not None  # noqa: S101  one that waits has its contents; this tells the type checker
    client = _client(session, packet, command, act)
    need = loop.open_or_join(
        session,
        client,
        pathway=packet.pathway,
        urgency=packet.urgency,
        owner_id=act.by.id,
        screening_id=None,
        act=act,
    )
    session.flush()
    needs.look_after(session, client, need, act=act)
    referral = _sent_on(session, need, row, act)
    row.standing, row.client_id, row.referral_id = Standing.TAKEN_IN, client.id, referral.id
    row.settled_at, row.settled_by = act.now, act.by.id
    known_now(session, act.organisation_id, row.id, client.id)
    about = {"referral": str(referral.id), "need": str(need.id)}
    note(session, EventKind.PACKET_TAKEN_IN, row, act=act, **about)
    return referral.id


def decline(session: Session, packet_id: uuid.UUID, command: DeclinePacket, *, act: Act) -> None:
    """Decline a packet: what it held is forgotten here at once. Raises Conflict when somebody was first, Invalid."""
    row = _settling(session, packet_id, act)
    allowed = decline_reasons(State.SENT, act.definitions.pathways.get(row.pathway).decline_reasons)
    if command.reason not in allowed:
        refuse_any([problem("decline_reason", "Choose a reason.", "Elija un motivo.")], act)
    row.standing, row.decline_reason, row.kindness = Standing.DECLINED, command.reason, command.kindness
    row.settled_at, row.settled_by = act.now, act.by.id
    destroy_contents(row)
    note(session, EventKind.PACKET_DECLINED, row, act=act, reason=str(command.reason))


def _settling(session: Session, packet_id: uuid.UUID, act: Act) -> PacketInRow:
    row = access_packet(session, packet_id, act, Permission.TAKE_IN)
    locked = lock_in(session, act.organisation_id, row.id)
    if locked is None or locked.standing is not Standing.WAITING:
        raise Conflict(say(act, _SETTLED))
    return locked


def _client(session: Session, packet: Packet, command: TakeIn, act: Act) -> ClientRow:
    """Whom it is about here. Raises Invalid: a number of somebody born on another day is never believed."""
    sites = sites_of(session, act.organisation_id)
    if command.client_id is not None:
        alike = {each.id for each in alike_here(session, packet, sites, act)}
        if command.client_id not in alike:
            refuse_any([problem("client_id", "Choose one of the list.", "Elija de la lista.")], act)
        return session.get_one(ClientRow, (act.organisation_id, command.client_id))
    number = command.local_id.strip()
    known = client_numbered(session, act.organisation_id, number) if number else None
    buildings = {site.id for site in sites if site.kind is SiteKind.BUILDING}
    refuse_any(_wrong(packet, command, known, buildings), act)
    return known or _new_client(session, packet, command, act)


def _wrong(
    packet: Packet, command: TakeIn, known: ClientRow | None, buildings: set[uuid.UUID]
) -> Iterator[Problem]:
    number = command.local_id.strip()
    if not number or len(number) > MOST_NUMBER:
        english = f"Give the number that this person has or gets here, at most {MOST_NUMBER} characters."
        spanish = (
            f"Anote el número que esta persona tiene o recibe aquí, {MOST_NUMBER} caracteres como máximo."
        )
        yield problem("local_id", english, spanish)
    if known is not None and known.born_on != packet.client.born_on:
        yield problem(
            "local_id",
            "This number belongs to somebody who was born on another day.",
            "Este número es de alguien que nació otro día.",
        )
    if known is None and command.site_id not in buildings:
        yield problem("site_id", "Choose a building.", "Elija un edificio.")


def _new_client(session: Session, packet: Packet, command: TakeIn, act: Act) -> ClientRow:
    who, number = packet.client, command.local_id.strip()
    row = ClientRow(
        organisation_id=act.organisation_id,
        id=act.new_id(),
        local_id=number,
        given_name=who.given_name,
        family_name=who.family_name,
        pronouns=who.pronouns,
        born_on=who.born_on,
        site_id=command.site_id,
        language=who.language,
        home_language=who.home_language,
        search_text=search_text_of(who.given_name, who.family_name, number, ""),
    )
    session.add(row)
    session.flush()
    for each in packet.guardians:
        session.add(
            GuardianRow(
                organisation_id=act.organisation_id,
                id=act.new_id(),
                client_id=row.id,
                name=each.name,
                relation=each.relation,
                phone=each.phone,
                language=each.language,
            )
        )
    audit.append(session, act.event(EventKind.CLIENT_ADDED, (SubjectKind.CLIENT, row.id), client=row.id))
    return row


def _sent_on(session: Session, need: NeedRow, row: PacketInRow, act: Act) -> ReferralRow:
    """The attempt that the packet becomes: the one that runs under the same need already, or one sent to the team."""
    latest = latest_referral(session, act.organisation_id, need.id)
    if latest is not None and latest.open:
        return latest
    draft = latest
    if draft is None or draft.state is not State.DRAFT:
        draft = next_draft(session, need, latest, need.pathway, act=act)
    team = find_site(session, act.organisation_id, row.team_id)
    assert team is not None  # noqa: S101  a packet's keys cannot point at nothing; this tells the type checker
    referrals.send_now(session, draft, need, team, act=act)
    return draft
