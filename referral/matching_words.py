"""The reasons for and against a receiver, in English and Spanish, each with its code. Judges nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from instruments.model import Text
from referral.offers import DAYS, Place, Wait, is_stale

LANGUAGE_NAMES: Mapping[str, Text] = {
    "en": {"en": "English", "es": "inglés"},
    "es": {"en": "Spanish", "es": "español"},
}
TWO_WEEKS = 14


class Weighs(StrEnum):
    """Which way a reason points."""

    FOR = "for"
    AGAINST = "against"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Ground:
    """One reason for or against a receiver; `open` where nobody stated what would decide it."""

    rule: str
    weighs: Weighs
    text: Text


def pathway(takes: bool | None) -> Ground | None:  # noqa: FBT001  three-valued: None is not stated
    """Whether it takes referrals of this kind."""
    if takes is None:
        return _ground(
            "pathway-unknown",
            Weighs.OPEN,
            "Has not said which referrals it takes.",
            "No ha dicho qué derivaciones recibe.",
        )
    if takes:
        return None
    english = "Does not take referrals of this kind."
    return _ground("pathway-other", Weighs.AGAINST, english, "No recibe derivaciones de esta clase.")


def age(years: int, sees: bool | None) -> Ground | None:  # noqa: FBT001  as above
    """Whether it sees people of this age."""
    if sees is None:
        return None
    if sees:
        return _ground(
            "sees-the-age", Weighs.FOR, f"Sees people of {years}.", f"Atiende a personas de {years} años."
        )
    english = f"Does not see people of {years}."
    return _ground("age-outside", Weighs.AGAINST, english, f"No atiende a personas de {years} años.")


def wait(expected: Wait, allowed: timedelta, *, late: bool) -> Ground:
    """How soon, and whether that is later than the urgency allows."""
    if expected.days is None:
        return _ground(
            "wait-unknown", Weighs.OPEN, "The wait is not known: ask.", "No se sabe la espera: pregunte."
        )
    first = _first(expected.days)
    if not late:
        return Ground("wait-in-time", Weighs.FOR, first)
    most = max(allowed.days, 1)
    too_late = {
        "en": f"Later than this urgency allows ({most} days).",
        "es": f"Más tarde de lo que permite esta urgencia ({most} días).",
    }
    return Ground("wait-too-long", Weighs.AGAINST, {tag: f"{first[tag]} {too_late[tag]}" for tag in first})


def _first(days: int) -> Text:
    if days == 0:
        return {"en": "Sees people the same day.", "es": "Atiende el mismo día."}
    unit = ("day", "día") if days == 1 else ("days", "días")
    return {
        "en": f"First appointment in about {days} {unit[0]}.",
        "es": f"Primera cita en unos {days} {unit[1]}.",
    }


def full(expected: Wait) -> Ground:
    """That no place is free, and when one opens."""
    if expected.days is None:
        english = "Full, and nobody can say until when."
        return _ground("full", Weighs.AGAINST, english, "Sin plazas, y nadie sabe hasta cuándo.")
    about = span(expected.days)
    return _ground(
        "full",
        Weighs.AGAINST,
        f"Full: a place in about {about['en']}.",
        f"Sin plazas: habrá una en {about['es']}.",
    )


def span(days: int) -> Text:
    """Days as people say them: from two weeks on in weeks, rounded up."""
    if days < TWO_WEEKS:
        units = ("day", "día") if days == 1 else ("days", "días")
        return {"en": f"{days} {units[0]}", "es": f"unos {days} {units[1]}"}
    weeks = -(-days // DAYS)
    return {"en": f"{weeks} weeks", "es": f"unas {weeks} semanas"}


def speaks(tag: str, languages: Sequence[str]) -> Ground:
    """Whether it speaks one language."""
    name = LANGUAGE_NAMES.get(tag, {"en": tag, "es": tag})
    if tag in languages:
        english = f"Speaks {name['en']}."
        return _ground("speaks-the-language", Weighs.FOR, english, f"Habla {name['es']}.")
    english = f"Does not list {name['en']}."
    return _ground("language-missing", Weighs.AGAINST, english, f"No indica que hable {name['es']}.")


def wish(code: str, is_met: bool | None) -> Ground:  # noqa: FBT001  three-valued: None is not stated
    """Whether something that was asked for is there."""
    text = ASKED_FOR[code]
    if is_met:
        return Ground(f"has {code}", Weighs.FOR, {tag: f"{text[tag]}." for tag in text})
    if is_met is None:
        said = {"en": f"{text['en']}: not stated, ask.", "es": f"{text['es']}: no consta, pregunte."}
        return Ground(f"unknown {code}", Weighs.OPEN, said)
    return Ground(f"lacks {code}", Weighs.AGAINST, {"en": f"{text['en']}: no.", "es": f"{text['es']}: no."})


def also(code: str) -> Ground:
    """Something that is there though nobody asked for it."""
    return Ground(f"has {code}", Weighs.FOR, {tag: f"{words}." for tag, words in ASKED_FOR[code].items()})


def distance(near: Place) -> Ground:
    """How far away its nearest place is, and which that is where it is not its own."""
    km, named = near.distance_km, f": {near.name}" if near.name else ""
    return _ground("distance", Weighs.OPEN, f"{km} km away{named}.", f"A {km} km{named}.")


def stated(days: int | None) -> Ground | None:
    """That what is stated is old. Nothing for what nobody stated: then no capacity is claimed either."""
    if days is None or not is_stale(days):
        return None
    english = f"Stated {days} days ago: ask whether it still holds."
    return _ground("stale", Weighs.OPEN, english, f"Indicado hace {days} días: pregunte si sigue siendo así.")


ASKED_FOR: Mapping[str, Text] = {
    "telehealth": {"en": "By video or telephone", "es": "Por video o teléfono"},
    "in person": {"en": "In person", "es": "En persona"},
    "outside school hours": {"en": "Open outside school hours", "es": "Abre fuera del horario escolar"},
    "step-free entrance": {"en": "Step-free entrance", "es": "Entrada sin escalones"},
    "sign language": {"en": "Sign language", "es": "Lengua de señas"},
    "interpreter": {"en": "Interpreter", "es": "Intérprete"},
    "quiet waiting room": {"en": "Quiet waiting room", "es": "Sala de espera tranquila"},
    "free of charge": {"en": "Free of charge", "es": "Sin costo"},
    "medicaid": {"en": "Takes Medicaid", "es": "Acepta Medicaid"},
    "chip": {"en": "Takes CHIP", "es": "Acepta CHIP"},
    "private insurance": {"en": "Takes private insurance", "es": "Acepta seguro privado"},
}


def _ground(rule: str, weighs: Weighs, english: str, spanish: str) -> Ground:
    return Ground(rule, weighs, {"en": english, "es": spanish})
