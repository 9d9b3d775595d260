"""Sending a referral to another organisation of this deployment: who takes such ones, what would leave, and sending it.

The packet itself is made in `packing.py` and carried by the courier. The referral goes through the same lifecycle.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from referral.consent import NotPermitted, Permitted
from referral.entries import commitment
from referral.events import EventKind, SubjectKind
from referral.model import Problem, Side, State, Step, Urgency
from referral.packet_news import Kindness
from referral.packet_reading import read_packet
from referral.packets import LONGEST, Packet, packet_bytes
from referral.pathways import CRISIS
from referral.requirements import StepDetails
from service.access import Act, NotFound, access_referral
from service.actions import clients, loop
from service.actions.choosing import Choice
from service.actions.clients import Client
from service.actions.committing import Beside
from service.actions.packing import Packing, To, crossing_verdict, pack
from service.actions.referrals import MOST_WORDS, client_of
from service.actions.refusals import Conflict
from service.actions.saying import problem, refuse_any, say
from service.actions.taking import check_turn, reach
from service.permissions import Permission
from service.store import audit
from service.store.intakes import Opened, opened_intakes
from service.store.items import shared_contents
from service.store.needs import NeedRow, find_need
from service.store.packets import PacketOutRow, packet_of
from service.store.referrals import ReferralRow
from service.store.vault import key_of

_SENT = {"en": "This referral is not a draft any more.", "es": "Esta derivación ya no es un borrador."}


@dataclass(frozen=True, slots=True)
class SendAcross:
    """To which organisation, why there, and whether the whole need is handed over."""

    organisation_id: uuid.UUID
    choice: Choice
    hands_over: bool = False


@dataclass(frozen=True, slots=True)
class Crossing:
    """What the page shows before a referral leaves: to whom, what consent says, and every word that would go."""

    referral_id: uuid.UUID
    client: Client
    to: Opened
    consent: Permitted | NotPermitted
    by_voice: bool
    packet: Packet


@dataclass(frozen=True, slots=True)
class Crossed:
    """How things stand with a referral that went to another organisation, and what was shared with it."""

    to: str
    made_at: datetime
    delivered_at: datetime | None
    turned_back_at: datetime | None
    taken_in_at: datetime | None
    redirected_at: datetime | None
    hands_over: bool
    kindness: Kindness | None
    packet: Packet


def organisations(session: Session, pathway: str, *, act: Act) -> Sequence[Opened]:
    """The other organisations that take referrals of this pathway, by name."""
    found = opened_intakes(session)
    return [each for each in found if each.pathway == pathway and each.organisation_id != act.organisation_id]


def preview(
    session: Session,
    referral_id: uuid.UUID,
    organisation_id: uuid.UUID,
    *,
    act: Act,
    hands_over: bool = False,
) -> Crossing:
    """What would leave, to whom, on which consent; seeing it is an event. Raises NotFound, Conflict."""
    row = access_referral(session, referral_id, act, Permission.SEND_REFERRAL)
    if row.state is not State.DRAFT:
        raise Conflict(say(act, _SENT))
    need, to = _need(session, row), _opened(session, row.pathway, organisation_id, act)
    packing, verdict = _packing(session, row, need, to, act, hands_over=hands_over)
    packet = pack(session, packing, uuid.UUID(int=0), verdict, act=act)
    subject = (SubjectKind.REFERRAL, row.id)
    event = act.event(EventKind.RECORD_VIEWED, subject, client=row.client_id, view="crossing")
    audit.append(session, event)
    client = clients.describe(session, packing.client, act=act)
    return Crossing(row.id, client, to, verdict, _by_voice(row), packet)


def send(session: Session, referral_id: uuid.UUID, command: SendAcross, *, act: Act) -> None:
    """Send a draft to another organisation. Raises Invalid naming every field, NotFound, Conflict, StepRefused."""
    row, need = reach(session, referral_id, Side.SENDER, act=act)
    check_turn(session, row, Step.SEND, Side.SENDER, act=act)
    to = _opened(session, row.pathway, command.organisation_id, act)
    packing, verdict = _packing(session, row, need, to, act, hands_over=command.hands_over)
    refuse_any([*_problems(row, command), *_refused(verdict)], act)
    row.receiver_id, row.receiver_reason = None, command.choice.words.strip()
    row.sent_at, row.sent_by = act.now, act.by.id
    receiver = str(to.organisation_id)
    details = StepDetails(
        str(act.by.id),
        act.now,
        receiver=receiver,
        consent_permitted=True,
        choice_reason=command.choice.code,
    )
    beside = Beside({"receiver": receiver})
    loop.take(session, row, need, Step.SEND, Side.SENDER, details, act=act, beside=beside)
    _post(session, packing, verdict, act)


def show(session: Session, referral: ReferralRow, *, act: Act) -> Crossed | None:
    """How things stand with a referral that the caller reached; None where it did not cross."""
    row = packet_of(session, act.organisation_id, referral.id)
    if row is None:
        return None
    moments = row.made_at, row.delivered_at, row.turned_back_at, row.taken_in_at, row.redirected_at
    contents = shared_contents(session, act.organisation_id, referral.id) or row.contents
    return Crossed(row.to_name, *moments, row.hands_over, row.kindness, read_packet(bytes(contents)))


def _post(session: Session, packing: Packing, verdict: Permitted | NotPermitted, act: Act) -> None:
    """Keep the packet as it leaves; the event commits to its bytes, with a salt that goes with the client's key."""
    packet_id, client_id = act.new_id(), packing.client.id
    packet = pack(session, packing, packet_id, verdict, act=act)
    contents = packet_bytes(packet)
    refuse_any(_too_long(contents), act)
    event = act.event(
        EventKind.PACKET_SENT,
        (SubjectKind.REFERRAL, packing.referral.id),
        client=client_id,
        packet=str(packet_id),
        organisation_to=str(packing.to.id),
        shared=tuple(str(part) for part in packet.shared),
        hands_over=packing.hands_over,
    )
    salt = key_of(session, act.organisation_id, client_id).salt(event.id)
    audit.append(session, replace(event, commit=commitment(salt, sha256(contents).digest())))
    session.add(
        PacketOutRow(
            organisation_id=act.organisation_id,
            id=packet_id,
            referral_id=packing.referral.id,
            client_id=client_id,
            to_id=packing.to.id,
            to_name=packing.to.name,
            hands_over=packing.hands_over,
            contents=contents,
            event_id=uuid.UUID(event.id),
            made_by=act.by.id,
            made_at=act.now,
        )
    )


def _packing(
    session: Session, row: ReferralRow, need: NeedRow, to: Opened, act: Act, *, hands_over: bool
) -> tuple[Packing, Permitted | NotPermitted]:
    client = client_of(session, row, act)
    verdict = crossing_verdict(session, client, row.pathway, to.organisation_id, act=act)
    return Packing(row, need, client, To(to.organisation_id, to.organisation), hands_over), verdict


def _opened(session: Session, pathway: str, organisation_id: uuid.UUID, act: Act) -> Opened:
    for each in organisations(session, pathway, act=act):
        if each.organisation_id == organisation_id:
            return each
    noun = "receiver"
    raise NotFound(noun)


def _need(session: Session, row: ReferralRow) -> NeedRow:
    need = find_need(session, row.organisation_id, row.need_id)
    assert need is not None  # noqa: S101  a referral's keys cannot point at nothing; this tells the type checker
    return need


def _by_voice(row: ReferralRow) -> bool:
    return row.urgency is Urgency.IMMEDIATE or row.pathway == CRISIS


def _problems(row: ReferralRow, command: SendAcross) -> Iterator[Problem]:
    if _by_voice(row):
        yield problem(
            "across",
            "Somebody in danger now is handed over by voice. Send it to the crisis team.",
            "A quien corre peligro se le deriva de viva voz. Envíela al equipo de crisis.",
        )
    if command.choice.code is None:
        yield problem("reason", "Say why it goes there.", "Indique por qué se envía allí.")
    if len(command.choice.words) > MOST_WORDS:
        yield problem(
            "reason", f"Use at most {MOST_WORDS} characters.", f"Use {MOST_WORDS} caracteres como máximo."
        )


def _refused(verdict: Permitted | NotPermitted) -> list[Problem]:
    return [] if isinstance(verdict, Permitted) else [Problem("consent", verdict.reason.text)]


def _too_long(contents: bytes) -> Iterator[Problem]:
    if len(contents) > LONGEST:
        yield problem(
            "across",
            "There is more in it than a packet can carry. Share it without the single answers.",
            "Contiene más de lo que cabe en un envío. Compártalo sin las respuestas.",
        )
