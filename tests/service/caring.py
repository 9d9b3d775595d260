"""Needs, alerts and assessments for the tests: opened, raised and recorded the shortest way."""

import uuid

from sqlalchemy import select

from referral.model import Disposition, Urgency
from service.actions import alerts, assessments, needs
from service.actions.assessments import Record
from service.actions.loop import open_or_join
from service.actions.needs import OpenNeed
from service.kinds import Mode, ScreeningStatus
from service.permissions import Role
from service.store.needs import find_need
from service.store.referrals import latest_referral
from service.store.screenings import ScreeningRow
from service.store.trail import newest_events, read_entry

SAFE = Record(Disposition.LOW, took_over="Rosa Example (mother)", safety_plan=True)


def need_of(here, urgency=Urgency.SOON, pathway="psychology", client=None, role=Role.COUNSELOR):
    """The id of a need that a person opened by judgement."""
    command = OpenNeed(pathway, urgency, "Worried after a talk in the corridor.")
    with here.write() as session:
        return needs.open_by_judgement(session, (client or here.client).id, command, act=here.act(role))


def need_row(here, need_id):
    with here.read() as session:
        return find_need(session, here.organisation.id, need_id)


def latest_of(here, need_id):
    """The newest attempt to meet the need."""
    with here.read() as session:
        return latest_referral(session, here.organisation.id, need_id)


def screening_of(here, client=None):
    """The id of a finished screening without answers, for what hangs on one."""
    row = ScreeningRow(
        organisation_id=here.organisation.id,
        id=here.id(),
        client_id=(client or here.client).id,
        programme_id=here.programme.id,
        mode=Mode.INTERVIEW,
        language="en",
        status=ScreeningStatus.SUBMITTED,
        started_by=here.people[Role.COUNSELOR].id,
        started_at=here.clock(),
        touched_at=here.clock(),
        ended_at=here.clock(),
    )
    with here.write() as session:
        session.add(row)
    return row.id


def alert_of(here, client=None):
    """An immediate alert that a screening raised; its need was opened for it."""
    client = client or here.client
    screening_id = screening_of(here, client)
    with here.write() as session:
        act = here.act()
        need = open_or_join(
            session,
            client,
            pathway="crisis",
            urgency=Urgency.IMMEDIATE,
            owner_id=act.by.id,
            screening_id=screening_id,
            act=act,
        )
        return alerts.raise_alert(
            session, client, screening_id, need, place="Room 114", rule="asq-acute", act=act
        )


def assessed(here, screening_id, command=SAFE, role=Role.COUNSELOR):
    """A safety assessment after a screening."""
    with here.write() as session:
        return assessments.record(session, screening_id, command, act=here.act(role))


def assessed_for_need(here, need_id, command=SAFE, role=Role.COUNSELOR):
    """A safety assessment for a need without a screening."""
    with here.write() as session:
        return assessments.record_for_need(session, need_id, command, act=here.act(role))


def do(here, action, *facts, role=Role.COORDINATOR):
    """One act in one transaction."""
    with here.write() as session:
        return action(session, *facts, act=here.act(role))


def events(here, most=500):
    """Every event of the organisation as it reads, oldest first."""
    with here.read() as session:
        rows = newest_events(session, here.organisation.id, most=most)
    return [dict(read_entry(row)) for row in reversed(rows)]


def kinds(here):
    """The kinds of every event, oldest first, without looks at records."""
    return [entry["kind"] for entry in events(here) if entry["kind"] != "record viewed"]


def count(here, table):
    """How many rows a table holds."""
    with here.read() as session:
        return len(session.scalars(select(table)).all())


def stranger():
    """The id of nothing."""
    return uuid.UUID(int=42)
