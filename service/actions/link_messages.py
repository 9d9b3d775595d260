"""The message that goes with a link: no name of a client, no clinical word, nothing that tells whose it is."""

from collections.abc import Mapping

from babel.dates import format_date

from instruments.model import Text, text_in
from service.actions.links import Sheet

MESSAGE: Text = {
    "en": "A letter for your office is waiting: {number}.\n\n"
    "Open it here: {address}\n\n"
    "You will be asked for eight digits. We tell you these by telephone, never in writing. "
    "The link is good until {until}.\n\n"
    "If you expect nothing from us, do nothing: without the digits the link opens nothing.",
    "es": "Hay una carta para su oficina: {number}.\n\n"
    "Ábrala aquí: {address}\n\n"
    "Se le pedirán ocho cifras. Se las decimos por teléfono, nunca por escrito. "
    "El enlace sirve hasta el {until}.\n\n"
    "Si no espera nada de nuestra parte, no haga nada: sin las cifras, el enlace no abre nada.",
}
SUBJECT: Text = {"en": "A letter is waiting: {number}", "es": "Le espera una carta: {number}"}
_DAY: Mapping[str, str] = {"en": "d MMMM y", "es": "d 'de' MMMM 'de' y"}


def subject_for(sheet: Sheet) -> str:
    """What the message is called: it tells no more than the message."""
    return text_in(SUBJECT, sheet.language).format(number=sheet.number)


def message_for(sheet: Sheet, address: str) -> str:
    """The message in the receiver's language."""
    until = format_date(sheet.until, _DAY.get(sheet.language, _DAY["en"]), locale=sheet.language)
    return text_in(MESSAGE, sheet.language).format(number=sheet.number, address=address, until=until)
