"""The one table of the lifecycle: who may do what, and the promises it keeps on every path."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from referral.lifecycle import (
    AFTER_ACCEPTANCE,
    ONLY_RECEIVER_SETS,
    OPEN,
    STEPS,
    TERMINAL,
    Actor,
    StepRefused,
    next_state,
    steps_open,
    who_acts_next,
)
from referral.model import Side, State, Step
from referral.step_words import STATE_WORDS, STEP_WORDS

EVERY_TRY = [(step, side) for step in Step for side in Side]


def is_allowed(state, step, side):
    return side in STEPS.get((state, step), (state, ()))[1]


@pytest.mark.parametrize("state", State)
def test_a_step_that_is_allowed_is_taken_and_offered(state):
    for step, side in EVERY_TRY:
        if is_allowed(state, step, side):
            assert next_state(state, step, side) is STEPS[state, step][0]
        assert (step in steps_open(state, side)) is is_allowed(state, step, side)


@pytest.mark.parametrize("state", State)
def test_any_other_step_is_refused_with_words(state):
    for step, side in EVERY_TRY:
        if not is_allowed(state, step, side):
            with pytest.raises(StepRefused) as refused:
                next_state(state, step, side)
            assert (refused.value.state, refused.value.step, refused.value.side) == (state, step, side)
            for language, noun in (("en", "a referral"), ("es", "una derivación")):
                words = f"{STEP_WORDS[step][language]} {noun} {STATE_WORDS[state][language]}"
                assert words in refused.value.text[language]


def test_a_declined_referral_cannot_be_accepted():
    with pytest.raises(StepRefused, match=r"Nobody can accept a referral that is declined\."):
        next_state(State.DECLINED, Step.ACCEPT, Side.RECEIVER)


def test_the_sender_is_told_that_only_the_receiver_accepts():
    with pytest.raises(StepRefused) as refused:
        next_state(State.SENT, Step.ACCEPT, Side.SENDER)
    assert refused.value.text == {
        "en": "Only the receiving team can accept a referral that is sent, not the sender.",
        "es": "Solo el servicio receptor puede aceptar una derivación enviada, no quien envía.",
    }
    assert str(refused.value) == refused.value.text["en"]


def test_the_sender_never_sets_accepted_scheduled_in_care_or_completed():
    reached = {to for (state, step), (to, sides) in STEPS.items() if Side.SENDER in sides and to is not state}
    assert not reached & ONLY_RECEIVER_SETS


def test_the_receiver_never_sets_cancelled_without_a_request():
    roads = {
        state for (state, _), (to, sides) in STEPS.items() if to is State.CANCELLED and Side.RECEIVER in sides
    }
    assert roads == {State.CANCEL_REQUESTED}


def test_the_sender_cancels_alone_only_what_was_never_sent():
    roads = {
        state for (state, _), (to, sides) in STEPS.items() if to is State.CANCELLED and Side.SENDER in sides
    }
    assert roads == {State.DRAFT}


@pytest.mark.parametrize("state", sorted(OPEN - {State.DRAFT}))
def test_a_decline_is_legal_until_the_end(state):
    assert next_state(state, Step.DECLINE, Side.RECEIVER) is State.DECLINED


@pytest.mark.parametrize("state", sorted(OPEN - {State.DRAFT, State.CANCEL_REQUESTED}))
def test_the_sender_may_ask_to_cancel_anything_running(state):
    assert next_state(state, Step.REQUEST_CANCEL, Side.SENDER) is State.CANCEL_REQUESTED


@pytest.mark.parametrize(
    ("step", "to"),
    [
        (Step.CONFIRM_CANCEL, State.CANCELLED),
        (Step.REPORT_OUTCOME, State.COMPLETED),
        (Step.REPORT_NOT_REACHED, State.NOT_REACHED),
        (Step.DECLINE, State.DECLINED),
    ],
)
def test_the_receiver_may_answer_a_cancel_request(step, to):
    assert next_state(State.CANCEL_REQUESTED, step, Side.RECEIVER) is to


@pytest.mark.parametrize(
    ("state", "step", "side", "to"),
    [
        (State.CLAIMED, Step.RELEASE, Side.RECEIVER, State.SENT),
        (State.SCHEDULED, Step.RESCHEDULE, Side.RECEIVER, State.SCHEDULED),
        (State.NOT_ATTENDED, Step.SCHEDULE, Side.RECEIVER, State.SCHEDULED),
        (State.APPOINTMENT_CANCELLED, Step.SCHEDULE, Side.RECEIVER, State.SCHEDULED),
        (State.SCHEDULED, Step.CANCEL_APPOINTMENT, Side.SENDER, State.APPOINTMENT_CANCELLED),
        (State.SCHEDULED, Step.CANCEL_APPOINTMENT, Side.RECEIVER, State.APPOINTMENT_CANCELLED),
        (State.ACCEPTED, Step.WAITLIST, Side.RECEIVER, State.WAITLISTED),
        (State.WAITLISTED, Step.WAITLIST, Side.RECEIVER, State.WAITLISTED),
        (State.WAITLISTED, Step.SCHEDULE, Side.RECEIVER, State.SCHEDULED),
        (State.ACCEPTED, Step.RECORD_ATTENDED, Side.RECEIVER, State.IN_CARE),
        (State.COMPLETED, Step.READ_OUTCOME, Side.SENDER, State.COMPLETED),
        (State.NOT_REACHED, Step.SIGN_OFF, Side.SENDER, State.NOT_REACHED),
    ],
)
def test_the_loop_knows_its_side_roads(state, step, side, to):
    assert next_state(state, step, side) is to


@pytest.mark.parametrize("state", sorted(frozenset(State) - {State.ENTERED_IN_ERROR}))
def test_a_mistake_can_be_marked_from_anywhere_and_is_final(state):
    assert next_state(state, Step.MARK_ERROR, Side.SENDER) is State.ENTERED_IN_ERROR
    assert steps_open(State.ENTERED_IN_ERROR, Side.SENDER) == ()


def test_no_road_leads_out_of_an_end():
    for (state, _), (to, _) in STEPS.items():
        if state in TERMINAL:
            assert to in {state, State.ENTERED_IN_ERROR}


@pytest.mark.parametrize("state", sorted(OPEN))
def test_every_open_state_has_somebody_who_can_and_must_act(state):
    actor = who_acts_next(state)
    assert actor in {Actor.SENDER, Actor.RECEIVER}
    assert steps_open(state, Side(actor.value))


@pytest.mark.parametrize("state", sorted(frozenset(State) - {State.DRAFT}))
def test_every_state_can_be_reached(state):
    reached = {State.DRAFT}
    for _ in State:
        reached |= {to for (start, _), (to, _) in STEPS.items() if start in reached}
    assert state in reached


def test_every_open_state_can_reach_every_way_to_end():
    for start in OPEN - {State.DRAFT}:
        reached = {start}
        for _ in State:
            reached |= {to for (state, _), (to, _) in STEPS.items() if state in reached}
        assert reached >= TERMINAL


class Loop(RuleBasedStateMachine):
    """Two sides take random steps; each history keeps the promises of the lifecycle."""

    def __init__(self):
        super().__init__()
        self.state = State.DRAFT
        self.history = []

    @rule(step=st.sampled_from(Step), side=st.sampled_from(Side))
    def take(self, step, side):
        before = self.state
        try:
            self.state = next_state(before, step, side)
        except StepRefused:
            assert self.state is before
            return
        self.history.append((before, step, side, self.state))

    @rule(number=st.integers(0, 99), side=st.sampled_from(Side))
    def take_an_open_step(self, number, side):
        steps = steps_open(self.state, side)
        if steps:
            self.take(steps[number % len(steps)], side)

    @invariant()
    def acceptance_was_the_receivers_word(self):
        if self.state in AFTER_ACCEPTANCE | {State.COMPLETED}:
            reached = {State.ACCEPTED, State.WAITLISTED, State.COMPLETED}
            sides = {side for before, _, side, to in self.history if to in reached and before is not to}
            assert sides == {Side.RECEIVER}

    @invariant()
    def cancelling_took_two_steps_or_was_never_sent(self):
        if self.state is State.CANCELLED:
            before, _, side, _ = next(h for h in reversed(self.history) if h[3] is State.CANCELLED)
            if side is Side.RECEIVER:
                assert before is State.CANCEL_REQUESTED
                assert any(
                    to is State.CANCEL_REQUESTED and by is Side.SENDER for _, _, by, to in self.history
                )
            else:
                assert before is State.DRAFT

    @invariant()
    def help_began_only_after_contact(self):
        if self.state is State.COMPLETED:
            froms = [before for before, _, _, to in self.history if to is State.COMPLETED]
            assert froms[0] in {State.IN_CARE, State.CANCEL_REQUESTED}

    @invariant()
    def an_open_referral_is_never_stuck(self):
        if self.state in OPEN:
            assert steps_open(self.state, Side.SENDER) or steps_open(self.state, Side.RECEIVER)


TestLoop = Loop.TestCase
TestLoop.settings = settings(max_examples=15, stateful_step_count=40, deadline=None)
