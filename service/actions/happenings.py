"""Every kind of event in plain words, in English and Spanish: what a timeline says. Names and times stand beside."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from instruments.model import Text
from referral.events import EventKind
from referral.model import Step
from service.actions.step_words import DONE
from service.actions.view_words import view_in


@dataclass(frozen=True, slots=True)
class Happening:
    """One event to be told: its fields as the trail keeps them, and the pathway it is about, where there is one."""

    kind: EventKind
    before: str | None
    after: str | None
    details: Mapping[str, Any]
    pathway: Text | None


def _text(english: str, spanish: str) -> Text:
    return {"en": english, "es": spanish}


PLAIN: Mapping[EventKind, Text] = {
    EventKind.CLIENT_ADDED: _text("Added to Handrail", "Se añadió a Handrail"),
    EventKind.CLIENT_CHANGED: _text("Details changed", "Se cambiaron datos"),
    EventKind.CONSENT_RECORDED: _text("{about}: {after}", "{about}: {after}"),
    EventKind.SCREENING_STARTED: _text("Screening started: {forms}", "Empezó la evaluación: {forms}"),
    EventKind.SCREENING_HANDED_OVER: _text("Tablet handed over", "Se entregó la tableta"),
    EventKind.SCREENING_RESUMED: _text("Screening resumed", "Se retomó la evaluación"),
    EventKind.ANSWER_SAVED: _text("An answer was saved", "Se guardó una respuesta"),
    EventKind.ANSWER_CHANGED: _text("An answer was changed", "Se cambió una respuesta"),
    EventKind.SCREENING_ABANDONED: _text("Screening left unfinished", "La evaluación quedó sin terminar"),
    EventKind.SCREENING_SUBMITTED: _text("{ending}: {forms}", "{ending}: {forms}"),
    EventKind.ALERT_RAISED: _text("Alert raised", "Se dio la alerta"),
    EventKind.ALERT_ACKNOWLEDGED: _text(
        "Alert acknowledged: somebody is there", "Alerta atendida: hay alguien allí"
    ),
    EventKind.ALERT_ESCALATED: _text(
        "The alert was still open: the next person was told",
        "La alerta seguía abierta: se avisó a otra persona",
    ),
    EventKind.MESSAGE_SENT: _text("Told by e-mail", "Se avisó por correo electrónico"),
    EventKind.MESSAGE_NOT_TAKEN: _text(
        "An e-mail was not taken; it is tried again", "No se aceptó un correo; se intenta otra vez"
    ),
    EventKind.ALERT_CLOSED: _text("Alert ended", "Terminó la alerta"),
    EventKind.DECISION_MADE: _text("Decided by the rules: {decision}", "Decidido por las reglas: {decision}"),
    EventKind.DECISION_OVERRIDDEN: _text(
        "A person decided otherwise{on}: {turn}", "Una persona decidió otra cosa{on}: {turn}"
    ),
    EventKind.NEED_OPENED: _text("Need opened{on}", "Se abrió una necesidad{on}"),
    EventKind.NEED_JOINED: _text(
        "A new screening joined the need{on}", "Otra evaluación se unió a la necesidad{on}"
    ),
    EventKind.NEED_RAISED: _text(
        "Need made more urgent{on}: {after}", "La necesidad es más urgente{on}: {after}"
    ),
    EventKind.NEED_POSTPONED: _text("Put off with a reason{on}", "Se aplazó con un motivo{on}"),
    EventKind.DEADLINE_MISSED: _text(
        "A deadline passed, and people were told{on}", "Venció un plazo y se avisó a personas{on}"
    ),
    EventKind.NEED_REASSIGNED: _text("Need handed over{on}", "La necesidad pasó a otra persona{on}"),
    EventKind.NEED_REDIRECTED: _text("Another way was chosen{on}", "Se eligió otra vía{on}"),
    EventKind.NEED_SIGNED_OFF: _text("A second person signed{on}", "Firmó una segunda persona{on}"),
    EventKind.NEED_CLOSED: _text("Need closed{on}", "Se cerró la necesidad{on}"),
    EventKind.NEED_REOPENED: _text("Need opened again{on}", "Se reabrió la necesidad{on}"),
    EventKind.REFERRAL_STEP: _text("Referral{on}: {step}{ended}", "Derivación{on}: {step}{ended}"),
    EventKind.REFERRAL_HANDED_ON: _text(
        "Handed on to a colleague of the team", "Pasó a otra persona del equipo"
    ),
    EventKind.ATTEMPT_LOGGED: _text("Tried to reach the family", "Se intentó el contacto con la familia"),
    EventKind.SAFETY_ASSESSMENT_RECORDED: _text(
        "Safety assessment written down", "Se anotó la evaluación de seguridad"
    ),
    EventKind.FOLLOW_UP_DONE: _text("Follow-up done", "Seguimiento hecho"),
    EventKind.LETTER_MADE: _text("Referral letter made", "Se hizo la carta de derivación"),
    EventKind.EXPORT_MADE: _text("Data exported", "Se exportaron datos"),
    EventKind.ACCESS_REPORT_MADE: _text(
        "Report made of who looked at this record", "Se hizo el informe de quién consultó esta ficha"
    ),
    EventKind.ACCESS_REVIEWED: _text("Unusual access reviewed", "Se revisó un acceso poco común"),
    EventKind.REVIEW_DUE: _text("The review of the week is open", "La revisión de la semana está abierta"),
    EventKind.RECORD_VIEWED: _text("Looked at: {view}", "Se consultó: {view}"),
    EventKind.ACCESS_REFUSED: _text("Access refused", "Acceso denegado"),
    EventKind.OPENED_WITH_REASON: _text(
        "Opened with a reason, outside the caseload", "Se abrió con un motivo, fuera de su lista"
    ),
    EventKind.SIGNED_IN: _text("Signed in", "Inició sesión"),
    EventKind.SIGN_IN_REFUSED: _text("Sign-in refused", "Inicio de sesión denegado"),
    EventKind.SIGNED_OUT: _text("Signed out", "Cerró la sesión"),
    EventKind.ACCOUNT_ADDED: _text("Account added", "Se añadió una cuenta"),
    EventKind.ACCOUNT_CHANGED: _text("Account changed", "Se cambió una cuenta"),
    EventKind.SETTING_CHANGED: _text("Setting changed", "Se cambió un ajuste"),
    EventKind.PROGRAMME_STARTED: _text("Programme started", "Se inició un programa"),
    EventKind.PROGRAMME_MOVED: _text("Programme moved to another version", "Un programa pasó a otra versión"),
    EventKind.PROGRAMME_ENDED: _text("Programme ended", "Se terminó un programa"),
    EventKind.HOLD_SET: _text("Legal hold set", "Se puso una retención legal"),
    EventKind.HOLD_LIFTED: _text("Legal hold lifted", "Se levantó una retención legal"),
    EventKind.ERASURE_ASKED: _text("Erasure asked for", "Se pidió el borrado"),
    EventKind.ERASURE_APPROVED: _text("Erasure approved", "Se aprobó el borrado"),
    EventKind.CLIENT_ERASED: _text("Record erased", "Se borró el expediente"),
    EventKind.SCREENING_ERASED: _text(
        "A screening without a finding was erased", "Se borró una evaluación sin hallazgos"
    ),
    EventKind.RECORDS_ERASED: _text("Old records erased", "Se borraron registros antiguos"),
    EventKind.NOTE_WRITTEN: _text("Note written", "Se escribió una nota"),
    EventKind.NOTE_CORRECTED: _text("Note corrected", "Se corrigió una nota"),
    EventKind.NOTE_STRUCK_OUT: _text(
        "Note struck out: entered in error", "Se tachó una nota: anotada por error"
    ),
    EventKind.RECEIVER_ADDED: _text(
        "A receiver outside was added", "Se añadió una persona u oficina externa"
    ),
    EventKind.LINK_MADE: _text(
        "Link made for a receiver outside", "Se creó un enlace para una oficina externa"
    ),
    EventKind.LINK_SENT: _text("Link sent by e-mail", "Se envió el enlace por correo electrónico"),
    EventKind.LINK_CODE_MADE: _text("A fresh code for the link", "Un código nuevo para el enlace"),
    EventKind.LINK_CODE_ASKED: _text(
        "The receiver asked for a fresh code", "La oficina externa pidió un código nuevo"
    ),
    EventKind.LINK_OPENED: _text(
        "The receiver opened the referral by link", "La oficina externa abrió la derivación con el enlace"
    ),
    EventKind.LINK_LEFT: _text("The receiver closed the referral", "La oficina externa cerró la derivación"),
    EventKind.LINK_REFUSED: _text(
        "The link was tried and stayed shut", "Se probó el enlace y siguió cerrado"
    ),
    EventKind.LINK_LOCKED: _text(
        "Too many wrong codes: the link is locked",
        "Demasiados códigos equivocados: el enlace quedó bloqueado",
    ),
    EventKind.LINK_REVOKED: _text("Link taken back", "Se retiró el enlace"),
    EventKind.OFFER_STATED: _text(
        "What a receiver offers was stated", "Se indicó lo que ofrece quien recibe"
    ),
    EventKind.RECEIVER_CHANGED: _text(
        "A receiver was renamed, withdrawn or brought back", "Se renombró, retiró o recuperó a quien recibe"
    ),
    EventKind.ROSTER_IMPORTED: _text("A roster was brought in", "Se importó una lista de personas"),
    EventKind.OVERRIDE_REVIEWED: _text(
        "Looked at again: a person had decided otherwise", "Se revisó lo que una persona había decidido"
    ),
    EventKind.ITEMS_ASKED: _text(
        "The receiver asked for consent to share single answers",
        "Quien recibe pidió consentimiento para compartir respuestas",
    ),
    EventKind.ITEMS_SHARED: _text(
        "Single answers were shared with the receiver", "Se compartieron respuestas con quien recibe"
    ),
    EventKind.ITEMS_DECLINED: _text("Single answers are not shared", "No se comparten las respuestas"),
    EventKind.PACKET_SENT: _text("Sent to another organisation", "Se envió a otra organización"),
    EventKind.PACKET_DELIVERED: _text("Arrived at the other organisation", "Llegó a la otra organización"),
    EventKind.PACKET_TURNED_BACK: _text(
        "The other organisation takes nothing in just now", "La otra organización no recibe nada por ahora"
    ),
    EventKind.PACKET_TOLD: _text(
        "People were told that it waits to be taken in", "Se avisó a personas de que espera a ser recibida"
    ),
    EventKind.PACKET_REDIRECTED: _text(
        "After a decline another team of the receiver got it",
        "Tras un rechazo la tiene otro equipo de quien recibe",
    ),
    EventKind.PACKET_ARRIVED: _text(
        "A referral of another organisation arrived", "Llegó una derivación de otra organización"
    ),
    EventKind.PACKET_TAKEN_IN: _text("Taken in from another organisation", "Se recibió de otra organización"),
    EventKind.PACKET_DECLINED: _text(
        "A referral of another organisation was declined", "Se rechazó una derivación de otra organización"
    ),
    EventKind.PACKET_WITHDRAWN: _text(
        "A referral between organisations was taken back", "Se retiró una derivación entre organizaciones"
    ),
    EventKind.PACKET_ANSWERED: _text(
        "How it stands was told between the organisations", "Se comunicó entre las organizaciones cómo va"
    ),
}
"""What each kind of event says; what stands in braces comes from the event."""

_CODES: Mapping[str, Text] = {
    "given": _text("given", "dado"),
    "refused": _text("refused", "negado"),
    "withdrawn": _text("withdrawn", "retirado"),
    "submitted": _text("Screened", "Evaluación hecha"),
    "stopped": _text("Screening stopped early", "La evaluación se detuvo antes"),
    "abandoned": _text("Screening left unfinished", "La evaluación quedó sin terminar"),
    "immediate": _text("immediate", "inmediata"),
    "urgent": _text("urgent", "urgente"),
    "soon": _text("soon", "pronto"),
    "routine": _text("routine", "ordinaria"),
    "refer": _text("refer", "derivar"),
    "review": _text("a clinician looks at it", "lo revisa un profesional clínico"),
    "rescreen": _text("screen again later", "evaluar de nuevo más adelante"),
    "watch": _text("keep an eye on it", "observar"),
    "none": _text("no action needed", "no hace falta nada"),
    "screening": _text("Consent to screening", "Consentimiento para la evaluación"),
    "sharing": _text("Consent to share", "Consentimiento para compartir"),
}


_GIVERS: Mapping[str, Text] = {
    "guardian": _text("by a guardian", "por el tutor o la tutora"),
    "client": _text("by the client", "por la propia persona"),
}

_ENDED = _text(
    "; the request for single answers ended with it", "; con ella terminó la petición de las respuestas"
)


def words_of(happening: Happening) -> Text:
    """What an event says, in each language."""
    return {language: _said(happening, language) for language in ("en", "es")}


def _said(happening: Happening, language: str) -> str:
    details = happening.details
    on = "" if happening.pathway is None else f", {happening.pathway[language].lower()}"
    step = details.get("step")
    parts = {
        "on": on,
        "about": _code(details.get("purpose"), language) + on,
        "after": _code(happening.after, language) + _giver(details.get("by_rule"), language),
        "forms": ", ".join(_form(each) for each in details.get("instruments", ())),
        "ending": _code(details.get("status", "submitted"), language),
        "decision": _decision(happening, language, on),
        "step": DONE[Step(step)][language].lower() if step else "",
        "view": view_in(details.get("view"), language),
        "turn": _turn(happening, language),
        "ended": _ENDED[language] if "request" in details else "",
    }
    return PLAIN[happening.kind][language].format(**parts)


def _turn(happening: Happening, language: str) -> str:
    """From which urgency to which, of standings such as "psychology/urgent"."""
    ends = (str(code or "").rpartition("/")[2] for code in (happening.before, happening.after))
    return " → ".join(_code(each, language) for each in ends)


def _giver(code: str | None, language: str) -> str:
    return f", {_GIVERS[code][language]}" if code is not None and code in _GIVERS else ""


def _code(code: str | None, language: str) -> str:
    return _CODES[code][language] if code is not None and code in _CODES else str(code or "")


def _form(named: str) -> str:
    return named.partition("/")[0].upper()


def _decision(happening: Happening, language: str, on: str) -> str:
    urgency = happening.details.get("urgency")
    about = "" if urgency is None else f", {_code(urgency, language)}"
    return f"{_code(happening.details.get('decision'), language)}{on}{about}"
