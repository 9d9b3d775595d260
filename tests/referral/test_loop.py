"""A need and its referrals through random histories: always owned, always due, proved by its trail."""

from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from referral.audit import Intact, append, genesis, verify
from referral.catalogue import load_calendar, load_pathways
from referral.events import Event, EventKind, SubjectKind
from referral.lifecycle import ONLY_RECEIVER_SETS, OPEN, TERMINAL, Actor, next_state, steps_open
from referral.model import (
    AppointmentReason,
    Attempt,
    AttemptResult,
    CancelReason,
    Channel,
    ClosingReason,
    DeclineReason,
    Disposition,
    ErrorReason,
    Outcome,
    Side,
    State,
    Step,
    Urgency,
)
from referral.needs import ClosingFacts, Moments, may_close, needs_sign_off, next_step
from referral.pathways import deadline_for
from referral.requirements import OUTCOMES, StepDetails, check_step

PATHWAYS = load_pathways()
CALENDAR = load_calendar("alder-creek")
START = datetime(2026, 10, 13, 16, 43, tzinfo=UTC)
ORGANISATION = "org-1"
PEOPLE = st.sampled_from(["user-1", "user-2"])


class OneNeed(RuleBasedStateMachine):
    """One need, met by one referral after another, while time goes on and people do what they may."""

    @initialize(pathway=st.sampled_from(PATHWAYS.all()), number=st.integers(0, 2))
    def open_need(self, pathway, number):
        self.pathway, self.now = pathway, START
        self.urgency = pathway.urgencies[number % len(pathway.urgencies)]
        self.referrals, self.closed = [], None
        self.head, self.rows = genesis(ORGANISATION), []
        self.steps_taken = 0
        self.safety = {}
        self.begin_referral()

    def begin_referral(self):
        self.referrals.append(
            {
                "state": State.DRAFT,
                "since": self.now,
                "outcome": None,
                "attempts": (),
                "read": False,
                "signed": False,
            }
        )

    @property
    def latest(self):
        return self.referrals[-1]

    def record(self, before, after, step, by):
        event = Event(
            id=f"event-{len(self.rows) + 1}",
            organisation=ORGANISATION,
            at=self.now,
            actor=by,
            role="clinician",
            kind=EventKind.REFERRAL_STEP,
            subject_kind=SubjectKind.REFERRAL,
            subject=f"referral-{len(self.referrals)}",
            client="client-1",
            before=before.value,
            after=after.value,
            details={"step": step.value},
        )
        self.head, row = append(self.head, event)
        self.rows.append(row)

    def details(self, step, by, pick):
        referral, outcomes = self.latest, OUTCOMES.get(step, (None,))
        return StepDetails(
            by=by,
            now=self.now,
            receiver="team-1",
            consent_permitted=pick % 7 != 0,
            decline_reason=tuple(DeclineReason)[pick % len(DeclineReason)],
            cancel_reason=CancelReason.CARE_ELSEWHERE,
            appointment_reason=AppointmentReason.NOT_KNOWN,
            error_reason=ErrorReason.ENTERED_TWICE,
            outcome=outcomes[pick % len(outcomes)],
            appointment_at=self.now + timedelta(days=pick % 20),
            review_at=self.now + timedelta(days=pick % 40),
            happened_at=self.now,
            attempts=referral["attempts"],
            minimum_attempts=self.pathway.minimum_attempts,
            reported_by=referral.get("by"),
        )

    @precondition(lambda self: self.closed is None)
    @rule(side=st.sampled_from(Side), number=st.integers(0, 99), pick=st.integers(0, 999), by=PEOPLE)
    def take_a_step(self, side, number, pick, by):
        referral = self.latest
        steps = steps_open(referral["state"], side)
        if not steps:
            return
        step = steps[number % len(steps)]
        details = self.details(step, by, pick)
        if check_step(referral["state"], step, details, self.pathway.decline_reasons):
            return
        before = referral["state"]
        referral["state"] = next_state(before, step, side)
        referral["since"], referral["by"] = self.now, by
        referral["appointment_at"] = (
            details.appointment_at if step in {Step.SCHEDULE, Step.RESCHEDULE} else None
        )
        if step in OUTCOMES:
            referral["outcome"] = details.outcome
        if step is Step.REPORT_NOT_REACHED and details.outcome is Outcome.COULD_NOT_BE_CONTACTED:
            assert len(referral["attempts"]) >= self.pathway.minimum_attempts
        referral["read"] |= step is Step.READ_OUTCOME
        referral["signed"] |= step is Step.SIGN_OFF
        assert not (
            side is Side.SENDER
            and referral["state"] in ONLY_RECEIVER_SETS
            and referral["state"] is not before
        )
        self.record(before, referral["state"], step, by)
        self.steps_taken += 1

    @precondition(lambda self: self.closed is None and self.latest["state"] in OPEN)
    @rule(channel=st.sampled_from(Channel), result=st.sampled_from(AttemptResult), by=PEOPLE)
    def try_to_reach(self, channel, result, by):
        self.latest["attempts"] += (Attempt(self.now, by, channel, result),)

    @rule(hours=st.integers(1, 24 * 40))
    def wait(self, hours):
        self.now += timedelta(hours=hours)

    @precondition(lambda self: self.closed is None and self.latest["state"] in TERMINAL)
    @rule()
    def redirect(self):
        self.begin_referral()

    @rule(disposition=st.sampled_from(Disposition), plan=st.booleans())
    def assess_safety(self, disposition, plan):
        self.safety = {
            "took_over": "Dr. Example",
            "safety_assessment": True,
            "disposition": disposition,
            "safety_plan": plan,
        }

    @precondition(lambda self: self.closed is None)
    @rule(reason=st.sampled_from(ClosingReason), by=PEOPLE, second=st.none() | PEOPLE)
    def close(self, reason, by, second):
        facts = ClosingFacts(
            urgency=self.urgency,
            reason=reason,
            closed_by=by,
            outcome=self.latest["outcome"],
            running_referrals=sum(one["state"] in OPEN for one in self.referrals),
            attempts=sum(len(one["attempts"]) for one in self.referrals),
            minimum_attempts=self.pathway.minimum_attempts,
            second_person=second,
            **self.safety,
        )
        if not may_close(facts):
            self.closed = facts

    @invariant()
    def an_open_need_has_one_owner_and_a_deadline(self):
        if not hasattr(self, "closed") or self.closed is not None:
            return
        referral = self.latest
        step = next_step(
            referral["state"], self.urgency, outcome_read=referral["read"], signed_off=referral["signed"]
        )
        since = Moments(referral["since"], referral.get("appointment_at")).of(step.since)
        due = deadline_for(self.pathway, self.urgency, step.clock, since, CALENDAR)
        assert step.owner is not Actor.NOBODY
        assert since < due <= since + timedelta(days=31)

    @invariant()
    def nobody_at_risk_was_let_go_unsafely(self):
        closed = getattr(self, "closed", None)
        if closed is None or closed.reason in {
            ClosingReason.JOINED_ANOTHER_NEED,
            ClosingReason.ENTERED_IN_ERROR,
        }:
            return
        assert closed.closed_by
        assert not any(one["state"] in OPEN for one in self.referrals)
        if closed.urgency.at_least(Urgency.URGENT):
            assert closed.took_over
            assert closed.safety_assessment
            assert closed.disposition is not None
            assert closed.safety_plan or closed.why_no_safety_plan

    @invariant()
    def nobody_at_risk_is_given_up_by_one_person(self):
        for one in getattr(self, "referrals", ()):
            if needs_sign_off(one["state"], self.urgency) and not one["signed"]:
                assert next_step(one["state"], self.urgency).clock.value == "sign off"

    @invariant()
    def every_step_left_exactly_one_event_and_times_never_run_backwards(self):
        if not hasattr(self, "rows"):
            return
        assert len(self.rows) == self.steps_taken
        assert verify(self.rows, ORGANISATION, head=self.head) == Intact(self.head)
        times = [row.columns["at"] for row in self.rows]
        assert times == sorted(times)


TestOneNeed = OneNeed.TestCase
TestOneNeed.settings = settings(max_examples=12, stateful_step_count=40, deadline=None)
