"""T27: after any interleaving of acts, holds and erasures the trail is intact, and nobody held or open is touched."""

import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from referral.model import ClosingReason, Step
from referral.retention import EraseReason, HoldReason, LiftReason
from service.actions import closing, erasing, holding, retention_rounds
from service.actions.closing import CloseNeed
from service.actions.refusals import Conflict
from service.permissions import Role
from service.store.clients import find_client
from service.store.holds import erasures_to_do, holds_in_force
from tests.proofs.erased import is_intact, round_of
from tests.proofs.tenancy import close
from tests.service.acts import screen
from tests.service.builders import world
from tests.service.caring import do, latest_of, need_of
from tests.service.counted import untrue
from tests.service.referring import SENDER, take

MOVES = (
    "screen",
    "need",
    "close",
    "hold all",
    "hold",
    "lift",
    "ask",
    "agree",
    "agree",
    "erase",
    "erase",
    "wait",
)
gone: list[int] = []
"""How many clients each history erased."""

HISTORIES = st.lists(st.tuples(st.sampled_from(MOVES), st.integers(0, 2)), min_size=6, max_size=16)


class History:
    """Three clients, what was done to them, and what must therefore still be there."""

    def __init__(self, here):
        self.here = here
        self.clients = [here.client.id, here.new_client("Noor").id, here.new_client("Ari").id]
        self.open = dict.fromkeys(self.clients, ())
        self.gone = set()

    def is_there(self, client_id):
        with self.here.read() as session:
            return find_client(session, self.here.organisation.id, client_id) is not None

    def held(self):
        with self.here.read() as session:
            rows = holds_in_force(session, self.here.organisation.id)
        return {row.client_id for row in rows}, [row.id for row in rows]

    def must_stay(self):
        held, _ids = self.held()
        return {each for each in self.clients if None in held or each in held or self.open[each]}

    def step(self, move, which):
        client_id = self.clients[which]
        if client_id in self.gone and move not in {"hold all", "lift", "erase", "wait"}:
            return
        getattr(self, move.replace(" ", "_"))(client_id)

    def screen(self, client_id):
        screen(self.here, "gad-7", [0] * 7, client_id=client_id)

    def need(self, client_id):
        if not self.open[client_id]:
            with self.here.read() as session:
                row = find_client(session, self.here.organisation.id, client_id)
            self.open[client_id] = (need_of(self.here, client=row),)

    def close(self, client_id):
        for need_id in self.open[client_id]:
            from_draft(self.here, need_id)
            do(self.here, closing.close, need_id, CloseNeed(ClosingReason.CARE_ELSEWHERE, "Seen elsewhere."))
        self.open[client_id] = ()

    def hold_all(self, _client_id):
        do(self.here, holding.hold, None, HoldReason.LITIGATION, role=Role.ADMINISTRATOR)

    def hold(self, client_id):
        do(self.here, holding.hold, client_id, HoldReason.COMPLAINT, role=Role.ADMINISTRATOR)

    def lift(self, _client_id):
        for hold_id in self.held()[1]:
            do(self.here, holding.lift, hold_id, LiftReason.ENDED, role=Role.SUPERVISOR)

    def ask(self, client_id):
        stays = client_id in self.must_stay()
        try:
            do(self.here, erasing.ask, client_id, EraseReason.ASKED, role=Role.SUPERVISOR)
        except Conflict:
            with self.here.read() as session:
                asked = {row.client_id for row in erasures_to_do(session, self.here.organisation.id)}
            assert stays or client_id in asked
        else:
            assert not stays

    def agree(self, client_id):
        self.ask(client_id)
        with self.here.read() as session:
            rows = erasures_to_do(session, self.here.organisation.id)
        for row in rows:
            if row.client_id == client_id and row.approved_at is None and client_id not in self.must_stay():
                do(self.here, erasing.approve, row.id, role=Role.ADMINISTRATOR)

    def erase(self, _client_id):
        kept = self.must_stay()
        by = self.here.actor(Role.ADMINISTRATOR)
        due = retention_rounds.erase_due(self.here.parts.open_write, self.here.parts.act, by)
        gone = {*round_of(self.here), *due}
        assert not gone & kept
        self.gone |= gone

    def wait(self, _client_id):
        self.here.clock.forward(days=300)


def from_draft(here, need_id):
    """End the draft that a need began with, as closing asks for."""
    take(here, latest_of(here, need_id).id, Step.DISMISS, SENDER)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(moves=HISTORIES)
def test_the_trail_is_intact_after_any_history_and_nobody_held_or_open_goes(moves, migrated_sqlite, tmp_path):
    file = shutil.copy(migrated_sqlite, tmp_path / "handrail.db")
    here = world(f"sqlite:///{file}", tmp_path)
    try:
        history = History(here)
        for move, which in moves:
            history.step(move, which)
        assert {each for each in history.clients if not history.is_there(each)} == history.gone
        assert is_intact(here)
        assert untrue(here) == []
        gone.append(len(history.gone))
    finally:
        close()


def test_over_all_histories_somebody_was_erased():
    print(f"T27: {len(gone)} histories, {sum(gone)} clients erased")
    assert sum(gone) > 0


def test_an_erasure_that_forgets_holds_is_caught(sqlite_url, tmp_path, monkeypatch):
    """The deliberately broken variant."""
    here = world(sqlite_url, tmp_path)
    try:
        history = History(here)
        history.step("agree", 0)
        history.step("hold", 0)
        monkeypatch.setattr("service.actions.retention.holds_in_force", lambda _session, _organisation: ())
        with pytest.raises(AssertionError):
            history.step("erase", 0)
    finally:
        close()
