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

AN_ANSWER = minutes(0.07, 0.33)
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


def sit(stage: Stage, sitting: Sitting, then: Callable[[uuid.UUID], None] = lambda _: None) -> Course:
    """The whole screening from this moment on; `then` is called with its id when a person has ended it."""
    by = sitting.someone.counselor
    command = StartScreening(
        sitting.someone.id, sitting.instruments, sitting.mode, language=sitting.language, agrees=True
    )
    screening_id = screenings.start(stage.session, command, act=stage.act(by))
    for instrument, answers in sitting.answers.items():
        for item, answer in answers.items():
            yield AN_ANSWER
            given = GiveAnswer(instrument, item, answer)
            screenings.answer(stage.session, screening_id, given, act=stage.act(by))
    yield AN_ANSWER
    if sitting.ending is ScreeningStatus.ABANDONED:
        yield LEFT_OPEN
        acting = stage.by(system(stage.organisation_id))
        screenings.end(stage.session, screening_id, ScreeningStatus.ABANDONED, act=acting)
    elif sitting.ending is not None:
        screenings.end(stage.session, screening_id, sitting.ending, act=stage.act(by))
    if sitting.ending is not None:
        then(screening_id)
