"""Gathering what a referral letter may say: the minimum that the pathway's rules allow, and no answer ever.

What the rules leave out is left empty here, so that no drawing of it can show more. `letter_making.py` makes one.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from instruments.model import Text
from referral.consent import ConsentStatus, Permitted, Purpose, may_cross, may_refer, may_share
from referral.model import Clock
from referral.pathways import Pathway
from service.access import Act
from service.actions.consents import facts_about, today_in
from service.actions.letter_contents import (
    Addressed,
    Agreed,
    Contact,
    LetterContents,
    LetterResult,
    Party,
    Safety,
)
from service.actions.letter_results import MayTell, letter_results
from service.kinds import OrganisationKind
from service.store.accounts import UserRow, find_user
from service.store.alerts import assessments_of
from service.store.clients import ClientRow, find_client, guardians_of
from service.store.consents import consents_of
from service.store.needs import NeedRow, find_need
from service.store.organisations import OrganisationRow, SiteRow, find_organisation, find_site
from service.store.outside import find_outside_receiver, link_of
from service.store.packets import packet_of
from service.store.referrals import ReferralRow
from service.store.screenings import DecisionRow, ScreeningRow, decisions_for, find_screening

BRACKETS = re.compile(r"(?:(?<!\s)\s+)?\([^()]*\)")


@dataclass(frozen=True, slots=True)
class _About:
    """Everything that a letter is gathered from."""

    referral: ReferralRow
    need: NeedRow
    client: ClientRow
    organisation: OrganisationRow
    pathway: Pathway
    act: Act

    def may(self, part: str) -> bool:
        """Whether the pathway's letter may hold this part."""
        rules = self.pathway.letter
        return part in rules.may_contain and part not in rules.never

    @property
    def zone(self) -> ZoneInfo:
        """The organisation's wall clock."""
        return ZoneInfo(self.organisation.zone)


def contents(session: Session, referral: ReferralRow, *, trail: str, act: Act) -> LetterContents:
    """What the letter of a referral says to the team it goes to; `trail` is the id of the event that tells of it."""
    about = _about(session, referral, act)
    since = referral.sent_at or act.now
    due = _dues(about)
    signer = _signer(session, about)
    screening = _screening(session, about)
    return LetterContents(
        organisation=about.organisation.name,
        sender=_sender(session, about),
        receiver=_receiver(session, about),
        number=referral.number,
        written_at=since,
        zone=about.organisation.zone,
        pathway=about.pathway.name,
        urgency=referral.urgency,
        acknowledge_by=due(Clock.ACKNOWLEDGE, since),
        contact_by=due(Clock.FIRST_CONTACT, since),
        client=_addressed(about) if about.may("identity") else None,
        guardians=_guardians(session, about) if about.may("guardian") else (),
        consent=_consent(session, about) if about.may("consent") else None,
        agreed=_agreed(session, about) if about.may("consent") else (),
        safety=_safety(session, about) if about.may("safety") else None,
        reasons=_reasons(session, about) if about.may("reasons") else (),
        screened_on=None if screening is None else screening.started_at.astimezone(about.zone).date(),
        results=_results(session, about, screening),
        request=about.pathway.offers if about.may("request") else (),
        supports=about.pathway.while_waiting if about.may("supports") else None,
        signed_by=signer.name if signer else act.by.name,
        signed_title=signer.title if signer else "",
        trail=_in_fours(trail),
    )


def _about(session: Session, referral: ReferralRow, act: Act) -> _About:
    need = find_need(session, act.organisation_id, referral.need_id)
    client = find_client(session, act.organisation_id, referral.client_id)
    assert need is not None  # noqa: S101  a referral's keys cannot point at nothing; this tells the type checker
    assert client is not None  # noqa: S101  as above
    organisation = find_organisation(session, act.organisation_id)
    return _About(referral, need, client, organisation, act.definitions.pathways.get(referral.pathway), act)


def _dues(about: _About) -> Callable[[Clock, datetime], datetime]:
    referral = about.referral
    return lambda clock, since: about.act.definitions.due(
        referral.pathway, referral.urgency, clock, since, calendar=about.organisation.calendar
    )


def _in_fours(event_id: str) -> str:
    digits = event_id.replace("-", "")[-12:]
    return f"{digits[:4]} {digits[4:8]} {digits[8:]}"


def _signer(session: Session, about: _About) -> UserRow | None:
    return find_user(session, about.act.organisation_id, about.referral.sent_by or about.act.by.id)


def _party(name: str, site: SiteRow | None, organisation: str) -> Party:
    lines = (organisation, site.address, site.phone) if site else (organisation,)
    return Party(name, tuple(line for line in lines if line))


def _sender(session: Session, about: _About) -> Party:
    site = find_site(session, about.act.organisation_id, about.client.site_id)
    return _party(site.name if site else about.organisation.name, site, "")


def _receiver(session: Session, about: _About) -> Party:
    if about.referral.went_outside:
        return _outside(session, about)
    chosen = about.referral.receiver_id
    site = None if chosen is None else find_site(session, about.act.organisation_id, chosen)
    return _party(site.name, site, about.organisation.name) if site else Party(about.organisation.name)


def _outside(session: Session, about: _About) -> Party:
    crossed = packet_of(session, about.act.organisation_id, about.referral.id)
    if crossed is not None:
        return Party(crossed.to_name)
    link = link_of(session, about.act.organisation_id, about.referral.id)
    found = link and find_outside_receiver(session, about.act.organisation_id, link.receiver_id)
    return (
        Party(found.name, tuple(line for line in (found.address, found.phone) if line))
        if found
        else Party("")
    )


def _addressed(about: _About) -> Addressed:
    client = about.client
    return Addressed(
        name=client.name,
        pronouns=client.pronouns,
        born_on=client.born_on,
        is_student=about.organisation.kind is OrganisationKind.DISTRICT,
        home_language="" if client.home_language == "en" else client.home_language,
    )


def _guardians(session: Session, about: _About) -> tuple[Contact, ...]:
    rows = guardians_of(session, about.act.organisation_id, about.client.id)
    return tuple(Contact(row.name, row.relation, row.phone, row.language) for row in rows)


def _consent(session: Session, about: _About) -> Text:
    """Whether sharing was agreed to, in the words of the rule that judged it."""
    facts, today = facts_about(session, about.client, act=about.act), today_in(session, about.act)
    referral = about.referral
    crossed = packet_of(session, about.act.organisation_id, referral.id)
    if crossed is not None:
        return may_cross(facts, referral.pathway, str(crossed.to_id), today).reason.text
    outside = referral.went_outside
    return may_refer(facts, referral.pathway, referral.urgency, today, outside=outside).reason.text


def _agreed(session: Session, about: _About) -> tuple[Agreed, ...]:
    """Who agreed to share with this pathway, as far as the sharing may rest on it."""
    facts, today = facts_about(session, about.client, act=about.act), today_in(session, about.act)
    if not isinstance(may_share(facts, about.referral.pathway, None, today), Permitted):
        return ()
    organisation_id = about.act.organisation_id
    guardians = {row.id: row for row in guardians_of(session, organisation_id, about.client.id)}
    last = {
        row.guardian_id: row
        for row in consents_of(session, organisation_id, about.client.id)
        if row.purpose is Purpose.SHARING
        and row.pathway == about.referral.pathway
        and row.shared_with is None
    }
    given = [row for row in last.values() if row.status is ConsentStatus.GIVEN]
    return tuple(
        Agreed(guardians[row.guardian_id].name, guardians[row.guardian_id].relation, row.given_at)
        if row.guardian_id in guardians
        else Agreed(about.client.name, "", row.given_at)
        for row in given
    )


def _safety(session: Session, about: _About) -> Safety | None:
    row = assessments_of(session, about.act.organisation_id, about.client.id)
    led_here = {decision.screening_id for decision in _decisions(session, about)} | {about.need.screening_id}
    asked = next((each for each in row if each.screening_id in led_here), None)
    if asked is None:
        return None
    done_by = asked.done_by and find_user(session, about.act.organisation_id, asked.done_by)
    return Safety(
        asked.due_at,
        asked.done_at,
        done_by.name if done_by else "",
        asked.disposition,
        asked.took_over or "",
        asked.safety_plan,
    )


def _decisions(session: Session, about: _About) -> Sequence[DecisionRow]:
    return decisions_for(session, about.act.organisation_id, about.need.id)


def _reasons(session: Session, about: _About) -> tuple[Text, ...]:
    """Each reason behind the need once, newest first; without numbers where no scores may be told."""
    told: dict[str, Text] = {}
    for decision in _decisions(session, about):
        for reason in decision.reasons:
            told.setdefault(reason["rule"], reason["text"])
    return tuple(told.values() if about.may("scores") else map(_without_numbers, told.values()))


def _without_numbers(text: Text) -> Text:
    """A reason without what stands in brackets: there the rules name the instrument, question and number."""
    return {language: BRACKETS.sub("", words) for language, words in text.items()}


def _screening(session: Session, about: _About) -> ScreeningRow | None:
    """The newest screening that led to this need and has ended."""
    named = {decision.screening_id for decision in _decisions(session, about)} | {about.need.screening_id}
    found = [find_screening(session, about.act.organisation_id, each) for each in named if each is not None]
    ended = [row for row in found if row is not None and row.ended_at is not None]
    return max(ended, key=lambda row: (row.started_at, row.id), default=None)


def _results(session: Session, about: _About, screening: ScreeningRow | None) -> tuple[LetterResult, ...]:
    if screening is None or not about.may("bands"):
        return ()
    return letter_results(
        session, screening, MayTell(about.may("scores"), about.may("safety")), act=about.act
    )
