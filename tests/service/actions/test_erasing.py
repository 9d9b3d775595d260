"""Erasing, asking for it and holding: two people, coded reasons, one transaction; nothing while anything is open."""

import pytest
from sqlalchemy.exc import ProgrammingError

from referral.model import State
from referral.retention import EraseReason, HoldReason, LiftReason
from service.access import NotFound
from service.actions import erasing, holding, retention
from service.actions.refusals import Conflict, Invalid
from service.actions.retention_rounds import erase_due, erase_one
from service.kinds import OrganisationKind
from service.permissions import NotAllowed, Role
from service.store.accounts import NO_ACCOUNT
from service.store.clients import find_client
from service.store.engine import open_sessions
from service.store.erasing import erase_client
from service.store.holds import find_hold
from tests.postgres import PEOPLES, as_
from tests.service.acts import screen
from tests.service.builders import VAULT, world
from tests.service.caring import do, events, kinds, stranger
from tests.service.referring import referral_in

SUPERVISOR, ADMINISTRATOR = Role.SUPERVISOR, Role.ADMINISTRATOR
YEARS = 30 * 366


@pytest.fixture
def here(database_url, tmp_path):
    return world(database_url, tmp_path)


@pytest.fixture
def on_sqlite(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


def ask(here, client_id, reason=EraseReason.GUARDIAN, role=SUPERVISOR):
    return do(here, erasing.ask, client_id, reason, role=role)


def is_there(here, client_id):
    with here.read() as session:
        return find_client(session, here.organisation.id, client_id) is not None


def erased_one(here, client_id):
    return erase_one(here.parts.open_write, here.parts.act, here.actor(ADMINISTRATOR), client_id)


def test_one_asks_another_approves_and_only_then_is_it_done(here):
    client_id = here.client.id
    screen(here, "gad-7", [0] * 7)
    wanted = ask(here, client_id)
    assert not erased_one(here, client_id)
    do(here, erasing.approve, wanted, role=ADMINISTRATOR)
    assert is_there(here, client_id)
    assert erased_one(here, client_id)
    assert not is_there(here, client_id)
    assert kinds(here)[-3:] == ["erasure asked for", "erasure approved", "client erased"]
    last = events(here)[-1]
    assert (last["client"], last["reason"]) == (str(client_id), "asked by a guardian")
    assert last["details"]["erasure"] == str(wanted)
    assert {"client record:3", "screening without finding:10", "consent:2"} <= set(last["details"]["counts"])


def test_nobody_approves_what_they_asked_for_or_approves_twice(on_sqlite):
    wanted = ask(on_sqlite, on_sqlite.client.id)
    with pytest.raises(NotAllowed):
        do(on_sqlite, erasing.approve, wanted, role=SUPERVISOR)
    do(on_sqlite, erasing.approve, wanted, role=ADMINISTRATOR)
    with pytest.raises(Conflict, match="approved already"):
        do(on_sqlite, erasing.approve, wanted, role=ADMINISTRATOR)
    with pytest.raises(Conflict, match="asked for this already"):
        ask(on_sqlite, on_sqlite.client.id)


@pytest.mark.parametrize("state", [State.DRAFT, State.SENT, State.IN_CARE, State.COMPLETED])
def test_nobody_with_something_open_can_be_asked_for(on_sqlite, state):
    referral_in(on_sqlite, state, client=on_sqlite.client)
    with pytest.raises(Conflict, match="still open"):
        ask(on_sqlite, on_sqlite.client.id)


def test_what_opens_after_the_approval_still_stops_it(on_sqlite):
    do(on_sqlite, erasing.approve, ask(on_sqlite, on_sqlite.client.id), role=ADMINISTRATOR)
    referral_in(on_sqlite, State.SENT, client=on_sqlite.client)
    assert not erased_one(on_sqlite, on_sqlite.client.id)
    assert is_there(on_sqlite, on_sqlite.client.id)


@pytest.mark.parametrize("everybody", [True, False])
def test_a_hold_stops_everything_until_somebody_else_lifts_it(here, everybody):
    client_id = here.client.id
    do(here, erasing.approve, ask(here, client_id), role=ADMINISTRATOR)
    held = do(here, holding.hold, None if everybody else client_id, HoldReason.LITIGATION, role=ADMINISTRATOR)
    here.clock.forward(days=YEARS)
    assert not erased_one(here, client_id)
    with pytest.raises(Conflict, match="Somebody else"):
        do(here, holding.lift, held, LiftReason.ENDED, role=ADMINISTRATOR)
    do(here, holding.lift, held, LiftReason.ENDED, role=SUPERVISOR)
    with pytest.raises(Conflict, match="lifted already"):
        do(here, holding.lift, held, LiftReason.ENDED, role=SUPERVISOR)
    assert erased_one(here, client_id)
    with here.read() as session:
        assert find_hold(session, here.organisation.id, held).lift_reason == "matter ended"
    assert [each for each in kinds(here) if each.startswith("hold")] == ["hold set", "hold lifted"]


@pytest.mark.parametrize(
    ("act", "facts", "role"),
    [
        (erasing.ask, (stranger(), EraseReason.ASKED), SUPERVISOR),
        (erasing.approve, (stranger(),), ADMINISTRATOR),
        (holding.hold, (stranger(), HoldReason.COMPLAINT), SUPERVISOR),
        (holding.lift, (stranger(), LiftReason.COURT), SUPERVISOR),
    ],
)
def test_what_is_not_there_is_not_found(on_sqlite, act, facts, role):
    with pytest.raises(NotFound):
        do(on_sqlite, act, *facts, role=role)


def test_each_act_needs_a_reason(on_sqlite):
    client_id = on_sqlite.client.id
    with pytest.raises(Invalid, match="Choose a reason"):
        ask(on_sqlite, client_id, None)
    with pytest.raises(Invalid, match="Choose a reason"):
        do(on_sqlite, holding.hold, client_id, None, role=SUPERVISOR)
    held = do(on_sqlite, holding.hold, client_id, HoldReason.COMPLAINT, role=SUPERVISOR)
    with pytest.raises(Invalid, match="Choose a reason"):
        do(on_sqlite, holding.lift, held, None, role=ADMINISTRATOR)


@pytest.mark.parametrize(
    "role", [each for each in Role if each not in {ADMINISTRATOR, Role.SYSTEM, *NO_ACCOUNT}]
)
def test_only_who_keeps_records_sees_the_preview(on_sqlite, role):
    with pytest.raises(NotAllowed):
        do(on_sqlite, retention.preview, role=role)


def test_the_preview_says_what_goes_and_what_stays_and_names_nobody(here):
    referral_in(here, State.SENT, client=here.new_client())
    held = here.new_client("Ari")
    do(here, holding.hold, held.id, HoldReason.COMPLAINT, role=SUPERVISOR)
    here.clock.forward(days=YEARS)
    found = do(here, retention.preview, role=ADMINISTRATOR)
    assert [each.client_id for each in found.due] == [here.client.id]
    assert (found.clients, found.due_in_all) == (3, 1)
    assert {str(why): count for why, count in found.kept.items()} == {"hold": 1, "not finished": 1}
    assert not any(name in repr(found) for name in ("Maya", "Noor", "Ari", "Example", "Testcase"))
    assert events(here)[-1]["details"]["view"] == "retention"


@pytest.mark.parametrize("kind", OrganisationKind)
def test_whose_time_is_over_goes_and_a_second_run_finds_nothing(database_url, tmp_path, kind):
    here = world(database_url, tmp_path, kind=kind)
    by = here.actor(ADMINISTRATOR)
    assert erase_due(here.parts.open_write, here.parts.act, by) == ()
    here.clock.forward(days=YEARS)
    assert erase_due(here.parts.open_write, here.parts.act, by) == (here.client.id,)
    assert events(here)[-1]["reason"] == "period over"
    assert erase_due(here.parts.open_write, here.parts.act, by) == ()


def test_an_erasure_that_cannot_be_written_down_does_not_happen(on_sqlite, monkeypatch):
    on_sqlite.clock.forward(days=YEARS)
    monkeypatch.setattr("service.store.audit._chain", _unwritable)
    with pytest.raises(OSError, match="the trail cannot be written"):
        erased_one(on_sqlite, on_sqlite.client.id)
    assert is_there(on_sqlite, on_sqlite.client.id)


def _unwritable(*_facts):
    raise OSError("the trail cannot be written")


@pytest.mark.postgres
def test_a_login_that_serves_people_only_cannot_erase(postgresql_url, tmp_path):
    here = world(postgresql_url, tmp_path)
    sessions = open_sessions(as_(PEOPLES, postgresql_url), VAULT)
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        sessions.write(here.organisation.id) as session,
        session.begin(),
    ):
        erase_client(session, here.organisation.id, here.client.id)
    sessions.engine.dispose()
    assert is_there(here, here.client.id)
