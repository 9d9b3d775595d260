"""What the auditor's desk calls kinds of events and what they are about, in the language of the page.

In English a kind is its own name; the code itself stands beside the words elsewhere, for that is what exports hold.
"""

import re
from collections.abc import Mapping

from flask import Flask

from referral.events import EventKind, SubjectKind
from service.actions.happenings import PLAIN
from service.kinds import Role
from service.web.labels import label
from service.web.language import current_language

_FILLED_IN = re.compile(r":? ?\{[a-z]+\}")
"""What a sentence takes from its event."""
_WHOLE: Mapping[EventKind, str] = {
    EventKind.CONSENT_RECORDED: "Se anotó el consentimiento",
    EventKind.SCREENING_SUBMITTED: "Terminó la evaluación",
    EventKind.RECORD_VIEWED: "Se consultó una ficha o una lista",
    EventKind.DECISION_MADE: "Decidido por las reglas",
}
_SUBJECTS: Mapping[SubjectKind, str] = {
    SubjectKind.CLIENT: "persona",
    SubjectKind.SCREENING: "evaluación",
    SubjectKind.ALERT: "alerta",
    SubjectKind.DECISION: "decisión",
    SubjectKind.NEED: "necesidad",
    SubjectKind.REFERRAL: "derivación",
    SubjectKind.CONSENT: "consentimiento",
    SubjectKind.ASSESSMENT: "evaluación de seguridad",
    SubjectKind.FOLLOW_UP: "seguimiento",
    SubjectKind.LETTER: "carta",
    SubjectKind.ACCOUNT: "cuenta",
    SubjectKind.ORGANISATION: "organización",
    SubjectKind.PROGRAMME: "programa",
    SubjectKind.FINDING: "hallazgo de la revisión",
    SubjectKind.NOTE: "nota",
    SubjectKind.LINK: "enlace",
    SubjectKind.RECEIVER: "quien recibe",
    SubjectKind.PACKET: "paquete",
}


def event_words(kind: EventKind) -> str:
    """A kind of event by name."""
    if current_language() == "en":
        return kind.value
    return _WHOLE.get(kind) or _FILLED_IN.sub("", PLAIN[kind]["es"])


def subject_words(kind: SubjectKind) -> str:
    """What an event is about, by name."""
    return kind.value if current_language() == "en" else _SUBJECTS[kind]


def role_words(code: str) -> str:
    """The role that somebody acted in, as the trail holds it."""
    return label(Role(code))


def init_app(app: Flask) -> None:
    """Give the desk's templates the words."""
    app.jinja_env.filters.update(event_words=event_words, subject_words=subject_words, role_words=role_words)
