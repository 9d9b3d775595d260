"""One step of a referral in words: what was done, by whom, when. Conflicts and the rail say it alike."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date

from instruments.model import Text, text_in
from referral.entries import read_entry
from referral.matching import ChoiceReason
from referral.model import (
    AppointmentReason,
    CancelReason,
    DeclineReason,
    ErrorReason,
    Outcome,
    State,
    Step,
)

DONE: Mapping[Step, Text] = {
    Step.SEND: {"en": "Sent", "es": "Enviada"},
    Step.DISMISS: {"en": "Not sent: decided otherwise", "es": "No enviada: se decidió otra cosa"},
    Step.CLAIM: {"en": "Claimed", "es": "Tomada"},
    Step.RELEASE: {"en": "Given back to the queue", "es": "Devuelta a la cola"},
    Step.ACCEPT: {"en": "Accepted", "es": "Aceptada"},
    Step.DECLINE: {"en": "Declined", "es": "Rechazada"},
    Step.WAITLIST: {"en": "Put on the waiting list", "es": "Puesta en lista de espera"},
    Step.SCHEDULE: {"en": "Appointment booked", "es": "Cita dada"},
    Step.RESCHEDULE: {"en": "Appointment moved", "es": "Cita cambiada"},
    Step.RECORD_ATTENDED: {"en": "First contact written down", "es": "Primer contacto anotado"},
    Step.RECORD_NOT_ATTENDED: {"en": "Missed appointment written down", "es": "Cita perdida anotada"},
    Step.CANCEL_APPOINTMENT: {"en": "Appointment cancelled", "es": "Cita cancelada"},
    Step.REPORT_OUTCOME: {"en": "Outcome reported", "es": "Resultado comunicado"},
    Step.REPORT_NOT_REACHED: {"en": "Reported as not reached", "es": "Comunicada como no localizada"},
    Step.REQUEST_CANCEL: {"en": "Asked to stop", "es": "Se pidió anularla"},
    Step.CONFIRM_CANCEL: {"en": "Stop confirmed", "es": "Anulación confirmada"},
    Step.READ_OUTCOME: {"en": "Outcome read", "es": "Resultado leído"},
    Step.SIGN_OFF: {"en": "Signed off", "es": "Firmada"},
    Step.MARK_ERROR: {"en": "Marked as entered in error", "es": "Marcada como error"},
}
_BY: Text = {"en": "{0} by {1}", "es": "{0} por {1}"}
_NEAR: Mapping[int, Text] = {0: {"en": "today", "es": "hoy"}, 1: {"en": "yesterday", "es": "ayer"}}
_PATTERN: Text = {"en": "d MMMM y", "es": "d 'de' MMMM 'de' y"}

REASONS: Mapping[Step, type[StrEnum]] = {
    Step.SEND: ChoiceReason,
    Step.DISMISS: CancelReason,
    Step.REQUEST_CANCEL: CancelReason,
    Step.DECLINE: DeclineReason,
    Step.RESCHEDULE: AppointmentReason,
    Step.RECORD_NOT_ATTENDED: AppointmentReason,
    Step.CANCEL_APPOINTMENT: AppointmentReason,
    Step.REPORT_OUTCOME: Outcome,
    Step.REPORT_NOT_REACHED: Outcome,
    Step.MARK_ERROR: ErrorReason,
}
"""Which closed set the coded reason of a step comes from."""


@dataclass(frozen=True, slots=True)
class StepTaken:
    """One step as the trail keeps it. `until` is the appointment or review date that came with it."""

    step: Step
    before: State
    after: State
    at: datetime
    by: uuid.UUID
    reason: StrEnum | None
    until: datetime | None


def read_step(entry: bytes) -> StepTaken | None:
    """A step read back from an entry of the trail; None for damaged bytes, which the verifier names."""
    kept: Mapping[str, Any] = read_entry(entry) or {}
    try:
        step, details = Step(kept["details"]["step"]), kept["details"]
        return StepTaken(
            step,
            State(kept["before"]),
            State(kept["after"]),
            datetime.fromisoformat(kept["at"]),
            uuid.UUID(kept["actor"]),
            _reason(step, kept.get("reason")),
            _moment(details.get("until")),
        )
    except (KeyError, TypeError, ValueError):
        return None


def _reason(step: Step, code: str | None) -> StrEnum | None:
    return None if code is None or step not in REASONS else REASONS[step](code)


def _moment(kept: str | None) -> datetime | None:
    return None if kept is None else datetime.fromisoformat(kept)


def done_by(step: Step, name: str) -> Text:
    """Such as "Accepted by I. Demo", in each language; without a name, only what was done."""
    if not name:
        return DONE[step]
    return {language: _BY[language].format(words, name) for language, words in DONE[step].items()}


def moment_words(at: datetime, now: datetime, zone: ZoneInfo, language: str) -> str:
    """Such as "today 10:43" or "3 March 2026 14:10", on the organisation's wall clock."""
    there, today = at.astimezone(zone), now.astimezone(zone).date()
    near = _NEAR.get((today - there.date()).days)
    pattern = text_in(_PATTERN, language)
    day = text_in(near, language) if near else format_date(there.date(), pattern, locale=language)
    return f"{day} {there.hour}:{there.minute:02}"
