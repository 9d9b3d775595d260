"""An exact walk over every answer set that can occur, missing and refused answers included.

Item by item, answer sets that no question asked can tell apart are kept as one, with one of them as witness;
so a questionnaire of twenty items needs thousands of steps, not 7 to the power of 20. What a witness means is
always decided by the interpreter in `sheet.py`; the registers only decide which answer sets are alike.
Beyond a number of states the walk gives up and says so: it never says "ok" of what it did not see.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from instruments.answers import REFUSED, Answers
from instruments.conditions import Condition, Verdict
from instruments.model import Item
from instruments.registers import registers_for
from instruments.remembering import Register, Side, State
from instruments.sheet import Index, Sheet

MAX_STATES = 60_000

Outcome: TypeAlias = "tuple[Verdict, ...]"
Found: TypeAlias = "int | str | None"
"""What came of an item: a value, a refusal or nothing."""
_States: TypeAlias = "dict[tuple[State, ...], Answers]"


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
    and unknown) may be told as one another, which makes far fewer states. Once the question at the place
    `settled_by` is a yes, nothing beyond matters: no further answer can change that.
    """

    questions: tuple[Condition, ...]
    partial: bool
    side: Side = Side.ALL
    settled_by: int | None = None
    most: int = MAX_STATES


def walk(index: Index, quest: Quest) -> Walk:
    """Every combination of verdicts that the questions can have, each with a witness."""
    registers = registers_for(quest.questions, index, quest.side)
    outcomes: dict[Outcome, Answers] = {}
    counts: Counter[Outcome] = Counter()
    states, seen = _walked(index, registers, quest, outcomes)
    for answers in states.values() if seen <= quest.most else ():
        outcome = verdicts(index, answers, quest.questions)
        outcomes.setdefault(outcome, answers)
        counts[outcome] += 1
    return Walk(outcomes, counts, seen, finished=seen <= quest.most)


def witnesses(index: Index, quest: Quest) -> tuple[Answers, ...] | None:
    """One answer set for every state that the questions can tell apart; None when there are too many."""
    registers = registers_for(quest.questions, index, quest.side)
    states, seen = _walked(index, registers, quest, {})
    return tuple(states.values()) if seen <= quest.most else None


def _walked(
    index: Index, registers: tuple[Register, ...], quest: Quest, outcomes: dict[Outcome, Answers]
) -> tuple[_States, int]:
    """The states at the end of the form, and how many were seen on the way; stops when these are too many."""
    states: _States = {tuple(register.start for register in registers): Answers(index.instrument.id)}
    seen = 0
    for stepper in _steppers(index, registers, partial=quest.partial):
        states = _stepped(states, stepper)
        seen += len(states)
        if seen > quest.most:
            break
        if quest.settled_by is not None:
            states = _pruned(states, index, quest, outcomes)
    return states, seen


def raw(answers: Answers) -> dict[str, object]:
    """A witness as the raw answers that give it."""
    return {**answers.values, **dict.fromkeys(sorted(answers.refused), REFUSED)}


def verdicts(index: Index, answers: Answers, questions: tuple[Condition, ...]) -> Outcome:
    """What the interpreter says of each question."""
    sheet = Sheet(index, answers)
    return tuple(sheet.verdict_on(question) for question in questions)


@dataclass(frozen=True, slots=True)
class _Stepper:
    """What one item's possible answers do to a state. Effects are worked out once for each answer."""

    index: Index
    registers: tuple[Register, ...]
    item: Item
    values: tuple[int, ...]
    partial: bool
    ending: tuple[int, ...]
    """The registers that this item is the last to touch."""
    forgotten: tuple[int, ...]
    """The registers that nothing after this item needs."""

    def choices(self, before: Answers) -> Iterator[tuple[Verdict, Found]]:
        """Everything that can come of this item (nothing, a refusal, each value), and whether it is asked."""
        gate = self.item.asked_if
        asked = Verdict.YES if gate is None else Sheet(self.index, before).asked(self.item.id)
        if self.partial or asked is Verdict.NO:
            yield asked, None
        if self.partial:
            yield asked, REFUSED
        if self.partial or asked is Verdict.YES:
            for value in self.values:
                yield asked, value

    def answered(self, before: Answers, found: Found) -> Answers:
        """The answers with what came of this item."""
        if found is None:
            return before
        name = self.item.id
        if isinstance(found, str):
            return Answers(before.instrument, before.values, before.refused | {name})
        return Answers(before.instrument, {**before.values, name: found}, before.refused)


def _steppers(index: Index, registers: tuple[Register, ...], *, partial: bool) -> Iterator[_Stepper]:
    """One for each item that matters, in the order of the form."""
    order = {item.id: place for place, item in enumerate(index.instrument.items)}
    last = [max((order[name] for name in register.items), default=-1) for register in registers]
    names = {name for register in registers for name in register.items}
    needed = [
        None
        if register.until is None
        else max(order[name] for name in register.items | (register.until & names))
        for register in registers
    ]
    for item in index.instrument.items:
        if item.id in names:
            here = order[item.id]
            ending = tuple(place for place, end in enumerate(last) if end == here)
            forgotten = tuple(place for place, end in enumerate(needed) if end == here)
            yield _Stepper(index, registers, item, item.values, partial, ending, forgotten)


def _stepped(states: _States, stepper: _Stepper) -> _States:
    effects: dict[object, tuple[tuple[int, State], ...]] = {}
    folds = [register.fold for register in stepper.registers]
    after: _States = {}
    for state, before in states.items():
        for choice in stepper.choices(before):
            if choice not in effects:
                effects[choice] = _effects(stepper, stepper.answered(before, choice[1]))
            changed = list(state)
            for place, added in effects[choice]:
                changed[place] = folds[place](changed[place], added)
            _settle(changed, stepper)
            key = tuple(changed)
            if key not in after:
                after[key] = stepper.answered(before, choice[1])
    return after


def _settle(state: list[State], stepper: _Stepper) -> None:
    """Let the registers that are complete forget what no longer matters, or pass on what they hold."""
    for place in stepper.ending:
        register = stepper.registers[place]
        if register.settle is None:
            continue
        settled = register.settle(state[place])
        if register.into is None:
            state[place] = settled
        else:
            parent = stepper.registers.index(register.into)
            state[parent], state[place] = register.into.fold(state[parent], settled), register.start
    for place in stepper.forgotten:
        state[place] = stepper.registers[place].start


def _effects(stepper: _Stepper, answers: Answers) -> tuple[tuple[int, State], ...]:
    """What an item's answer adds, for each register that it touches."""
    sheet, name = Sheet(stepper.index, answers), stepper.item.id
    return tuple(
        (place, register.worth(sheet, name))
        for place, register in enumerate(stepper.registers)
        if name in register.items
    )


def _pruned(states: _States, index: Index, quest: Quest, outcomes: dict[Outcome, Answers]) -> _States:
    """The states beyond which something still matters; the others' outcomes are noted."""
    settling = quest.questions[quest.settled_by or 0]
    kept: _States = {}
    for state, answers in states.items():
        if Sheet(index, answers).verdict_on(settling) is Verdict.YES:
            outcomes.setdefault(verdicts(index, answers, quest.questions), answers)
        else:
            kept[state] = answers
    return kept
