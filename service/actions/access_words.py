"""What a report of access says, in plain English and Spanish: what somebody did with a record, and by what right.

The acts are told coarsely on purpose: the paper may be read by others than the client, so it says who was at the
record and what for, and never what was found, asked or decided.
"""

from collections.abc import Mapping

from instruments.model import Text
from referral.event_groups import EventGroup, group_of
from referral.events import EventKind
from service.permissions import Role


def _text(english: str, spanish: str) -> Text:
    return {"en": english, "es": spanish}


LOOKED = _text("looked at the record", "consultó la ficha")
HELPED = _text("worked on getting help", "trabajó para conseguir ayuda")
REFUSED = _text("tried to see the record and was refused", "intentó ver la ficha y no se le permitió")

_VIEWS: Mapping[str, Text] = {
    "timeline": _text("looked at the history", "consultó el historial"),
    "result": _text("looked at results of questions", "consultó resultados de preguntas"),
    "screening": _text("looked at questions on their way", "consultó preguntas en curso"),
    "referral": _text("looked at a referral", "consultó una derivación"),
    "receipts": _text("looked at a referral", "consultó una derivación"),
    "need": _text("looked at the help that is needed", "consultó la ayuda que hace falta"),
}
_ASKED = _text("asked questions, or saved the answers", "hizo preguntas o guardó las respuestas")
_ACTS: Mapping[EventKind, Text] = {
    EventKind.CLIENT_ADDED: _text("added the record", "creó la ficha"),
    EventKind.CLIENT_CHANGED: _text("changed details", "cambió datos"),
    EventKind.CONSENT_RECORDED: _text(
        "wrote an answer about consent down", "anotó una respuesta de consentimiento"
    ),
    **dict.fromkeys((kind for kind in EventKind if kind.startswith(("screening", "answer"))), _ASKED),
    EventKind.OPENED_WITH_REASON: _text(
        "opened the record for a reason, not being in charge of it; others look at that again",
        "abrió la ficha por un motivo, sin tenerla a su cargo; otras personas lo revisan",
    ),
    EventKind.LETTER_MADE: _text("made a letter to a service", "hizo una carta para un servicio"),
    EventKind.EXPORT_MADE: _text("took data out", "exportó datos"),
    EventKind.ACCESS_REPORT_MADE: _text("made a report like this one", "hizo un informe como este"),
}

PROGRAM = _text("Handrail, the program", "Handrail, el programa")
SOMEBODY = _text("somebody who left", "alguien que ya no está")
ROLES: Mapping[Role, Text] = {
    Role.COUNSELOR: _text("counselor", "orientación"),
    Role.REFERRAL_STAFF: _text("referral staff", "recepción de derivaciones"),
    Role.CLINICIAN: _text("clinician", "atención clínica"),
    Role.COORDINATOR: _text("coordinator", "coordinación"),
    Role.SUPERVISOR: _text("supervisor", "supervisión"),
    Role.ADMINISTRATOR: _text("programme administrator", "administración del programa"),
    Role.AUDITOR: _text("auditor", "auditoría"),
    Role.ON_CALL: _text("on call", "guardia"),
    Role.LINK: _text("receiving office, by link", "oficina que recibe, por enlace"),
    Role.SYSTEM: _text("program", "programa"),
    Role.PARTNER: _text("other organisation", "otra organización"),
}

RESPONSIBLE = _text("is or was responsible for the help", "es o era responsable de la ayuda")
SAME_SITE = _text("works at {site}", "trabaja en {site}")
OTHER_SITE = _text("works elsewhere: {site}", "trabaja en otro lugar: {site}")
RECEIVES = _text("{site}: a referral was sent there", "{site}: se envió allí una derivación")
_BY_ROLE: Mapping[Role, Text] = {
    Role.COORDINATOR: _text("sees that help is followed through", "cuida que la ayuda llegue"),
    Role.SUPERVISOR: _text("answers for the work of the staff", "responde por el trabajo del personal"),
    Role.ON_CALL: _text("was there for emergencies", "estaba de guardia para emergencias"),
    Role.AUDITOR: _text("checks who looks at records", "revisa quién consulta las fichas"),
    Role.LINK: _text("a referral was sent there", "se envió allí una derivación"),
    Role.SYSTEM: _text("does what the rules say", "hace lo que dicen las reglas"),
    Role.PARTNER: _text(
        "a referral went there, or came from there", "se envió allí, o vino de allí, una derivación"
    ),
}
NO_RELATION = _text("no working relation is known", "no se conoce una relación de trabajo")


def act_words(kind: EventKind, view: str) -> Text:
    """What somebody did, coarsely; every kind has words, a new one too."""
    match group_of(kind):
        case EventGroup.REFUSALS:
            return REFUSED
        case EventGroup.LOOKS:
            return _ACTS.get(kind, _VIEWS.get(view, LOOKED))
    return _ACTS.get(kind, HELPED)


def role_words(role: Role) -> Text:
    """The role in plain words; its code where it has none."""
    return ROLES.get(role, _text(role, role))


def right_words(role: Role) -> Text:
    """By what right a role works with records that are not of its own building or team."""
    return _BY_ROLE.get(role, NO_RELATION)


def filled(text: Text, **names: str) -> Text:
    """The words with what stands in braces filled in."""
    return {language: words.format(**names) for language, words in text.items()}
