"""An exact walk over every answer set that can occur, missing and refused answers included.

Item by item, answer sets that no question asked can tell apart are kept as one, with one of them as witness;
so a questionnaire of twenty items needs thousands of steps, not 7 to the power of 20. What a witness means is
always decided by the interpreter in `sheet.py`; the registers only decide which answer sets are alike.
Beyond a number of states the walk gives up and says so: it never says "ok" of what it did not see.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from instruments.answers import REFUSED, Answers
from instruments.conditions import Condition, Verdict
from instruments.registers import registers_for
from instruments.remembering import Side
from instruments.sheet import Index, Sheet
from instruments.stepping import Parts, Path, answers_on, steppers

MAX_STATES = 60_000

Outcome: TypeAlias = "tuple[Verdict, ...]"
_States: TypeAlias = "dict[Parts, Path | None]"


@dataclass(frozen=True, slots=True)
class Walk:
    """What a walk saw: each outcome with a witness and in how many of the last states; all states; if it finished."""

    outcomes: Mapping[Outcome, Answers]
    counts: Mapping[Outcome, int]
    states: int
    finished: bool


@dataclass(frozen=True, slots=True)
class Quest:
    """What a walk is after.

    With `partial` false only complete forms are walked. With a `side` other than ALL, no and unknown (or yes
    and unknown) may be told as one another, which makes far fewer states.
    """

    questions: tuple[Condition, ...]
    partial: bool
    side: Side = Side.ALL
    most: int = MAX_STATES


def walk(index: Index, quest: Quest) -> Walk:
    """Every combination of verdicts that the questions can have, each with a witness."""
    outcomes: dict[Outcome, Answers] = {}
    counts: Counter[Outcome] = Counter()
    states, seen = _walked(index, quest)
    for path in states.values() if seen <= quest.most else ():
        answers = answers_on(path, index)
        outcome = verdicts(index, answers, quest.questions)
        outcomes.setdefault(outcome, answers)
        counts[outcome] += 1
    return Walk(outcomes, counts, seen, finished=seen <= quest.most)


def witnesses(index: Index, quest: Quest) -> tuple[Answers, ...] | None:
    """One answer set for every state that the questions can tell apart; None when there are too many."""
    states, seen = _walked(index, quest)
    return tuple(answers_on(path, index) for path in states.values()) if seen <= quest.most else None


def _walked(index: Index, quest: Quest) -> tuple[_States, int]:
    """The states at the end of the form, and how many were seen on the way; stops when these are too many."""
    registers = registers_for(quest.questions, index, quest.side)
    start, walkers = steppers(index, registers, partial=quest.partial)
    states: _States = {start: None}
    seen = 0
    for stepper in walkers:
        states = stepper.stepped(states)
        seen += len(states)
        if seen > quest.most:
            break
    return states, seen


def raw(answers: Answers) -> dict[str, object]:
    """A witness as the raw answers that give it."""
    return {**answers.values, **dict.fromkeys(sorted(answers.refused), REFUSED)}


def verdicts(index: Index, answers: Answers, questions: tuple[Condition, ...]) -> Outcome:
    """What the interpreter says of each question."""
    sheet = Sheet(index, answers)
    return tuple(sheet.verdict_on(question) for question in questions)
