"""The people whom one meets first in the demo, each at a place of the loop that is worth seeing."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from service.demo import courses
from service.demo.answering import NAMED, Answers, answers_of, exact
from service.demo.crowd import Portrait, Someone
from service.demo.loop import Loop
from service.demo.safety import left_waiting, soon_done
from service.demo.stage import Course, Stage
from service.demo.story_roads import (
    did_not_come,
    has_a_date,
    joined_a_group,
    on_the_list,
    told_and_unread,
    turned_away,
)
from service.kinds import Mode, ScreeningStatus

Road = Callable[[Loop], Course]
Assessed = Callable[[Stage, Someone, uuid.UUID], Course]


@dataclass(frozen=True, slots=True)
class Visit:
    """One screening of a story: how long before now, with which answers, and what follows on each pathway."""

    ago: timedelta
    instruments: tuple[str, ...]
    answers: Answers
    roads: Mapping[str, Road]
    mode: Mode = Mode.INTERVIEW
    language: str = "en"
    ending: ScreeningStatus | None = ScreeningStatus.SUBMITTED
    at_any_hour: bool = False
    assessed: Assessed = soon_done


@dataclass(frozen=True, slots=True)
class Story:
    """One person of the demo with everything that happened."""

    building: str
    portrait: Portrait
    visits: tuple[Visit, ...]


def stories(stage: Stage) -> tuple[Story, ...]:
    """The stories of this tenant."""
    return {"alder-creek": _alder_creek, "fern-street": _fern_street}[stage.place.key](stage)


def _born(stage: Stage, age: int, month: int = 2, day: int = 2) -> date:
    """A birthday that makes somebody this old now."""
    today = stage.now.date()
    return date(today.year - age - ((today.month, today.day) < (month, day)), month, day)


def _of(stage: Stage, mood: str, *instruments: str, only: int | None = None) -> Answers:
    """The answers of a mood; with `only`, just the first few."""
    whole = answers_of(NAMED[mood], instruments, stage.dice)
    if only is None:
        return whole
    return {name: dict(list(each.items())[:only]) for name, each in list(whole.items())[:1]}


def _alder_creek(stage: Stage) -> tuple[Story, ...]:
    both = ("phq-9", "asq")
    mother = ("Rosa", "mother")
    maya = Portrait("Maya", "Example", _born(stage, 15), "she/her", "es", "en", mother)
    seen = _of(stage, "a little low", "phq-9", "gad-7", "asq")
    before = {"phq-9": exact(6, stage.dice)}

    def person(given: str, family: str, age: int, pronouns: str, language: str = "en") -> Portrait:
        return Portrait(given, family, _born(stage, age, 5, 14), pronouns, language, language, mother)

    def visit(ago: timedelta, mood: str, roads: Mapping[str, Road], **more: object) -> Visit:
        return Visit(ago, both, _of(stage, mood, *both), roads, **more)  # type: ignore[arg-type]

    return (
        Story(
            "high",
            maya,
            (
                Visit(timedelta(days=72), ("phq-9",), before, {}),
                Visit(
                    timedelta(days=62), ("phq-9", "gad-7", "asq"), seen, {"school-support": joined_a_group}
                ),
            ),
        ),
        Story(
            "high",
            person("Jordan", "Sample", 16, "they/them"),
            (
                Visit(
                    timedelta(minutes=9),
                    ("asq", "phq-9"),
                    _of(stage, "acute", "asq", "phq-9"),
                    {},
                    at_any_hour=True,
                    assessed=left_waiting,
                ),
            ),
        ),
        Story(
            "high",
            person("Noor", "Testcase", 17, "she/her"),
            (visit(timedelta(days=3), "at risk", {"psychology": courses.unanswered}),),
        ),
        Story(
            "high",
            person("Ines", "Fictional", 16, "she/her"),
            (
                visit(
                    timedelta(days=4), "high", {"psychology": turned_away, "primary-care": courses.accepted}
                ),
            ),
        ),
        Story(
            "high",
            person("Kit", "Nobody", 15, "he/him"),
            (visit(timedelta(days=6), "high", {"psychology": has_a_date, "primary-care": courses.helped}),),
        ),
        Story(
            "middle",
            person("Luz", "Ejemplo", 13, "she/her", "es"),
            (
                visit(
                    timedelta(days=5),
                    "moderate",
                    {"primary-care": on_the_list},
                    mode=Mode.TABLET,
                    language="es",
                ),
            ),
        ),
        Story(
            "high",
            person("Ro", "Synthetic", 17, "they/them"),
            (
                visit(
                    timedelta(days=24),
                    "high",
                    {"psychology": told_and_unread, "primary-care": courses.helped},
                ),
            ),
        ),
        Story(
            "high",
            person("Sky", "Pretend", 14, "he/him"),
            (visit(timedelta(days=12), "moderate", {"primary-care": did_not_come}),),
        ),
        Story(
            "high",
            person("Tao", "Invented", 16, "he/him"),
            (
                visit(
                    timedelta(hours=20),
                    "long ago",
                    {"psychology": courses.left_a_draft},
                    assessed=left_waiting,
                ),
            ),
        ),
        Story(
            "high",
            person("Ash", "Placeholder", 15, ""),
            (
                Visit(
                    timedelta(minutes=25),
                    both,
                    _of(stage, "calm", *both, only=4),
                    {},
                    mode=Mode.TABLET,
                    ending=None,
                    at_any_hour=True,
                ),
            ),
        ),
        Story(
            "middle",
            person("Bea", "Specimen", 12, "she/her"),
            (
                Visit(
                    timedelta(days=2),
                    both,
                    _of(stage, "mild", *both, only=5),
                    {},
                    ending=ScreeningStatus.STOPPED,
                ),
            ),
        ),
        Story(
            "middle",
            person("Cam", "Mockup", 13, "they/them"),
            (
                Visit(
                    timedelta(days=3),
                    both,
                    _of(stage, "calm", *both, only=3),
                    {},
                    mode=Mode.TABLET,
                    ending=ScreeningStatus.ABANDONED,
                ),
            ),
        ),
    )


def _fern_street(stage: Stage) -> tuple[Story, ...]:
    both = ("phq-9", "gad-7")

    def adult(given: str, family: str, age: int, pronouns: str, language: str = "en") -> Portrait:
        return Portrait(given, family, _born(stage, age, 8, 20), pronouns, language, language)

    def visit(ago: timedelta, mood: str, roads: Mapping[str, Road], **more: object) -> Visit:
        return Visit(ago, both, _of(stage, mood, *both), roads, **more)  # type: ignore[arg-type]

    return (
        Story(
            "clinic",
            adult("Olga", "Muestra", 46, "she/her", "es"),
            (
                visit(
                    timedelta(days=9),
                    "high",
                    {"psychology": has_a_date, "primary-care": courses.begun},
                    language="es",
                ),
            ),
        ),
        Story(
            "clinic",
            adult("Gus", "Example", 58, "he/him"),
            (
                visit(
                    timedelta(days=30), "severe", {"psychiatry": courses.begun, "psychology": courses.helped}
                ),
            ),
        ),
        Story(
            "clinic",
            adult("Vera", "Sample", 33, "she/her"),
            (visit(timedelta(days=5), "anxious", {"psychology": turned_away}),),
        ),
    )
