"""A hundred thousand open referrals in one organisation, straight into the tables, the same each time.

Four needs of each client on four pathways, a referral for each that was sent, and the decision that each need
rests on with its reasons. States, urgencies and deadlines are spread as in a district that is behind its work.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text

from benchmarks.tenants import Row, Tenant, admit, put, screening
from referral.lifecycle import Actor
from referral.model import DecisionKind, Stage, State, Urgency
from referral.needs import next_step
from service.access import Session
from service.actions.loop import number_of
from service.kinds import Role, ScreeningStatus
from service.store.needs import NeedRow
from service.store.referrals import ReferralRow
from service.store.screenings import DecisionRow, ScreeningRow

OPEN_REFERRALS = 100_000
EACH = 4
"""Needs of each client."""

STEP = 2500
"""Clients written at a time."""

PATHWAYS = {"psychology": 40, "social-work": 20, "primary-care": 15, "school-support": 15, "psychiatry": 10}
URGENCIES = {Urgency.IMMEDIATE: 1, Urgency.URGENT: 9, Urgency.SOON: 30, Urgency.ROUTINE: 60}
STATES = {
    State.SENT: (25, Stage.SENT),
    State.CLAIMED: (10, Stage.SENT),
    State.ACCEPTED: (15, Stage.ACCEPTED),
    State.WAITLISTED: (20, Stage.ACCEPTED),
    State.SCHEDULED: (18, Stage.BOOKED),
    State.NOT_ATTENDED: (4, Stage.BOOKED),
    State.IN_CARE: (8, Stage.HELP_BEGAN),
}
LATE = timedelta(days=3)
AHEAD = timedelta(days=27)
REASONS = [
    {
        "rule": "phq-9-moderate",
        "text": {
            "en": "PHQ-9 total is 12, in the band moderate (10 to 14).",
            "es": "El total del PHQ-9 es 12, en el rango moderado (10 a 14).",
        },
    }
]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is drawn for one need and its referral."""

    pathway: str
    urgency: Urgency
    state: State


def gather(made: Tenant, referrals: int = OPEN_REFERRALS) -> None:
    """Write so many open referrals with all that they rest on, then let the database look at its indexes."""
    left = referrals // EACH
    with made.parts.open_write() as session, session.begin():
        people = admit(session, made, left)
    for first in range(0, left, STEP):
        with made.parts.open_write() as session, session.begin():
            _write(session, made, people[first : first + STEP])
    with made.parts.open_write() as session, session.begin():
        session.execute(text("ANALYZE"))


def _write(session: Session, made: Tenant, clients: Sequence[uuid.UUID]) -> None:
    done = {"status": ScreeningStatus.SUBMITTED, "ended_at": made.now}
    screenings = [screening(made, client, **done) for client in clients]
    put(session, ScreeningRow, screenings)
    needs, referrals, decisions = [], [], []
    for each in screenings:
        for chosen in _choices(made):
            need = _need(made, each, chosen)
            needs.append(need)
            referrals.append(_referral(made, need, chosen))
            decisions.append(_decision(made, need, chosen))
    for table, rows in ((NeedRow, needs), (ReferralRow, referrals), (DecisionRow, decisions)):
        put(session, table, rows)


def _choices(made: Tenant) -> Iterator[Chosen]:
    dice, pathways = made.dice, list(PATHWAYS)
    left_out = dice.choices(pathways, [100 - share for share in PATHWAYS.values()])[0]
    urgencies = dice.choices(list(URGENCIES), list(URGENCIES.values()), k=EACH)
    states = dice.choices(list(STATES), [share for share, _ in STATES.values()], k=EACH)
    pathways.remove(left_out)
    return map(Chosen, pathways, urgencies, states)


def _need(made: Tenant, screened: Row, chosen: Chosen) -> Row:
    return made.row(
        client_id=screened["client_id"],
        pathway=chosen.pathway,
        urgency=chosen.urgency,
        rank=chosen.urgency.rank,
        stage=STATES[chosen.state][1],
        owner_id=made.people[Role.COUNSELOR].id,
        screening_id=screened["id"],
        opened_at=made.now,
        next_actor=Actor.RECEIVER,
        next_step=dict(next_step(chosen.state, chosen.urgency).what),
        due_at=made.now - LATE + (LATE + AHEAD) * made.dice.random(),
        version=1,
    )


def _referral(made: Tenant, need: Row, chosen: Chosen) -> Row:
    new_id = made.id()
    holder = None if chosen.state is State.SENT else made.dice.choice(made.holders[chosen.pathway])
    booked = made.now + timedelta(days=5) if chosen.state is State.SCHEDULED else None
    return made.row(
        id=new_id,
        number=f"{number_of(new_id)}-{made.dice.getrandbits(24):x}",
        need_id=need["id"],
        client_id=need["client_id"],
        pathway=chosen.pathway,
        urgency=chosen.urgency,
        rank=chosen.urgency.rank,
        state=chosen.state,
        state_since=made.now,
        open=True,
        receiver_id=made.teams[chosen.pathway],
        opened_at=made.now,
        sent_at=made.now,
        sent_by=made.people[Role.COUNSELOR].id,
        claimed_at=None if holder is None else made.now,
        claimed_by=holder,
        appointment_at=booked,
        due_step=str(next_step(chosen.state, chosen.urgency).clock),
        due_at=need["due_at"],
        version=1,
    )


def _decision(made: Tenant, need: Row, chosen: Chosen) -> Row:
    return made.row(
        screening_id=need["screening_id"],
        kind=DecisionKind.REFER,
        pathway=chosen.pathway,
        urgency=chosen.urgency,
        first=None,
        rescreen_days=None,
        rules=["phq-9-moderate"],
        reasons=REASONS,
        need_id=need["id"],
        decided_at=made.now,
    )
