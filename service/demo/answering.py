"""How made-up people answer: patterns with the proportions of real programmes. No real person's answers."""

import random
from collections.abc import Mapping
from dataclasses import dataclass

PHQ_ITEMS, GAD_ITEMS = 9, 7
REFUSED = "refused"

Answers = Mapping[str, Mapping[str, int | str]]


@dataclass(frozen=True, slots=True)
class Mood:
    """One kind of screening: how high the totals are, what ASQ says, whether PHQ-9 item 9 is above zero."""

    name: str
    weight: int
    phq: tuple[int, int]
    gad: tuple[int, int] = (0, 4)
    asq: str = "negative"
    item_9: int | str = 0


# Of a thousand screened: 110 with suicide risk reported (11.0 % SOS, 11.4 % paediatric ASQ), 8 of them acute
# (0.8 % in large clinic series), and about 190 elevated in some way (19.6 %, Husky 2011). docs/lifecycle.md
MOODS = (
    Mood("calm", 590, (0, 4)),
    Mood("mild", 170, (5, 9), (0, 7)),
    Mood("at the border", 16, (10, 10), (3, 8)),
    Mood("anxious", 24, (5, 9), (10, 14)),
    Mood("moderate", 42, (11, 14), (4, 11)),
    Mood("high", 26, (15, 19), (6, 14)),
    Mood("severe", 12, (20, 24), (10, 18)),
    Mood("item 9", 10, (8, 13), (4, 9), item_9=1),
    Mood("at risk", 70, (9, 16), (4, 12), asq="thoughts", item_9=1),
    Mood("long ago", 22, (3, 9), (2, 8), asq="past attempt"),
    Mood("would rather not say", 10, (6, 12), (3, 9), asq="refused"),
    Mood("acute", 8, (17, 24), (10, 16), asq="acute", item_9=2),
)
NAMED = {mood.name: mood for mood in (*MOODS, Mood("a little low", 0, (9, 9), (6, 6)))}

_ASQ: Mapping[str, tuple[int | str, ...]] = {
    "negative": (0, 0, 0, 0),
    "thoughts": (1, 0, 0, 0, 0),
    "past attempt": (0, 0, 0, 1, 0),
    "refused": (0, REFUSED, 0, 0, 0),
    "acute": (1, 1, 1, 0, 1),
}


def any_mood(dice: random.Random) -> Mood:
    """The next person's mood, in the proportions above."""
    return dice.choices(MOODS, [mood.weight for mood in MOODS])[0]


def answers_of(mood: Mood, instruments: tuple[str, ...], dice: random.Random) -> Answers:
    """The answers of one screening, instrument by instrument, item by item in the published order."""
    made = {"phq-9": _phq, "gad-7": _gad, "asq": _asq}
    return {name: made[name](mood, dice) for name in instruments}


def _phq(mood: Mood, dice: random.Random) -> Mapping[str, int | str]:
    total = dice.randint(*mood.phq)
    last = mood.item_9 if isinstance(mood.item_9, int) else 0
    first_eight = _spread(max(0, total - last), PHQ_ITEMS - 1, dice)
    return {f"q{number}": value for number, value in enumerate((*first_eight, mood.item_9), start=1)}


def exact(total: int, dice: random.Random, item_9: int = 0) -> Mapping[str, int | str]:
    """Answers to PHQ-9 with a given total: for the stories."""
    spread = _spread(total - item_9, PHQ_ITEMS - 1, dice)
    return {f"q{number}": value for number, value in enumerate((*spread, item_9), start=1)}


def _gad(mood: Mood, dice: random.Random) -> Mapping[str, int | str]:
    spread = _spread(dice.randint(*mood.gad), GAD_ITEMS, dice)
    return {f"q{number}": value for number, value in enumerate(spread, start=1)}


def _asq(mood: Mood, _dice: random.Random) -> Mapping[str, int | str]:
    return {f"q{number}": value for number, value in enumerate(_ASQ[mood.asq], start=1)}


def _spread(total: int, items: int, dice: random.Random) -> list[int]:
    """A total over so many items of 0 to 3."""
    values = [0] * items
    for _ in range(min(total, 3 * items)):
        values[dice.choice([place for place, value in enumerate(values) if value < 3])] += 1  # noqa: PLR2004  the scale
    return values
