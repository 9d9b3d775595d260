"""A walk by dice over the API with everything that people do to needs and referrals, held against the oracle (T6)."""

import random
import uuid
from datetime import timedelta
from http import HTTPStatus

from referral.entries import read_entry
from service.actions import sign_ins
from service.kinds import OrganisationKind, SiteKind
from service.permissions import Actor, Role
from service.store.accounts import UserRow
from service.store.clients import guardians_of
from service.store.needs import find_need
from service.store.organisations import SiteRow
from service.store.referrals import latest_referral
from tests.proofs.oracle import EDGES, ENDS, LEADING, SENDING, STEPS, TEAM, Client, Oracle, Person
from tests.service.builders import NOON, world
from tests.service.counted import untrue
from tests.service.referring import events_of, row_of

PATHWAYS = ("psychology", "psychiatry")
LATER = {"schedule": 20, "reschedule": 21}
SAID = {
    "dismiss": {"cancel_reason": "care found elsewhere"},
    "decline": {"decline_reason": "no capacity"},
    "attended": {"happened_at": (NOON - timedelta(hours=1)).isoformat()},
    "waitlist": {"review_at": (NOON + timedelta(days=20)).isoformat()},
    "not-attended": {"appointment_reason": "transport"},
    "cancel-appointment": {"appointment_reason": "client asked"},
    "outcome": {"outcome": "help began"},
    "request-cancel": {"cancel_reason": "client chose not to"},
    "mark-error": {"error_reason": "practice entry"},
}


def as_id(found):
    return found if isinstance(found, uuid.UUID) else uuid.UUID(found)


def _step_of(row):
    return read_entry(row.entry)


RARE = {"mark-error", "request-cancel", "dismiss", "decline", "release"}


class Cast:
    """Two organisations in one database: people and clients as the oracle knows them, and how each is asked for."""

    def __init__(self, url, folder):
        self.ours = world(url, folder)
        self.theirs = world(
            "", folder, kind=OrganisationKind.CLINIC, clock=self.ours.clock, parts=self.ours.parts
        )
        self.app = self.ours.app()
        self.people, self.clients = [], []
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
        for number in range(3):
            client = here.new_client("Noor", f"Testcase{number}") if number else here.client
            self.clients.append(Client(client.id, org, "first"))
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


class Walk:
    """Acts by dice; `wrong` are those whose answer was not the oracle's."""

    def __init__(self, cast, seed=6):
        self.cast, self.oracle, self.dice, self.wrong = cast, cast.oracle, random.Random(seed), []

    def go(self, count):
        acts = [
            self.begin,
            self.begin,
            self.agree,
            self.switch,
            self.hand_over,
            self.close,
            self.redirect,
            self.reopen,
        ]
        for _ in range(count):
            act = self.dice.choice([*acts, *[self.step] * 8, *[self.sensible_step] * 14, *[self.look] * 6])
            act()

    def somebody(self, org=None, roles=()):
        """Mostly of this organisation and of these roles."""
        near = [each for each in self.cast.people if each.org == org and each.role in roles]
        return self.dice.choice(near if near and self.dice.random() < 0.7 else self.cast.people)

    def some(self, things):
        """One of them, mostly of the newest."""
        return self.dice.choice(things[-8:] if self.dice.random() < 0.8 else things) if things else None

    def held(self, expected, answer, what):
        if answer.status_code != expected:
            self.wrong.append(f"{what}: {answer.status_code}, expected {expected} {answer.text[:160]}")
        return answer.status_code == expected

    def begin(self):
        person, client, pathway = (
            self.somebody(),
            self.dice.choice(self.cast.clients),
            self.dice.choice(PATHWAYS),
        )
        expected = self.oracle.begin(person, client, pathway)
        body = {"client_id": str(client.id), "pathway": pathway, "urgency": "soon", "reason": "A talk."}
        answer = self.cast.ask(person, "POST", "/needs", body)
        if self.held(expected, answer, f"{person.role} opens a need") and expected == HTTPStatus.CREATED:
            self.oracle.needs[-1].id = answer.json["id"]
            self.name_draft(self.oracle.needs[-1])

    def name_draft(self, need):
        """The id of the newest attempt, as the database has it."""
        here = self.cast.of(need.client.org)
        with here.read() as session:
            need.referrals[-1].id = latest_referral(session, here.organisation.id, as_id(need.id)).id

    def step(self):
        referral = self.some(self.oracle.referrals)
        if referral is not None:
            self.take(self.somebody(), referral, self.dice.choice(STEPS))

    def sensible_step(self):
        """One that the lifecycle offers, by somebody who could take it."""
        waiting = [each for each in self.oracle.referrals if each.state not in ENDS or each.unread]
        referral = self.some(waiting)
        ways = [] if referral is None else [step for state, step in EDGES if state == referral.state]
        usual = [step for step in ways if step not in RARE or self.dice.random() < 0.1]
        if not usual:
            self.begin()
        else:
            step = self.dice.choice(usual)
            sides, org = EDGES[referral.state, step][1], referral.need.client.org
            theirs = SENDING if "sender" in sides else TEAM
            able = [each for each in self.cast.people if each.org == org and each.role in theirs]
            near = [each for each in able if each.place == referral.receiver or each.role not in TEAM]
            self.take(self.dice.choice(near or able), referral, step)

    def take(self, person, referral, step):
        before, expected = referral.state, self.oracle.step(person, referral, step)
        body = {"receiver_id": str(self.cast.team(referral))} if step == "send" else SAID.get(step)
        if step in LATER:
            body = {"appointment_at": (NOON + timedelta(days=LATER[step])).isoformat()}
        if step == "reschedule":
            body["appointment_reason"] = "unwell"
        answer = self.cast.ask(person, "POST", f"/referrals/{referral.id}/{step}", body)
        what = f"{person.role} of {person.place}: {step} on {before}"
        if (
            self.held(expected, answer, what)
            and expected == HTTPStatus.OK
            and answer.json["state"] != referral.state
        ):
            self.wrong.append(f"{what}: {answer.json['state']}, expected {referral.state}")

    def look(self):
        of, things = self.dice.choice(
            [
                ("clients", self.cast.clients),
                ("needs", self.oracle.needs),
                ("referrals", self.oracle.referrals),
            ]
        )
        thing, person = self.some(things), self.somebody()
        if thing is not None:
            answer = self.cast.ask(person, "GET", f"/{of}/{thing.id}")
            self.held(self.oracle.look(person, thing), answer, f"{person.role} looks at {of}")

    def agree(self):
        person, client = self.somebody(), self.dice.choice(self.cast.clients)
        pathway, status = self.dice.choice(PATHWAYS), self.dice.choice([*["given"] * 5, "refused"])
        here = self.cast.of(client.org)
        with here.read() as session:
            guardian = guardians_of(session, here.organisation.id, client.id)[0]
        body = {"purpose": "sharing", "pathway": pathway, "status": status, "giver": "guardian"}
        answer = self.cast.ask(
            person, "POST", f"/clients/{client.id}/consents", {**body, "guardian_id": str(guardian.id)}
        )
        self.held(self.oracle.agree(person, client, pathway, status), answer, f"{person.role} notes consent")

    def switch(self):
        """An account is switched off, or on again."""
        person = self.somebody()
        person.active = not person.active or self.dice.random() < 0.8
        with self.cast.of(person.org).write() as session:
            session.get(UserRow, (self.cast.of(person.org).organisation.id, person.id)).active = person.active

    def on_need(self, verb, body, expected):
        """An act on some need: (what is asked for, what comes with it, what the oracle says)."""
        need = self.some(self.oracle.needs)
        if need is None:
            return
        person = self.somebody(need.client.org, LEADING)
        said, given = expected(person, need)
        answer = self.cast.ask(person, "POST", f"/needs/{need.id}/{verb}", {**body, **given})
        if self.held(said, answer, f"{person.role}: {verb}") and said == HTTPStatus.CREATED:
            self.name_draft(need)

    def hand_over(self):
        to = self.somebody()
        self.on_need(
            "reassign",
            {"note": "On leave."},
            lambda who, need: (self.oracle.hand_over(who, need, to), {"owner_id": str(to.id)}),
        )

    def close(self):
        self.on_need(
            "close", {"reason": "care found elsewhere"}, lambda who, need: (self.oracle.close(who, need), {})
        )

    def redirect(self):
        pathway = self.dice.choice(PATHWAYS)
        self.on_need(
            "redirect",
            {"note": "Again."},
            lambda who, need: (self.oracle.redirect(who, need, pathway), {"pathway": pathway}),
        )

    def reopen(self):
        self.on_need(
            "reopen", {"note": "They came back."}, lambda who, need: (self.oracle.reopen(who, need), {})
        )

    def differences(self):
        """Everything that stands otherwise in the database than the oracle has it, and every event that is not its."""
        found = []
        for need in self.oracle.needs:
            here = self.cast.of(need.client.org)
            with here.read() as session:
                row = find_need(session, here.organisation.id, as_id(need.id))
            if (row.closed_at is None, row.owner_id) != (need.open, need.owner.id):
                found.append(f"need: open {row.closed_at is None}, expected {need.open}")
            found += [each for referral in need.referrals for each in self.different(here, referral)]
        return found + [each for here in (self.cast.ours, self.cast.theirs) for each in untrue(here)]

    def different(self, here, referral):
        row = row_of(here, as_id(referral.id))
        taken = [
            (read["before"], read["after"], read["actor"]) for read in map(_step_of, events_of(here, row.id))
        ]
        expected = [(before, after, str(who.id)) for _step, before, after, who in referral.taken]
        found = [] if row.state == referral.state else [f"referral: {row.state}, expected {referral.state}"]
        return found + ([] if taken == expected else [f"events: {taken}, expected {expected}"])
