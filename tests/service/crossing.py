"""Two organisations in one database, for the tests: one sends, the other has opened itself and takes in."""

import uuid
from dataclasses import replace

from sqlalchemy import select

from referral.consent import ConsentStatus, Giver, Purpose
from referral.matching import ChoiceReason
from referral.model import Urgency
from referral.packets import End, packet_bytes
from service import courier
from service.actions import arriving, consents, crossing, opening_up, packet_views, taking_in
from service.actions.choosing import Choice
from service.actions.consents import RecordConsent
from service.actions.courier import Parcel
from service.actions.crossing import SendAcross
from service.actions.taking_in import TakeIn
from service.ids import uuid7
from service.kinds import OrganisationKind
from service.permissions import Role, system
from service.store.clients import guardians_of
from service.store.packet_keys import Contents
from service.store.packets import PacketInRow, PacketOutRow
from service.store.referrals import find_referral
from tests.referral.parcels import PACKET
from tests.service.builders import world
from tests.service.referring import draft
from tests.service.sealed import seal

PATHWAY = "psychology"
BECAUSE = Choice(ChoiceReason.FAMILY)


def two(database_url, folder):
    """(who sends, who receives): a school district, and a clinic whose psychology team takes referrals of others."""
    sender = world(database_url, folder)
    receiver = world("", folder, kind=OrganisationKind.CLINIC, clock=sender.clock, parts=sender.parts)
    opened(receiver)
    return sender, receiver


def opened(here, pathway=PATHWAY):
    with here.write() as session:
        team, act = here.teams[pathway].id, here.act(Role.ADMINISTRATOR)
        opening_up.open_or_shut(session, pathway, team, act=act)


def shut(here, pathway=PATHWAY):
    with here.write() as session:
        opening_up.open_or_shut(session, pathway, None, act=here.act(Role.ADMINISTRATOR))


def agreed(sender, receiver, client, *, items=False, status=ConsentStatus.GIVEN):
    """The guardian's answer about sharing with just this organisation."""
    with sender.write() as session:
        (guardian,) = guardians_of(session, sender.organisation.id, client.id)
        answer = RecordConsent(
            Purpose.SHARING,
            status,
            Giver.GUARDIAN,
            PATHWAY,
            guardian.id,
            shared_with=receiver.organisation.id,
            with_items=items,
        )
        consents.record(session, client.id, answer, act=sender.act())


def sent(sender, receiver, *, client=None, consent=True, items=False, hands_over=False, urgency=Urgency.SOON):
    """The id of a referral that was sent across."""
    client = client or sender.new_client("José", "Testcase")
    if consent:
        agreed(sender, receiver, client, items=items)
    return sent_on(sender, receiver, draft(sender, PATHWAY, urgency, client), hands_over=hands_over)


def sent_on(sender, receiver, referral_id, *, hands_over=False):
    """A draft is sent across; its id."""
    with sender.write() as session:
        command = SendAcross(receiver.organisation.id, BECAUSE, hands_over)
        crossing.send(session, referral_id, command, act=sender.act())
    return referral_id


def carried(here):
    """One round of signing, and one of the courier; how many legs it took."""
    seal(here)
    return courier.carry(here.parts.open_write, here.parts.open_read, here.parts.act)


def came(receiver):
    """The packets that came, oldest first."""
    with receiver.read() as session:
        mine = PacketInRow.organisation_id == receiver.organisation.id
        return session.scalars(select(PacketInRow).where(mine).order_by(PacketInRow.id)).all()


def went(sender):
    """The packets that went out, oldest first."""
    with sender.read() as session:
        mine = PacketOutRow.organisation_id == sender.organisation.id
        return session.scalars(select(PacketOutRow).where(mine).order_by(PacketOutRow.id)).all()


def taken_in(receiver, packet_id=None, number="P00042"):
    """The id of the receiver's own referral that a packet became."""
    packet_id = packet_id or came(receiver)[-1].id
    with receiver.write() as session:
        command = TakeIn(None, number, receiver.school.id)
        return taking_in.take_in(session, packet_id, command, act=receiver.act(Role.COORDINATOR))


def shown(receiver, packet_id=None, role=Role.COORDINATOR):
    with receiver.write() as session:
        return packet_views.show(session, packet_id or came(receiver)[-1].id, act=receiver.act(role))


def stranger(here, of=PACKET):
    """The id of a packet that waits here, from an organisation that is not in this database."""
    made, system_act = (
        uuid7(here.clock(), here.parts.random_bits()),
        here.parts.act(system(here.organisation.id)),
    )
    came_from = End(str(uuid.UUID(int=made.int ^ 1)), "Far Creek (example)")
    to = End(str(here.organisation.id), here.organisation.name)
    whole = replace(of, id=str(made), sender=came_from, receiver=to)
    opened(here)
    parcel = Parcel(
        made, uuid.UUID(came_from.id), here.organisation.id, Contents(packet_bytes(whole), "a receipt")
    )
    with here.write() as session:
        assert arriving.deliver(session, parcel, act=system_act)
    shut(here)
    return made


def posted(here, referral_id, of=PACKET):
    """A packet that went from here to an organisation that is not in this database."""
    with here.write() as session:
        row = find_referral(session, here.organisation.id, referral_id)
        session.add(
            PacketOutRow(
                organisation_id=here.organisation.id,
                id=here.id(),
                referral_id=row.id,
                client_id=row.client_id,
                to_id=here.id(),
                to_name="Far Creek (example)",
                hands_over=False,
                contents=packet_bytes(of),
                event_id=here.id(),
                made_by=here.people[Role.COUNSELOR].id,
                made_at=here.clock(),
                delivered_at=here.clock(),
            )
        )


def state_of(here, referral_id):
    with here.read() as session:
        return find_referral(session, here.organisation.id, referral_id).state


def suspension(here, act, **more):
    """The organisation is suspended, or works again, as the command does it."""
    by = here.parts.act(system(here.organisation.id))
    with here.write() as session:
        return act(session, **more, act=by)
