"""The fixed words of the referral letter, in English and Spanish. Nothing is drawn or decided here."""

from collections.abc import Mapping
from datetime import date, datetime

from babel import Locale
from babel.dates import format_date

from referral.model import Disposition, Urgency

LANGUAGES = ("en", "es")

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "Referral to {0}",
        "number": "Referral {0}",
        "times": "Please acknowledge by |{0}| and make first contact by |{1}|.",
        "student": "Student",
        "patient": "Patient",
        "born": "born {0} ({1})",
        "guardian": "Parent or guardian",
        "speaks": "speaks {0}",
        "home": "{0} at home",
        "consent": "Consent to share",
        "safety": "Safety",
        "done": "Brief safety assessment done {0} by {1}: {2}.",
        "due": "Brief safety assessment due {0}.",
        "plan": "A safety plan was made.",
        "took over": "{0} took over in person.",
        "why": "Why we ask",
        "results": "Results of {0}",
        "instrument": "Instrument",
        "result": "Result",
        "band": "Band",
        "before": "Before",
        "first": "First time",
        "of": "{0} of {1}",
        "range": "{0} ({1} to {2})",
        "for adults": "{0}; figures for adults",
        "help": "What would help",
        "until": "Until then: {0}",
        "more": "and more, in Handrail",
        "note": "A screening result is not a diagnosis. Please reply in Handrail or by phone: accept, offer "
        "another date, or decline with a reason. We keep the need open until help has begun.",
        "foot": "Confidential. For the named service only.",
        "trail": "Trail entry {0}. Page 1 of 1",
        "day": "d MMMM",
        "day of year": "d MMMM y",
        "moment": "{0}, {1}",
        "moment today": "{1} today",
    },
    "es": {
        "title": "Derivación a {0}",
        "number": "Derivación {0}",
        "times": "Confirme la recepción a más tardar |{0}| y haga el primer contacto a más tardar |{1}|.",
        "student": "Estudiante",
        "patient": "Paciente",
        "born": "nació el {0} ({1} años)",
        "guardian": "Madre, padre, tutor o tutora",
        "speaks": "habla {0}",
        "home": "{0} en casa",
        "consent": "Consentimiento para compartir",
        "safety": "Seguridad",
        "done": "Evaluación breve de seguridad hecha {0} por {1}: {2}.",
        "due": "Evaluación breve de seguridad: límite {0}.",
        "plan": "Hay un plan de seguridad.",
        "took over": "{0} tomó el relevo en persona.",
        "why": "Por qué lo pedimos",
        "results": "Resultados del {0}",
        "instrument": "Cuestionario",
        "result": "Resultado",
        "band": "Rango",
        "before": "Antes",
        "first": "Primera vez",
        "of": "{0} de {1}",
        "range": "{0} ({1} a {2})",
        "for adults": "{0}; cifras para personas adultas",
        "help": "Qué ayudaría",
        "until": "Hasta entonces: {0}",
        "more": "y más, en Handrail",
        "note": "El resultado de un cuestionario no es un diagnóstico. Responda en Handrail o por teléfono: "
        "acepte, ofrezca otra fecha o rechace con un motivo. La necesidad sigue abierta hasta que la ayuda "
        "empiece.",
        "foot": "Confidencial. Solo para el servicio indicado.",
        "trail": "Registro {0}. Página 1 de 1",
        "day": "d 'de' MMMM",
        "day of year": "d 'de' MMMM 'de' y",
        "moment": "el {0} a las {1}",
        "moment today": "hoy a las {1}",
    },
}

_URGENCIES: Mapping[Urgency, Mapping[str, str]] = {
    Urgency.IMMEDIATE: {"en": "Immediate", "es": "Inmediata"},
    Urgency.URGENT: {"en": "Urgent", "es": "Urgente"},
    Urgency.SOON: {"en": "Soon", "es": "Pronto"},
    Urgency.ROUTINE: {"en": "Routine", "es": "Ordinaria"},
}

_DISPOSITIONS: Mapping[Disposition, Mapping[str, str]] = {
    Disposition.LOW: {"en": "low risk", "es": "riesgo bajo"},
    Disposition.FURTHER_EVALUATION: {
        "en": "further evaluation needed",
        "es": "hace falta una evaluación más completa",
    },
    Disposition.IMMINENT: {"en": "imminent risk", "es": "riesgo inminente"},
}


def say(key: str, language: str, *parts: object) -> str:
    """A fixed phrase of the letter with its parts filled in."""
    return _WORDS[language][key].format(*parts)


def urgency_words(urgency: Urgency, language: str) -> str:
    """The urgency as the box says it."""
    return _URGENCIES[urgency][language]


def disposition_words(disposition: Disposition, language: str) -> str:
    """What the safety assessment concluded."""
    return _DISPOSITIONS[disposition][language]


def language_name(tag: str, language: str) -> str:
    """The name of a language in the letter's language; the tag itself where nobody knows it."""
    return str(Locale.parse(language).languages.get(tag.partition("-")[0].lower(), tag))


def date_words(day: date, language: str, *, year: bool = True) -> str:
    """The day in words, as in 13 October 2026."""
    return str(format_date(day, _WORDS[language]["day of year" if year else "day"], locale=language))


def moment_words(moment: datetime, written: datetime, language: str) -> str:
    """A time of today, or a day and time. Both moments already stand on the organisation's wall clock."""
    time = f"{moment.hour}:{moment:%M}"
    if moment.date() == written.date():
        return say("moment today", language, "", time)
    return say(
        "moment", language, date_words(moment.date(), language, year=moment.year != written.year), time
    )
