"""One organisation to measure in, straight into the tables: building, teams, people, clients with consent, screenings.

Plainly synthetic, and the same each time. Referrals by the hundred thousand are in `crowds.py`.
"""

import random
import secrets
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert

from referral.consent import ConsentStatus, Giver, Purpose
from referral.payloads import Place
from service.access import Session
from service.actions import sign_ins, storage
from service.app import make_checked_parts
from service.ids import uuid7
from service.kinds import Mode, OrganisationKind, Role, ScreeningStatus, SiteKind
from service.permissions import Actor
from service.settings import Settings
from service.store import audit
from service.store.accounts import NO_ACCOUNT, UserRow
from service.store.base import Base
from service.store.clients import ClientRow, GuardianRow, search_text_of
from service.store.consents import ConsentRow
from service.store.organisations import OrganisationRow, SiteRow
from service.store.programmes import ProgrammeRow
from service.store.scope import across
from service.store.screenings import AdministrationRow, AnswerRow, ScreeningRow
from service.store.sealed import sealed_columns
from service.web.context import Parts
from service.web.guard import SECRET

PATHWAYS = ("psychology", "social-work", "primary-care", "school-support", "psychiatry", "crisis")
HOLDERS = 6
"""Clinicians in each team."""

KEY = "k" * 48
GIVEN = ("Maya", "Noor", "Alex", "Lucia", "Sam", "Ida", "Omar", "Wren", "Tomas", "Yuki")
FAMILY = ("Example", "Testcase", "Sample", "Specimen", "Placeholder", "Mockup", "Demo", "Template")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Tenant:
    """One organisation: its people by role, its teams by pathway, and where new ids come from."""

    parts: Parts
    organisation_id: uuid.UUID
    building_id: uuid.UUID
    programme_id: uuid.UUID
    teams: Mapping[str, uuid.UUID]
    people: Mapping[Role, Actor]
    holders: Mapping[str, Sequence[uuid.UUID]]
    dice: random.Random = field(default_factory=lambda: random.Random(2026))  # noqa: S311  the same each time

    @property
    def now(self) -> datetime:
        """The clock of the running program."""
        return self.parts.clock()

    def id(self) -> uuid.UUID:
        """A new id."""
        return uuid7(self.now, self.dice.getrandbits(74))

    def row(self, **columns: object) -> Row:
        """A row of this organisation's under a new id."""
        return {"organisation_id": self.organisation_id, "id": self.id(), **columns}


@contextmanager
def running(url: str, folder: Path) -> Iterator[Parts]:
    """The program's parts over a database at the newest schema."""
    storage.upgrade(url)
    parts = make_checked_parts(
        Settings(url, folder, KEY, secure_cookies=False, password_time_cost=1, password_memory_kib=8)
    )
    try:
        yield parts
    finally:
        parts.close()


def put(session: Session, table: type[Base], rows: Sequence[Row]) -> None:
    """Many rows of one table at once."""
    if rows:
        stored = [_unsealed(table, row) for row in rows]
        session.execute(across(insert(table.__table__)), stored)  # type: ignore[arg-type]  a mapped table is one


def _unsealed(table: type[Base], row: Row) -> Row:
    """The row as it stood before there were keys: thousands are put in at once, past the sessions that seal."""
    columns, nowhere = sealed_columns(table.__mapper__), Place("", "", "", "", "")
    return {
        name: columns[name].opened(columns[name].to_bytes(value), value, nowhere)  # type: ignore[arg-type]  any payload
        if name in columns and value
        else value
        for name, value in row.items()
    }


def settle(parts: Parts) -> Tenant:
    """An organisation with one building, a team for each pathway, and somebody of each role."""
    dice = random.Random(1)  # noqa: S311  the same each time

    def new_id() -> uuid.UUID:
        return uuid7(parts.clock(), dice.getrandbits(74))

    organisation, building = new_id(), new_id()
    teams = {pathway: new_id() for pathway in PATHWAYS}
    people = {
        role: Actor(new_id(), organisation, role, f"{role.title()} Demo", _site(role, building, teams))
        for role in Role
        if role not in NO_ACCOUNT | {Role.SYSTEM}
    }
    holders = {pathway: [new_id() for _ in range(HOLDERS)] for pathway in PATHWAYS}
    made = Tenant(parts, organisation, building, new_id(), teams, people, holders)
    with parts.open_write(organisation) as session, session.begin():
        _begin(session, made)
    return made


def _site(role: Role, building: uuid.UUID, teams: Mapping[str, uuid.UUID]) -> uuid.UUID:
    if role is Role.ON_CALL:
        return teams["crisis"]
    return teams["psychology"] if role in {Role.REFERRAL_STAFF, Role.CLINICIAN} else building


def _begin(session: Session, made: Tenant) -> None:
    organisation = {
        "id": made.organisation_id,
        "name": "Alder Creek School District (example)",
        "kind": OrganisationKind.DISTRICT,
        "zone": "America/Denver",
        "calendar": "alder-creek",
        "crisis_phone": "555-010-0199",
    }
    put(session, OrganisationRow, [organisation])
    audit.begin_chain(session, made.organisation_id)
    building = made.row(id=made.building_id, name="Alder High", kind=SiteKind.BUILDING, pathway=None)
    teams = [
        made.row(id=team, name=f"{pathway.title()} team", kind=SiteKind.TEAM, pathway=pathway)
        for pathway, team in made.teams.items()
    ]
    put(session, SiteRow, [building, *teams])
    put(session, UserRow, list(_users(made)))
    put(session, ProgrammeRow, [_programme(made)])


def _programme(made: Tenant) -> Row:
    found = made.parts.definitions.programmes.get("school-screening")
    return made.row(
        id=made.programme_id,
        programme=found.id,
        version=found.version,
        digest=found.digest,
        started_by=made.people[Role.ADMINISTRATOR].id,
        started_at=made.now,
    )


def _users(made: Tenant) -> Iterator[Row]:
    for role, actor in made.people.items():
        yield made.row(id=actor.id, name=actor.name, role=role, site_id=actor.site_id, **_account(role))
    for pathway, holders in made.holders.items():
        for place, holder in enumerate(holders):
            account = _account(f"{pathway}-{place}")
            name = f"Casey Specimen {place + 1}"
            yield made.row(id=holder, name=name, role=Role.CLINICIAN, site_id=made.teams[pathway], **account)


def _account(name: str) -> Row:
    # No password opens these accounts: the benchmarks begin their sign-ins themselves.
    return {"email": f"{name.replace(' ', '.')}@alder-creek.example", "password_hash": "none"}


def admit(session: Session, made: Tenant, count: int) -> list[uuid.UUID]:
    """So many clients with a guardian's consent to be screened; their ids."""
    clients = [_client(made, number) for number in range(count)]
    guardians = [
        made.row(client_id=each["id"], name=f"Rosa {each['family_name']}", relation="mother")
        for each in clients
    ]
    consents = [_consent(made, guardian) for guardian in guardians]
    for table, rows in ((ClientRow, clients), (GuardianRow, guardians), (ConsentRow, consents)):
        put(session, table, rows)
    return [each["id"] for each in clients]


def _client(made: Tenant, number: int) -> Row:
    given, family, local_id = made.dice.choice(GIVEN), made.dice.choice(FAMILY), f"S{number:06d}"
    return made.row(
        local_id=local_id,
        given_name=given,
        family_name=family,
        born_on=date(2010, 1, 1) + timedelta(days=number % 1400),
        grade="10",
        class_name="10B",
        site_id=made.building_id,
        search_text=search_text_of(given, family, local_id, "10B"),
    )


def _consent(made: Tenant, guardian: Row) -> Row:
    return made.row(
        client_id=guardian["client_id"],
        purpose=Purpose.SCREENING,
        pathway=None,
        status=ConsentStatus.GIVEN,
        giver=Giver.GUARDIAN,
        guardian_id=guardian["id"],
        given_at=made.now - timedelta(days=30),
        valid_until=None,
        recorded_by=made.people[Role.COUNSELOR].id,
    )


def answered(session: Session, made: Tenant, clients: Sequence[uuid.UUID]) -> list[uuid.UUID]:
    """A running screening of PHQ-9 and ASQ for each of these clients, every question answered; their ids."""
    screenings = [screening(made, client) for client in clients]
    administrations = [
        _administration(made, each["id"], place, name)
        for each in screenings
        for place, name in enumerate(("phq-9", "asq"))
    ]
    answers = [answer for each in administrations for answer in _answers(made, each)]
    for table, rows in (
        (ScreeningRow, screenings),
        (AdministrationRow, administrations),
        (AnswerRow, answers),
    ):
        put(session, table, rows)
    return [each["id"] for each in screenings]


def screening(made: Tenant, client: uuid.UUID, **changes: object) -> Row:
    """A screening of this client's, in progress unless changed."""
    facts: Row = {
        "client_id": client,
        "programme_id": made.programme_id,
        "mode": Mode.INTERVIEW,
        "language": "en",
        "status": ScreeningStatus.IN_PROGRESS,
        "started_by": made.people[Role.COUNSELOR].id,
        "started_at": made.now,
        "touched_at": made.now,
        "ended_at": None,
    }
    return made.row(**{**facts, **changes})


def _administration(made: Tenant, screening_id: uuid.UUID, place: int, name: str) -> Row:
    instrument = made.parts.definitions.instruments.get(name)
    pinned = {"instrument": name, "version": instrument.version, "digest": instrument.digest}
    return made.row(screening_id=screening_id, position=place, **pinned)


def _answers(made: Tenant, administration: Row) -> Iterator[Row]:
    if administration["instrument"] == "asq":
        # One in eight is positive, and so has a safety assessment, a need and a referral to follow.
        given = [0, 0, made.dice.choice((0,) * 7 + (1,)), 0]
        given += [0] if any(given) else []
    else:
        most = made.dice.choice((1, 1, 1, 2, 3))
        given = [made.dice.randint(0, most) for _ in range(8)] + [0]
    for place, value in enumerate(given, start=1):
        yield made.row(
            administration_id=administration["id"],
            item=f"q{place}",
            value=value,
            refused=False,
            answered_at=made.now,
        )


def signed_in(parts: Parts, actor: Actor) -> str:
    """The secret of a fresh sign-in of this person."""
    secret = secrets.token_urlsafe(32)
    with parts.open_write(actor.organisation_id) as session, session.begin():
        sign_ins.start(session, secret, act=parts.act(actor))
    return secret


def browser(app: Flask, parts: Parts, actor: Actor) -> FlaskClient:
    """A client of the program, signed in to its pages as this person."""
    client = app.test_client()
    with client.session_transaction() as session:
        session[SECRET] = signed_in(parts, actor)
    return client
