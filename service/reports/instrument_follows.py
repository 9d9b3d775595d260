"""What follows from an instrument by each set of routing rules, and who is not referred. Sets nothing itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from instruments.model import Instrument, Text
from instruments.scoring import Result
from referral.model import Urgency
from referral.region import Region, alias_of, complete_results, rules_about, unreferred
from referral.rules import Refer, Rescreen, Rule, Rules
from service.reports.instrument_words import urgency_words


class Teller(Protocol):
    """What says things about one instrument in one language."""

    @property
    def language(self) -> str:
        """The language."""

    def text(self, text: Text) -> str:
        """A text on one line."""

    def say(self, key: str, *parts: object) -> str:
        """A fixed phrase."""

    def called(self, finding_id: str) -> str:
        """What a finding is called."""


@dataclass(frozen=True, slots=True)
class Follows:
    """What one rule leads to: the urgency (None: only watched), why, and where to."""

    urgency: Urgency | None
    called: str
    because: str
    where: str


@dataclass(frozen=True, slots=True)
class RuleSet:
    """What follows by one set of rules, and who is not referred by it."""

    title: str
    follows: tuple[Follows, ...]
    unreferred: tuple[tuple[str, str], ...]
    unreferred_note: str


def rule_sets(known: Sequence[Rules], one: Instrument, tell: Teller) -> tuple[RuleSet, ...]:
    """What each set of routing rules makes of an instrument, and whom it does not refer."""
    results = complete_results(one) if known else None
    return tuple(_rule_set(rules, one, results, tell) for rules in known)


def _rule_set(rules: Rules, one: Instrument, results: tuple[Result, ...] | None, tell: Teller) -> RuleSet:
    mine = rules_about(rules, alias_of(rules, one) or "")
    follows = sorted(
        (each for rule in mine for each in _follows(rule, tell)),
        key=lambda each: len(Urgency) if each.urgency is None else each.urgency.rank,
    )
    regions = unreferred(rules, one, results)
    lines = tuple(_region(each, one, tell) for each in regions or ())
    return RuleSet(tell.say("set", tell.text(rules.name)), tuple(follows), lines, _region_note(regions, tell))


def _follows(rule: Rule, tell: Teller) -> Iterator[Follows]:
    because = tell.text(rule.because)
    refers = [each for each in rule.consequences if isinstance(each, Refer)]
    for urgency in dict.fromkeys(each.urgency for each in refers):
        there = [each for each in refers if each.urgency is urgency]
        where = ", ".join(tell.text(each.name) for each in there)
        first = dict.fromkeys(tell.say("first", tell.say(each.first)) for each in there if each.first)
        yield Follows(urgency, urgency_words(urgency, tell.language), because, "; ".join([where, *first]))
    if not refers:
        days = [each.days for each in rule.consequences if isinstance(each, Rescreen)]
        where = tell.say("rescreen", days[0]) if days else tell.say("watch")
        yield Follows(None, urgency_words(None, tell.language), because, where)


def _region(region: Region, one: Instrument, tell: Teller) -> tuple[str, str]:
    labels = {scale.id: tell.text(scale.label) for scale in one.scales}
    scores = [
        f"{labels[scale]} {tell.say('or').join(f'{low}–{high}' if low < high else str(low) for low, high in ranges)}"
        for scale, ranges in region.scores.items()
    ]
    found = ", ".join(tell.called(each) for each in region.findings)
    told = [*scores, *([tell.say("found there", found)] if found else [])]
    return tell.say("watched" if region.watched else "nothing"), "; ".join(told)


def _region_note(regions: tuple[Region, ...] | None, tell: Teller) -> str:
    if regions is None:
        return tell.say("too many")
    if not regions:
        return tell.say("nobody")
    return tell.say("unreferred why", sum(each.states for each in regions), regions[0].of)
