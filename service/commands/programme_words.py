"""What moves between two versions of a programme, line by line for a terminal."""

from collections.abc import Iterator

from instruments.checking import answers_in_words
from instruments.comparing_words import outcome_lines
from instruments.parts import Step
from referral.differing import Difference, Extent, InstrumentDifference, Moved
from referral.model import Decision
from referral.shifts import Shift

_WAYS = {
    Shift.DOWN: "move DOWN (later, or less is asked for)",
    Shift.UP: "move up (sooner, or more is asked for)",
    Shift.ELSEWHERE: "move elsewhere (another pathway, as urgent)",
}


def told(found: Difference) -> list[str]:
    """The whole difference; says of what was not walked that it is not proved."""
    lines = [f"{found.before.named} to {found.after.named}", *_ages(found)]
    lines += [line for one in found.instruments for line in _instrument(one)]
    lines += [
        f"not proved: the rule {name} changed, and looks at more than one instrument alone"
        for name in found.beyond
    ]
    if len(lines) == 1:
        lines.append("nothing moves")
    if found.proved:
        return [*lines, "proved for every state of each instrument by itself"]
    return [*lines, "not all of it is proved: what was not walked may move anywhere"]


def _outcome(decisions: tuple[Decision, ...]) -> str:
    return " + ".join(map(_decision, decisions))


def _decision(one: Decision) -> str:
    days = f"in {one.rescreen_days} days" if one.rescreen_days is not None else None
    first = f"after {one.first}" if one.first else None
    return " ".join(str(part) for part in (one.kind, one.pathway, one.urgency, days, first) if part)


def _ages(found: Difference) -> Iterator[str]:
    if found.before.ages != found.after.ages:
        (low, high), (youngest, oldest) = found.before.ages, found.after.ages
        yield f"ages: {low} to {high} before, {youngest} to {oldest} after"


def _instrument(one: InstrumentDifference) -> Iterator[str]:
    if one.before is None or one.after is None:
        yield f"{one.name}: {'asked from now on' if one.before is None else 'not asked any more'}"
        return
    if one.step is not None:
        yield from _step_lines(one.name, one.step, one.before.version, one.after.version)
        yield from (f"{one.name}: {line}" for line in outcome_lines(one.outcomes))
    yield from (f"{one.name}: {_moved(each, one.states)}" for each in one.moved)
    if one.extent is Extent.NOTHING:
        yield f"{one.name}: not proved, too many states, or the two versions do not ask the same"
    elif one.extent is Extent.COMPLETE_FORMS:
        yield f"{one.name}: proved for complete forms only, not proved for unfinished ones"


def _moved(one: Moved, of: int) -> str:
    return (
        f"{one.states} of {of} states {_WAYS[one.shift]}, as from [{_outcome(one.before)}]"
        f" to [{_outcome(one.after)}] with {answers_in_words(one.witness)}"
    )


def _step_lines(name: str, step: Step, before: str, after: str) -> Iterator[str]:
    yield f"{name}: {before} to {after}, changed: {', '.join(step.changed) or 'nothing'}"
    if step.problem:
        yield f"{name}: {step.problem}"
