"""A world in full swing: records at every stage, and an id for each noun that an address can name."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time

from sqlalchemy import select

from referral.model import State, Urgency
from referral.offers import Offer
from referral.overriding import OverrideReason
from referral.retention import EraseReason, HoldReason
from service.actions import erasing, feeds, holding, notes, overriding, rosters, screenings, stating, views
from service.actions.notes import WriteNote
from service.actions.overriding import Override
from service.actions.rosters import NewShift
from service.actions.screenings import GiveAnswer, StartScreening
from service.actions.stating import Statement
from service.kinds import Mode, ScreeningStatus
from service.permissions import Role
from service.store import clients, trail
from service.store.accounts import NO_ACCOUNT
from service.store.alerts import AlertRow
from service.store.needs import NeedRow
from service.store.referrals import ReferralRow
from service.store.tables import Base
from tests.service.builders import World
from tests.service.crossing import stranger
from tests.service.referring import draft, referral_in
from tests.service.sealed import seal
from tests.whole import url_of, whole

ACUTE = {"asq": {"q1": 0, "q2": 0, "q3": 1, "q4": 0, "q5": 1}}
RISK = {
    "phq-9": {f"q{n}": value for n, value in enumerate([2, 2, 3, 1, 2, 2, 1, 0, "refused"], start=1)},
    "asq": {"q1": 0, "q2": 0, "q3": 1, "q4": 0, "q5": 0},
}


@dataclass(frozen=True)
class Stage:
    """One organisation's records. `ids` has one for each name that stands in an address, `more` further ones."""

    here: World
    ids: Mapping[str, object]
    more: Mapping[str, Sequence[uuid.UUID]] = field(default_factory=dict)

    def addresses(self, rule):
        """The rule's path with each id that it can have here."""
        names = [name for name in rule.arguments if name in self.more]
        chosen = [self.ids, *({**self.ids, name: each} for name in names for each in self.more[name])]
        return [path(rule, ids) for ids in chosen]


def path(rule, ids):
    """The address of a rule with these ids."""
    adapter = rule.map.bind("localhost")
    return adapter.build(rule.endpoint, {name: ids[name] for name in rule.arguments}, method=method(rule))


def method(rule):
    """The one method of a rule besides what Flask adds."""
    return (rule.methods - {"HEAD", "OPTIONS"}).pop()


def screening(here: World, client, answers=None, status=ScreeningStatus.SUBMITTED):
    """The id of a screening with these answers; without answers it is still running."""
    chosen = tuple(answers or RISK)
    command = StartScreening(client.id, chosen, Mode.INTERVIEW, agrees=True)
    with here.write() as session:
        screening_id = screenings.start(session, command, act=here.act())
    given = [
        GiveAnswer(name, item, value)
        for name, all_ in (answers or {}).items()
        for item, value in all_.items()
    ]
    if given:
        with here.write() as session:
            screenings.answer_all(session, screening_id, given, act=here.act())
            screenings.end(session, screening_id, status, act=here.act())
    return screening_id


def shift(here: World):
    """The id of a shift on the on-call roster."""
    command = NewShift(
        here.people[Role.ON_CALL].id, frozenset(range(7)), time(17), time(8), here.clock().date()
    )
    with here.write() as session:
        return rosters.add(session, command, act=here.act(Role.COORDINATOR))


def state_offer(here: World):
    """The team for psychology says what it offers."""
    team, act = here.teams["psychology"], here.act(Role.ADMINISTRATOR)
    offer = Offer((team.pathway,), 5, 21, ("en",), per_week=4, open_places=2, wait_days=0)
    with here.write() as session:
        stating.keep(session, team.id, Statement(offer, "", 0), act=act)


def override(here: World):
    """The id of a change that a counselor made to a need, which nobody has looked at yet."""
    with here.read() as session:
        mine = ReferralRow.organisation_id == here.organisation.id
        of = ReferralRow.id == draft(here, client=here.new_client("Tess"))
        need_id = session.scalars(select(ReferralRow.need_id).where(mine, of)).one()
    wanted = Override(Urgency.ROUTINE, reason=OverrideReason.HELP_IN_PLACE, words="Her aunt is with her.")
    with here.write() as session:
        return overriding.override(session, need_id, wanted, act=here.act())


def calendar(here: World, role=Role.COORDINATOR):
    """The token of somebody's calendar."""
    token = f"a calendar of {here.people[role].id}"
    with here.write() as session:
        feeds.make(session, token, act=here.act(role))
    return token


def view(here: World):
    """The id of a coordinator's own view of the queue."""
    with here.write() as session:
        views.save(session, "Mine", "view=mine", act=here.act(Role.COORDINATOR))
    with here.read() as session:
        return views.own(session, act=here.act(Role.COORDINATOR))[0].id


def stage(here: World) -> Stage:
    """Maya is being screened, Noor is in danger, Lina's answers ask for care, Ari's referral goes its way."""
    running = screening(here, here.client)
    noor, lina, ari, alone = (here.new_client(given) for given in ("Noor", "Lina", "Ari", "Kai"))
    acute = screening(here, noor, ACUTE)
    risky = screening(here, lina, RISK)
    sent = referral_in(here, State.SENT, client=ari)
    ended = [
        referral_in(here, state, client=here.new_client("Sam", f"Testcase{state.name}"))
        for state in (State.SCHEDULED, State.DECLINED, State.COMPLETED)
    ]
    with here.read() as session:
        mine = AlertRow.organisation_id == here.organisation.id
        alert = session.scalars(select(AlertRow.id).where(mine)).one()
        of = NeedRow.organisation_id == here.organisation.id
        (event, *_later) = trail.events_about(session, here.organisation.id, sent)
        needs = session.scalars(select(NeedRow.id).where(of).order_by(NeedRow.opened_at, NeedRow.id)).all()
        mother = clients.guardians_of(session, here.organisation.id, lina.id)[0].id
        hers = session.scalars(select(NeedRow.id).where(of, NeedRow.client_id == lina.id)).first()
    with here.write() as session:
        held = holding.hold(session, ari.id, HoldReason.COMPLAINT, act=here.act(Role.ADMINISTRATOR))
        wanted = erasing.ask(session, alone.id, EraseReason.ASKED, act=here.act(Role.SUPERVISOR))
        note = notes.write(session, lina.id, WriteNote("Seen in the corridor."), act=here.act())
    state_offer(here)
    seal(here)
    ids = {
        "client_id": lina.id,
        "screening_id": risky,
        "alert_id": alert,
        "need_id": hers,
        "referral_id": sent,
        "event_id": event.id,
        "shift_id": shift(here),
        "note_id": note,
        "receiver_id": here.teams["psychology"].id,
        "guardian_id": mother,
        "organisation_id": here.id(),
        "packet_id": stranger(here),
        "token": calendar(here),
        "view_id": view(here),
        "instrument": "phq-9",
        "instrument_id": "phq-9",
        "override_id": override(here),
        "programme_id": "school-screening",
        "user_id": here.people[Role.COUNSELOR].id,
        "site_id": here.school.id,
        "hold_id": held,
        "erasure_id": wanted,
        "name": "claim",
        "filename": "css/handrail.css",
    }
    more = {
        "client_id": [here.client.id, noor.id],
        "screening_id": [running, acute],
        "referral_id": [draft(here, client=here.new_client("Kim")), *ended],
        "need_id": [each for each in needs if each != hers],
    }
    return Stage(here, ids, more)


def dumped(here: World) -> Mapping[str, Sequence[str]]:
    """Every row of every table as it stands, of every organisation: what must be the same after a refusal."""
    with whole(url_of(here)) as session:
        return {
            table.name: sorted(repr(tuple(row)) for row in session.execute(table.select()))
            for table in Base.metadata.sorted_tables
        }


def changed(before, after):
    """The tables that differ."""
    return sorted(name for name in before if before[name] != after[name])


PEOPLE = tuple(role for role in Role if role is not Role.SYSTEM and role not in NO_ACCOUNT)
