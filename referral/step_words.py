"""A refused step in one sentence, in each language. What is refused is decided in `lifecycle.py`."""

from collections.abc import Iterable, Mapping

from instruments.model import Text
from referral.model import Side, State, Step

STEP_WORDS: Mapping[Step, Text] = {
    Step.SEND: {"en": "send", "es": "enviar"},
    Step.DISMISS: {"en": "dismiss", "es": "descartar"},
    Step.CLAIM: {"en": "claim", "es": "tomar"},
    Step.RELEASE: {"en": "give back", "es": "devolver a la cola"},
    Step.ACCEPT: {"en": "accept", "es": "aceptar"},
    Step.DECLINE: {"en": "decline", "es": "rechazar"},
    Step.WAITLIST: {"en": "put on the waiting list", "es": "poner en lista de espera"},
    Step.SCHEDULE: {"en": "book an appointment for", "es": "dar cita a"},
    Step.RESCHEDULE: {"en": "move the appointment of", "es": "cambiar la cita de"},
    Step.RECORD_ATTENDED: {"en": "write down the first contact of", "es": "anotar el primer contacto de"},
    Step.RECORD_NOT_ATTENDED: {
        "en": "write down a missed appointment of",
        "es": "anotar una cita perdida de",
    },
    Step.CANCEL_APPOINTMENT: {"en": "cancel the appointment of", "es": "cancelar la cita de"},
    Step.REPORT_OUTCOME: {"en": "report the outcome of", "es": "comunicar el resultado de"},
    Step.REPORT_NOT_REACHED: {"en": "report as not reached", "es": "comunicar como no localizada"},
    Step.REQUEST_CANCEL: {"en": "ask to stop", "es": "pedir la anulación de"},
    Step.CONFIRM_CANCEL: {"en": "confirm the stop of", "es": "confirmar la anulación de"},
    Step.READ_OUTCOME: {"en": "read the outcome of", "es": "leer el resultado de"},
    Step.SIGN_OFF: {"en": "sign off", "es": "firmar"},
    Step.MARK_ERROR: {"en": "mark as entered in error", "es": "marcar como error"},
}
"""What is done, as it stands before "a referral"."""

STATE_WORDS: Mapping[State, Text] = {
    State.DRAFT: {"en": "that is a draft", "es": "en borrador"},
    State.SENT: {"en": "that is sent", "es": "enviada"},
    State.CLAIMED: {"en": "that is claimed", "es": "tomada"},
    State.ACCEPTED: {"en": "that is accepted", "es": "aceptada"},
    State.WAITLISTED: {"en": "that is on the waiting list", "es": "en lista de espera"},
    State.SCHEDULED: {"en": "that is booked", "es": "con cita"},
    State.NOT_ATTENDED: {"en": "whose appointment was missed", "es": "con una cita perdida"},
    State.APPOINTMENT_CANCELLED: {"en": "whose appointment was cancelled", "es": "con la cita cancelada"},
    State.IN_CARE: {"en": "that is in care", "es": "en atención"},
    State.CANCEL_REQUESTED: {"en": "whose sender asked to stop", "es": "con anulación pedida"},
    State.COMPLETED: {"en": "whose outcome is reported", "es": "con el resultado comunicado"},
    State.DECLINED: {"en": "that is declined", "es": "rechazada"},
    State.CANCELLED: {"en": "that is cancelled", "es": "anulada"},
    State.NOT_REACHED: {"en": "that ended as not reached", "es": "terminada como no localizada"},
    State.ENTERED_IN_ERROR: {"en": "that was entered in error", "es": "anotada por error"},
}
"""Where a referral stands, as it stands after "a referral"."""

_SIDES: Mapping[Side, Text] = {
    Side.SENDER: {"en": "the sender", "es": "quien envía"},
    Side.RECEIVER: {"en": "the receiving team", "es": "el servicio receptor"},
}
_OR: Text = {"en": " or ", "es": " o "}
_NOBODY: Text = {
    "en": "Nobody can {step} a referral {state}.",
    "es": "No se puede {step} una derivación {state}.",
}
_OTHERS: Text = {
    "en": "Only {allowed} can {step} a referral {state}, not {side}.",
    "es": "Solo {allowed} puede {step} una derivación {state}, no {side}.",
}


def refused_in_words(state: State, step: Step, side: Side, allowed: Iterable[Side]) -> Text:
    """Why one side may not take a step from a state; `allowed` are the sides that may, if any."""
    sides = sorted(allowed)
    return {
        language: (_OTHERS if sides else _NOBODY)[language].format(
            allowed=_OR[language].join(_SIDES[each][language] for each in sides),
            step=STEP_WORDS[step][language],
            state=STATE_WORDS[state][language],
            side=_SIDES[side][language],
        )
        for language in _OR
    }
