"""A hundred thousand open referrals in one organisation, straight into the tables, the same each time.

Four needs of each client on four pathways, a referral for each that was sent, and the decision that each need
rests on with its reasons. States, urgencies and deadlines are spread as in a district that is behind its work.
A few are made one by one; the database makes the rest, as copies under other ids.
"""

import sqlite3
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from benchmarks.tenants import Row, Tenant, admit, put, screening
from referral.lifecycle import Actor
from referral.model import DecisionKind, Stage, State, Urgency
from referral.needs import next_step
from referral.pressure import length_class
from service.access import Session
from service.actions import storage
from service.actions.loop import number_of
from service.kinds import Role, ScreeningStatus
from service.store.base import Base
from service.store.clients import ClientRow
from service.store.engine import open_sessions
from service.store.needs import NeedRow
from service.store.referrals import ReferralRow
from service.store.screenings import DecisionRow, ScreeningRow

OPEN_REFERRALS = 100_000
EACH = 4
"""Needs of each client."""

PATTERN = 500
"""Clients that are made one by one."""

COPIED = (ClientRow, ScreeningRow, NeedRow, ReferralRow, DecisionRow)
OWN_IDS = {"id", "client_id", "screening_id", "need_id"}
"""Columns that name something that is copied too."""

UNIQUE = {"local_id", "number"}
SHIFTED = {
    "sqlite": "printf('%04x', 61440 + k) || substr({0}, 5)",
    "postgresql": "(to_hex(61440 + k) || substr({0}::text, 5))::uuid",
}
"""An id of copy number k: its first four hexadecimal digits, which no original has."""

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
LASTS = {
    Urgency.IMMEDIATE: timedelta(hours=1),
    Urgency.URGENT: timedelta(hours=24),
    Urgency.SOON: timedelta(days=5),
    Urgency.ROUTINE: timedelta(days=14),
}
"""How long a deadline of a middling step is: each state's is another, so that an urgency has several lengths."""
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
    people = min(PATTERN, referrals // EACH)
    with made.parts.open_write(made.organisation_id) as session, session.begin():
        _write(session, made, admit(session, made, people))
    for table in COPIED:
        with made.parts.open_write(made.organisation_id) as session, session.begin():
            _copy(session, table, referrals // EACH // people - 1)
        _shrink(storage.sqlite_file(made.parts.settings.database_url))
    # On PostgreSQL copies are put in past the triggers that count.
    storage.recount(made.parts.settings.database_url)
    with open_sessions(made.parts.settings.database_url).engine.connect() as connection:
        # What a running PostgreSQL does by itself: note which rows everybody sees, and count.
        tidy = "ANALYZE" if connection.dialect.name == "sqlite" else "VACUUM ANALYZE"
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text(tidy))
        connection.engine.dispose()


def _shrink(file: Path | None) -> None:
    """Put what stands in SQLite's write-ahead log into the file, so that both together stay small."""
    if file is not None:
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _copy(session: Session, table: type[Base], copies: int) -> None:
    """So many copies of every row of a table, under ids of their own."""
    dialect = session.get_bind().dialect.name
    if dialect == "postgresql":
        # Copies refer to what the patterns refer to: checking each again would take longer than all the rest.
        session.execute(text("SET LOCAL session_replication_role = replica"))
    shifted = SHIFTED[dialect]
    columns = table.__table__.columns.keys()
    quoted = [f'"{name}"' for name in columns]
    copied = [
        shifted.format(quote) if name in OWN_IDS else f"{quote} || '-' || k" if name in UNIQUE else quote
        for name, quote in zip(columns, quoted, strict=True)
    ]
    session.execute(
        text(
            f"INSERT INTO {table.__tablename__} ({', '.join(quoted)})"  # noqa: S608  names of our own tables
            " WITH RECURSIVE copies(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM copies WHERE k < :copies)"
            f" SELECT {', '.join(copied)} FROM copies CROSS JOIN {table.__tablename__} WHERE :copies > 0"
        ),
        {"copies": copies},
    )


def _write(session: Session, made: Tenant, clients: Sequence[uuid.UUID]) -> None:
    done = {"status": ScreeningStatus.SUBMITTED, "ended_at": made.now}
    screenings = [screening(made, client, **done) for client in clients]
    needs, referrals, decisions = [], [], []
    for each in screenings:
        for chosen in _choices(made):
            need = _need(made, each, chosen)
            needs.append(need)
            referrals.append(_referral(made, need, chosen))
            decisions.append(_decision(made, need, chosen))
    written = (
        (ScreeningRow, screenings),
        (NeedRow, needs),
        (ReferralRow, referrals),
        (DecisionRow, decisions),
    )
    for table, rows in written:
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
    soon = made.now + timedelta(days=5)
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
        next_actor=Actor.RECEIVER,
        receiver_id=made.teams[chosen.pathway],
        opened_at=made.now,
        sent_at=made.now,
        sent_by=made.people[Role.COUNSELOR].id,
        claimed_at=None if holder is None else made.now,
        claimed_by=holder,
        appointment_at=soon if chosen.state is State.SCHEDULED else None,
        review_at=soon if chosen.state is State.WAITLISTED else None,
        due_step=str(next_step(chosen.state, chosen.urgency).clock),
        due_at=need["due_at"],
        length=length_class(made.now, made.now + LASTS[chosen.urgency] * len(chosen.state) // 8),
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
