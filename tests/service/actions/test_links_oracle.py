"""Any sequence of trying, renewing, taking back, waiting and acting: a link does what a small oracle says, no more."""

import shutil
from dataclasses import dataclass, field

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from referral.lifecycle import TERMINAL
from referral.model import DeclineReason, State, Step
from service.actions import links, referrals
from service.actions.refusals import Conflict
from service.actions.taking import Said
from tests.service import builders
from tests.service.builders import world
from tests.service.linking import link_row, linked, minted, opened, renew, take_back, visitor_of
from tests.service.referring import row_of, said

ACTS = (Step.ACCEPT, Step.SCHEDULE, Step.RECORD_ATTENDED)
MINUTE, DAY = 60, 24 * 60 * 60
WAITS = (MINUTE, 19 * MINUTE, 21 * MINUTE, 3 * 60 * MINUTE, DAY, 13 * DAY, 15 * DAY)


@dataclass
class Oracle:
    """What must hold, written down as simply as it can be said."""

    now: float = 0
    code: str | None = "00000001"
    wrong: int = 0
    until: float = 14 * DAY
    revoked: bool = False
    tokens: list = field(default_factory=lambda: ["token-1".ljust(43, "x")])
    visits: dict = field(default_factory=dict)
    """browser -> (the token's place, begun, last seen)"""

    @property
    def shut(self):
        return self.revoked or self.wrong >= 5 or self.now >= self.until

    def opens(self, token, code):
        return token == self.tokens[-1] and not self.shut and self.code is not None and code == self.code

    def is_in(self, browser):
        place, begun, seen = self.visits.get(browser, (None, 0, 0))
        fresh = self.now - begun <= 120 * MINUTE and self.now - seen <= 20 * MINUTE
        return place == len(self.tokens) and fresh and not self.shut


class Links(RuleBasedStateMachine):
    """The link of one referral, tried by several browsers."""

    here = None

    @initialize()
    def send(self):
        self.here.clock.now = builders.NOON
        self.oracle, self.codes, self.browsers = Oracle(), 1, 0
        Links.runs += 1
        self.prefix = f"run{Links.runs}"
        self.sent = linked(self.here, token=self.token(1), code="00000001")

    def token(self, number):
        return f"{self.prefix}-{number}".ljust(43, "x")

    def secret(self, browser):
        return f"{self.prefix}-browser-{browser}"

    def ended(self):
        return row_of(self.here, self.sent.referral_id).state in TERMINAL

    @rule(right_link=st.booleans(), right_code=st.booleans())
    def come(self, right_link, right_code):
        oracle = self.oracle
        newest = len(oracle.tokens)
        place = newest if right_link or newest == 1 else newest - 1
        code = oracle.code if right_code and oracle.code is not None else "99999999"
        self.browsers += 1
        browser = self.browsers
        expected = oracle.opens(oracle.tokens[place - 1], code)
        assert opened(self.here, self.token(place), code, self.secret(browser)) is expected
        if expected:
            oracle.code, oracle.wrong = None, 0
            oracle.visits[browser] = (newest, oracle.now, oracle.now)
        elif place == newest and not oracle.shut and oracle.code is not None:
            oracle.wrong += 1

    @rule(seconds=st.sampled_from(WAITS))
    def let_time_pass(self, seconds):
        self.wait(seconds)

    def wait(self, seconds):
        self.here.clock.forward(seconds=seconds)
        self.oracle.now += seconds

    @rule()
    def revoke(self):
        take_back(self.here, self.sent.referral_id)
        self.oracle.revoked = True

    @rule()
    def fresh_code(self):
        self.codes += 1
        code = f"{self.codes:08d}"
        oracle = self.oracle
        refused = self.ended() or oracle.revoked or oracle.wrong >= 5
        try:
            renew(self.here, self.sent.referral_id, code)
        except Conflict:
            assert refused
            return
        assert not refused
        oracle.code, oracle.wrong, oracle.until = code, 0, oracle.now + 14 * DAY

    @rule()
    def new_link(self):
        self.codes += 1
        code, number = f"{self.codes:08d}", len(self.oracle.tokens) + 1
        if self.ended():
            return
        self.wait(1)  # of two links of one moment, nobody could say which is the newer
        with self.here.write() as session:
            made = minted(self.here, self.token(number), code)
            links.resend(session, self.sent.referral_id, made, act=self.here.act())
        oracle = self.oracle
        oracle.tokens.append(f"token-{number}".ljust(43, "x"))
        oracle.code, oracle.wrong, oracle.revoked, oracle.until = code, 0, False, oracle.now + 14 * DAY

    @precondition(lambda self: self.oracle.visits)
    @rule(decline=st.booleans(), data=st.data())
    def act(self, decline, data):
        browser = data.draw(st.sampled_from(sorted(self.oracle.visits)))
        found = visitor_of(self.here, self.secret(browser))
        assert (found is not None) is self.oracle.is_in(browser)
        state = row_of(self.here, self.sent.referral_id).state
        if found is None or state in TERMINAL:
            return
        order = {State.SENT: 0, State.ACCEPTED: 1, State.SCHEDULED: 2}
        if state not in order and not decline:
            return
        step = Step.DECLINE if decline else ACTS[order[state]]
        told = Said(decline_reason=DeclineReason.CLIENT_DECLINED) if decline else said(self.here, step)
        with self.here.write() as session:
            done = referrals.take(
                session, self.sent.referral_id, step, told, act=self.here.parts.act(found.actor)
            )
        assert done.state is not state

    @invariant()
    def whoever_is_in_is_who_the_oracle_says(self):
        for browser in self.oracle.visits:
            found = visitor_of(self.here, self.secret(browser))
            assert (found is not None) is self.oracle.is_in(browser)

    @invariant()
    def a_code_that_was_used_is_gone(self):
        link = link_row(self.here, self.sent.referral_id)
        assert (link.code_hash is None) is (self.oracle.code is None)


Links.runs = 0


def machine_over(url, folder):
    """The machine over one database: each run has a referral of its own there."""
    Links.here = world(url, folder)
    return Links


def test_on_sqlite_a_link_does_what_the_oracle_says(migrated_sqlite, tmp_path):
    url = f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'handrail.db')}"
    assert_holds(machine_over(url, tmp_path), examples=40)


@pytest.mark.postgres
def test_on_postgresql_a_link_does_what_the_oracle_says(postgresql_url, tmp_path):
    assert_holds(machine_over(postgresql_url, tmp_path), examples=15)


def assert_holds(machine, examples):
    case = machine.TestCase()
    case.settings = settings(max_examples=examples, stateful_step_count=15, deadline=None)
    case.runTest()
