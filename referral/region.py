"""Who is not referred: every complete form of one instrument, on its own, after which no rule refers anybody."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from instruments.answers import Answers
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


def alias_of(rules: Rules, instrument: Instrument) -> str | None:
    """The name under which rules know an instrument; None when they do not."""
    return next((alias for alias, each in rules.uses.items() if each.id == instrument.id), None)


def rules_about(rules: Rules, alias: str) -> tuple[Rule, ...]:
    """The rules that look at an instrument."""
    return tuple(rule for rule in rules.rules if any(_is_about(leaf, alias) for leaf in leaves(rule.when)))


def unreferred(rules: Rules, instrument: Instrument) -> tuple[Region, ...] | None:
    """Who is not referred, those watched last; None when there are too many states to say it exactly."""
    alias = alias_of(rules, instrument)
    questions = (*(Named(each.id) for each in instrument.findings), *_bands(instrument))
    forms = witnesses(index_of(instrument), Quest(questions, partial=False, most=MOST_STATES))
    if alias is None or forms is None:
        return None
    mine, found = rules_about(rules, alias), _judged(rules, alias, instrument, forms)
    kept: dict[bool, list[Result]] = {False: [], True: []}
    for result, facts in found:
        followed = _holding(mine, facts)
        if not any(isinstance(each, Refer) for rule in followed for each in rule.consequences):
            kept[bool(followed)].append(result)
    return tuple(
        _region(watched, results, len(forms), instrument) for watched, results in kept.items() if results
    )


def _is_about(leaf: Condition, alias: str) -> bool:
    name = getattr(leaf, "name", None) or getattr(leaf, "item", "")
    return str(name).startswith(f"{alias}.")


def _bands(instrument: Instrument) -> tuple[Condition, ...]:
    return tuple(OneOf(Kind.BAND, each.id, (each.bands[0].name,)) for each in instrument.band_sets)


def _judged(
    rules: Rules, alias: str, instrument: Instrument, forms: tuple[Answers, ...]
) -> Iterator[tuple[Result, Facts]]:
    scorer = compile_instrument(instrument)
    for form in forms:
        result = scorer(form)
        yield result, Facts(rules.uses, {alias: result}, ClientFacts(), NO_HISTORY)


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
