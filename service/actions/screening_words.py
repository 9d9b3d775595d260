"""What is said when a screening cannot be begun or answered, in each language."""

from instruments.model import Text

HOW_MANY: Text = {
    "en": "Choose 1 to {most} different instruments.",
    "es": "Elija de 1 a {most} cuestionarios distintos.",
}
ASK_FIRST: Text = {
    "en": "Ask the client first: nobody is screened against their own will.",
    "es": "Pregunte primero a la persona: a nadie se le evalúa contra su voluntad.",
}
NO_WORDING: Text = {
    "en": "{name} cannot be asked: it ships without its questions. Who holds its text and may use it attaches"
    " it with: handrail instruments wording {id} --text FILE.",
    "es": "{name} no se puede preguntar: viene sin sus preguntas. Quien tenga su texto y pueda usarlo lo añade"
    " con: handrail instruments wording {id} --text FILE.",
}
LEADS_NOWHERE: Text = {
    "en": "{name} cannot be asked: the routing rules here ({rules}) do not know it, so nothing would follow.",
    "es": "{name} no se puede preguntar: las reglas de derivación de aquí ({rules}) no lo conocen, así que no pasaría"
    " nada.",
}
ANSWERED_BY_OTHERS: Text = {
    "en": "{name} cannot be asked: somebody else fills it in, not the client.",
    "es": "{name} no se puede preguntar: lo rellena otra persona, no quien es atendida.",
}
FROM_AGE: Text = {
    "en": "{name} is for ages {lowest} and over.",
    "es": "{name} es para personas de {lowest} años o más.",
}
NOT_IN_LANGUAGE: Text = {
    "en": "{name} has no verified wording in this language.",
    "es": "{name} no tiene un texto verificado en este idioma.",
}
KEY_USED: Text = {
    "en": "This idempotency key was used for another screening.",
    "es": "Esta clave de idempotencia ya se usó para otra evaluación.",
}
ANSWERED_MEANWHILE: Text = {
    "en": "This question was answered somewhere else since it was shown here; that answer stands.",
    "es": "Esta pregunta se respondió en otro lugar desde que se mostró aquí; esa respuesta queda.",
}
ENDED: Text = {
    "en": "This screening has ended; its answers stand as they were given.",
    "es": "Esta evaluación terminó; las respuestas quedan como se dieron.",
}
NOT_ASKED: Text = {
    "en": "This question is not asked after the answers so far.",
    "es": "Esta pregunta no se hace después de las respuestas dadas.",
}
NOT_PART: Text = {
    "en": "This instrument is not part of this screening.",
    "es": "Este cuestionario no forma parte de esta evaluación.",
}
