"""What the receivers of the demo offer: teams and offices outside, as somebody stated it, so that one can choose.

Their ids have dice of their own, and all but the oldest word falls in the last day: the story stays the same.
"""

import random
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from referral.offers import Access, Cost, Insurance, Place, Way
from service.access import Act
from service.actions import directory, outside, stating
from service.actions.outside import Outside
from service.actions.stating import Statement
from service.demo.stage import Stage
from service.ids import uuid7
from service.kinds import ReceiverKind

SEED = 2028
LATELY, LONG_AGO = timedelta(hours=20), timedelta(days=41)
BOTH = (Way.IN_PERSON, Way.TELEHEALTH)
EVENINGS = "Monday to Friday, 12:00 to 19:30"


@dataclass(frozen=True, slots=True)
class Word:
    """What somebody stated of one receiver: of a team by its key, or of an office that is added with it."""

    facts: Mapping[str, Any]
    hours: str = ""
    ago: timedelta = LATELY


_TEAMS: Mapping[str, Mapping[str, Word]] = {
    "alder-creek": {
        "psychology": Word(
            {
                "lowest_age": 5,
                "highest_age": 21,
                "ways": (Way.IN_PERSON,),
                "outside_school": False,
                "distance_km": 1,
                "access": (Access.STEP_FREE,),
                "cost": Cost.FREE,
                "per_week": 3,
                "open_places": 0,
                "wait_days": 35,
            }
        ),
        "bridge": Word(
            {
                "lowest_age": 10,
                "highest_age": 25,
                "ways": BOTH,
                "outside_school": True,
                "distance_km": 4,
                "access": (Access.STEP_FREE, Access.INTERPRETER),
                "insurance": (Insurance.MEDICAID, Insurance.CHIP),
                "cost": Cost.INSURED,
                "per_week": 6,
                "open_places": 3,
                "wait_days": 5,
            },
            EVENINGS,
        ),
        "talk": Word(
            {
                "lowest_age": 14,
                "ways": (Way.TELEHEALTH,),
                "outside_school": True,
                "insurance": (Insurance.PRIVATE,),
                "cost": Cost.INSURED,
                "per_week": 5,
            },
            EVENINGS,
        ),
        "psychiatry": Word(
            {"lowest_age": 6, "highest_age": 18, "ways": (Way.IN_PERSON,), "per_week": 4}, ago=LONG_AGO
        ),
    },
    "fern-street": {
        "psychology": Word(
            {
                "lowest_age": 12,
                "ways": BOTH,
                "outside_school": True,
                "cost": Cost.BY_INCOME,
                "access": (Access.STEP_FREE,),
                "per_week": 5,
                "open_places": 2,
            }
        )
    },
}
_OFFICES: Mapping[str, tuple[tuple[Outside, Word], ...]] = {
    "alder-creek": (
        (
            Outside(
                "Puente Family Therapy (example)",
                ReceiverKind.THERAPIST,
                "555-010-0171",
                address="18 Placeholder Lane, Alder Creek",
                language="es",
            ),
            Word(
                {
                    "pathways": ("psychology", "social-work"),
                    "languages": ("en", "es"),
                    "ways": BOTH,
                    "lowest_age": 6,
                    "outside_school": True,
                    "distance_km": 6,
                    "places": (Place("Millrace Road 7 (example)", 2, (Access.STEP_FREE,)),),
                    "cost": Cost.BY_INCOME,
                    "insurance": (Insurance.MEDICAID,),
                    "per_week": 4,
                    "open_places": 2,
                    "wait_days": 4,
                },
                "Monday to Saturday, 10:00 to 20:00",
            ),
        ),
        (
            Outside(
                "Dr. Sample, family doctor (example)",
                ReceiverKind.FAMILY_DOCTOR,
                "555-010-0172",
                address="2 Specimen Avenue, Alder Creek",
            ),
            Word({"pathways": ("primary-care",), "languages": ("en",), "wait_days": 8}, ago=LONG_AGO),
        ),
    )
}


def offer(stage: Stage) -> None:
    """Plan who states what, and when."""
    dice = random.Random(SEED)  # noqa: S311  the demo must be the same each time
    for key, word in _TEAMS[stage.place.key].items():
        stage.plan(stage.now - word.ago, partial(_state, stage, stage.sites[key], word, dice))
    for office, word in _OFFICES.get(stage.place.key, ()):
        stage.plan(stage.now - word.ago, partial(_open, stage, office, word, dice))


def _open(stage: Stage, office: Outside, word: Word, dice: random.Random) -> None:
    added = outside.add(stage.session, office, act=_act(stage, dice))
    _state(stage, added, word, dice)


def _state(stage: Stage, receiver_id: uuid.UUID, word: Word, dice: random.Random) -> None:
    act = _act(stage, dice)
    entry = directory.show(stage.session, receiver_id, act=act)
    said = Statement(replace(entry.offer, **word.facts), word.hours or entry.hours, entry.version)
    stating.keep(stage.session, receiver_id, said, act=act)


def _act(stage: Stage, dice: random.Random) -> Act:
    at = stage.at
    return Act(stage.people["admin"], at, lambda: uuid7(at, dice.getrandbits(74)), stage.definitions)
