"""What a guardian is to a client, in each language. Records keep one English word, or whatever somebody wrote."""

from collections.abc import Mapping

from instruments.model import Text, text_in

RELATIONS: Mapping[str, Text] = {
    "mother": {"en": "mother", "es": "madre"},
    "father": {"en": "father", "es": "padre"},
    "parent": {"en": "parent", "es": "madre o padre"},
    "stepmother": {"en": "stepmother", "es": "madrastra"},
    "stepfather": {"en": "stepfather", "es": "padrastro"},
    "grandmother": {"en": "grandmother", "es": "abuela"},
    "grandfather": {"en": "grandfather", "es": "abuelo"},
    "grandparent": {"en": "grandparent", "es": "abuela o abuelo"},
    "aunt": {"en": "aunt", "es": "tía"},
    "uncle": {"en": "uncle", "es": "tío"},
    "sister": {"en": "sister", "es": "hermana"},
    "brother": {"en": "brother", "es": "hermano"},
    "foster parent": {"en": "foster parent", "es": "madre o padre de acogida"},
    "guardian": {"en": "guardian", "es": "tutor o tutora"},
    "legal guardian": {"en": "legal guardian", "es": "tutor o tutora legal"},
    "caregiver": {"en": "caregiver", "es": "persona a cargo"},
}


def known_relation(said: str) -> str:
    """The word that records keep for a word of either language; a word that is not known here stays as it is."""
    word = said.casefold()
    return next((kept for kept, text in RELATIONS.items() if word in {kept, *text.values()}), said)


def relation_words(relation: str, language: str) -> str:
    """The relation in a language; a word that is not known here stays as it was written."""
    known = RELATIONS.get(relation.strip().casefold())
    return relation if known is None else text_in(known, language)


def named_with_relation(name: str, language: str) -> str:
    """A guardian as a packet names them, "Rosa Example, mother", with the relation in a language; other names stay."""
    who, comma, relation = name.rpartition(", ")
    return f"{who}, {relation_words(relation, language)}" if comma else name
