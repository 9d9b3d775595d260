"""The e-mails that tell staff to look: no name, no number, no word about anybody, only that something waits."""

from instruments.model import Text, text_in
from service.actions.mailing import Mail
from service.kinds import ToldAbout

SUBJECTS: dict[ToldAbout, Text] = {
    ToldAbout.ALERT: {
        "en": "Handrail: an alert is waiting for you",
        "es": "Handrail: le espera una alerta",
    },
    ToldAbout.NEED: {"en": "Handrail: a deadline has passed", "es": "Handrail: pasó una fecha límite"},
    ToldAbout.PACKET: {
        "en": "Handrail: another organisation sent something",
        "es": "Handrail: otra organización envió algo",
    },
    ToldAbout.ITEMS: {
        "en": "Handrail: a receiver asks for consent",
        "es": "Handrail: quien recibe pide un consentimiento",
    },
    ToldAbout.REVIEW: {
        "en": "Handrail: the review of last week is open",
        "es": "Handrail: la revisión de la semana pasada está abierta",
    },
}
WORDS: dict[ToldAbout, Text] = {
    ToldAbout.ALERT: {
        "en": "There is an alert that nobody has acknowledged yet. Sign in and acknowledge it{where}.\n\n"
        "Until somebody does, the next person on the list is told.\n\n"
        "This message says nothing about anybody, on purpose. Please do not answer it.",
        "es": "Hay una alerta que nadie ha atendido todavía. Inicie sesión y atiéndala{where}.\n\n"
        "Hasta que alguien lo haga, se avisa a la siguiente persona de la lista.\n\n"
        "Este mensaje no dice nada de nadie, a propósito. Por favor, no lo responda.",
    },
    ToldAbout.NEED: {
        "en": "Deadlines have passed that you own or should know of: {count}. Sign in to see them{where}.\n\n"
        "You get at most one such message an hour, and one at once when something urgent comes.\n\n"
        "This message says nothing about anybody, on purpose. Please do not answer it.",
        "es": "Pasaron fechas límite que son suyas o que debe conocer: {count}. Inicie sesión para verlas{where}."
        "\n\nRecibe como mucho un mensaje así por hora, y uno de inmediato cuando llega algo urgente.\n\n"
        "Este mensaje no dice nada de nadie, a propósito. Por favor, no lo responda.",
    },
    ToldAbout.PACKET: {
        "en": "Waiting to be taken in from other organisations: {count}. Sign in to see it, under From others"
        "{where}.\n\nYou get at most one such message an hour, and one at once when something urgent comes.\n\n"
        "This message says nothing about anybody, on purpose. Please do not answer it.",
        "es": "Esperan a que alguien las reciba, de otras organizaciones: {count}. Inicie sesión para verlas, en De "
        "otras{where}.\n\nRecibe como mucho un mensaje así por hora, y uno de inmediato cuando llega algo urgente.\n\n"
        "Este mensaje no dice nada de nadie, a propósito. Por favor, no lo responda.",
    },
    ToldAbout.ITEMS: {
        "en": "Receivers ask for consent to share more: {count}. Sign in to see it, on the page of the need{where}."
        "\n\nYou get at most one such message an hour, and one at once when something urgent comes.\n\n"
        "This message says nothing about anybody, on purpose. Please do not answer it.",
        "es": "Quien recibe pide consentimiento para compartir más: {count}. Inicie sesión para verlo, en la página "
        "de la necesidad{where}.\n\nRecibe como mucho un mensaje así por hora, y uno de inmediato cuando llega algo "
        "urgente.\n\nEste mensaje no dice nada de nadie, a propósito. Por favor, no lo responda.",
    },
    ToldAbout.REVIEW: {
        "en": "In the review of access of last week something waits for somebody to look at it. Sign in to see it, "
        "under Audit trail{where}.\n\nYou get this message once a week, and none when nothing waits.\n\n"
        "This message says nothing about anybody, on purpose. Please do not answer it.",
        "es": "En la revisión de accesos de la semana pasada hay algo que espera a que alguien lo mire. Inicie sesión "
        "para verlo, en Registro de auditoría{where}.\n\n"
        "Recibe este mensaje una vez por semana, y ninguno cuando no hay nada.\n\n"
        "Este mensaje no dice nada de nadie, a propósito. Por favor, no lo responda.",
    },
}


def subject_of(mail: Mail) -> str:
    """What the message is called, in the language of whoever gets it."""
    return text_in(SUBJECTS[mail.about], mail.language)


def words_of(mail: Mail, address: str) -> str:
    """The message; `address` is where Handrail is reached, empty where nobody set it."""
    where = f": {address}/" if address else ""
    return text_in(WORDS[mail.about], mail.language).format(where=where, count=len(mail.tellings))
