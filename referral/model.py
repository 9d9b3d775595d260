"""The words of a referral: closed sets, needs, referrals and decisions, all frozen.

No rule lives here: the lifecycle is in `lifecycle.py`, clocks in `deadlines.py`, routing in `routing.py`.
The value of each enum member is what is stored, exported and printed in the audit trail.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from instruments.model import Text


class ReferralError(Exception):
    """A judgement of this package that refuses something, in domain words."""


class Urgency(StrEnum):
    """How soon the receiving service must act."""

    IMMEDIATE = "immediate"
    URGENT = "urgent"
    SOON = "soon"
    ROUTINE = "routine"

    @property
    def rank(self) -> int:
        """0 is the most urgent, 3 the least: sort by it."""
        return tuple(Urgency).index(self)

    def at_least(self, other: "Urgency") -> bool:
        """Whether this is as urgent as the other, or more."""
        return self.rank <= other.rank


def most_urgent(*urgencies: Urgency) -> Urgency:
    """The most urgent of one or more."""
    return min(urgencies, key=lambda urgency: urgency.rank)


class State(StrEnum):
    """Where one referral stands."""

    DRAFT = "draft"
    SENT = "sent"
    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    WAITLISTED = "waitlisted"
    SCHEDULED = "scheduled"
    NOT_ATTENDED = "not attended"
    APPOINTMENT_CANCELLED = "appointment cancelled"
    IN_CARE = "in care"
    CANCEL_REQUESTED = "cancel requested"
    COMPLETED = "completed"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    NOT_REACHED = "not reached"
    ENTERED_IN_ERROR = "entered in error"


class Step(StrEnum):
    """What somebody does to a referral. Each step taken is one audit event."""

    SEND = "send"
    DISMISS = "dismiss"
    CLAIM = "claim"
    RELEASE = "release"
    ACCEPT = "accept"
    DECLINE = "decline"
    WAITLIST = "waitlist"
    SCHEDULE = "schedule"
    RESCHEDULE = "reschedule"
    RECORD_ATTENDED = "record attended"
    RECORD_NOT_ATTENDED = "record not attended"
    CANCEL_APPOINTMENT = "cancel appointment"
    REPORT_OUTCOME = "report outcome"
    REPORT_NOT_REACHED = "report not reached"
    REQUEST_CANCEL = "request cancel"
    CONFIRM_CANCEL = "confirm cancel"
    READ_OUTCOME = "read outcome"
    SIGN_OFF = "sign off"
    MARK_ERROR = "mark error"


class Side(StrEnum):
    """Whose words they are: the side that asks for help, or the side that gives it."""

    SENDER = "sender"
    RECEIVER = "receiver"


class DeclineReason(StrEnum):
    """Why the receiver does not take a client on. Client and provider have different reasons."""

    NO_CAPACITY = "no capacity"
    WRONG_SERVICE = "wrong service"
    NOT_ELIGIBLE = "not eligible"
    OUT_OF_NETWORK = "out of network"
    INSUFFICIENT_INFORMATION = "insufficient information"
    CLIENT_DECLINED = "client declined"
    ALREADY_IN_CARE = "client already in care"
    DUPLICATE = "duplicate"
    HIGHER_LEVEL_OF_CARE = "safety needs a higher level of care"
    PROVIDER_WITHDREW = "provider withdrew"


class Outcome(StrEnum):
    """What became of a referral. Only `HELP_BEGAN` is success."""

    HELP_BEGAN = "help began"
    NO_CARE_NEEDED = "assessed and no care needed"
    REFERRED_ON = "referred on"
    CLIENT_CHOSE_NOT_TO = "client chose not to"
    COULD_NOT_BE_CONTACTED = "could not be contacted"
    NOT_ELIGIBLE = "not eligible"
    NO_CAPACITY = "no capacity"
    MOVED_AWAY = "moved away"


class CancelReason(StrEnum):
    """Why the sender dismisses a draft or asks to stop."""

    NO_CONSENT = "no consent"
    DETAILS_MISSING = "details missing"
    CARE_ELSEWHERE = "care found elsewhere"
    CLIENT_CHOSE_NOT_TO = "client chose not to"
    MOVED_AWAY = "moved away"
    DUPLICATE = "duplicate"
    CLINICAL_JUDGEMENT = "clinical judgement"


class AppointmentReason(StrEnum):
    """Why an appointment was moved, cancelled or not attended. No blame in any of them."""

    CLIENT_ASKED = "client asked"
    SERVICE_ASKED = "service asked"
    UNWELL = "unwell"
    TRANSPORT = "transport"
    SCHOOL = "school"
    FORGOTTEN = "forgotten"
    CLOSED = "service closed"
    NOT_KNOWN = "not known"


class ErrorReason(StrEnum):
    """Why a record is marked as entered in error."""

    WRONG_CLIENT = "wrong client"
    ENTERED_TWICE = "entered twice"
    PRACTICE_ENTRY = "practice entry"


class ClosingReason(StrEnum):
    """Why a need closes. Only `HELP_BEGAN` closes by itself; all others need a named person."""

    HELP_BEGAN = "help began"
    NO_CARE_NEEDED = "assessed and no care needed"
    CARE_ELSEWHERE = "care found elsewhere"
    CLIENT_CHOSE_NOT_TO = "client chose not to"
    NOT_REACHED = "not reached"
    MOVED_AWAY = "moved away"
    JOINED_ANOTHER_NEED = "joined another need"
    ENTERED_IN_ERROR = "entered in error"


class Disposition(StrEnum):
    """What a safety assessment concluded. A trained clinician decides; software records it."""

    LOW = "low"
    FURTHER_EVALUATION = "further evaluation"
    IMMINENT = "imminent"


class Stage(StrEnum):
    """The column of the coordinator's board. The title shown is the value with a capital."""

    OPENED = "opened"
    SENT = "sent"
    ACCEPTED = "accepted"
    BOOKED = "booked"
    HELP_BEGAN = "help began"


class Channel(StrEnum):
    """How somebody tried to reach a client or guardian."""

    PHONE = "phone"
    TEXT = "text message"
    EMAIL = "e-mail"
    LETTER = "letter"
    IN_PERSON = "in person"
    PORTAL = "portal"


class AttemptResult(StrEnum):
    """What came of one attempt. Only `REACHED` is contact."""

    REACHED = "reached"
    MESSAGE_LEFT = "message left"
    NO_ANSWER = "no answer"
    WRONG_NUMBER = "wrong number"
    REFUSED = "refused"


class Clock(StrEnum):
    """What a deadline is for. Each pathway says how long each clock runs, per urgency."""

    SAFETY_ASSESSMENT = "safety assessment"
    SEND = "send"
    ACKNOWLEDGE = "acknowledge"
    TRIAGE = "triage"
    FIRST_CONTACT = "first contact"
    SCHEDULE = "schedule"
    FIRST_APPOINTMENT = "first appointment"
    WAITLIST_REVIEW = "waitlist review"
    ATTENDANCE = "attendance"
    REBOOK = "rebook"
    OUTCOME_REPORT = "outcome report"
    CONFIRM_CANCEL = "confirm cancel"
    READ_OUTCOME = "read outcome"
    REDIRECT = "redirect"
    SIGN_OFF = "sign off"


class DecisionKind(StrEnum):
    """What routing can say."""

    REFER = "refer"
    REVIEW = "review"
    RESCREEN = "rescreen"
    WATCH = "watch"
    NONE = "none"


SAFETY_ASSESSMENT = "safety-assessment"
"""The one thing a decision may ask for first."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of a judgement, as people read it, with the rule that gave it."""

    text: Text
    rule: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that stands in the way: the field, and what was found and what is needed, in words."""

    field: str
    text: Text


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing that follows from a screening, with every reason for it."""

    kind: DecisionKind
    rule: str
    reasons: tuple[Reason, ...]
    pathway: str | None = None
    urgency: Urgency | None = None
    first: str | None = None
    rescreen_days: int | None = None

    @property
    def rank(self) -> tuple[int, int]:
        """Sort key: the most urgent first; of two as urgent, what was found before what could not be decided."""
        return (self.urgency.rank if self.urgency else len(Urgency), tuple(DecisionKind).index(self.kind))


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to reach a client or guardian about a referral."""

    at: datetime
    by: str
    channel: Channel
    result: AttemptResult
