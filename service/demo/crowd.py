"""The clients of the demo: who they are, who may consent for them, and what was answered when they were asked."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from referral.consent import ConsentStatus, Giver, Purpose
from referral.events import EventKind, SubjectKind
from service.actions import consents
from service.demo.names import FAMILY, GIVEN, GUARDIANS, PRONOUNS
from service.demo.places import Building
from service.demo.stage import Stage
from service.kinds import OrganisationKind
from service.store import audit
from service.store.clients import ClientRow, GuardianRow, search_text_of

SPANISH_AT_HOME = 0.22
SPANISH_SPOKEN = 0.3
"""Of those with Spanish at home, how many would rather be asked in Spanish."""

CONSENT = {"given": 70, "never asked": 14, "expired": 6, "refused": 6, "withdrawn": 4}
"""How many of a hundred families stand where: 66 to 85 % take part, by the mode of consent (docs/lifecycle.md)."""


@dataclass(frozen=True, slots=True)
class Someone:
    """One client of the demo, as the courses need them."""

    id: uuid.UUID
    building: str
    guardian_id: uuid.UUID | None
    language: str
    counselor: str
    consent: str


@dataclass(frozen=True, slots=True)
class Portrait:
    """What is known of a client before they become a row."""

    given: str
    family: str
    born_on: date
    pronouns: str = ""
    home_language: str = "en"
    language: str = "en"
    guardian: tuple[str, str] | None = None
    consent: str = "given"


def portraits(stage: Stage, building: Building, many: int, taken: set[str]) -> list[Portrait]:
    """So many made-up people of a building, every name once in the tenant; `taken` grows."""
    pairs = [(given, family) for given in GIVEN for family in FAMILY if f"{given} {family}" not in taken]
    chosen = stage.dice.sample(pairs, many)
    taken.update(f"{given} {family}" for given, family in chosen)
    return [_portrait(stage, building, given, family) for given, family in chosen]


def _portrait(stage: Stage, building: Building, given: str, family: str) -> Portrait:
    dice = stage.dice
    youngest, oldest = building.ages
    age_days = dice.randrange(youngest * 365 + 180, oldest * 365 + 180)
    born_on = birthday(age_days, stage.at.date(), stage.now.date())
    spanish = dice.random() < SPANISH_AT_HOME
    speaks = "es" if spanish and dice.random() < SPANISH_SPOKEN else "en"
    adult = (
        consents.age_on(born_on, stage.at.date()) >= consents.OF_AGE
        and stage.place.kind is OrganisationKind.CLINIC
    )
    guardian = None if adult else dice.choice(GUARDIANS)
    consent = dice.choices(list(CONSENT), list(CONSENT.values()))[0]
    home = "es" if spanish else "en"
    return Portrait(given, family, born_on, dice.choice(PRONOUNS), home, speaks, guardian, consent)


def birthday(age_days: int, began: date, now: date) -> date:
    """When somebody of this age now was born. Nobody comes of age meanwhile: who consents would change on the way."""
    born_on, day = now - timedelta(days=age_days), timedelta(days=1)
    young, still = (consents.age_on(born_on, on) < consents.OF_AGE for on in (began - day, now + day))
    return born_on - (now - began) - 3 * day if young and not still else born_on


def admit(stage: Stage, building: Building, number: int, portrait: Portrait) -> Someone:
    """Make the client a row, with a guardian, the event of it, and every answer about consent, through the act."""
    by = _counselor(stage, building, number)
    client_id = stage.act(by).new_id()
    grade = _grade(stage, portrait.born_on)
    class_name = f"{grade}{'ABC'[number % 3]}" if grade else ""
    local_id = f"{building.key[0].upper()}{number:05d}"
    row = ClientRow(
        organisation_id=stage.organisation_id,
        id=client_id,
        local_id=local_id,
        given_name=portrait.given,
        family_name=portrait.family,
        pronouns=portrait.pronouns,
        born_on=portrait.born_on,
        grade=grade,
        class_name=class_name,
        site_id=stage.sites[building.key],
        language=portrait.language,
        home_language=portrait.home_language,
        search_text=search_text_of(portrait.given, portrait.family, local_id, class_name),
    )
    stage.session.add(row)
    guardian_id = _guardian(stage, row, portrait, number, by)
    stage.session.flush()
    added = stage.act(by).event(EventKind.CLIENT_ADDED, (SubjectKind.CLIENT, client_id), client=client_id)
    audit.append(stage.session, added)
    someone = Someone(client_id, building.key, guardian_id, portrait.language, by, portrait.consent)
    _ask(stage, someone)
    return someone


def _counselor(stage: Stage, building: Building, number: int) -> str:
    keys = [person.key for person in stage.place.people if person.site == building.key]
    return keys[number % len(keys)]


def _grade(stage: Stage, born_on: date) -> str:
    if stage.place.kind is OrganisationKind.CLINIC:
        return ""
    today = stage.now.date()
    age = today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))
    return str(min(12, max(6, age - 5)))


def _guardian(stage: Stage, client: ClientRow, portrait: Portrait, number: int, by: str) -> uuid.UUID | None:
    if portrait.guardian is None:
        return None
    given, relation = portrait.guardian
    row = GuardianRow(
        organisation_id=stage.organisation_id,
        id=stage.act(by).new_id(),
        client_id=client.id,
        name=f"{given} {portrait.family}",
        relation=relation,
        phone=f"555-010-{1000 + number % 9000}",
        language=portrait.home_language,
    )
    stage.session.add(row)
    return row.id


def _ask(stage: Stage, someone: Someone) -> None:
    """What the family answered, one answer after the other."""
    until = stage.now.date() + timedelta(days=210)
    lapsed = stage.at.date() + timedelta(days=12)
    answers = {
        "given": ((ConsentStatus.GIVEN, until),),
        "expired": ((ConsentStatus.GIVEN, lapsed),),
        "refused": ((ConsentStatus.REFUSED, None),),
        "withdrawn": ((ConsentStatus.GIVEN, until), (ConsentStatus.WITHDRAWN, None)),
        "never asked": (),
    }
    for status, valid_until in answers[someone.consent]:
        record(stage, someone, Purpose.SCREENING, status, valid_until=valid_until)


def record(
    stage: Stage,
    someone: Someone,
    purpose: Purpose,
    status: ConsentStatus,
    *,
    pathway: str | None = None,
    valid_until: date | None = None,
) -> None:
    """One answer of the guardian, or of a client who decides alone."""
    giver = Giver.GUARDIAN if someone.guardian_id else Giver.CLIENT
    answer = consents.RecordConsent(purpose, status, giver, pathway, someone.guardian_id, valid_until)
    consents.record(stage.session, someone.id, answer, act=stage.act(someone.counselor))
