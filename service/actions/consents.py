"""Consent and assent: recorded with who, when and until; read as the facts that referral.consent judges."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from instruments.model import Text
from referral.consent import (
    Consent,
    ConsentFacts,
    ConsentStatus,
    Giver,
    NotPermitted,
    Permitted,
    Purpose,
    may_screen,
    may_share,
)
from referral.events import Code, EventKind, SubjectKind
from service.access import Act, access_client
from service.actions.refusals import FieldProblem, Invalid
from service.actions.saying import say
from service.kinds import OrganisationKind
from service.permissions import RECEIVING, Permission
from service.store import audit
from service.store.clients import ClientRow, guardians_of
from service.store.consents import ConsentRow, consents_of
from service.store.organisations import find_organisation, find_site

OF_AGE = 18

GUARDIAN: Text = {
    "en": "Choose one of the client's guardians.",
    "es": "Elija a uno de los tutores o a una de las tutoras.",
}
NO_GUARDIAN: Text = {
    "en": "A guardian is named only for a guardian's answer.",
    "es": "Solo se nombra al tutor o a la tutora cuando esa persona respondió.",
}
PATHWAY: Text = {"en": "Say which service this is about.", "es": "Indique de qué servicio se trata."}
NO_PATHWAY: Text = {
    "en": "A service is named only for consent to share.",
    "es": "Solo se nombra un servicio cuando se trata de compartir.",
}
NOT_PAST: Text = {"en": "Choose a day from today on.", "es": "Elija un día a partir de hoy."}


@dataclass(frozen=True, slots=True)
class RecordConsent:
    """One answer to one question of consent. Sharing names the pathway; a guardian's answer names the guardian."""

    purpose: Purpose
    status: ConsentStatus
    giver: Giver
    pathway: str | None = None
    guardian_id: uuid.UUID | None = None
    valid_until: date | None = None
    shared_with: uuid.UUID | None = None
    """The one other organisation that an answer about sharing is about."""
    with_items: bool = False


def today_in(session: Session, act: Act) -> date:
    """The day it is at the organisation."""
    return act.now.astimezone(ZoneInfo(find_organisation(session, act.organisation_id).zone)).date()


def age_on(born_on: date, today: date) -> int:
    """Whole years of age."""
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))


def facts_about(session: Session, client: ClientRow, *, act: Act) -> ConsentFacts:
    """Everything recorded about one client's consent, as the core judges it.

    A patient of age decides alone in a clinic. In a school district guardians are asked until a person has
    established otherwise, whatever the age: the programme's written consent covers the school year.
    """
    organisation = find_organisation(session, act.organisation_id)
    zone = ZoneInfo(organisation.zone)
    of_age = age_on(client.born_on, act.now.astimezone(zone).date()) >= OF_AGE
    return ConsentFacts(
        tuple(_plain(row, zone) for row in consents_of(session, act.organisation_id, client.id)),
        decides_alone=of_age and organisation.kind is OrganisationKind.CLINIC,
    )


def _plain(row: ConsentRow, zone: ZoneInfo) -> Consent:
    person = str(row.guardian_id or row.client_id)
    on = row.given_at.astimezone(zone).date()
    named = None if row.shared_with is None else str(row.shared_with)
    about = row.pathway, named, row.with_items
    return Consent(row.purpose, row.status, row.giver, person, on, row.valid_until, *about)


def screening_verdict(session: Session, client: ClientRow, *, act: Act) -> Permitted | NotPermitted:
    """Whether this client may be screened today, with the reason."""
    return may_screen(facts_about(session, client, act=act), today_in(session, act))


def may_begin(session: Session, client_id: uuid.UUID, *, act: Act) -> Permitted | NotPermitted:
    """Whether somebody who screens may begin with this client today; for those with the client in reach."""
    return screening_verdict(session, access_client(session, client_id, act, Permission.SCREEN), act=act)


def sharing_verdicts(
    session: Session, client: ClientRow, pathways: Sequence[str], *, act: Act
) -> dict[str, Permitted | NotPermitted]:
    """Whether results may be shared with each pathway outside, with the reasons."""
    facts, today = facts_about(session, client, act=act), today_in(session, act)
    return {pathway: may_share(facts, pathway, None, today) for pathway in pathways}


def may_see_answers(session: Session, client: ClientRow, *, act: Act) -> bool:
    """Whether the actor may read single answers: by role, and on a receiving team only once sharing was agreed."""
    if not act.by.may(Permission.READ_ANSWERS) or act.by.role not in RECEIVING:
        return act.by.may(Permission.READ_ANSWERS)
    team = find_site(session, act.organisation_id, act.by.site_id) if act.by.site_id else None
    if team is None or team.pathway is None:
        return False
    return isinstance(sharing_verdicts(session, client, [team.pathway], act=act)[team.pathway], Permitted)


def record(session: Session, client_id: uuid.UUID, command: RecordConsent, *, act: Act) -> uuid.UUID:
    """Write down an answer; returns its id. Raises Invalid naming each field that does not fit."""
    client = access_client(session, client_id, act, Permission.RECORD_CONSENT)
    problems = _problems(session, client, command, act)
    if problems:
        raise Invalid(*problems)
    row = ConsentRow(
        organisation_id=act.organisation_id,
        id=act.new_id(),
        client_id=client.id,
        purpose=command.purpose,
        pathway=command.pathway,
        status=command.status,
        giver=command.giver,
        guardian_id=command.guardian_id,
        given_at=act.now,
        valid_until=command.valid_until,
        recorded_by=act.by.id,
        shared_with=command.shared_with,
        with_items=command.with_items,
    )
    session.add(row)
    details: dict[str, Code] = {"purpose": str(command.purpose), "pathway": command.pathway}
    details |= {"by_rule": str(command.giver), **_crossing(command)}
    subject = (SubjectKind.CONSENT, row.id)
    event = act.event(
        EventKind.CONSENT_RECORDED,
        subject,
        client=client.id,
        change=(None, str(command.status)),
        details=details,
    )
    audit.append(session, event)
    return row.id


def _crossing(command: RecordConsent) -> dict[str, Code]:
    if command.shared_with is None:
        return {"with_items": True} if command.with_items else {}
    return {"organisation_to": str(command.shared_with), "with_items": command.with_items}


def _problems(session: Session, client: ClientRow, command: RecordConsent, act: Act) -> list[FieldProblem]:
    guardians = {row.id for row in guardians_of(session, act.organisation_id, client.id)}
    by_guardian = command.giver is Giver.GUARDIAN
    sharing = command.purpose is Purpose.SHARING
    known = act.definitions.pathways.ids
    ended = command.valid_until is not None and command.valid_until < today_in(session, act)
    choices = ", ".join(known)
    checks = (
        (by_guardian and command.guardian_id not in guardians, "guardian_id", GUARDIAN, ""),
        (not by_guardian and command.guardian_id is not None, "guardian_id", NO_GUARDIAN, ""),
        (sharing and command.pathway not in known, "pathway", PATHWAY, choices),
        (not sharing and command.pathway is not None, "pathway", NO_PATHWAY, ""),
        (ended, "valid_until", NOT_PAST, ""),
    )
    return [
        FieldProblem(field, say(act, words), allowed=allowed)
        for wrong, field, words, allowed in checks
        if wrong
    ]
