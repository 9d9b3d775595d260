"""What each step needs before it may be taken, as data, and the check that names everything missing.

Whether the step is allowed at all is in `lifecycle.py`. Nothing here knows storage or the web.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from referral.lifecycle import AFTER_ACCEPTANCE
from referral.matching import ChoiceReason
from referral.model import (
    AppointmentReason,
    Attempt,
    CancelReason,
    DeclineReason,
    ErrorReason,
    Outcome,
    Problem,
    State,
    Step,
)

LONGEST_WAIT = timedelta(days=30)
"""A waiting list is looked at again within 30 days (design of record: lifecycle, waitlisted)."""

OUTCOMES: Mapping[Step, tuple[Outcome, ...]] = {
    Step.REPORT_OUTCOME: (
        Outcome.HELP_BEGAN,
        Outcome.NO_CARE_NEEDED,
        Outcome.REFERRED_ON,
        Outcome.CLIENT_CHOSE_NOT_TO,
        Outcome.MOVED_AWAY,
    ),
    Step.REPORT_NOT_REACHED: (
        Outcome.COULD_NOT_BE_CONTACTED,
        Outcome.CLIENT_CHOSE_NOT_TO,
        Outcome.NOT_ELIGIBLE,
        Outcome.NO_CAPACITY,
        Outcome.MOVED_AWAY,
    ),
}
"""Which outcomes may be reported by which step."""


class Requirement(StrEnum):
    """What a step needs. The value is the field a form or an API client fills in."""

    RECEIVER = "receiver"
    CONSENT = "consent"
    DECLINE_REASON = "decline_reason"
    CANCEL_REASON = "cancel_reason"
    APPOINTMENT_REASON = "appointment_reason"
    ERROR_REASON = "error_reason"
    OUTCOME = "outcome"
    ATTEMPTS = "attempts"
    APPOINTMENT = "appointment_at"
    REVIEW = "review_at"
    HAPPENED = "happened_at"
    SECOND_PERSON = "by"


REQUIRES: Mapping[Step, tuple[Requirement, ...]] = {
    Step.SEND: (Requirement.RECEIVER, Requirement.CONSENT),
    Step.DISMISS: (Requirement.CANCEL_REASON,),
    Step.CLAIM: (),
    Step.RELEASE: (),
    Step.ACCEPT: (),
    Step.DECLINE: (Requirement.DECLINE_REASON,),
    Step.WAITLIST: (Requirement.REVIEW,),
    Step.SCHEDULE: (Requirement.APPOINTMENT,),
    Step.RESCHEDULE: (Requirement.APPOINTMENT, Requirement.APPOINTMENT_REASON),
    Step.RECORD_ATTENDED: (Requirement.HAPPENED,),
    Step.RECORD_NOT_ATTENDED: (Requirement.APPOINTMENT_REASON,),
    Step.CANCEL_APPOINTMENT: (Requirement.APPOINTMENT_REASON,),
    Step.REPORT_OUTCOME: (Requirement.OUTCOME,),
    Step.REPORT_NOT_REACHED: (Requirement.OUTCOME, Requirement.ATTEMPTS),
    Step.REQUEST_CANCEL: (Requirement.CANCEL_REASON,),
    Step.CONFIRM_CANCEL: (),
    Step.READ_OUTCOME: (),
    Step.SIGN_OFF: (Requirement.SECOND_PERSON,),
    Step.MARK_ERROR: (Requirement.ERROR_REASON,),
}


@dataclass(frozen=True, slots=True)
class StepDetails:
    """What came with a step, and the facts it is judged by. `minimum_attempts` is the pathway's number."""

    by: str
    now: datetime
    receiver: str | None = None
    consent_permitted: bool = False
    decline_reason: DeclineReason | None = None
    cancel_reason: CancelReason | None = None
    appointment_reason: AppointmentReason | None = None
    error_reason: ErrorReason | None = None
    outcome: Outcome | None = None
    appointment_at: datetime | None = None
    review_at: datetime | None = None
    happened_at: datetime | None = None
    attempts: tuple[Attempt, ...] = ()
    minimum_attempts: int = 0
    reported_by: str | None = None
    choice_reason: ChoiceReason | None = None


def check_step(
    state: State,
    step: Step,
    details: StepDetails,
    allowed: frozenset[DeclineReason] = frozenset(DeclineReason),
) -> tuple[Problem, ...]:
    """Everything that is missing or wrong for a step; empty when it may be taken.

    `allowed` are the decline reasons of the pathway.
    """
    asked = _Asked(state, step, details, allowed)
    found = (_CHECKS[requirement](asked) for requirement in REQUIRES[step])
    return tuple(problem for problem in found if problem is not None)


def decline_reasons(
    state: State, allowed: frozenset[DeclineReason] = frozenset(DeclineReason)
) -> tuple[DeclineReason, ...]:
    """The reasons a receiver may decline with from a state: withdrawing presumes having accepted."""
    withdrawn = {DeclineReason.PROVIDER_WITHDREW}
    open_ones = (
        allowed if state in AFTER_ACCEPTANCE or state is State.CANCEL_REQUESTED else allowed - withdrawn
    )
    return tuple(reason for reason in DeclineReason if reason in open_ones)


@dataclass(frozen=True, slots=True)
class _Asked:
    state: State
    step: Step
    details: StepDetails
    allowed: frozenset[DeclineReason]


def _problem(field: Requirement, english: str, spanish: str) -> Problem:
    return Problem(field.value, {"en": english, "es": spanish})


def _receiver(asked: _Asked) -> Problem | None:
    if asked.details.receiver:
        return None
    return _problem(
        Requirement.RECEIVER, "Say who receives the referral.", "Indique quién recibe la derivación."
    )


def _consent(asked: _Asked) -> Problem | None:
    if asked.details.consent_permitted:
        return None
    return _problem(
        Requirement.CONSENT,
        "Consent to share is missing, so the referral stays a draft.",
        "Falta el consentimiento para compartir; la derivación queda en borrador.",
    )


def _decline_reason(asked: _Asked) -> Problem | None:
    choices = decline_reasons(asked.state, asked.allowed)
    return _one_of(Requirement.DECLINE_REASON, asked.details.decline_reason, choices)


def _cancel_reason(asked: _Asked) -> Problem | None:
    return _one_of(Requirement.CANCEL_REASON, asked.details.cancel_reason, tuple(CancelReason))


def _appointment_reason(asked: _Asked) -> Problem | None:
    return _one_of(Requirement.APPOINTMENT_REASON, asked.details.appointment_reason, tuple(AppointmentReason))


def _error_reason(asked: _Asked) -> Problem | None:
    return _one_of(Requirement.ERROR_REASON, asked.details.error_reason, tuple(ErrorReason))


def _outcome(asked: _Asked) -> Problem | None:
    return _one_of(Requirement.OUTCOME, asked.details.outcome, OUTCOMES[asked.step])


def _one_of(field: Requirement, found: StrEnum | None, allowed: tuple[StrEnum, ...]) -> Problem | None:
    if found in allowed:
        return None
    choices = ", ".join(allowed)
    seen = "nothing" if found is None else f'"{found}"'
    visto = "nada" if found is None else f'"{found}"'
    return _problem(
        field,
        f"A reason is needed: found {seen}; allowed: {choices}.",
        f"Hace falta un motivo: se encontró {visto}; se admite: {choices}.",
    )


def _attempts(asked: _Asked) -> Problem | None:
    made, needed = len(asked.details.attempts), asked.details.minimum_attempts
    if made >= needed or asked.details.outcome is not Outcome.COULD_NOT_BE_CONTACTED:
        return None
    return _problem(
        Requirement.ATTEMPTS,
        f"{made} contact attempts are written down; this pathway asks for at least {needed}.",
        f"Hay {made} intentos de contacto anotados; esta vía pide al menos {needed}.",
    )


def _appointment(asked: _Asked) -> Problem | None:
    if asked.details.appointment_at is not None and asked.details.appointment_at > asked.details.now:
        return None
    return _problem(
        Requirement.APPOINTMENT,
        "Give the date and time of the appointment, later than now.",
        "Indique la fecha y la hora de la cita, posteriores a este momento.",
    )


def _review(asked: _Asked) -> Problem | None:
    now, review = asked.details.now, asked.details.review_at
    if review is not None and now < review <= now + LONGEST_WAIT:
        return None
    return _problem(
        Requirement.REVIEW,
        f"Give the day the waiting list is looked at again, within {LONGEST_WAIT.days} days.",
        f"Indique el día en que se revisa la lista de espera, dentro de {LONGEST_WAIT.days} días.",
    )


def _happened(asked: _Asked) -> Problem | None:
    if asked.details.happened_at is not None and asked.details.happened_at <= asked.details.now:
        return None
    return _problem(
        Requirement.HAPPENED,
        "Give the date and time of the first contact, not later than now.",
        "Indique la fecha y la hora del primer contacto, no posteriores a este momento.",
    )


def _second_person(asked: _Asked) -> Problem | None:
    if asked.details.reported_by is not None and asked.details.by != asked.details.reported_by:
        return None
    return _problem(
        Requirement.SECOND_PERSON,
        "A second person signs this off, not the one who reported it.",
        "Lo firma una segunda persona, no quien lo comunicó.",
    )


_CHECKS: Mapping[Requirement, Callable[[_Asked], Problem | None]] = {
    Requirement.RECEIVER: _receiver,
    Requirement.CONSENT: _consent,
    Requirement.DECLINE_REASON: _decline_reason,
    Requirement.CANCEL_REASON: _cancel_reason,
    Requirement.APPOINTMENT_REASON: _appointment_reason,
    Requirement.ERROR_REASON: _error_reason,
    Requirement.OUTCOME: _outcome,
    Requirement.ATTEMPTS: _attempts,
    Requirement.APPOINTMENT: _appointment,
    Requirement.REVIEW: _review,
    Requirement.HAPPENED: _happened,
    Requirement.SECOND_PERSON: _second_person,
}
