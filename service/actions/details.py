"""What is kept about a client and a guardian, and what each field may hold. Pure: no database, no page.

The pages, the API and a roster are judged by the same rules; each says in its own way where the fault stands.
"""

import unicodedata
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, TypeVar

from instruments.model import Text, text_in
from service.actions.refusals import FieldProblem

ASKED_IN = ("en", "es")
"""The languages that questions are asked in."""

AT_HOME = (
    *("en", "es", "am", "ar", "ase", "bn", "de", "fa", "fr", "hi", "hmn", "ht", "it", "ja", "km", "ko"),
    *("my", "ne", "pa", "pl", "ps", "pt", "ro", "ru", "so", "sw", "ti", "tl", "uk", "ur", "vi", "zh"),
)
"""Languages of homes, by their ISO 639 codes; "ase" is American Sign Language."""

OLDEST = 120
FEWEST_DIGITS = 7
MOST_SHOWN = 40
_OF_A_PHONE = frozenset("0123456789 +-().,/#xext")
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the direction of what follows: a name with one would disturb the page around it."""


@dataclass(frozen=True, slots=True)
class Details:
    """What is kept about a client, as somebody said it."""

    local_id: str
    given_name: str
    family_name: str
    born_on: date | None
    site_id: uuid.UUID | None
    pronouns: str = ""
    grade: str = ""
    class_name: str = ""
    language: str = "en"
    home_language: str = "en"


@dataclass(frozen=True, slots=True)
class GuardianDetails:
    """What is kept about an adult who may consent. Siblings may share the name and the telephone."""

    name: str
    relation: str
    phone: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Fault:
    """One field that cannot be kept: what was found there, and what is allowed."""

    field: str
    found: str
    allowed: Text


LENGTHS: Mapping[str, tuple[int, int]] = {
    "local_id": (1, 40),
    "given_name": (1, 80),
    "family_name": (1, 80),
    "pronouns": (0, 40),
    "grade": (0, 10),
    "class_name": (0, 20),
    "name": (1, 120),
    "relation": (1, 40),
    "phone": (0, 40),
}
LABELS: Mapping[str, Text] = {
    "local_id": {"en": "Id", "es": "Id."},
    "given_name": {"en": "Given name", "es": "Nombre"},
    "family_name": {"en": "Family name", "es": "Apellidos"},
    "born_on": {"en": "Birth date", "es": "Fecha de nacimiento"},
    "site_id": {"en": "Site", "es": "Sede"},
    "pronouns": {"en": "Pronouns", "es": "Pronombres"},
    "grade": {"en": "Grade", "es": "Grado"},
    "class_name": {"en": "Class", "es": "Clase"},
    "language": {"en": "Language", "es": "Idioma"},
    "home_language": {"en": "Language at home", "es": "Idioma en casa"},
    "name": {"en": "Name", "es": "Nombre"},
    "relation": {"en": "Relation", "es": "Relación"},
    "phone": {"en": "Telephone", "es": "Teléfono"},
}
A_DAY: Text = {"en": "a day such as 2011-02-28", "es": "un día como 2011-02-28"}

Kept = TypeVar("Kept", Details, GuardianDetails)


def tidy(kept: Kept) -> Kept:
    """The same with each text as it is kept: one way of writing accents, single spaces, none at the ends."""
    values: dict[str, Any] = {each.name: getattr(kept, each.name) for each in fields(kept)}
    values |= {name: tidied(each) for name, each in values.items() if isinstance(each, str)}
    return replace(kept, **values)


def tidied(text: str) -> str:
    """One text as it is kept."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def details_faults(details: Details, today: date) -> list[Fault]:
    """Every field of a client that cannot be kept; the site is for the database to judge."""
    return [
        *_texts(details),
        *_born(details.born_on, today),
        *_language("language", details.language, ASKED_IN),
        *_language("home_language", details.home_language, AT_HOME),
    ]


def guardian_faults(guardian: GuardianDetails) -> list[Fault]:
    """Every field of a guardian that cannot be kept."""
    return [*_texts(guardian), *_phone(guardian.phone), *_language("language", guardian.language, AT_HOME)]


def as_problem(fault: Fault, language: str) -> FieldProblem:
    """The fault as a form names it: the field, and what is allowed there."""
    allowed = text_in(fault.allowed, language)
    words = f"{text_in(LABELS[fault.field], language)}: {allowed}."
    return FieldProblem(fault.field, words, fault.found[:MOST_SHOWN], allowed)


def _texts(kept: Details | GuardianDetails) -> Iterator[Fault]:
    for each in fields(kept):
        if each.name in LENGTHS:
            yield from _text(each.name, getattr(kept, each.name), *LENGTHS[each.name])


def _text(field: str, value: str, least: int, most: int) -> Iterator[Fault]:
    if not least <= len(value) <= most:
        yield Fault(
            field, value, {"en": f"{least} to {most} characters", "es": f"de {least} a {most} caracteres"}
        )
    if any(unicodedata.category(letter) in {"Cc", "Cs"} or letter in _TURNING for letter in value):
        yield Fault(field, ascii(value), {"en": "no control characters", "es": "sin caracteres de control"})


def _born(born_on: date | None, today: date) -> Iterator[Fault]:
    if born_on is None:
        yield Fault("born_on", "", A_DAY)
    elif born_on > today or today.year - born_on.year > OLDEST:
        first = today.year - OLDEST
        text = {"en": f"a day from {first} to {today}", "es": f"un día de {first} a {today}"}
        yield Fault("born_on", str(born_on), text)


def _language(field: str, tag: str, known: tuple[str, ...]) -> Iterator[Fault]:
    if tag not in known:
        listed = ", ".join(known)
        yield Fault(field, tag, {"en": f"one of {listed}", "es": f"uno de {listed}"})


def _phone(phone: str) -> Iterator[Fault]:
    digits = sum(map(str.isdigit, phone))
    if phone and (digits < FEWEST_DIGITS or not _OF_A_PHONE.issuperset(phone)):
        english = f"a number with at least {FEWEST_DIGITS} digits"
        yield Fault("phone", phone, {"en": english, "es": f"un número con al menos {FEWEST_DIGITS} cifras"})
