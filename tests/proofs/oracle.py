"""What should happen, told a second time and by other means: people, clients, needs and referrals, without a database.

Written from docs/lifecycle.md and docs/architecture.md; nothing of the program is used. T6 holds the program to it.
"""

from dataclasses import dataclass, field

from tests.proofs.oracle_table import EDGES, ENDS, HOLDERS_ONLY, SIDES

EVERYWHERE = {"coordinator", "supervisor", "on-call"}
SENDING = {"counselor", "coordinator", "supervisor"}
LEADING = {"coordinator", "supervisor"}
TEAM = {"referral staff", "clinician"}
WORKING = TEAM | {"on-call"}

RANKS = {"routine": 0, "soon": 1, "urgent": 2}


@dataclass
class Person:
    """Somebody with an account."""

    id: object
    org: str
    role: str
    place: str
    active: bool = True


@dataclass
class Client:
    """Somebody who is cared for, and what their guardian said to screening, and to sharing by pathway."""

    id: object
    org: str
    place: str
    guardian: object = None
    screening: str = ""
    sharing: dict = field(default_factory=dict)


@dataclass
class Need:
    """A need with its attempts, oldest first; `joined`: how many screenings found it open; `second` signed."""

    id: object
    client: Client
    pathway: str
    owner: Person
    urgency: str = "soon"
    open: bool = True
    joined: int = 0
    second: object = None
    referrals: list = field(default_factory=list)


@dataclass
class Referral:
    """One attempt; `taken` are its steps: (step, before, after, by whom)."""

    id: object
    need: Need
    pathway: str
    state: str = "draft"
    receiver: str = ""
    holder: object = None
    read: bool = False
    taken: list = field(default_factory=list)

    @property
    def unread(self):
        """Whether an outcome waits to be read."""
        return self.state == "completed" and not self.read


def reaches(person, client, referrals):
    """Whether somebody reaches a client at all: by duty, by building, or because their team was sent a referral."""
    if person.org != client.org:
        return False
    if person.role in EVERYWHERE:
        return True
    if person.role in TEAM:
        return any(each.receiver == person.place for each in referrals if each.need.client is client)
    return person.role == "counselor" and person.place == client.place


class Oracle:
    """What each act answers; an act that is answered with 200 or 201 has happened here too."""

    def __init__(self):
        self.needs, self.referrals = [], []

    def door(self, person, client, allowed):
        """401, 404 or 403 as the door to a client's record answers, or 200."""
        if not person.active:
            return 401
        if not reaches(person, client, self.referrals):
            return 404
        return 200 if person.role in allowed else 403

    def referral_door(self, person, referral, allowed):
        """The same for a referral: a team reaches what was sent to it, and only that."""
        if person.active and person.role in TEAM:
            mine = person.org == referral.need.client.org and referral.receiver == person.place
            return 404 if not mine else 200 if person.role in allowed else 403
        return self.door(person, referral.need.client, allowed)

    def look(self, person, thing):
        """Asking for one client, need or referral."""
        if isinstance(thing, Referral):
            return self.referral_door(person, thing, SENDING | WORKING)
        if isinstance(thing, Need):
            return self.door(person, thing.client, SENDING)
        return self.door(person, thing, SENDING | {"clinician", "on-call"})

    def step(self, person, referral, step):
        """One step on one referral."""
        sides = SIDES[step]
        side = next(iter(sides)) if len(sides) == 1 else "receiver" if person.role in WORKING else "sender"
        # Those on call work what is immediate, and nothing here is.
        found = self.referral_door(person, referral, SENDING if side == "sender" else TEAM)
        if found != 200 or self._repeated(person, referral, step):
            return found
        to, allowed = EDGES.get((referral.state, step), ("", set()))
        held = referral.state == "claimed" and step in HOLDERS_ONLY and referral.holder is not person
        if side not in allowed or held:
            return 409
        if step == "send" and referral.need.client.sharing.get(referral.pathway) == "refused":
            return 422
        self._take(person, referral, step, to)
        return 200

    @staticmethod
    def _repeated(person, referral, step):
        if step == "read-outcome" and referral.read:
            return True
        last = referral.taken[-1] if referral.taken else None
        return last is not None and (last[0], last[2], last[3]) == (step, referral.state, person)

    def _take(self, person, referral, step, to):
        referral.taken.append((step, referral.state, to, person))
        referral.state = to
        referral.holder = person if step == "claim" else None if step == "release" else referral.holder
        if step == "send":
            referral.receiver = referral.pathway
        if step == "read-outcome":
            referral.read = True
            need = referral.need
            at_risk = need.urgency == "urgent"  # an adult who took over is never named here
            need.open = need.open and (at_risk or need.referrals[-1] is not referral)

    def enrol(self, person, org, place):
        """Adding a client, who is nobody else: for those who keep clients, a counselor in their own building."""
        if not person.active:
            return 401
        if person.role not in SENDING:
            return 403
        own = person.role != "counselor" or person.place == place
        return 201 if person.org == org and own else 422

    def open_need(self, client, pathway):
        """The one that is open on this pathway, or None."""
        here = (each for each in self.needs if each.client is client and each.pathway == pathway)
        return next((each for each in here if each.open), None)

    def begin(self, person, client, pathway, urgency):
        """Opening a need by judgement: 201 with a draft, or one open there raised; 409 when it says nothing new."""
        found, need = self.door(person, client, SENDING), self.open_need(client, pathway)
        if found != 200:
            return found
        if need is None:
            self._open(person, client, pathway, urgency)
        elif RANKS[urgency] > RANKS[need.urgency]:
            need.urgency, need.second = urgency, None
        else:
            return 409
        return 201

    def _open(self, person, client, pathway, urgency):
        self.needs.append(Need(None, client, pathway, person, urgency))
        self._draft(self.needs[-1], pathway)

    def screen(self, person, client, elevated):
        """A GAD-7: severe, it leads to psychology soon, joins what is open there and never lowers it; else nowhere."""
        found = self.door(person, client, SENDING)
        if found != 200:
            return found
        if client.screening != "given":
            return 409
        need = self.open_need(client, "psychology")
        if elevated and need is None:
            self._open(person, client, "psychology", "soon")
        elif elevated:
            need.joined, need.urgency = need.joined + 1, max(need.urgency, "soon", key=RANKS.get)
        return 201

    def _draft(self, need, pathway):
        need.second = None
        need.referrals.append(Referral(None, need, pathway))
        self.referrals.append(need.referrals[-1])

    def agree(self, person, client, pathway, status):
        """A guardian's answer to screening (no pathway) or to sharing, written down."""
        found = self.door(person, client, SENDING)
        if found == 200 and pathway is None:
            client.screening = status
        elif found == 200:
            client.sharing[pathway] = status
        return 201 if found == 200 else found

    def _lead(self, person, need):
        found = self.door(person, need.client, LEADING)
        return 409 if found == 200 and not need.open else found

    def hand_over(self, person, need, to):
        """Another owner: somebody of the sending side who reaches the client and works here."""
        found = self._lead(person, need)
        if found != 200:
            return found
        fit = to.active and to.role in SENDING and reaches(to, need.client, self.referrals)
        if to is need.owner or not fit:
            return 422
        need.owner = to
        return 200

    def sign(self, person, need):
        """A second person agrees that a need at risk was entered in error: once."""
        found = self._lead(person, need)
        if found == 200 and (need.urgency != "urgent" or need.second):
            return 409
        if found == 200:
            need.second = person
        return found

    def close(self, person, need, in_error):
        """Care was found elsewhere, or it was an error; who is at risk is not let go of by one person."""
        found = self._lead(person, need)
        if found != 200:
            return found
        latest = need.referrals[-1]
        two = in_error and need.second not in (None, person)
        if latest.state not in ENDS or (need.urgency == "urgent" and not two):
            return 422
        if latest.unread:
            self._take(person, latest, "read-outcome", "completed")
        need.open = False
        return 200

    def redirect(self, person, need, pathway):
        """The next attempt, once the one before has ended and was read."""
        found = self._lead(person, need)
        if found != 200:
            return found
        latest = need.referrals[-1]
        if latest.state not in ENDS or latest.unread:
            return 409
        self._draft(need, pathway)
        return 201

    def reopen(self, person, need):
        """A closed need again; not beside another open one of the same pathway."""
        found = self.door(person, need.client, LEADING)
        if found != 200 or self.open_need(need.client, need.pathway):
            return 409 if found == 200 else found
        owner = need.owner
        if not (owner.active and reaches(owner, need.client, self.referrals)):
            need.owner = person
        need.open = True
        self._draft(need, need.pathway)
        return 201
