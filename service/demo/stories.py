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
    asks_more,
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
    first = {name: dict(list(each.items())[:only]) for name, each in list(whole.items())[:1]}
    return whole if only is None else first


SCHOOL_PAIR = ("phq-9", "asq")


@dataclass(frozen=True, slots=True)
class _Teller:
    """What the school's stories share: the stage, a usual person, a usual visit."""

    stage: Stage

    def person(self, given: str, family: str, age: int, pronouns: str, language: str = "en") -> Portrait:
        born = _born(self.stage, age, 5, 14)
        return Portrait(given, family, born, pronouns, language, language, ("Rosa", "mother"))

    def visit(self, ago: timedelta, mood: str, roads: Mapping[str, Road], **more: object) -> Visit:
        answers = _of(self.stage, mood, *SCHOOL_PAIR)
        return Visit(ago, SCHOOL_PAIR, answers, roads, **more)  # type: ignore[arg-type]


def _alder_creek(stage: Stage) -> tuple[Story, ...]:
    teller = _Teller(stage)
    return (
        *_maya(stage),
        *_on_their_way(teller),
        *_later_on(teller),
        *_a_draft(teller),
        *_left_open(teller),
        *_walked_away(teller),
    )


def _maya(stage: Stage) -> tuple[Story, ...]:
    maya = Portrait("Maya", "Example", _born(stage, 15), "she/her", "es", "en", ("Rosa", "mother"))
    seen = _of(stage, "a little low", "phq-9", "gad-7", "asq")
    before = {"phq-9": exact(6, stage.dice)}
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
    )


def _on_their_way(teller: _Teller) -> tuple[Story, ...]:
    return (
        Story(
            "high",
            teller.person("Jordan", "Sample", 16, "they/them"),
            (
                Visit(
                    timedelta(minutes=9),
                    ("asq", "phq-9"),
                    _of(teller.stage, "acute", "asq", "phq-9"),
                    {},
                    at_any_hour=True,
                    assessed=left_waiting,
                ),
            ),
        ),
        Story(
            "high",
            teller.person("Noor", "Testcase", 17, "she/her"),
            (teller.visit(timedelta(days=3), "at risk", {"psychology": courses.unanswered}),),
        ),
        Story(
            "high",
            teller.person("Ines", "Fictional", 16, "she/her"),
            (
                teller.visit(
                    timedelta(days=4), "high", {"psychology": turned_away, "primary-care": courses.accepted}
                ),
            ),
        ),
        Story(
            "high",
            teller.person("Kit", "Nobody", 15, "he/him"),
            (
                teller.visit(
                    timedelta(days=6), "high", {"psychology": asks_more, "primary-care": courses.helped}
                ),
            ),
        ),
    )


def _later_on(teller: _Teller) -> tuple[Story, ...]:
    return (
        Story(
            "middle",
            teller.person("Luz", "Ejemplo", 13, "she/her", "es"),
            (
                teller.visit(
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
            teller.person("Ro", "Synthetic", 17, "they/them"),
            (
                teller.visit(
                    timedelta(days=24),
                    "high",
                    {"psychology": told_and_unread, "primary-care": courses.helped},
                ),
            ),
        ),
        Story(
            "high",
            teller.person("Sky", "Pretend", 14, "he/him"),
            (teller.visit(timedelta(days=12), "moderate", {"primary-care": did_not_come}),),
        ),
    )


def _a_draft(teller: _Teller) -> tuple[Story, ...]:
    return (
        Story(
            "high",
            teller.person("Tao", "Invented", 16, "he/him"),
            (
                teller.visit(
                    timedelta(hours=20),
                    "long ago",
                    {"psychology": courses.left_a_draft},
                    assessed=left_waiting,
                ),
            ),
        ),
    )


def _left_open(teller: _Teller) -> tuple[Story, ...]:
    return (
        Story(
            "high",
            teller.person("Ash", "Placeholder", 15, ""),
            (
                Visit(
                    timedelta(minutes=25),
                    SCHOOL_PAIR,
                    _of(teller.stage, "calm", *SCHOOL_PAIR, only=4),
                    {},
                    mode=Mode.TABLET,
                    ending=None,
                    at_any_hour=True,
                ),
            ),
        ),
        Story(
            "middle",
            teller.person("Bea", "Specimen", 12, "she/her"),
            (
                Visit(
                    timedelta(days=2),
                    SCHOOL_PAIR,
                    _of(teller.stage, "mild", *SCHOOL_PAIR, only=5),
                    {},
                    ending=ScreeningStatus.STOPPED,
                ),
            ),
        ),
    )


def _walked_away(teller: _Teller) -> tuple[Story, ...]:
    return (
        Story(
            "middle",
            teller.person("Cam", "Mockup", 13, "they/them"),
            (
                Visit(
                    timedelta(days=3),
                    SCHOOL_PAIR,
                    _of(teller.stage, "calm", *SCHOOL_PAIR, only=3),
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
