"""What moving a programme from one version to another changes in outcomes: who moves up, down or elsewhere.

Each instrument is walked by itself, over every state that its answers can reach, unanswered and declined questions
included, for somebody without earlier screens and of unknown age. Rules that look further than that are compared
as they are written: one that changed is named as not proved.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from instruments.answers import Answers
from instruments.comparing import NEW, Comparison, NotComparable, compare_versions, joined
from instruments.conditions import Condition, Kind, Named, OneOf, Verdict, Within, leaves
from instruments.model import Instrument
from instruments.parts import Part, Step, step_between
from instruments.scoring import Result, compile_instrument
from instruments.sheet import index_of
from instruments.walking import Quest, witnesses
from referral.facts import NO_HISTORY, OF_THE_CLIENT, ClientFacts, Facts
from referral.programmes import Programme
from referral.region import MOST_STATES, alias_of
from referral.routing import decisions_on, verdict_on
from referral.rules import Rule, Rules
from referral.shifts import Decisions, Shift, bare, shift_between

_SAME = Comparison((), (), (), ())


class Extent(StrEnum):
    """How much of an instrument was walked."""

    EVERY_STATE = "every state"
    COMPLETE_FORMS = "complete forms only"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Moved:
    """Those who move one way: in how many states, what was and what will be asked for, and answers that show it."""

    shift: Shift
    states: int
    before: Decisions
    after: Decisions
    witness: Answers


@dataclass(frozen=True, slots=True)
class InstrumentDifference:
    """One instrument in two versions of a programme; a version is None where it is not offered.

    `step` and `outcomes` are what two versions of the instrument differ in; `moved` is what becomes of people.
    """

    name: str
    before: Instrument | None
    after: Instrument | None
    step: Step | None
    outcomes: Comparison
    moved: tuple[Moved, ...]
    states: int
    extent: Extent

    @property
    def lowers(self) -> bool:
        """Whether somebody is asked less, moves down, or is not called for at once any more."""
        gone = self.after is None or any(one.shift is Shift.DOWN for one in self.moved)
        return gone or bool(_quieter(self))


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that moves between two versions of a programme. `beyond` are changed rules that are not proved."""

    before: Programme
    after: Programme
    instruments: tuple[InstrumentDifference, ...]
    beyond: tuple[str, ...]

    @property
    def lowers(self) -> bool:
        """Whether somebody moves down, or is not asked any more."""
        (youngest, oldest), (low, high) = self.before.ages, self.after.ages
        return low > youngest or high < oldest or any(one.lowers for one in self.instruments)

    @property
    def proved(self) -> bool:
        """Whether all of it was walked: what was not may move anywhere."""
        walked = all(one.extent is Extent.EVERY_STATE for one in self.instruments if one.before and one.after)
        compared = not any(one.outcomes.not_compared for one in self.instruments)
        return walked and compared and not self.beyond

    @property
    def needs_reason(self) -> bool:
        """Whether somebody has to say why this may be: it lowers, or nobody can prove that it does not."""
        return self.lowers or not self.proved


def difference_between(before: Programme, after: Programme) -> Difference:
    """The difference in outcomes between two versions of a programme."""
    names = dict.fromkeys((*before.offered, *after.offered))
    found = tuple(_instrument(name, before, after) for name in names)
    return Difference(before, after, found, tuple(_beyond(before.rules, after.rules)))


def _quieter(one: InstrumentDifference) -> tuple[str, ...]:
    """The critical findings that held somewhere and do not hold there any more."""
    critical = {f"finding {each.id}" for each in (one.before.findings if one.before else ()) if each.critical}
    moved = (each.what for each in one.outcomes.moves if each.before == Verdict.YES)
    gone = (f"finding {name}" for name in one.outcomes.only_before)
    return tuple(name for name in (*moved, *gone) if name in critical)


def _instrument(name: str, before: Programme, after: Programme) -> InstrumentDifference:
    old = before.pinned[name] if name in before.offered else None
    new = after.pinned[name] if name in after.offered else None
    if old is None or new is None:
        return InstrumentDifference(name, old, new, None, _SAME, (), 0, Extent.NOTHING)
    step = None if old.digest == new.digest else step_between(old, new)
    try:
        rescored = step is not None and Part.SCORING in step.changed
        outcomes = compare_versions(old, new) if rescored else _SAME
        moved, states, extent = _moved(_Side(before.rules, old), _Side(after.rules, new))
    except NotComparable:
        return InstrumentDifference(name, old, new, step, _SAME, (), 0, Extent.NOTHING)
    return InstrumentDifference(name, old, new, step, outcomes, moved, states, extent)


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two versions: its rules, the instrument as it pins it, and what it decided so far."""

    rules: Rules
    instrument: Instrument
    kept: dict[object, Decisions] = field(default_factory=dict)

    @property
    def alias(self) -> str:
        """What the rules call the instrument."""
        return alias_of(self.rules, self.instrument) or ""

    def judge(self) -> Callable[[Answers], Decisions]:
        """What is decided about a form, by the rules that it can concern alone."""
        scorer, alias = compile_instrument(self.instrument), self.alias
        near = _near(self.rules, alias)

        def judged(form: Answers) -> Decisions:
            result = scorer(form)
            key = _outcome(result)
            if key not in self.kept:
                facts = Facts(near.uses, {alias: result}, ClientFacts(), NO_HISTORY)
                self.kept[key] = bare(decisions_on(near, facts))
            return self.kept[key]

        return judged


def _outcome(result: Result) -> object:
    return (
        result.findings,
        result.undecided,
        tuple(result.scores.values()),
        tuple(result.bands.values()),
    )


def _moved(old: _Side, new: _Side) -> tuple[tuple[Moved, ...], int, Extent]:
    same = old.instrument.digest == new.instrument.digest
    both = old.instrument if same else joined(old.instrument, new.instrument)
    if same and _written(_near(old.rules, old.alias)) == _written(_near(new.rules, new.alias)):
        return (), 0, Extent.EVERY_STATE
    questions = tuple(dict.fromkeys((*_questions(old, ""), *_questions(new, "" if same else NEW))))
    for extent, partial in ((Extent.EVERY_STATE, True), (Extent.COMPLETE_FORMS, False)):
        forms = witnesses(index_of(both), Quest(questions, partial=partial, most=MOST_STATES))
        if forms is not None:
            return _counted(forms, old.judge(), new.judge()), len(forms), extent
    return (), 0, Extent.NOTHING


def _counted(
    forms: tuple[Answers, ...], old: Callable[[Answers], Decisions], new: Callable[[Answers], Decisions]
) -> tuple[Moved, ...]:
    """Those who move, one way after the other, each with the first who shows it."""
    found: dict[Shift, Moved] = {}
    for form in forms:
        before, after = old(form), new(form)
        shift = shift_between(before, after)
        if shift is not None:
            seen = found.get(shift, Moved(shift, 0, before, after, form))
            found[shift] = Moved(shift, seen.states + 1, seen.before, seen.after, seen.witness)
    return tuple(found[shift] for shift in Shift if shift in found)


def _questions(side: _Side, prefix: str) -> Iterator[Condition]:
    """What must be told apart, so that the rules say the same of all forms in one state."""
    scales = {one.id: one for one in side.instrument.scales}
    bands = {one.id: one for one in side.instrument.band_sets}
    for leaf in (leaf for rule in _near(side.rules, side.alias).rules for leaf in leaves(rule.when)):
        alias, _, name = str(getattr(leaf, "name", "")).partition(".")
        if alias != side.alias:
            continue
        if isinstance(leaf, Named):
            yield Named(prefix + name)
        elif isinstance(leaf, Within) and leaf.kind is Kind.SCORE:
            span = range(scales[name].low, scales[name].high + 1)
            yield from (Within(Kind.SCORE, prefix + name, value, value) for value in span)
        elif isinstance(leaf, OneOf) and leaf.kind is Kind.BAND:
            yield from (OneOf(Kind.BAND, prefix + name, (band.name,)) for band in bands[name].bands)


def _near(rules: Rules, alias: str) -> Rules:
    """The rules that can say anything when this instrument alone was asked: about it, or holding without it."""
    nothing = Facts(rules.uses, {}, ClientFacts(), NO_HISTORY)
    before: dict[str, Verdict] = {}
    for rule in rules.rules:
        before[rule.id] = verdict_on(rule, nothing, before)
    wanted = {
        rule.id for rule in rules.rules if alias in _looks_at(rule) or before[rule.id] is not Verdict.NO
    }
    for rule in reversed(rules.rules):
        wanted |= set(rule.unless) if rule.id in wanted else set()
    kept = tuple(rule for rule in rules.rules if rule.id in wanted)
    return replace(rules, rules=kept, promises=())


def _looks_at(rule: Rule) -> frozenset[str]:
    """The aliases, and the facts, that a rule looks at: what is of the client, and facts about earlier screens."""
    found = set()
    for leaf in leaves(rule.when):
        name = str(getattr(leaf, "name", ""))
        alias = name.partition(".")[0]
        found |= {"a fact", alias} if getattr(leaf, "kind", None) is Kind.FACT else {alias}
    return frozenset(found)


def _written(rules: Rules) -> object:
    """What rules decide by, without their words, sources and places."""
    return [(rule.id, rule.when, rule.unless, rule.consequences) for rule in rules.rules], rules.undecided


def _beyond(before: Rules, after: Rules) -> Iterator[str]:
    """The rules that look further than one instrument alone and are not the same in both."""
    old, new = _far(before), _far(after)
    return (name for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name))


def _far(rules: Rules) -> Mapping[str, object]:
    return {
        rule.id: (rule.when, rule.unless, rule.consequences)
        for rule in rules.rules
        if len(_looks_at(rule)) > 1 or _looks_at(rule) & OF_THE_CLIENT.keys()
    }
