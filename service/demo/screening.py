"""Screening somebody in the demo: one answer after the other, through the act, minute by minute."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from service.actions import screenings
from service.actions.screenings import GiveAnswer, StartScreening
from service.demo.answering import Answers
from service.demo.crowd import Someone
from service.demo.stage import Course, Stage, minutes
from service.kinds import Mode, ScreeningStatus
from service.permissions import system

A_WHILE = minutes(0.1, 0.5)
LEFT_OPEN = minutes(121, 124)
"""A screening that nobody comes back to is ended by the program after two hours."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """One screening to be played. `answers` stop where the person stopped; `ending` None leaves it open."""

    someone: Someone
    answers: Answers
    instruments: tuple[str, ...]
    mode: Mode = Mode.INTERVIEW
    language: str = "en"
    ending: ScreeningStatus | None = ScreeningStatus.SUBMITTED
    one_by_one: bool = False


def sit(stage: Stage, sitting: Sitting, then: Callable[[uuid.UUID], None] = lambda _: None) -> Course:
    """The whole screening from this moment on; `then` is called with its id when a person has ended it."""
    by = sitting.someone.counselor
    command = StartScreening(
        sitting.someone.id, sitting.instruments, sitting.mode, language=sitting.language, agrees=True
    )
    screening_id = screenings.start(stage.session, command, act=stage.act(by))
    for given in _handed_in(sitting):
        yield A_WHILE
        screenings.answer_all(stage.session, screening_id, given, act=stage.act(by))
    yield A_WHILE
    if sitting.ending is ScreeningStatus.ABANDONED:
        yield LEFT_OPEN
        acting = stage.by(system(stage.organisation_id))
        screenings.end(stage.session, screening_id, ScreeningStatus.ABANDONED, act=acting)
    elif sitting.ending is not None:
        screenings.end(stage.session, screening_id, sitting.ending, act=stage.act(by))
    if sitting.ending is not None:
        then(screening_id)


def _handed_in(sitting: Sitting) -> list[list[GiveAnswer]]:
    """The answers as they are given: one by one, or a whole form at a time, as from a device without a line."""
    forms = [
        [GiveAnswer(instrument, item, answer) for item, answer in answers.items()]
        for instrument, answers in sitting.answers.items()
    ]
    return [[given] for form in forms for given in form] if sitting.one_by_one else forms
