"""The two organisations that T6 walks through: their people, clients and buildings, and how each of them asks."""

from service.actions import sign_ins
from service.kinds import OrganisationKind, SiteKind
from service.permissions import Actor, Role
from service.store.accounts import UserRow
from service.store.clients import guardians_of
from service.store.organisations import SiteRow
from tests.proofs.oracle import Client, Oracle, Person
from tests.service.builders import world

PATHWAYS = ("psychology", "psychiatry")
NEWCOMER = {"given_name": "Ari", "family_name": "Testcase", "born_on": "2010-05-04", "sure": True}
GUARDIAN = {"name": "Rosa Testcase", "relation": "mother"}
MOST_CLIENTS = 24


class Cast:
    """Two organisations in one database: people and clients as the oracle knows them, and how each is asked for."""

    def __init__(self, url, folder):
        self.ours = world(url, folder)
        self.theirs = world(
            "", folder, kind=OrganisationKind.CLINIC, clock=self.ours.clock, parts=self.ours.parts
        )
        self.app = self.ours.app()
        self.people, self.clients, self.places = [], [], {}
        for here, name in ((self.ours, "ours"), (self.theirs, "theirs")):
            self._settle(here, name)
        self.oracle = Oracle()

    def _settle(self, here, org):
        other = SiteRow(
            organisation_id=here.organisation.id, id=here.id(), name="Birch Middle", kind=SiteKind.BUILDING
        )
        places = {"first": here.school, "second": other, **{name: here.teams[name] for name in PATHWAYS}}
        with here.write() as session:
            session.add(other)
            session.flush()
            for number, (role, place) in enumerate(_everybody()):
                self.people.append(_admit(session, here, org, role, place, places[place], number))
        self.places = {**self.places, (org, "first"): here.school.id, (org, "second"): other.id}
        for number in range(3):
            client = here.new_client("Noor", f"Testcase{number}") if number else here.client
            with here.read() as session:
                guardian = guardians_of(session, here.organisation.id, client.id)[0]
            self.clients.append(Client(client.id, org, "first", guardian.id, "given"))
        with here.write() as session:
            session.merge(client).site_id = other.id
        self.clients[-1].place = "second"

    def of(self, org):
        return self.ours if org == "ours" else self.theirs

    def ask(self, person, verb, path, body=None):
        headers = {"Authorization": f"Bearer token of {person.id}"}
        self.ours.clock.forward(milliseconds=10)
        return self.app.test_client().open(f"/api/v1{path}", method=verb, json=body, headers=headers)

    def team(self, referral):
        return self.of(referral.need.client.org).teams[referral.pathway].id


def _everybody():
    above = (Role.COORDINATOR, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR, Role.ON_CALL)
    for role in (*above, Role.COUNSELOR):
        yield role, "first"
    yield Role.COUNSELOR, "second"
    for pathway in PATHWAYS:
        yield Role.REFERRAL_STAFF, pathway
        yield Role.CLINICIAN, pathway
    yield Role.CLINICIAN, "psychology"


def _admit(session, here, org, role, place, site, number):
    row = UserRow(
        organisation_id=here.organisation.id,
        id=here.id(),
        email=f"walker-{number}@{org}.example",
        name=f"{role.title()} Walker {number}",
        role=role,
        site_id=site.id,
        password_hash="none",
    )
    session.add(row)
    session.flush()
    actor = Actor(row.id, here.organisation.id, role, row.name, row.site_id)
    sign_ins.start(session, f"token of {row.id}", act=here.parts.act(actor))
    return Person(row.id, org, str(role), place)
