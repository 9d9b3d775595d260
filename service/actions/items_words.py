"""What is said to somebody who asks for single answers, or answers such a request, where it cannot be done."""

from instruments.model import Text

WHY: Text = {"en": "Choose a reason.", "es": "Elija un motivo."}
ENDED: Text = {
    "en": "This referral has ended, so nothing is asked or shared any more.",
    "es": "Esta derivación terminó, así que ya no se pide ni se comparte nada.",
}
THERE: Text = {
    "en": "The single answers are shared already.",
    "es": "Las respuestas ya están compartidas.",
}
NONE: Text = {
    "en": "There are no single answers behind this referral.",
    "es": "Detrás de esta derivación no hay respuestas.",
}
CALL: Text = {
    "en": "The whole need was handed over: call those who sent it.",
    "es": "Se traspasó toda la necesidad: llame a quien la envió.",
}
NOT_ASKED: Text = {
    "en": "Nobody asks for the single answers of this referral.",
    "es": "Nadie pide las respuestas de esta derivación.",
}
ANSWERED: Text = {
    "en": "Somebody has answered this already. Look at how it stands now.",
    "es": "Alguien ya respondió a esto. Mire cómo está ahora.",
}
TOO_LONG = (
    "There is more in it than a packet can carry: call them.",
    "Contiene más de lo que cabe en un envío: llámeles.",
)
