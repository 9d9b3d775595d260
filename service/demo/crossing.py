"""Two referrals of the demo that leave the district for the clinic: one family moved, another wants to be seen there.

They are carried, and one is taken in, once the trail is signed: `arrive`.
"""

import uuid
from collections.abc import Callable, Sequence

from sqlalchemy import select

from referral.consent import ConsentStatus, Giver, Purpose
from referral.matching import ChoiceReason
from referral.model import Urgency
from service import courier
from service.access import Act, Opens, Session, enter
from service.actions import consents, crossing, needs, opening_up, taking_in
from service.actions.choosing import Choice
from service.actions.consents import RecordConsent
from service.actions.crossing import SendAcross
from service.actions.needs import OpenNeed
from service.actions.taking_in import TakeIn
from service.demo.stage import Stage
from service.kinds import SiteKind, Standing
from service.permissions import Actor, Role
from service.store import audit
from service.store.accounts import UserRow
from service.store.clients import ClientRow, GuardianRow
from service.store.directory import organisation_ids
from service.store.needs import NeedRow
from service.store.organisations import sites_of
from service.store.packets import packets_in
from service.store.referrals import latest_referral

PATHWAY = "psychology"
NUMBER = "X-0001"
WORDS = (
    "The family moved to the other side of town.",
    "Her mother asked for the clinic on Fern Street.",
)


def send_across(session: Session, stages: Sequence[Stage]) -> None:
    """The clinic opens itself, and the district's coordinator sends it two referrals."""
    district, clinic = stages
    enter(session, clinic.organisation_id)
    clinic.at = clinic.now
    team = next(clinic.sites[team.key] for team in clinic.place.teams if team.pathway == PATHWAY)
    opening_up.open_or_shut(session, PATHWAY, team, act=clinic.act("admin"))
    audit.seal(session)
    enter(session, district.organisation_id)
    district.at = district.now
    for (client, guardian), words in zip(_clients(session, district), WORDS, strict=False):
        _send(district, client, guardian, words, clinic)
    audit.seal(session)


def arrive(open_write: Opens, open_read: Opens, acting: Callable[[Actor], Act]) -> None:
    """Carry them; the clinic's coordinator takes the first one in, and the second one waits."""
    courier.carry(open_write, open_read, acting)
    with open_write() as session, session.begin():
        found = organisation_ids(session)
    for organisation_id in found:
        with open_write(organisation_id) as session, session.begin():
            _take_one_in(session, organisation_id, acting)
    courier.carry(open_write, open_read, acting)


def _clients(session: Session, stage: Stage) -> Sequence[tuple[ClientRow, GuardianRow]]:
    """Two people without a need, with a guardian."""
    within = ClientRow.organisation_id == stage.organisation_id
    to = (GuardianRow.organisation_id == ClientRow.organisation_id) & (GuardianRow.client_id == ClientRow.id)
    has_need = select(NeedRow.id).where(
        NeedRow.organisation_id == stage.organisation_id, NeedRow.client_id == ClientRow.id
    )
    wanted = select(ClientRow, GuardianRow).join(GuardianRow, to).where(within, ~has_need.exists())
    rows = session.execute(wanted.order_by(ClientRow.id).limit(len(WORDS)))
    return [(row[0], row[1]) for row in rows]


def _send(stage: Stage, client: ClientRow, guardian: GuardianRow, words: str, to: Stage) -> None:
    session, act = stage.session, stage.act("coordinator")
    agreed = RecordConsent(
        Purpose.SHARING,
        ConsentStatus.GIVEN,
        Giver.GUARDIAN,
        PATHWAY,
        guardian.id,
        shared_with=to.organisation_id,
    )
    consents.record(session, client.id, agreed, act=act)
    need_id = needs.open_by_judgement(session, client.id, OpenNeed(PATHWAY, Urgency.SOON, words), act=act)
    session.flush()
    draft = latest_referral(session, stage.organisation_id, need_id)
    assert draft is not None  # noqa: S101  a need opens with a draft; this tells the type checker
    moved = words is WORDS[0]
    sending = SendAcross(to.organisation_id, Choice(ChoiceReason.FAMILY), hands_over=moved)
    crossing.send(session, draft.id, sending, act=act)


def _take_one_in(session: Session, organisation_id: uuid.UUID, acting: Callable[[Actor], Act]) -> None:
    waiting = packets_in(session, organisation_id, (Standing.WAITING,), most=len(WORDS))
    moved = next((row for row in waiting if row.hands_over), None)
    if moved is None:
        return
    wanted = select(UserRow).where(
        UserRow.organisation_id == organisation_id, UserRow.role == Role.COORDINATOR
    )
    person = session.scalars(wanted.order_by(UserRow.id)).first()
    assert person is not None  # noqa: S101  every place has one; this tells the type checker
    act = acting(Actor(person.id, person.organisation_id, person.role, person.name, person.site_id))
    building = next(
        site.id for site in sites_of(session, person.organisation_id) if site.kind is SiteKind.BUILDING
    )
    taking_in.take_in(session, moved.id, TakeIn(None, NUMBER, building), act=act)
