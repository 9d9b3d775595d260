"""Packing a referral for another organisation: what the pathway's letter may tell, and answers only with a yes to them.

Nothing is read here that the letter of the same referral would not tell, but for the answers.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from instruments.model import Text
from referral.consent import (
    Consent,
    NotPermitted,
    Permitted,
    Purpose,
    agreed_to,
    answers_may_cross,
    may_cross,
)
from referral.packets import (
    Agreement,
    Answered,
    Basis,
    End,
    Packet,
    Reach,
    SafetyState,
    Shared,
    Shown,
    Subject,
)
from referral.pathways import LetterRules
from service.access import Act
from service.actions import letters
from service.actions.consents import facts_about, today_in
from service.actions.letter_contents import LetterContents, LetterResult, Safety
from service.actions.screened import answers_of, forms_behind
from service.store.clients import ClientRow, guardians_of
from service.store.needs import NeedRow
from service.store.organisations import find_organisation, find_site
from service.store.referrals import ReferralRow


@dataclass(frozen=True, slots=True)
class To:
    """Where a packet goes."""

    id: uuid.UUID
    name: str


@dataclass(frozen=True, slots=True)
class Packing:
    """What is packed: the rows that the caller reached, where to, and whether the whole need goes."""

    referral: ReferralRow
    need: NeedRow
    client: ClientRow
    to: To
    hands_over: bool


def crossing_verdict(
    session: Session, client: ClientRow, pathway: str, to: uuid.UUID, *, act: Act
) -> Permitted | NotPermitted:
    """Whether a client's referral may go to this organisation today, with the reason."""
    facts, today = facts_about(session, client, act=act), today_in(session, act)
    return may_cross(facts, pathway, str(to), today)


def pack(
    session: Session, packing: Packing, packet_id: uuid.UUID, verdict: Permitted | NotPermitted, *, act: Act
) -> Packet:
    """The packet of a referral, as it would leave now. `verdict` is the consent's, whose rule the packet names."""
    referral, client = packing.referral, packing.client
    said = letters.contents(session, referral, trail="", act=act)
    items = _items(session, packing, act)
    rules = act.definitions.pathways.get(referral.pathway).letter
    organisation = find_organisation(session, act.organisation_id)
    return Packet(
        id=str(packet_id),
        sender=End(str(organisation.id), organisation.name),
        receiver=End(str(packing.to.id), packing.to.name),
        referral=referral.number,
        hands_over=packing.hands_over,
        pathway=referral.pathway,
        urgency=referral.urgency,
        sent_at=said.written_at,
        acknowledge_by=said.acknowledge_by,
        contact_by=said.contact_by,
        contact=_contact(session, said, client, act),
        shared=_shared(said, rules, items=bool(items)),
        client=_subject(client),
        guardians=tuple(
            Reach(each.name, each.relation, each.phone, each.language) for each in said.guardians
        ),
        consent=_basis(session, packing, verdict, act),
        reasons=tuple(_both(each) for each in said.reasons),
        screened_on=said.screened_on,
        results=tuple(_shown(each) for each in said.results),
        safety=None if said.safety is None else _safety(said.safety),
        answers=items,
    )


def _items(session: Session, packing: Packing, act: Act) -> tuple[Answered, ...]:
    """The single answers, only where somebody said yes to just that."""
    facts, today = facts_about(session, packing.client, act=act), today_in(session, act)
    if not answers_may_cross(facts, packing.referral.pathway, str(packing.to.id), today):
        return ()
    found = answers_of(forms_behind(session, packing.need, act))
    return tuple(
        Answered(each.instrument, _both(each.asked), None if each.said is None else _both(each.said))
        for each in found
    )


def _shared(said: LetterContents, rules: LetterRules, *, items: bool) -> tuple[Shared, ...]:
    """The parts that are in it."""
    there = {
        Shared.IDENTITY: True,
        Shared.CONSENT: True,
        Shared.GUARDIAN: bool(said.guardians),
        Shared.REASONS: bool(said.reasons),
        Shared.BANDS: bool(said.results),
        Shared.SCORES: any(each.score is not None for each in said.results) and "scores" in rules.may_contain,
        Shared.SAFETY: said.safety is not None,
        Shared.ITEMS: items,
    }
    return tuple(part for part in Shared if there[part])


def _contact(session: Session, said: LetterContents, client: ClientRow, act: Act) -> Reach:
    site = find_site(session, act.organisation_id, client.site_id)
    return Reach(said.signed_by, said.signed_title, site.phone if site else "", "")


def _subject(client: ClientRow) -> Subject:
    return Subject(
        client.given_name,
        client.family_name,
        client.pronouns,
        client.born_on,
        client.language,
        client.home_language,
    )


def _basis(session: Session, packing: Packing, verdict: Permitted | NotPermitted, act: Act) -> Basis:
    client, pathway = packing.client, packing.referral.pathway
    facts = facts_about(session, client, act=act)
    given = agreed_to(facts, pathway, str(packing.to.id)) if isinstance(verdict, Permitted) else ()
    rows = guardians_of(session, act.organisation_id, client.id)
    names = {str(row.id): f"{row.name}, {row.relation}" for row in rows}
    return Basis(str(Purpose.SHARING), pathway, verdict.reason.rule, _agreements(given, names, client))


def _agreements(given: Sequence[Consent], names: dict[str, str], client: ClientRow) -> tuple[Agreement, ...]:
    return tuple(
        Agreement(str(each.giver), names.get(each.person, client.name), each.on, each.until, each.items)
        for each in given
    )


def _shown(result: LetterResult) -> Shown:
    return Shown(result.instrument, _both(result.words), result.score)


def _safety(safety: Safety) -> SafetyState:
    return SafetyState(safety.due_at, safety.done_at, safety.disposition, safety.plan)


def _both(text: Text) -> Text:
    """The words in both languages of a packet; where one is missing, the English ones."""
    return {"en": text["en"], "es": text.get("es", text["en"])}
