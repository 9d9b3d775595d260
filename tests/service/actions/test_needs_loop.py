"""The whole loop at random: at any instant each open need has one owner, a next step and a deadline."""

import shutil
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings, stateful
from hypothesis import strategies as st

from referral.audit import Intact, verify
from referral.lifecycle import StepRefused, steps_open
from referral.model import AttemptResult, Channel, ClosingReason, Side, State, Step, Urgency
from service.access import NotFound
from service.actions import attempts, closing, needs
from service.actions.attempts import LogAttempt
from service.actions.closing import CloseLoop, CloseNeed
from service.actions.needs import OpenNeed, Reassign, Redirect, SignOff
from service.actions.refusals import Conflict, Invalid
from service.permissions import NotAllowed, Role
from service.store.audit import recorded_head, stored_events
from service.store.needs import needs_of
from service.store.referrals import find_referral, referrals_for
from tests.postgres import LOGIN, as_
from tests.service.builders import opened, world
from tests.service.caring import assessed_for_need, do, kinds
from tests.service.referring import take

REFUSED = (Conflict, Invalid, StepRefused, NotAllowed, NotFound)
SENDERS = st.sampled_from([Role.COUNSELOR, Role.COORDINATOR, Role.SUPERVISOR])
STEPS = st.sampled_from([step for step in Step if step not in {Step.SIGN_OFF, Step.READ_OUTCOME}])
NOT_HERE = {Step.SIGN_OFF, Step.READ_OUTCOME, Step.MARK_ERROR}
PATHWAYS = st.sampled_from(["psychology", "psychology", "psychiatry"])
URGENCIES = st.sampled_from([Urgency.URGENT, Urgency.SOON, Urgency.ROUTINE])


class Loop(stateful.RuleBasedStateMachine):
    """Two clients, every act on needs and referrals by people of both sides, in any order."""

    make_url = None
    folder = None

    def __init__(self):
        super().__init__()
        self.here = world(type(self).make_url(), type(self).folder)
        self.clients = [self.here.client, self.here.new_client()]

    def teardown(self):
        with self.here.read() as session:
            organisation = self.here.organisation.id
            rows, head = stored_events(session, organisation), recorded_head(session, organisation)
            found = verify(rows, str(organisation), head=head)
        assert isinstance(found, Intact)
        while opened:
            opened.pop()()

    def act(self, action, *facts, role=Role.COORDINATOR, wrote=1):
        """Do something: it writes this many events, or is refused and writes none."""
        self.here.clock.forward(minutes=7)
        before = len(kinds(self.here))
        try:
            do(self.here, action, *facts, role=role)
        except REFUSED:
            wrote = 0
        assert len(kinds(self.here)) - before in (wrote if isinstance(wrote, tuple) else (wrote,))

    def every(self):
        with self.here.read() as session:
            organisation = self.here.organisation.id
            rows = [row for client in self.clients for row in needs_of(session, organisation, client.id)]
            return [(row, referrals_for(session, organisation, [row.id])) for row in rows]

    def some(self, data):
        rows = self.every()
        return data.draw(st.sampled_from(rows)) if rows else (None, ())

    @stateful.initialize(urgency=URGENCIES, data=st.data())
    def begin_with_a_need_on_its_way(self, urgency, data):
        self.open_a_need(0, "psychology", urgency, Role.COUNSELOR)
        self.take_a_step_in_order(data)

    @stateful.rule(which=st.integers(0, 1), pathway=PATHWAYS, urgency=URGENCIES, role=SENDERS)
    def open_a_need(self, which, pathway, urgency, role):
        command = OpenNeed(pathway, urgency, "Worried.")
        self.act(needs.open_by_judgement, self.clients[which].id, command, role=role)

    @stateful.rule(data=st.data())
    def take_a_step_in_order(self, data):
        _need, rows = self.some(data)
        for _ in range(data.draw(st.integers(1, 7)) if rows else 0):
            with self.here.read() as session:
                state = find_referral(session, self.here.organisation.id, rows[-1].id).state
            ways = [(side, step) for side in Side for step in steps_open(state, side) if step not in NOT_HERE]
            if ways:
                side, step = data.draw(st.sampled_from(ways))
                self.step(rows[-1].id, step, Role.COUNSELOR if side is Side.SENDER else Role.CLINICIAN)

    @stateful.rule(data=st.data(), step=STEPS, sends=st.booleans())
    def take_any_step(self, data, step, sends):
        _need, rows = self.some(data)
        if rows:
            self.step(rows[-1].id, step, Role.COUNSELOR if sends else Role.CLINICIAN)

    def step(self, referral_id, step, role):
        self.here.clock.forward(hours=1)
        before = len(kinds(self.here))
        try:
            take(self.here, referral_id, step, role)
        except REFUSED:
            assert len(kinds(self.here)) == before
        else:
            assert len(kinds(self.here)) - before in {0, 1}  # said twice by the same person it is done once

    @stateful.rule(data=st.data(), role=SENDERS)
    def try_to_reach_them(self, data, role):
        need, _rows = self.some(data)
        if need is not None:
            tried = LogAttempt(Channel.PHONE, AttemptResult.NO_ANSWER)
            self.act(attempts.log_attempt, need.id, tried, role=role)

    @stateful.rule(data=st.data(), pathway=PATHWAYS)
    def choose_another_way(self, data, pathway):
        need, _rows = self.some(data)
        if need is not None:
            self.act(needs.redirect, need.id, Redirect(pathway))

    @stateful.rule(data=st.data(), to=SENDERS)
    def hand_over(self, data, to):
        need, _rows = self.some(data)
        if need is not None:
            self.act(needs.reassign, need.id, Reassign(self.here.people[to].id, "Yours."))

    @stateful.rule(data=st.data(), role=SENDERS)
    def sign(self, data, role):
        need, _rows = self.some(data)
        if need is not None:
            self.act(needs.sign_off, need.id, SignOff(note="We tried."), role=role)

    @stateful.rule(data=st.data())
    def assess(self, data):
        need, _rows = self.some(data)
        if need is not None:
            try:
                assessed_for_need(self.here, need.id)
            except REFUSED:
                return

    @stateful.rule(data=st.data(), reason=st.sampled_from(list(ClosingReason)))
    def close(self, data, reason):
        need, _rows = self.some(data)
        if need is not None:
            self.act(closing.close, need.id, CloseNeed(reason), wrote=(1, 2))

    @stateful.rule(data=st.data(), keep_open=st.booleans(), role=SENDERS)
    def read_the_outcome(self, data, keep_open, role):
        need, _rows = self.some(data)
        if need is not None:
            self.act(closing.close_the_loop, need.id, CloseLoop(keep_open), role=role, wrote=(1, 2))

    @stateful.rule(data=st.data())
    def open_again(self, data):
        need, _rows = self.some(data)
        if need is not None:
            self.act(needs.reopen, need.id, "They came back.")

    @stateful.invariant()
    def every_open_need_has_one_owner_and_a_deadline(self):
        people = {row.id for row in self.here.people.values()}
        for need, rows in self.every():
            if need.closed_at is None:
                assert need.owner_id in people
                assert need.due_at is not None
                assert need.next_step["en"]
                assert need.next_actor != "nobody"
                assert need.rank == need.urgency.rank
            else:
                assert (need.due_at, need.next_actor) == (None, "nobody")
                assert not [row for row in rows if row.open]

    @stateful.invariant()
    def one_attempt_runs_at_a_time_and_none_is_lost(self):
        for need, rows in self.every():
            assert len([row for row in rows if row.state not in _ENDED]) <= 1
            assert [row.previous_id for row in rows] == [None, *(row.id for row in rows[:-1])], need.id

    @stateful.invariant()
    def an_urgent_need_closed_with_an_adult_unless_carried_elsewhere(self):
        carried = {ClosingReason.JOINED_ANOTHER_NEED, ClosingReason.ENTERED_IN_ERROR}
        for need, _rows in self.every():
            risky = need.urgency.at_least(Urgency.URGENT)
            if need.closed_at and risky and need.closing_reason not in carried:
                assert need.took_over


_ENDED = {State.COMPLETED, State.DECLINED, State.CANCELLED, State.NOT_REACHED, State.ENTERED_IN_ERROR}


def run(make_url, folder, *, examples, steps):
    ran = []

    def counted():
        ran.append(1)
        return make_url()

    class Here(Loop):
        pass

    Here.make_url, Here.folder = staticmethod(counted), folder
    stateful.run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=timedelta(seconds=30),
            suppress_health_check=list(HealthCheck),
        ),
    )
    return len(ran)


@pytest.mark.slow
def test_the_loop_holds_on_sqlite(migrated_sqlite, tmp_path_factory):
    def make_url():
        return f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path_factory.mktemp('loop') / 'handrail.db')}"

    assert run(make_url, tmp_path_factory.mktemp("files"), examples=8, steps=20) >= 8


@pytest.mark.slow
@pytest.mark.postgres
def test_the_loop_holds_on_postgresql(postgres, migrated_postgres, tmp_path_factory):
    names = iter(range(100))

    def make_url():
        return as_(LOGIN, postgres.create(f"handrail_loop_{next(names)}", migrated_postgres))

    assert run(make_url, tmp_path_factory.mktemp("files"), examples=2, steps=15) >= 2
