"""What was looked at, in the words of a timeline: code of a view -> words. A report of access tells less on purpose."""

from collections.abc import Mapping

from instruments.model import Text


def _text(english: str, spanish: str) -> Text:
    return {"en": english, "es": spanish}


VIEWS: Mapping[str, Text] = {
    "client": _text("the record", "la ficha"),
    "clients": _text("the list of records", "la lista de fichas"),
    "reason": _text("name and class, before saying why", "nombre y clase, antes de indicar por qué"),
    "timeline": _text("the timeline", "el historial"),
    "screening": _text("a screening on its way", "una evaluación en curso"),
    "result": _text("a result", "un resultado"),
    "safety assessment": _text("a safety assessment", "una evaluación de seguridad"),
    "safety assessments due": _text("the safety assessments due", "las evaluaciones de seguridad pendientes"),
    "referral": _text("a referral", "una derivación"),
    "preview": _text("a referral before it was sent", "una derivación antes de su envío"),
    "letter": _text("a letter", "una carta"),
    "receipts": _text("the receipts of a referral", "los comprobantes de una derivación"),
    "need": _text("a need", "una necesidad"),
    "note": _text("a note", "una nota"),
    "notes": _text("the notes", "las notas"),
    "alert": _text("an alert", "una alerta"),
    "alerts": _text("the alerts", "las alertas"),
    "on-call": _text("the alerts on call", "las alertas de guardia"),
    "queue": _text("the list of referrals", "la lista de derivaciones"),
    "board": _text("the open needs", "las necesidades abiertas"),
    "late": _text("what is late", "lo que está atrasado"),
    "calendar": _text("the appointments", "las citas"),
    "calls": _text("the calls to make", "las llamadas por hacer"),
    "rescreens": _text("whom to screen again", "a quién evaluar de nuevo"),
    "lost": _text("those lost so far", "las personas perdidas hasta ahora"),
    "audit": _text("the audit trail", "el registro de auditoría"),
    "access review": _text("the review of access", "la revisión de accesos"),
    "overrides": _text("what people decided otherwise", "lo que las personas decidieron de otro modo"),
    "roster": _text("what a roster would change", "lo que cambiaría una lista de personas"),
    "crossing": _text("what would go to another organisation", "lo que iría a otra organización"),
    "packets": _text("the referrals of other organisations", "las derivaciones de otras organizaciones"),
    "packet": _text("a referral of another organisation", "una derivación de otra organización"),
    "items": _text("a request for single answers", "una petición de respuestas"),
    "retention": _text("what is due for erasure", "lo que toca borrar"),
}


def view_in(code: str | None, language: str) -> str:
    """What was looked at; a code without words reads as it is."""
    return VIEWS[code][language] if code is not None and code in VIEWS else str(code or "")
