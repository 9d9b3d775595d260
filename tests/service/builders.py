"""Small worlds for the service tests: an organisation with people, teams and clients, and a clock one moves."""

import itertools
import random
import secrets
import uuid
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from referral.consent import ConsentStatus, Giver, Purpose
from referral.payloads import wrapping_key
from service.access import Act
from service.app import create_app
from service.definitions import Definitions, load_definitions
from service.ids import uuid7
from service.kinds import OrganisationKind, SiteKind
from service.passwords import Passwords
from service.permissions import Actor, Role
from service.settings import Settings
from service.store import audit
from service.store.accounts import NO_ACCOUNT, UserRow
from service.store.clients import ClientRow, GuardianRow, search_text_of
from service.store.consents import ConsentRow
from service.store.engine import open_sessions
from service.store.organisations import OrganisationRow, SiteRow
from service.store.programmes import ProgrammeRow
from service.store.vault import Vault
from service.web.context import Parts
from tests.service import compiled

NOON = datetime(2026, 10, 13, 16, 0, tzinfo=UTC)  # a Tuesday, ten in the morning in Denver
PASSWORD = "correct horse battery staple"
PATHWAYS = ("crisis", "psychology", "psychiatry", "primary-care", "social-work", "school-support")

opened: list[Callable[[], None]] = []
"""What the fixture in conftest.py closes after each test."""

_definitions: list[Definitions] = []

WRAPPING = wrapping_key(b"w" * 32)
VAULT = Vault(lambda: (WRAPPING,), secrets.token_bytes)
"""With what the tests seal: the key is known, what is sealed with it is new each time."""
SAME = Vault(lambda: (WRAPPING,), lambda size: b"r" * size)
"""Seals without randomness, for what is compared byte by byte."""


def definitions() -> Definitions:
    """The shipped definitions, loaded once for the whole run."""
    if not _definitions:
        _definitions.append(load_definitions())
    return _definitions[0]


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now


@dataclass
class World:
    """One organisation in one database, with one person of each role, a team for each pathway, and one client."""

    parts: Parts
    clock: Clock
    organisation: OrganisationRow
    school: SiteRow
    teams: dict[str, SiteRow]
    people: dict[Role, UserRow]
    client: ClientRow
    programme: ProgrammeRow | None = None
    numbers: itertools.count = field(default_factory=lambda: itertools.count(2))

    def actor(self, role: Role) -> Actor:
        row = self.people[role]
        return Actor(row.id, row.organisation_id, row.role, row.name, row.site_id, row.language)

    def act(self, role: Role = Role.COUNSELOR) -> Act:
        return self.parts.act(self.actor(role))

    def write(self):
        return _transaction(self.parts.open_write, self.organisation.id)

    def read(self):
        return _transaction(self.parts.open_read, self.organisation.id)

    def app(self):
        app = create_app(self.parts)
        app.jinja_env.bytecode_cache = compiled.templates
        return app

    def id(self) -> uuid.UUID:
        return uuid7(self.clock(), self.parts.random_bits())

    def new_client(
        self, given="Noor", family="Testcase", born_on=date(2013, 5, 4), consented=True
    ) -> ClientRow:
        with self.write() as session:
            row = client(self, given, family, born_on, next(self.numbers))
            session.add(row)
            session.flush()
            _guardian(session, self, row, consented=consented)
        return row


@contextmanager
def _transaction(opened, organisation_id):
    with opened(organisation_id) as session, session.begin():
        yield session


def make_parts(database_url: str, tmp_path, clock: Clock, seed: int = 1, vault: Vault = VAULT) -> Parts:
    """The running program's parts over a fresh database, with cheap passwords and counted randomness."""
    settings = Settings(
        database_url,
        tmp_path,
        "k" * 40,
        secure_cookies=False,
        password_time_cost=1,
        password_memory_kib=8,
    )
    sessions = open_sessions(database_url, vault)
    for engine in (sessions.engine, sessions.read.kw["bind"]):
        engine.update_execution_options(compiled_cache=compiled.statements)
    dice = random.Random(seed)  # noqa: S311  ids of a test
    opened.append(sessions.engine.dispose)
    return Parts(
        settings,
        definitions(),
        Passwords(settings),
        sessions.write,
        sessions.read,
        sessions.engine.dispose,
        clock,
        lambda: dice.getrandbits(74),
        lambda _seconds: None,
    )


def world(
    database_url: str, tmp_path, *, kind=OrganisationKind.DISTRICT, clock=None, seed=1, parts=None
) -> World:
    """An organisation ready to work in. A second world may share the parts (and so the database) of a first."""
    clock = clock or Clock()
    parts = parts or make_parts(database_url, tmp_path, clock, seed)
    new_id = lambda: uuid7(clock(), parts.random_bits())  # noqa: E731
    district = kind is OrganisationKind.DISTRICT
    organisation = OrganisationRow(
        id=new_id(),
        name="Alder Creek School District (example)" if district else "Fern Street Clinic (example)",
        kind=kind,
        zone="America/Denver",
        calendar="alder-creek" if district else "fern-street",
        crisis_phone="555-010-0199",
    )
    school = _site(organisation, new_id(), "Alder High" if district else "Fern Street", None)
    teams = {name: _site(organisation, new_id(), f"{name.title()} team", name) for name in PATHWAYS}
    made = World(parts, clock, organisation, school, teams, {}, None)
    with made.write() as session:
        session.add(organisation)
        session.flush()
        audit.begin_chain(session, organisation.id)
        session.add_all([school, *teams.values()])
        session.flush()
        hashed = parts.passwords.hash(PASSWORD)
        for role in Role:
            if role is not Role.SYSTEM and role not in NO_ACCOUNT:
                made.people[role] = _user(made, new_id(), role, hashed)
        session.add_all(made.people.values())
        session.flush()
        made.programme = programme(made, "school-screening" if district else "clinic-screening")
        session.add(made.programme)
        made.client = client(made, "Maya", "Example", date(2011, 2, 2), 1)
        session.add(made.client)
        session.flush()
        _guardian(session, made, made.client, consented=True)
    return made


def _site(organisation, new_id, name, pathway) -> SiteRow:
    kind = SiteKind.BUILDING if pathway is None else SiteKind.TEAM
    return SiteRow(
        organisation_id=organisation.id,
        id=new_id,
        name=name,
        kind=kind,
        pathway=pathway,
        phone="555-010-0114",
    )


def _user(made: World, new_id, role: Role, hashed: str) -> UserRow:
    receiving = role in {Role.REFERRAL_STAFF, Role.CLINICIAN}
    site = made.teams["psychology"] if receiving else made.school
    if role is Role.ON_CALL:
        site = made.teams["crisis"]
    domain = made.organisation.calendar
    name = role.value.replace(" ", ".").replace("-", ".")
    return UserRow(
        organisation_id=made.organisation.id,
        id=new_id,
        email=f"{name}@{domain}.example",
        name=f"{role.value.title()} Demo",
        role=role,
        site_id=site.id,
        password_hash=hashed,
    )


def programme(made: World, name: str) -> ProgrammeRow:
    """A programme in force in its newest version; the caller adds it."""
    found = made.parts.definitions.programmes.get(name)
    return ProgrammeRow(
        organisation_id=made.organisation.id,
        id=made.id(),
        programme=found.id,
        version=found.version,
        digest=found.digest,
        started_by=made.people[Role.ADMINISTRATOR].id,
        started_at=made.clock(),
    )


def client(made: World, given: str, family: str, born_on: date, number: int) -> ClientRow:
    """A client of the world's school; the caller adds it."""
    local_id = f"S{number:05d}"
    return ClientRow(
        organisation_id=made.organisation.id,
        id=made.id(),
        local_id=local_id,
        given_name=given,
        family_name=family,
        born_on=born_on,
        grade="10",
        class_name="10B",
        site_id=made.school.id,
        search_text=search_text_of(given, family, local_id, "10B"),
    )


def _guardian(session, made: World, row: ClientRow, *, consented: bool) -> None:
    guardian = GuardianRow(
        organisation_id=made.organisation.id,
        id=made.id(),
        client_id=row.id,
        name=f"Rosa {row.family_name}",
        relation="mother",
        phone="555-010-0142",
    )
    session.add(guardian)
    session.flush()
    if consented:
        session.add(consent(made, row, guardian))


def consent(made: World, row: ClientRow, guardian: GuardianRow, **changes) -> ConsentRow:
    """A guardian's yes to screening; `changes` make it another answer."""
    facts = {
        "purpose": Purpose.SCREENING,
        "pathway": None,
        "status": ConsentStatus.GIVEN,
        "giver": Giver.GUARDIAN,
        "guardian_id": guardian.id,
        "given_at": made.clock() - timedelta(days=30),
        "valid_until": None,
        "recorded_by": made.people[Role.COUNSELOR].id,
    }
    return ConsentRow(
        organisation_id=made.organisation.id, id=made.id(), client_id=row.id, **{**facts, **changes}
    )
