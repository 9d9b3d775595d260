"""What is said when a programme cannot be started, moved or chosen, in each language."""

from instruments.model import Text

NONE_HERE: Text = {
    "en": "No screening programme is in force here. The programme administrator starts one.",
    "es": "Aquí no hay ningún programa de evaluación en marcha. Quien administra los programas inicia uno.",
}
SAY_WHICH: Text = {
    "en": "Several programmes are in force here; say which one this screening belongs to.",
    "es": "Aquí hay varios programas en marcha; diga a cuál pertenece esta evaluación.",
}
NOT_HERE: Text = {
    "en": "This programme is not in force here.",
    "es": "Este programa no está en marcha aquí.",
}
NO_SUCH: Text = {
    "en": "There is no such programme, or no such version of it.",
    "es": "No existe ese programa, o no esa versión.",
}
RUNS_ALREADY: Text = {
    "en": "{name} is in force here already, in version {version}.",
    "es": "{name} ya está en marcha aquí, en la versión {version}.",
}
RUNS_THIS: Text = {
    "en": "Version {version} is in force already.",
    "es": "La versión {version} ya está en marcha.",
}
MOVED_MEANWHILE: Text = {
    "en": "Somebody moved this programme meanwhile: version {version} is in force now. Look at the difference again.",
    "es": "Alguien cambió este programa entretanto: ahora está en marcha la versión {version}. Mire otra vez la"
    " diferencia.",
}
HAS_ENDED_MEANWHILE: Text = {
    "en": "{name} is not in force here.",
    "es": "{name} no está en marcha aquí.",
}
TICK: Text = {
    "en": "Tick that you have seen what is lowered or not proved.",
    "es": "Marque que ha visto lo que baja o no está probado.",
}
SAY_WHY: Text = {
    "en": "Say why, in at least {least} characters.",
    "es": "Diga por qué, con al menos {least} caracteres.",
}
WORDS_NOT_PINNED: Text = {
    "en": "{name} has words here, and the programme {programme} pins a version without them."
    " Whoever runs programmes moves it to a version that pins them.",
    "es": "{name} tiene aquí sus palabras, y el programa {programme} fija una versión sin ellas."
    " Quien dirige los programas lo pasa a una versión que las fije.",
}
NOT_IN_PROGRAMME: Text = {
    "en": "{name} is not asked in this programme ({programme}).",
    "es": "{name} no se pregunta en este programa ({programme}).",
}
NOT_OF_THIS_AGE: Text = {
    "en": "This programme ({programme}) is for ages {low} to {high}.",
    "es": "Este programa ({programme}) es para personas de {low} a {high} años.",
}
