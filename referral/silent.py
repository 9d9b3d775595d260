"""Findings after which no rule says anything: found by walking every form of every instrument that rules judge.

A rule that looks at one instrument says the same whatever else was asked, and a rule is silent for its exception
only where another one speaks. So a screening of several instruments ends at least in what each ends in alone. A
rule over several instruments counts here only where nothing that is found in another one can turn it off.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from instruments.conditions import (
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    Kind,
    Named,
    Not,
    OneOf,
    Possible,
    Refused,
    Verdict,
    Within,
    leaves,
    parts_of,
)
from instruments.model import Instrument
from instruments.problems import DefinitionProblem, Place
from instruments.scoring import Result, compile_instrument
from instruments.sheet import Index, index_of
from instruments.walking import MAX_STATES, Quest, walk, witnesses
from referral.facts import NO_HISTORY, ClientFacts, Facts
from referral.model import DecisionKind
from referral.routing import decisions_on
from referral.rules import NOTHING_FOLLOWS, Rule, Rules

_MOST_FOR_ONE = 5_000
"""How many states are walked to see whether one rule always holds with one finding."""

Findings = frozenset[str]


@dataclass(frozen=True, slots=True)
class Silence:
    """Findings of one instrument that end in no decision when nothing else is found.

    With `shown` false there were too many kinds of form to walk: after one of these findings no rule may speak.
    """

    alias: str
    findings: Findings
    shown: bool = True

    @property
    def names(self) -> Findings:
        """The findings as rules name them."""
        return frozenset(f"{self.alias}.{name}" for name in self.findings)


def silences(rules: Rules) -> Iterator[Silence]:
    """For each instrument the fewest findings that can stand together with no rule saying anything."""
    for alias, instrument in rules.uses.items():
        left = _unsure(rules, alias, instrument)
        results, every = _results(rules, alias, instrument, left) if left else ((), True)
        fewest = _fewest({each & left for each in _unheard(rules, alias, results) if each & left})
        yield from (Silence(alias, each) for each in fewest)
        open_ones = left.difference(*(each for each in fewest if len(each) == 1))
        if open_ones and not every:
            yield Silence(alias, open_ones, shown=False)


def silent_problems(rules: Rules, file: str) -> tuple[DefinitionProblem, ...]:
    """Every silence that the file does not name under `nothing_follows`, and every name there that is not silent."""
    found = tuple(silences(rules))
    heard = rules.nothing_follows.difference(*(one.names for one in found))
    at = Place(file, rules.lines.get(NOTHING_FOLLOWS, 1), 1)
    return (
        *(_told(one, rules, file) for one in found if not one.names <= rules.nothing_follows),
        *(DefinitionProblem(at, f"{NOTHING_FOLLOWS}: a rule speaks", repr(name)) for name in sorted(heard)),
    )


def _told(one: Silence, rules: Rules, file: str) -> DefinitionProblem:
    place = Place(file, rules.lines.get(one.alias, 1), 1)
    named = sorted(one.names - (frozenset() if one.shown else rules.nothing_follows))
    if not one.shown:
        return DefinitionProblem(
            place, "that a rule speaks is not proved: too many kinds of form", ", ".join(named)
        )
    allowed = f"a rule, or its name under {NOTHING_FOLLOWS}"
    return DefinitionProblem(place, "no rule says what follows", " with ".join(named), allowed)


def _unsure(rules: Rules, alias: str, instrument: Instrument) -> Findings:
    """The findings for which no single rule holds, or stays open, whenever they do. The others are never silent."""
    conditions = [_own(each) for rule in rules.rules if not rule.unless for each in _about(rule.when, alias)]
    index = index_of(instrument)
    return frozenset(
        each.id
        for each in instrument.findings
        if Named(each.id) not in conditions
        and not any(_follows(Named(each.id), heard, index) for heard in conditions)
    )


def _follows(finding: Condition, heard: Condition, index: Index) -> bool:
    # What an unfinished form settles, every way to finish it settles too; only a refusal can be settled for itself.
    partial = _asks_refusals(finding, index) or _asks_refusals(heard, index)
    walked = walk(index, Quest((finding, heard), partial=partial, most=_MOST_FOR_ONE))
    return walked.finished and (Verdict.YES, Verdict.NO) not in walked.outcomes


def _asks_refusals(condition: Condition, index: Index) -> bool:
    """Whether a condition looks at a refused question, itself or through a finding."""
    return any(
        isinstance(leaf, Refused)
        or (isinstance(leaf, Named) and _asks_refusals(index.findings[leaf.name].when, index))
        for leaf in leaves(condition)
    )


def _about(condition: Condition, alias: str) -> Iterator[Condition]:
    """The ways in which a condition holds by one form of this instrument, whatever else was asked."""
    if isinstance(condition, AnyOf):
        for part in condition.parts:
            yield from _about(part, alias)
    elif _aliases(condition) == {alias} and all(
        getattr(leaf, "kind", None) is not Kind.FACT for leaf in leaves(condition)
    ):
        yield condition


def _aliases(condition: Condition) -> set[str]:
    return {str(getattr(leaf, "name", "")).partition(".")[0] for leaf in leaves(condition)}


def _own(condition: Condition) -> Condition:
    """A condition about one alias as a condition of its instrument."""
    if isinstance(condition, Named | Within | OneOf):
        return replace(condition, name=condition.name.partition(".")[2])
    if isinstance(condition, Not | Possible):
        return replace(condition, part=_own(condition.part))
    if isinstance(condition, AllOf | AnyOf | AtLeast):
        return replace(condition, parts=tuple(map(_own, condition.parts)))
    return condition


def _results(
    rules: Rules, alias: str, instrument: Instrument, left: Findings
) -> tuple[tuple[Result, ...], bool]:
    """One result for each kind of form, and whether these are all kinds; unanswered questions where they are few."""
    index, asked = index_of(instrument), tuple(Named(each) for each in sorted(left))
    told_apart = tuple(dict.fromkeys((*asked, *_looked_at(rules, alias))))
    for questions, partial in ((told_apart, True), (told_apart, False), (asked, False)):
        forms = witnesses(index, Quest(questions, partial=partial, most=MAX_STATES))
        if forms is not None:
            return tuple(map(compile_instrument(instrument), forms)), questions is told_apart
    return (), False


def _looked_at(rules: Rules, alias: str) -> Iterator[Condition]:
    """What rules look at in an instrument, as conditions of its own."""
    for leaf in (leaf for rule in rules.rules for leaf in leaves(rule.when)):
        about = getattr(leaf, "name", "").startswith(f"{alias}.")
        if about and getattr(leaf, "kind", Kind.FINDING) is not Kind.FACT:
            yield _own(leaf)


def _unheard(rules: Rules, alias: str, results: Iterable[Result]) -> Iterator[Findings]:
    """The findings of every result after which no rule says anything. What rules cannot tell apart is judged once."""
    own = _near(rules, alias)
    seen = {str(getattr(leaf, "name", "")) for rule in own.rules for leaf in leaves(rule.when)}
    parts = {name.removeprefix(f"{alias}.") for name in seen if name.startswith(f"{alias}.")}
    known: dict[object, bool] = {}
    for result in results:
        key = _as_seen(result, parts)
        if key not in known:
            facts = Facts(rules.uses, {alias: result}, ClientFacts(), NO_HISTORY)
            known[key] = all(each.kind is DecisionKind.NONE for each in decisions_on(own, facts))
        if known[key]:
            yield frozenset(result.findings)


def _as_seen(result: Result, parts: Collection[str]) -> object:
    named = (result.findings, result.undecided)
    valued = (result.scores, result.bands)
    return (
        *(tuple(name for name in names if name in parts) for names in named),
        *(tuple(value for name, value in values.items() if name in parts) for values in valued),
    )


def _near(rules: Rules, alias: str) -> Rules:
    """The rules that are heard when this instrument was asked, with the exceptions that they name."""
    wanted = {rule.id for rule in rules.rules if _counts(rule, alias)}
    for rule in reversed(rules.rules):
        wanted |= set(rule.unless) if rule.id in wanted else set()
    return replace(rules, rules=tuple(rule for rule in rules.rules if rule.id in wanted), promises=())


def _counts(rule: Rule, alias: str) -> bool:
    about = _aliases(rule.when)
    return alias in about and (about == {alias} or not _turns(rule.when))


def _turns(condition: Condition) -> bool:
    """Whether a condition holds a "not": more found elsewhere could then turn it off."""
    return isinstance(condition, Not) or any(map(_turns, parts_of(condition)))


def _fewest(found: Collection[Findings]) -> list[Findings]:
    """Those that hold no other of them, in a fixed order."""
    least = [each for each in found if not any(other < each for other in found)]
    return sorted(least, key=sorted)
