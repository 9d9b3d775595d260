"""T10: fifty people take one referral, or send one screening, in the same moment: it happens once, and all are told."""

from collections import Counter
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import func, select

from referral.entries import read_entry
from referral.events import EventKind
from referral.model import State
from service.actions import sign_ins
from service.permissions import Role
from service.store.accounts import UserRow
from service.store.audit import AuditEventRow
from service.store.screenings import ScreeningRow
from tests.journeys.test_at_once import at_once
from tests.proofs.tenancy import close
from tests.service.builders import world
from tests.service.referring import events_of, referral_in

CLIENTS = 50
FORMS = [
    pytest.param(2, id="suite"),
    pytest.param(1000, id="long", marks=pytest.mark.long),
]
"""How many referrals, and how many screenings."""


@pytest.fixture
def here(database_url, tmp_path):
    yield world(database_url, tmp_path)
    close()


def crowd(here, role, count=CLIENTS):
    """Fifty people of one role in one team, each on a device of their own: each posts in a thread."""
    app, first = here.app(), here.people[role]
    people = [replace(here.actor(role), id=here.id(), name=f"Person {n} Demo") for n in range(count)]
    with here.write() as session:
        session.add_all(_account(first, each) for each in people)
        session.flush()
        for each in people:
            sign_ins.start(session, str(each.id), act=here.parts.act(each))
    return [partial(_said, app, str(each.id)) for each in people]


def _account(like, person):
    return UserRow(
        organisation_id=like.organisation_id,
        id=person.id,
        email=f"{person.id}@alder-creek.example",
        name=person.name,
        role=like.role,
        site_id=like.site_id,
        password_hash=like.password_hash,
    )


def _said(app, token, path, body, **headers):
    told = {"Authorization": f"Bearer {token}", **headers}
    return app.test_client().post(f"/api/v1{path}", json=body, headers=told)


def accepted(here, referral):
    """How many events say that this referral was accepted."""
    return sum(read_entry(row.entry)["after"] == State.ACCEPTED for row in events_of(here, referral))


@pytest.mark.parametrize("times", FORMS)
def test_of_fifty_who_accept_one_referral_one_does(here, times):
    devices, wrong = crowd(here, Role.CLINICIAN), []
    for number in range(times):
        referral = referral_in(here, State.SENT, client=here.new_client("Noor", f"Testcase{number}"))
        where = f"/referrals/{referral}/accept"
        answers = at_once(*(partial(say, where, {}) for say in devices))
        told = sorted(answer.status_code for answer in answers)
        if told != [200, *[409] * (CLIENTS - 1)] or accepted(here, referral) != 1:
            wrong.append(Counter(told))
    engine = here.parts.settings.database_url.partition(":")[0]
    print(f"T10 {engine}: {CLIENTS} accept each of {times} referrals; not exactly one winner: {len(wrong)}")
    assert wrong == []


@pytest.mark.parametrize("times", FORMS)
def test_one_screening_sent_fifty_times_is_one(here, times):
    devices, wrong = crowd(here, Role.COUNSELOR, 1) * CLIENTS, []
    for number in range(times):
        client = here.new_client("Lina", f"Testcase{number}")
        body = {"client_id": str(client.id), "instruments": ["gad-7"], "agrees": True}
        key = {"Idempotency-Key": f"the same key {number}"}
        answers = at_once(*(partial(say, "/screenings", body, **key) for say in devices))
        ids = {answer.json.get("id") for answer in answers}
        if (
            {answer.status_code for answer in answers} != {201}
            or len(ids) != 1
            or rows(here, client) != (1, 1)
        ):
            wrong.append(Counter(answer.status_code for answer in answers))
    print(f"T10: {CLIENTS} send each of {times} screenings under one key; not exactly one row: {len(wrong)}")
    assert wrong == []


def rows(here, client):
    """(screenings of the client, events that say that one began)."""
    with here.read() as session:
        mine = select(func.count()).select_from(ScreeningRow).where(ScreeningRow.client_id == client.id)
        begun = AuditEventRow.kind == EventKind.SCREENING_STARTED, AuditEventRow.client_id == client.id
        return session.scalar(mine), session.scalar(
            select(func.count()).select_from(AuditEventRow).where(*begun)
        )


def test_a_lifecycle_that_lets_everybody_accept_is_found(here, monkeypatch):
    """The deliberately broken variant."""
    monkeypatch.setattr("service.actions.loop.next_state", lambda _before, _step, _side: State.ACCEPTED)
    monkeypatch.setattr("service.actions.taking.check_turn", lambda *_given, **_more: None)
    devices, referral = crowd(here, Role.CLINICIAN, 8), referral_in(here, State.SENT)
    at_once(*(partial(say, f"/referrals/{referral}/accept", {}) for say in devices))
    assert accepted(here, referral) > 1
