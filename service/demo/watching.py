"""What the program itself did over the demo's weeks: a roster from the first day, and ladders climbed by the clock."""

import random
from datetime import datetime, time, timedelta
from functools import partial

from service.access import Act
from service.actions import escalating, rosters
from service.actions.rosters import NewShift
from service.demo.stage import Stage
from service.ids import uuid7
from service.permissions import Actor, system

SEED = 2027
ROUNDS = timedelta(hours=6)
"""The demo's worker looks four times a day; a running one looks every few seconds."""
SCHOOL_DAYS, WEEKEND, EVERY_DAY = frozenset(range(5)), frozenset({5, 6}), frozenset(range(7))
MORNING, EVENING = time(7, 30), time(17, 30)


def watch(stage: Stage) -> None:
    """Put people on call, and plan the worker's rounds. Its ids have dice of their own: the story stays the same."""
    dice = random.Random(SEED)  # noqa: S311  the demo must be the same each time
    keeper, first = stage.people["coordinator"], stage.calendar.day_of(stage.at)
    shifts = (
        ("supervisor", SCHOOL_DAYS, MORNING, EVENING),
        ("on-call", EVERY_DAY, EVENING, MORNING),
        ("on-call", WEEKEND, MORNING, EVENING),
    )
    for key, days, starts, ends in shifts:
        shift = NewShift(stage.people[key].id, days, starts, ends, first)
        rosters.add(stage.session, shift, act=_act(stage, keeper, stage.at, dice))
    when = stage.at
    while when <= stage.now:
        stage.plan(when, partial(_look, stage, dice))
        when += ROUNDS


def _look(stage: Stage, dice: random.Random) -> None:
    act = _act(stage, system(stage.organisation_id), stage.at, dice)
    escalating.tell_alerts(stage.session, act=act)
    escalating.tell_missed(stage.session, act=act)


def _act(stage: Stage, actor: Actor, at: datetime, dice: random.Random) -> Act:
    return Act(actor, at, lambda: uuid7(at, dice.getrandbits(74)), stage.definitions)
