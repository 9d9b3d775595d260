"""A need outlives its referrals: what comes next after each referral state, and when a need may close.

A need opens when routing decides or a person judges so; referrals are attempts to meet it. It closes only
when help began or a named person closes it with a reason. Nobody is lost between two attempts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from instruments.model import Text
from referral.lifecycle import Actor, who_acts_next
from referral.model import (
    Clock,
    ClosingReason,
    Disposition,
    Outcome,
    Problem,
    Stage,
    State,
    Urgency,
)


class Since(StrEnum):
    """The moment a clock starts from."""

    STATE = "the state began"
    APPOINTMENT = "the appointment"
    REVIEW = "the review date"


@dataclass(frozen=True, slots=True)
class NextStep:
    """What keeps a need moving: what is to be done, by whom, by which clock, counted from when."""

    what: Text
    owner: Actor
    clock: Clock
    since: Since = Since.STATE


def _next(
    state: State, english: str, spanish: str, clock: Clock, since: Since = Since.STATE
) -> tuple[State, NextStep]:
    actor = who_acts_next(state)
    # Nobody acts on an attempt that ended; the need behind it stays the coordinator's.
    owner = Actor.COORDINATOR if actor is Actor.NOBODY else actor
    return state, NextStep({"en": english, "es": spanish}, owner, clock, since)


_DECIDE = ("Decide what follows", "Decidir qué sigue", Clock.REDIRECT)

NEXT_STEPS: Mapping[State, NextStep] = dict(
    (
        _next(State.DRAFT, "Send or dismiss", "Enviar o descartar", Clock.SEND),
        _next(State.SENT, "Acknowledge", "Confirmar la recepción", Clock.ACKNOWLEDGE),
        _next(State.CLAIMED, "Accept or decline", "Aceptar o rechazar", Clock.TRIAGE),
        _next(State.ACCEPTED, "Book an appointment", "Dar cita", Clock.SCHEDULE),
        _next(
            State.WAITLISTED,
            "Review the waiting list",
            "Revisar la lista de espera",
            Clock.WAITLIST_REVIEW,
            Since.REVIEW,
        ),
        _next(
            State.SCHEDULED,
            "Record attendance",
            "Anotar la asistencia",
            Clock.ATTENDANCE,
            Since.APPOINTMENT,
        ),
        _next(
            State.NOT_ATTENDED,
            "Reach out and offer a new date",
            "Contactar y ofrecer otra fecha",
            Clock.REBOOK,
        ),
        _next(State.APPOINTMENT_CANCELLED, "Offer a new date", "Ofrecer otra fecha", Clock.REBOOK),
        _next(State.IN_CARE, "Report back", "Informar del resultado", Clock.OUTCOME_REPORT),
        _next(State.CANCEL_REQUESTED, "Confirm the stop", "Confirmar la anulación", Clock.CONFIRM_CANCEL),
        _next(State.COMPLETED, "Read the outcome", "Leer el resultado", Clock.READ_OUTCOME),
        _next(State.DECLINED, "Choose another way", "Buscar otra vía", Clock.REDIRECT),
        _next(State.CANCELLED, *_DECIDE),
        _next(State.NOT_REACHED, *_DECIDE),
        _next(State.ENTERED_IN_ERROR, *_DECIDE),
    )
)

_NO_REFERRAL = NextStep(
    {"en": "Choose where to refer", "es": "Elegir a dónde derivar"}, Actor.COORDINATOR, Clock.SEND
)
_SIGN_OFF = NextStep(
    {"en": "A second person signs off", "es": "Firma una segunda persona"}, Actor.COORDINATOR, Clock.SIGN_OFF
)

_STAGES: Mapping[State, Stage] = {
    State.SENT: Stage.SENT,
    State.CLAIMED: Stage.SENT,
    State.CANCEL_REQUESTED: Stage.SENT,
    State.ACCEPTED: Stage.ACCEPTED,
    State.WAITLISTED: Stage.ACCEPTED,
    State.NOT_ATTENDED: Stage.ACCEPTED,
    State.APPOINTMENT_CANCELLED: Stage.ACCEPTED,
    State.SCHEDULED: Stage.BOOKED,
    State.IN_CARE: Stage.HELP_BEGAN,
}


def stage(state: State | None, outcome: Outcome | None = None) -> Stage:
    """The board's column for a need whose latest referral stands so.

    No referral yet, or an attempt that ended without help, is back at `OPENED`.
    """
    if outcome is Outcome.HELP_BEGAN:
        return Stage.HELP_BEGAN
    return Stage.OPENED if state is None else _STAGES.get(state, Stage.OPENED)


def needs_sign_off(state: State, urgency: Urgency) -> bool:
    """Whether a second person must sign: nobody at risk is given up by one person alone."""
    return state is State.NOT_REACHED and urgency.at_least(Urgency.URGENT)


def next_step(
    state: State | None,
    urgency: Urgency,
    *,
    outcome_read: bool = False,
    signed_off: bool = False,
) -> NextStep:
    """The open next step of a need, after its latest referral: there is always one until the need closes."""
    if state is None:
        return _NO_REFERRAL
    if needs_sign_off(state, urgency) and not signed_off:
        return _SIGN_OFF
    if state is State.COMPLETED and outcome_read:
        return NEXT_STEPS[State.CANCELLED]
    return NEXT_STEPS[state]


@dataclass(frozen=True, slots=True)
class ClosingFacts:
    """What is known when somebody wants to close a need. `urgency` is the highest it ever had."""

    urgency: Urgency
    reason: ClosingReason | None
    closed_by: str | None
    outcome: Outcome | None = None
    running_referrals: int = 0
    took_over: str | None = None
    safety_assessment: bool = False
    disposition: Disposition | None = None
    safety_plan: bool = False
    why_no_safety_plan: str | None = None
    attempts: int = 0
    minimum_attempts: int = 0
    second_person: str | None = None
    joined_urgency: Urgency | None = None


def may_close(facts: ClosingFacts) -> tuple[Problem, ...]:
    """Everything that stands against closing a need; empty when it may close."""
    problems = [*_general(facts), *_by_reason(facts)]
    if facts.urgency.at_least(Urgency.URGENT) and facts.reason not in _CARRIED_ELSEWHERE:
        problems += _safety(facts)
    return tuple(problems)


# The risk does not end with these two: it lives on in another need, or never was this client's.
_CARRIED_ELSEWHERE = frozenset({ClosingReason.JOINED_ANOTHER_NEED, ClosingReason.ENTERED_IN_ERROR})


def _general(facts: ClosingFacts) -> list[Problem]:
    checks = (
        (facts.reason is not None, "reason", "Say why the need closes.", "Indique por qué se cierra."),
        (
            bool(facts.closed_by),
            "closed_by",
            "A named person closes a need.",
            "Una persona con nombre cierra la necesidad.",
        ),
        (
            facts.running_referrals == 0,
            "referrals",
            "A referral is still running; end it or wait for its outcome.",
            "Queda una derivación en curso; termínela o espere su resultado.",
        ),
    )
    return _missing(checks)


def _by_reason(facts: ClosingFacts) -> list[Problem]:
    second = bool(facts.second_person) and facts.second_person != facts.closed_by
    risky = facts.urgency.at_least(Urgency.URGENT)
    joined = facts.joined_urgency is not None and facts.joined_urgency.at_least(facts.urgency)
    checks: Mapping[ClosingReason | None, tuple[_Check, ...]] = {
        ClosingReason.HELP_BEGAN: (
            (
                facts.outcome is Outcome.HELP_BEGAN,
                "outcome",
                "The receiver has not reported that help began.",
                "El servicio receptor no ha comunicado que la ayuda empezó.",
            ),
        ),
        ClosingReason.NOT_REACHED: (
            (
                facts.attempts >= facts.minimum_attempts,
                "attempts",
                f"{facts.attempts} contact attempts are written down; {facts.minimum_attempts} are needed.",
                f"Hay {facts.attempts} intentos de contacto anotados; hacen falta {facts.minimum_attempts}.",
            ),
            (second or not risky, "second_person", *_SECOND),
        ),
        ClosingReason.ENTERED_IN_ERROR: ((second or not risky, "second_person", *_SECOND),),
        ClosingReason.JOINED_ANOTHER_NEED: (
            (
                joined,
                "joined_urgency",
                "The other need must be open and at least as urgent.",
                "La otra necesidad debe estar abierta y ser al menos igual de urgente.",
            ),
        ),
    }
    return _missing(checks.get(facts.reason, ()))


def _safety(facts: ClosingFacts) -> list[Problem]:
    checks = (
        (
            bool(facts.took_over),
            "took_over",
            "Name the adult who took over in person.",
            "Nombre a la persona adulta que se hizo cargo.",
        ),
        (
            facts.safety_assessment,
            "safety_assessment",
            "Write down the safety assessment.",
            "Anote la evaluación de seguridad.",
        ),
        (
            facts.disposition is not None,
            "disposition",
            "Say what the safety assessment concluded.",
            "Indique la conclusión de la evaluación de seguridad.",
        ),
        (
            facts.safety_plan or bool(facts.why_no_safety_plan),
            "safety_plan",
            "Make a safety plan with the client, or say why there is none.",
            "Haga un plan de seguridad con la persona, o indique por qué no lo hay.",
        ),
    )
    return _missing(checks)


_Check = tuple[bool, str, str, str]
_SECOND = (
    "A second person signs this off.",
    "Una segunda persona debe firmarlo.",
)


def _missing(checks: tuple[_Check, ...]) -> list[Problem]:
    return [
        Problem(field, {"en": english, "es": spanish}) for met, field, english, spanish in checks if not met
    ]


@dataclass(frozen=True, slots=True)
class Moments:
    """The moments a clock may start from. Appointment and review are those the record names."""

    state_since: datetime
    appointment_at: datetime | None = None
    review_at: datetime | None = None

    def of(self, since: Since) -> datetime:
        """The moment, falling back to the start of the state where none was written down."""
        named = {Since.APPOINTMENT: self.appointment_at, Since.REVIEW: self.review_at}.get(since)
        return named or self.state_since
