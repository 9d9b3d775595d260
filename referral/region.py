"""Who is not referred: every complete form of one instrument, on its own, after which no rule refers anybody."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from instruments.conditions import Condition, Kind, Named, OneOf, Verdict, leaves
from instruments.model import Instrument
from instruments.scoring import Result, compile_instrument
from instruments.sheet import index_of
from instruments.walking import Quest, witnesses
from referral.facts import NO_HISTORY, ClientFacts, Facts
from referral.routing import verdict_on
from referral.rules import Refer, Rule, Rules

MOST_STATES = 40_000


@dataclass(frozen=True, slots=True)
class Region:
    """Complete forms that refer nobody: the values that each banded score takes there, and what is found there.

    `watched` forms are asked again or kept an eye on; after the others nothing follows.
    """

    watched: bool
    scores: Mapping[str, tuple[tuple[int, int], ...]]
    findings: tuple[str, ...]
    states: int
    of: int


class Fate(Enum):
    """What follows for one form: somebody is referred, it is watched or asked again, or nothing."""

    REFERRED = auto()
    WATCHED = auto()
    NOTHING = auto()


def alias_of(rules: Rules, instrument: Instrument) -> str | None:
    """The name under which rules know an instrument; None when they do not."""
    return next((alias for alias, each in rules.uses.items() if each.id == instrument.id), None)


def rules_about(rules: Rules, alias: str) -> tuple[Rule, ...]:
    """The rules that look at an instrument."""
    return tuple(rule for rule in rules.rules if any(_is_about(leaf, alias) for leaf in leaves(rule.when)))


def complete_results(instrument: Instrument) -> tuple[Result, ...] | None:
    """One result for each kind of complete form; None when there are too many. The same for every set of rules."""
    questions = (*(Named(each.id) for each in instrument.findings), *_bands(instrument))
    forms = witnesses(index_of(instrument), Quest(questions, partial=False, most=MOST_STATES))
    return None if forms is None else tuple(map(compile_instrument(instrument), forms))


def unreferred(
    rules: Rules, instrument: Instrument, results: tuple[Result, ...] | None
) -> tuple[Region, ...] | None:
    """Who is not referred, those watched last; None when there are too many states to say it exactly.

    `results` are the `complete_results` of the instrument.
    """
    alias = alias_of(rules, instrument)
    if alias is None or results is None:
        return None
    judge = _Judge(rules, alias)
    kept: dict[Fate, list[Result]] = {fate: [] for fate in Fate}
    for result in results:
        kept[judge.fate_of(result)].append(result)
    return tuple(
        _region(fate is Fate.WATCHED, kept[fate], len(results), instrument)
        for fate in (Fate.NOTHING, Fate.WATCHED)
        if kept[fate]
    )


def _is_about(leaf: Condition, alias: str) -> bool:
    return _name(leaf).startswith(f"{alias}.")


def _name(leaf: Condition) -> str:
    return str(getattr(leaf, "name", None) or getattr(leaf, "item", ""))


def _bands(instrument: Instrument) -> tuple[Condition, ...]:
    return tuple(OneOf(Kind.BAND, each.id, (each.bands[0].name,)) for each in instrument.band_sets)


class _Judge:
    """What follows from results of one instrument alone. Those that the rules cannot tell apart are judged once."""

    def __init__(self, rules: Rules, alias: str) -> None:
        self._rules, self._alias, self._mine = rules, alias, rules_about(rules, alias)
        seen = {name.partition(".")[::2] for rule in self._mine for name in map(_name, leaves(rule.when))}
        self._seen = frozenset(part for of, part in seen if of == alias)
        self._known: dict[object, Fate] = {}

    def fate_of(self, result: Result) -> Fate:
        key = self._as_seen(result)
        if key not in self._known:
            self._known[key] = self._fate(result)
        return self._known[key]

    def _as_seen(self, result: Result) -> object:
        """All that a rule can look at in a result: its findings, scores and bands, by the names in conditions."""
        seen = self._seen
        return (
            tuple(name for name in result.findings if name in seen),
            tuple(name for name in result.undecided if name in seen),
            tuple(value for name, value in result.scores.items() if name in seen),
            tuple(value for name, value in result.bands.items() if name in seen),
        )

    def _fate(self, result: Result) -> Fate:
        facts = Facts(self._rules.uses, {self._alias: result}, ClientFacts(), NO_HISTORY)
        followed = _holding(self._mine, facts)
        if any(isinstance(each, Refer) for rule in followed for each in rule.consequences):
            return Fate.REFERRED
        return Fate.WATCHED if followed else Fate.NOTHING


def _holding(rules: tuple[Rule, ...], facts: Facts) -> list[Rule]:
    """The rules that hold, or that could hold were more known."""
    before: dict[str, Verdict] = {}
    for rule in rules:
        before[rule.id] = verdict_on(rule, facts, before)
    return [rule for rule in rules if before[rule.id] is not Verdict.NO]


def _region(watched: bool, results: list[Result], of: int, instrument: Instrument) -> Region:  # noqa: FBT001  a kind
    banded = dict.fromkeys(each.scale for each in instrument.band_sets)
    scores = {
        scale: _ranges({value for each in results if (value := each.scores[scale]) is not None})
        for scale in banded
    }
    held = {name for each in results for name in each.findings}
    findings = tuple(each.id for each in instrument.findings if each.id in held)
    return Region(watched, scores, findings, len(results), of)


def _ranges(values: set[int]) -> tuple[tuple[int, int], ...]:
    """Neighbouring values as one range."""
    ranges: list[tuple[int, int]] = []
    for value in sorted(values):
        if ranges and value == ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], value)
        else:
            ranges.append((value, value))
    return tuple(ranges)
