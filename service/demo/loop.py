"""One need on its way in the demo: every act that people of either side do about it, through the real acts."""

from dataclasses import dataclass
from datetime import timedelta

from referral.consent import ConsentStatus, Purpose
from referral.items import ItemsReason
from referral.model import AppointmentReason, AttemptResult, CancelReason, Channel, Outcome, Step
from service.actions import attempts, closing, items, needs, outcomes, referrals
from service.actions.attempts import LogAttempt
from service.actions.choosing import Choice
from service.actions.closing import CloseNeed
from service.actions.needs import Redirect, SignOff
from service.actions.receivers import proposals
from service.actions.referrals import Send
from service.actions.refusals import Invalid
from service.actions.taking import NOTHING, Said
from service.demo.crowd import Someone, record
from service.demo.stage import Course, Stage, hours
from service.store.clients import find_client
from service.store.needs import NeedRow
from service.store.referrals import ReferralRow, latest_referral

ASKED_TO_SHARE = 0.6


@dataclass(slots=True)
class Loop:
    """One need on its way: the people on both sides, and the attempt that runs."""

    stage: Stage
    someone: Someone
    need: NeedRow

    @property
    def referral(self) -> ReferralRow:
        """The newest attempt."""
        row = latest_referral(self.stage.session, self.stage.organisation_id, self.need.id)
        assert row is not None  # noqa: S101  a need opens with a draft; this tells the type checker
        return row

    @property
    def team(self) -> str:
        """The key of the team that the newest attempt was sent to."""
        return next(key for key, site_id in self.stage.sites.items() if site_id == self.referral.receiver_id)

    def send(self, *, may_share: bool = True) -> None:
        """Send it to the first team proposed, asking the family before, most times, where that may be."""
        if self.stage.dice.random() < ASKED_TO_SHARE and may_share:
            record(
                self.stage, self.someone, Purpose.SHARING, ConsentStatus.GIVEN, pathway=self.referral.pathway
            )
        act = self.stage.act(self.someone.counselor)
        client = find_client(self.stage.session, self.stage.organisation_id, self.someone.id)
        assert client is not None  # noqa: S101  admitted before; this tells the type checker
        first = proposals(self.stage.session, self.referral, client, act=act).teams[0]
        choice = Choice(knowing=not first.has_room)
        referrals.send(self.stage.session, self.referral.id, Send(first.receiver.id, choice), act=act)

    def take(self, step: Step, said: Said = NOTHING, *, desk: bool = False) -> None:
        """A step of the receiving team: by its clinician, or by its desk."""
        act = self.stage.act(f"{self.team}-desk" if desk else self.team)
        referrals.take(self.stage.session, self.referral.id, step, said, act=act)

    def ask_to_stop(self, reason: CancelReason) -> None:
        """The sender asks to stop."""
        act = self.stage.act(self.someone.counselor)
        referrals.take(
            self.stage.session, self.referral.id, Step.REQUEST_CANCEL, Said(cancel_reason=reason), act=act
        )

    def book(
        self, wait_days: int, step: Step = Step.SCHEDULE, reason: AppointmentReason | None = None
    ) -> None:
        """An appointment so many days ahead, on the hour, when the tenant works."""
        when = self.stage.working(self.stage.at + timedelta(days=wait_days)).replace(minute=0, second=0)
        said = Said(appointment_at=max(when, self.stage.at + timedelta(hours=1)), appointment_reason=reason)
        self.take(step, said, desk=True)

    def attend(self) -> None:
        """The first contact, at the time of the appointment or now."""
        booked = self.referral.appointment_at
        happened = booked if booked is not None and booked <= self.stage.at else self.stage.at
        self.take(Step.RECORD_ATTENDED, Said(happened_at=happened))

    def until_the_appointment(self) -> Course:
        """Wait until a little after the appointment."""
        booked = self.referral.appointment_at or self.stage.at
        left = max(booked - self.stage.at, timedelta()) / timedelta(hours=1)
        yield hours(left + 0.5, left + 3)

    def report(self, outcome: Outcome, note: str = "") -> None:
        """The receiving team says what became of it."""
        self.take(Step.REPORT_OUTCOME, Said(outcome=outcome, note=note))

    def read(self) -> None:
        """The sender reads the outcome; the need closes with it where nothing is missing."""
        outcomes.read(self.stage.session, self.referral.id, act=self.stage.act(self.someone.counselor))

    def ask_for_answers(self, reason: ItemsReason) -> None:
        """The team's desk asks for consent to share the single answers."""
        items.ask(self.stage.session, self.referral.id, reason, act=self.stage.act(f"{self.team}-desk"))

    def attempt(self, channel: Channel, result: AttemptResult) -> None:
        """Somebody tries to reach the family."""
        act = self.stage.act("coordinator")
        attempts.log_attempt(self.stage.session, self.need.id, LogAttempt(channel, result), act=act)

    def redirect(self, note: str) -> None:
        """The coordinator chooses another way."""
        act = self.stage.act("coordinator")
        needs.redirect(self.stage.session, self.need.id, Redirect(note=note), act=act)

    def sign_off(self) -> None:
        """A second person agrees that everything was tried."""
        note = "Three calls and a letter; the family knows how to come back."
        needs.sign_off(self.stage.session, self.need.id, SignOff(note=note), act=self.stage.act("supervisor"))

    def close(self, command: CloseNeed) -> None:
        """The coordinator closes the need, where nothing stands against it."""
        try:
            closing.close(self.stage.session, self.need.id, command, act=self.stage.act("coordinator"))
        except Invalid:
            return  # the safety assessment is still due: the need stays open, as it would in life
