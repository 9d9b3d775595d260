"""What a receiver offers, in closed sets and numbers, and how long somebody sent there now would wait.

Who fits whom is in `matching.py`. A thing that nobody stated is None or empty, and never taken for a no.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from referral.model import Problem, State

MOST: Mapping[str, int] = {
    "lowest_age": 120,
    "highest_age": 120,
    "distance_km": 2000,
    "per_week": 500,
    "open_places": 500,
    "wait_days": 730,
}
"""What each number of an offer is at most: above it, somebody mistyped."""
CAPACITY = frozenset({"per_week", "open_places", "wait_days"})
"""What changes by the week, and a team states of itself."""
STALE_DAYS = 30
"""What was stated longer ago is marked as such: capacity changes by the month (a choice of ours)."""
DAYS = 7
WAITING = (State.SENT, State.CLAIMED, State.ACCEPTED, State.WAITLISTED)
"""Where a referral takes one of the next places, until it is booked or ended."""


class Way(StrEnum):
    """How people are seen."""

    IN_PERSON = "in person"
    TELEHEALTH = "telehealth"


class Access(StrEnum):
    """What makes a place usable for somebody who needs it."""

    STEP_FREE = "step-free entrance"
    SIGN_LANGUAGE = "sign language"
    INTERPRETER = "interpreter"
    QUIET_ROOM = "quiet waiting room"


class Insurance(StrEnum):
    """Which insurance is accepted."""

    MEDICAID = "medicaid"
    CHIP = "chip"
    PRIVATE = "private insurance"


class Cost(StrEnum):
    """Who pays."""

    FREE = "free of charge"
    INSURED = "insurance"
    BY_INCOME = "by income"
    SELF_PAY = "self-pay"


OUTSIDE_SCHOOL = "outside school hours"
MOST_PLACES = 5
"""More places of one receiver than this are entered as receivers of their own."""
MOST_LETTERS = 120


@dataclass(frozen=True, slots=True)
class Place:
    """One place where people are seen in person. The receiver's own has no name of its own."""

    name: str = ""
    distance_km: int | None = None
    access: tuple[Access, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """What one receiver states. `per_week`: new people it can see each week; `open_places`: free places now."""

    pathways: tuple[str, ...] = ()
    lowest_age: int | None = None
    highest_age: int | None = None
    languages: tuple[str, ...] = ()
    ways: tuple[Way, ...] = ()
    outside_school: bool | None = None
    distance_km: int | None = None
    access: tuple[Access, ...] = ()
    insurance: tuple[Insurance, ...] = ()
    cost: Cost | None = None
    per_week: int | None = None
    open_places: int | None = None
    wait_days: int | None = None
    places: tuple[Place, ...] = ()
    """Further places, beside the receiver's own, which `distance_km` and `access` are of."""

    @property
    def everywhere(self) -> tuple[Place, ...]:
        """Its own place and the further ones."""
        return (Place("", self.distance_km, self.access), *self.places)

    @property
    def has_no_place(self) -> bool:
        """Whether it says that it has no place for anybody new now."""
        return self.per_week == 0 or self.open_places == 0


@dataclass(frozen=True, slots=True)
class Wait:
    """The expected wait for the first appointment. `days` None: nobody can tell. `closed`: nobody new is taken."""

    days: int | None
    closed: bool = False

    @property
    def order(self) -> tuple[bool, bool, int]:
        """Sort key: the shortest first, then what nobody can tell, then who takes nobody."""
        return self.closed, self.days is None, self.days or 0


def expected_wait(offer: Offer, waiting: int) -> Wait:
    """How many days somebody sent now would wait there; `waiting` is how many are sent and not booked yet.

    beyond = max(0, waiting + 1 - open_places)          places for `waiting` and this one that are not free now
    queue  = 0                        when beyond is 0
             ceil(7 * beyond / per_week)                when per_week is stated and above 0: the day of that place
             without end              when per_week is 0
             not known                when per_week is not stated
    days   = the longer of wait_days (stated) and queue, of what is known

    Without stated places, none is taken to be free where per_week is stated. What is stated is never made
    shorter by the count, which knows nothing of people from elsewhere. A stated wait of none is not believed where
    the free places are used up and nobody stated how many open each week. Monotone: more places, more a week or
    fewer people waiting never make it longer.
    """
    beyond = max(0, waiting + 1 - (offer.open_places or 0))
    if beyond == 0:
        return Wait(offer.wait_days or 0)
    if offer.per_week is None:
        used_up = offer.open_places is not None
        return Wait((offer.wait_days or None) if used_up else offer.wait_days)
    if offer.per_week == 0:
        return Wait(offer.wait_days or None, closed=True)
    return Wait(max(offer.wait_days or 0, -(-DAYS * beyond // offer.per_week)))


def is_stale(days_ago: int | None) -> bool:
    """Whether what was stated so many days ago (None: never) is to be asked again."""
    return days_ago is None or days_ago > STALE_DAYS


def offer_problems(offer: Offer) -> tuple[Problem, ...]:
    """Everything in an offer that cannot be so, each with its field."""
    return (*_numbers(offer), *_ages(offer), *_languages(offer), *_full_until(offer), *_places(offer))


def nearest(offer: Offer, wanted: AbstractSet[str]) -> Place | None:
    """The nearest place with all the access that is wanted, else the nearest; None where no distance is stated.

    `wanted` may hold other wishes too; only those about access count here.
    """
    needed = {str(each) for each in Access} & wanted
    far = [each for each in offer.everywhere if each.distance_km is not None]
    usable = [each for each in far if needed <= {str(access) for access in each.access}]
    return min(usable or far, key=lambda each: each.distance_km or 0, default=None)


def _numbers(offer: Offer) -> Iterator[Problem]:
    for name, most in MOST.items():
        found = getattr(offer, name)
        if found is not None and not 0 <= found <= most:
            english = f"Found {found}; allowed: whole numbers from 0 to {most}."
            spanish = f"Se encontró {found}; se admiten números enteros de 0 a {most}."
            yield Problem(name, {"en": english, "es": spanish})


def _ages(offer: Offer) -> Iterator[Problem]:
    lowest, highest = offer.lowest_age, offer.highest_age
    if lowest is not None and highest is not None and lowest > highest:
        english = f"The oldest ({highest}) cannot be younger than the youngest ({lowest})."
        spanish = f"La edad máxima ({highest}) no puede ser menor que la mínima ({lowest})."
        yield Problem("highest_age", {"en": english, "es": spanish})


def _languages(offer: Offer) -> Iterator[Problem]:
    strange = [tag for tag in offer.languages if not re.fullmatch("[a-z]{2,3}", tag)]
    if strange:
        english = f'Found "{strange[0]}"; allowed: codes such as en, es.'
        spanish = f"Se encontró «{strange[0]}»; se admiten códigos como en, es."
        yield Problem("languages", {"en": english, "es": spanish})


def _full_until(offer: Offer) -> Iterator[Problem]:
    if offer.open_places == 0 and offer.per_week is None and not offer.wait_days:
        english = "No place is free: say how long the wait is, or how many people you can see each week."
        spanish = "No hay plazas: indique la espera, o a cuántas personas puede atender por semana."
        yield Problem("wait_days", {"en": english, "es": spanish})


def _places(offer: Offer) -> Iterator[Problem]:
    if len(offer.places) > MOST_PLACES:
        english, spanish = (
            f"Name at most {MOST_PLACES} places.",
            f"Indique {MOST_PLACES} lugares como máximo.",
        )
        yield Problem("places", {"en": english, "es": spanish})
    names = [each.name.strip().casefold() for each in offer.places]
    for at, each in enumerate(offer.places):
        yield from _place(f"place_{at + 1}", each, names[:at])


def _place(field: str, place: Place, before: Sequence[str]) -> Iterator[Problem]:
    name, most = place.name.strip(), MOST["distance_km"]
    if not 0 < len(name) <= MOST_LETTERS or name.casefold() in before:
        english = f"Give each place a name of its own, at most {MOST_LETTERS} characters."
        spanish = f"Dé a cada lugar un nombre propio, {MOST_LETTERS} caracteres como máximo."
        yield Problem(field, {"en": english, "es": spanish})
    if place.distance_km is not None and not 0 <= place.distance_km <= most:
        english = f"Found {place.distance_km}; allowed: whole numbers from 0 to {most}."
        spanish = f"Se encontró {place.distance_km}; se admiten números enteros de 0 a {most}."
        yield Problem(f"{field}_km", {"en": english, "es": spanish})
