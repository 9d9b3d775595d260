"""A walk by dice over the API with everything that people do to needs and referrals, held against the oracle (T6)."""

import random
import uuid
from collections import Counter
from datetime import timedelta
from http import HTTPStatus

from sqlalchemy import select

from referral.entries import read_entry
from referral.events import EventKind
from service.store.accounts import UserRow
from service.store.audit import AuditEventRow
from service.store.needs import find_need
from service.store.referrals import latest_referral
from tests.proofs.cast import GUARDIAN, MOST_CLIENTS, NEWCOMER, PATHWAYS
from tests.proofs.oracle import LEADING, SENDING, TEAM, Client
from tests.proofs.oracle_table import EDGES, ENDS, STEPS
from tests.proofs.promises import broken, trail
from tests.service.builders import NOON
from tests.service.counted import untrue
from tests.service.referring import events_of, row_of

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


def joins(here):
    """The needs that a screening found open, one for each time."""
    mine = AuditEventRow.organisation_id == here.organisation.id
    with here.read() as session:
        return session.scalars(
            select(AuditEventRow.subject_id).where(mine, AuditEventRow.kind == EventKind.NEED_JOINED.value)
        ).all()


class Walk:
    """Acts by dice; `wrong` are those whose answer was not the oracle's."""

    def __init__(self, cast, seed=6):
        self.cast, self.oracle, self.dice, self.wrong = cast, cast.oracle, random.Random(seed), []

    def go(self, count):
        acts = [
            *[self.begin] * 2,
            self.enrol,
            *[self.screen] * 2,
            self.agree,
            self.switch,
            self.hand_over,
            self.close,
            self.sign,
            self.redirect,
            self.reopen,
            *[self.step] * 8,
            *[self.sensible_step] * 14,
            *[self.look] * 6,
        ]
        for number in range(count):
            if self.wrong:  # from there on the two tell of different things
                break
            self.dice.choice(acts)()
            if number % 100 == 0:
                self.wrong += [each for here in self.both() for each in broken(here)]

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

    def enrol(self):
        """A client is added, with a guardian who has not been asked yet."""
        org, place = self.dice.choice(["ours", "theirs"]), self.dice.choice(["first", "second"])
        person, number = self.somebody(org, SENDING), len(self.cast.clients)
        if number >= MOST_CLIENTS:
            return
        expected = self.oracle.enrol(person, org, place)
        body = {**NEWCOMER, "local_id": f"W{number:05d}", "site_id": str(self.cast.places[org, place])}
        answer = self.cast.ask(person, "POST", "/clients", body)
        if self.held(expected, answer, f"{person.role} adds a client") and expected == HTTPStatus.CREATED:
            client = Client(answer.json["id"], org, place)
            answer = self.cast.ask(person, "POST", f"/clients/{client.id}/guardians", GUARDIAN)
            self.held(HTTPStatus.CREATED, answer, f"{person.role} adds a guardian")
            client.guardian = answer.json["id"]
            self.cast.clients.append(client)

    def screen(self):
        """A GAD-7, with all answers severe or none."""
        person, client, elevated = (
            self.somebody(),
            self.dice.choice(self.cast.clients),
            self.dice.random() < 0.6,
        )
        expected = self.oracle.screen(person, client, elevated)
        body = {"client_id": str(client.id), "instruments": ["gad-7"], "agrees": True}
        answer = self.cast.ask(person, "POST", "/screenings", body)
        if self.held(expected, answer, f"{person.role} screens") and expected == HTTPStatus.CREATED:
            need_id = self.fill_in(person, answer.json["id"], 3 if elevated else 0)
            if elevated:
                self.name_need(self.oracle.open_need(client, "psychology"), need_id)

    def fill_in(self, person, screening_id, value):
        """Every answer the same; elevated ones lead to psychology and nowhere else. The id of the need there."""
        path = f"/screenings/{screening_id}"
        body = {"instrument": "gad-7", "answers": {f"q{number}": value for number in range(1, 8)}}
        self.held(HTTPStatus.OK, self.cast.ask(person, "PUT", f"{path}/answers", body), "answers")
        answer = self.cast.ask(person, "POST", f"{path}/submit", {})
        self.held(HTTPStatus.OK, answer, "submit")
        led = {
            each["pathway"]: each["need_id"] for each in answer.json["decisions"] if each["kind"] == "refer"
        }
        if list(led) != (["psychology"] if value else []):
            self.wrong.append(f"a screening of {value} led to {led}")
        return led.get("psychology")

    def name_need(self, need, need_id):
        """The id of a need that was opened, and of its draft; one that was open before keeps its own."""
        if need.id is None and need_id is not None:
            need.id = need_id
            self.name_draft(need)
        elif str(need.id) != need_id:
            self.wrong.append(f"the need is {need_id}, expected {need.id or 'a new one'}")

    def begin(self):
        person, client = self.somebody(), self.dice.choice(self.cast.clients)
        pathway, urgency = self.dice.choice(PATHWAYS), self.dice.choice(["urgent", "soon", "routine"])
        expected = self.oracle.begin(person, client, pathway, urgency)
        body = {"client_id": str(client.id), "pathway": pathway, "urgency": urgency, "reason": "A talk."}
        answer = self.cast.ask(person, "POST", "/needs", body)
        if self.held(expected, answer, f"{person.role} opens a need") and expected == HTTPStatus.CREATED:
            self.name_need(self.oracle.open_need(client, pathway), answer.json["id"])

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
        pathway, status = self.dice.choice([*PATHWAYS, None]), self.dice.choice([*["given"] * 5, "refused"])
        asked = {"purpose": "sharing", "pathway": pathway} if pathway else {"purpose": "screening"}
        body = {**asked, "status": status, "giver": "guardian", "guardian_id": str(client.guardian)}
        answer = self.cast.ask(person, "POST", f"/clients/{client.id}/consents", body)
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
        in_error = self.dice.random() < 0.5
        reason = "entered in error" if in_error else "care found elsewhere"
        said = {"reason": reason, "note": "Looked at twice."}
        self.on_need("close", said, lambda who, need: (self.oracle.close(who, need, in_error), {}))

    def sign(self):
        said = {"reason": "entered in error", "note": "I looked at it too."}
        self.on_need("sign-off", said, lambda who, need: (self.oracle.sign(who, need), {}))

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
        found, joined = [], Counter(subject for here in self.both() for subject in joins(here))
        for need in self.oracle.needs:
            here = self.cast.of(need.client.org)
            with here.read() as session:
                row = find_need(session, here.organisation.id, as_id(need.id))
            stands = (row.closed_at is None, row.owner_id, str(row.urgency), joined[row.id])
            if stands != (need.open, need.owner.id, need.urgency, need.joined):
                found.append(f"need: {stands}, expected open {need.open}, {need.urgency}, {need.joined}")
            found += [each for referral in need.referrals for each in self.different(here, referral)]
        return found + [each for here in self.both() for each in (*untrue(here), *broken(here), *trail(here))]

    def both(self):
        return self.cast.ours, self.cast.theirs

    def different(self, here, referral):
        row = row_of(here, as_id(referral.id))
        taken = [
            (read["before"], read["after"], read["actor"]) for read in map(_step_of, events_of(here, row.id))
        ]
        expected = [(before, after, str(who.id)) for _step, before, after, who in referral.taken]
        found = [] if row.state == referral.state else [f"referral: {row.state}, expected {referral.state}"]
        return found + ([] if taken == expected else [f"events: {taken}, expected {expected}"])
