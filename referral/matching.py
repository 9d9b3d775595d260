"""Who could receive a referral: every receiver, best first, each with the reasons for and against it.

A person chooses; nothing is hidden, and nobody who cannot take the client now is put first. The words are in
`matching_words.py`, what receivers state and how long one waits in `offers.py`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from referral import matching_words as words
from referral.matching_words import Ground, Weighs
from referral.model import Urgency
from referral.offers import (
    OUTSIDE_SCHOOL,
    Access,
    Cost,
    Insurance,
    Offer,
    Wait,
    Way,
    expected_wait,
    nearest,
)

__all__ = ["Candidate", "ChoiceReason", "Ground", "Match", "Needs", "Timing", "Weighs", "Wish", "match"]


class Wish(StrEnum):
    """What a client or family asks for beyond help in time and in their language."""

    TELEHEALTH = "telehealth"
    IN_PERSON = "in person"
    OUTSIDE_SCHOOL = "outside school hours"
    STEP_FREE = "step-free entrance"
    SIGN_LANGUAGE = "sign language"
    INTERPRETER = "interpreter"
    QUIET_ROOM = "quiet waiting room"
    FREE = "free of charge"
    MEDICAID = "medicaid"
    CHIP = "chip"
    PRIVATE = "private insurance"


class ChoiceReason(StrEnum):
    """Why somebody chose another receiver than the one proposed."""

    LANGUAGE = "speaks the language"
    SOONER = "sooner"
    HOURS = "better hours"
    NEARER = "nearer"
    PAYING = "paying for it"
    KNOWN = "known to the family"
    FAMILY = "chosen by the family"
    KIND = "right kind of help"
    OTHER = "other reason"


class Timing(StrEnum):
    """Whether a receiver can see somebody in the time that the urgency allows: the best first."""

    IN_TIME = "in time"
    LATE = "late"
    UNKNOWN = "unknown"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One receiver. `waiting`: how many were sent there and are not booked yet; `stated_days`: how old the offer is."""

    id: str
    name: str
    offer: Offer
    waiting: int = 0
    stated_days: int | None = None


@dataclass(frozen=True, slots=True)
class Needs:
    """What a client needs. `within` is what the pathway allows until the first appointment at this urgency."""

    pathway: str
    urgency: Urgency
    within: timedelta
    age: int
    languages: tuple[str, ...] = ()
    wishes: tuple[Wish, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """One receiver judged. `instead`: who else has room, for one that is late or full; None is its waiting list."""

    id: str
    name: str
    fits: bool
    timing: Timing
    wait: Wait
    grounds: tuple[Ground, ...]
    instead: str | None = None

    @property
    def has_room(self) -> bool:
        """Whether it takes clients such as this one and does not say that it is full."""
        return self.fits and self.timing is not Timing.FULL


@dataclass(frozen=True, slots=True)
class _Judged:
    candidate: Candidate
    match: Match
    order: tuple[object, ...]


def match(candidates: Iterable[Candidate], needs: Needs) -> tuple[Match, ...]:
    """Every candidate once, best first, whatever order they came in.

    First those who see such clients at all; then in time, late, unknown, full; then how many languages of client
    and home are missing, how many wishes are not met, and the shorter wait. At immediate and urgent the wait comes
    before languages and wishes: help in the right language that comes too late is too late (choices of ours,
    checked by no clinician). What is left equal goes by the nearest place that can be used, then by name.
    """
    found = sorted((_judged(each, needs) for each in candidates), key=lambda each: each.order)
    ranked = [each.match for each in found]
    return tuple(_with_instead(each, ranked) for each in ranked)


def met(wish: Wish, offer: Offer) -> bool | None:
    """Whether an offer meets a wish; None where nothing is stated that would say so."""
    if wish is Wish.OUTSIDE_SCHOOL:
        return offer.outside_school
    if offer.cost is Cost.FREE and wish in _PAID:
        return True
    stated = _stated(wish, offer)
    return str(wish) in stated if stated else None


_PAID = frozenset({Wish.FREE, Wish.MEDICAID, Wish.CHIP, Wish.PRIVATE})
"""Wishes about paying: what is free of charge meets each."""


def _stated(wish: Wish, offer: Offer) -> Sequence[str]:
    """What the offer states in the set that a wish comes from."""
    sets: tuple[tuple[type[StrEnum], Sequence[str]], ...] = (
        (Way, offer.ways),
        (Access, [each for place in offer.everywhere for each in place.access]),
        (Insurance, offer.insurance),
        (Cost, () if offer.cost is None else (offer.cost,)),
    )
    return next(stated for kind, stated in sets if str(wish) in [str(member) for member in kind])


def _judged(candidate: Candidate, needs: Needs) -> _Judged:
    offer = candidate.offer
    wait = expected_wait(offer, candidate.waiting)
    timing = _timing(offer, wait, needs)
    fits = _sees_age(offer, needs.age) is not False and _takes(offer, needs.pathway) is not False
    grounds = _grounds(candidate, needs, wait, timing)
    made = Match(candidate.id, candidate.name, fits, timing, wait, grounds)
    return _Judged(candidate, made, _order(candidate, needs, made))


def _order(candidate: Candidate, needs: Needs, made: Match) -> tuple[object, ...]:
    offer = candidate.offer
    missing = sum(tag not in offer.languages for tag in needs.languages)
    unmet = sum(met(wish, offer) is not True for wish in needs.wishes)
    liked, soon = (missing, unmet), made.wait.order
    weighed = (soon, liked) if needs.urgency.at_least(Urgency.URGENT) else (liked, soon)
    near = nearest(offer, _wanted(needs))
    far = (near is None, 0 if near is None else near.distance_km or 0)
    return not made.fits, tuple(Timing).index(made.timing), *weighed, far, candidate.name, candidate.id


def _wanted(needs: Needs) -> frozenset[str]:
    return frozenset(str(each) for each in needs.wishes)


def _timing(offer: Offer, wait: Wait, needs: Needs) -> Timing:
    in_time = wait.days is not None and not wait.closed and timedelta(days=wait.days) <= needs.within
    if in_time:
        return Timing.IN_TIME
    if offer.has_no_place:
        return Timing.FULL
    return Timing.UNKNOWN if wait.days is None else Timing.LATE


def _sees_age(offer: Offer, age: int) -> bool | None:
    if offer.lowest_age is None and offer.highest_age is None:
        return None
    lowest, highest = offer.lowest_age, offer.highest_age
    return (lowest is None or lowest <= age) and (highest is None or age <= highest)


def _takes(offer: Offer, pathway: str) -> bool | None:
    return pathway in offer.pathways if offer.pathways else None


def _with_instead(each: Match, ranked: Sequence[Match]) -> Match:
    if each.has_room and each.timing is not Timing.LATE:
        return each
    # Whom nobody can tell the wait of is no promise of room.
    sooner = {Timing.IN_TIME} if each.has_room else {Timing.IN_TIME, Timing.LATE}
    others = (other for other in ranked if other.id != each.id and other.fits)
    better = next((other for other in others if other.timing in sooner), None)
    instead = None if better is None else better.id
    return Match(each.id, each.name, each.fits, each.timing, each.wait, each.grounds, instead)


def _grounds(candidate: Candidate, needs: Needs, wait: Wait, timing: Timing) -> tuple[Ground, ...]:
    """What decides comes first: who is seen at all, how soon, in which language; then what was asked for."""
    offer = candidate.offer
    found = [
        words.pathway(_takes(offer, needs.pathway)),
        words.age(needs.age, _sees_age(offer, needs.age)),
        words.full(wait)
        if timing is Timing.FULL
        else words.wait(wait, needs.within, late=timing is Timing.LATE),
        *(words.speaks(tag, offer.languages) for tag in needs.languages),
        *(words.wish(wish, met(wish, offer)) for wish in needs.wishes),
        *(words.also(code) for code in _also(offer, needs)),
        None if (near := nearest(offer, _wanted(needs))) is None else words.distance(near),
        words.stated(candidate.stated_days),
    ]
    return tuple(each for each in found if each is not None)


def _also(offer: Offer, needs: Needs) -> list[str]:
    """What is good to know though nobody asked for it."""
    known: list[str] = [OUTSIDE_SCHOOL] if offer.outside_school else []
    known += [Way.TELEHEALTH] if Way.TELEHEALTH in offer.ways else []
    known += [Cost.FREE] if offer.cost is Cost.FREE else []
    return [str(code) for code in known if code not in needs.wishes]
